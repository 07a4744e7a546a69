/* The 3D capsule network: stem, primary capsules, capsules for nodule,
 * non-nodule and each attribute; malignancy from their poses and the predicted
 * mask, which a head with skips from the stem draws; a decoder of the nodule's
 * pose.
 *
 * Source: Sabour, Frosst, Hinton, "Dynamic routing between capsules", 2017;
 * attribute capsules after LaLonde et al., X-Caps, 2020. */
#pragma once

#include "models/network.h"

#define CAP_CAPSNET_ARCHITECTURE "capsight capsnet 2"

/* The decoder alone, of a network that is trained: poses in, nodules out. */
typedef struct {
  CapGraph *graph;          /* owned */
  CapTensor pose;           /* input (16) */
  CapTensor reconstruction; /* (1,32,32,32), 0 … 2 */
} CapCapsnetDecoder;

/* With a copy of NET's weights, for up to MAX_BATCH poses at once. Returns;
 * NULL with CAP_ERROR_CONFIG when NET has no decoder, or CAP_ERROR_MEMORY. */
CapCapsnetDecoder *cap_capsnet_decoder_new(CapNetwork *net, int max_batch,
                                           GError **error);
/* What it makes of N POSES (N,16), N at most MAX_BATCH: 32³ HU each, into
 * IMAGES. One thread at a time. */
void cap_capsnet_decoder_draw(CapCapsnetDecoder *decoder, const float *poses,
                              int n, float *const *images);
void cap_capsnet_decoder_free(CapCapsnetDecoder *decoder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapCapsnetDecoder, cap_capsnet_decoder_free)

/* What the capsules and heads of a trained network are given. */
typedef struct {
  CapGraph *graph;    /* owned */
  CapTensor patch;    /* input (1,32,32,32), 0 … 2 */
  CapTensor stem;     /* (128,4,4,4) */
  CapTensor features; /* of the predicted mask */
} CapCapsnetStem;

#define CAP_STEM_MOST_FEATURES 16
#define CAP_STEM_CHANNELS 128
#define CAP_STEM_SIZE (CAP_STEM_CHANNELS * CAP_GRID * CAP_GRID * CAP_GRID)

/* With features of KIND, for up to MAX_BATCH patches at once; a file of the
 * network's weights holds all that its graph needs. Returns; NULL with
 * CAP_ERROR_MEMORY. */
CapCapsnetStem *cap_capsnet_stem_new(CapMaskFeatures kind, int max_batch,
                                     GError **error);
void cap_capsnet_stem_free(CapCapsnetStem *stem);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapCapsnetStem, cap_capsnet_stem_free)

/* Capsules and rating heads on those: a network whose patch is not looked at
 * and whose inputs of these names are. */
#define CAP_HEAD_STEM "head.stem"
#define CAP_HEAD_FEATURES "head.features"
extern const CapNetworkKind cap_capsnet_head;

/* Copies the parameters of TO from those of the same names in FROM; FALSE when
 * one is missing or of another size. */
gboolean cap_capsnet_copy(CapGraph *from, CapGraph *to);

/* See CapNetworkKind. */
void cap_capsnet_build(CapNetwork *net, const CapNetworkOptions *options);
