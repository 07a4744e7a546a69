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

/* With a copy of NET's weights, for up to MAX_BATCH poses at once. Returns; NULL
 * with CAP_ERROR_CONFIG when NET has no decoder, or CAP_ERROR_MEMORY. */
CapCapsnetDecoder *cap_capsnet_decoder_new(CapNetwork *net, int max_batch,
                                           GError **error);
void cap_capsnet_decoder_free(CapCapsnetDecoder *decoder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapCapsnetDecoder, cap_capsnet_decoder_free)

/* See CapNetworkKind. */
void cap_network_build(CapNetwork *net, const CapNetworkOptions *options);
