/* The 3D capsule network: 32³ patches in, nodule / malignancy / attributes /
 * poses / routing / mask / reconstruction out.
 *
 * Input: HU clipped to −1000 … 1000 and scaled to 0 … 2, 1 mm voxels, the
 * candidate point at the patch centre (between voxels 15 and 16 of each axis).
 * Source: Sabour, Frosst, Hinton, "Dynamic routing between capsules", 2017;
 * attribute capsules after LaLonde et al., X-Caps, 2020. */
#pragma once

#include "core/measure/finding.h"
#include "core/nn/graph.h"
#include "core/nn/routing.h"

/* In a weights file's metadata, under "architecture". The number changes with
 * everything that makes other results of the same weights. */
#define CAP_CAPSNET_ARCHITECTURE "capsight capsnet 2"

#define CAP_PATCH_VOXELS (CAP_PATCH * CAP_PATCH * CAP_PATCH)

typedef struct {
  const CapRouting *routing; /* default dynamic */
  int routing_iterations;    /* 1 … 5, default 3 */
  double routing_mass;       /* of sparse routing, 0.05 … 1, default 0.5 */
  int max_batch;             /* default 32 */
  guint64 seed;              /* of the starting weights; default 1 */
  CapPrecision precision;    /* default float32: alike on every machine */
  const char *ways; /* borrowed; see cap_graph_set_precision; default NULL */
  /* What each loss (batch mean) counts in the total that is trained. */
  double weight_class;          /* default 1 */
  double weight_malignancy;     /* default 0.5 */
  double weight_attributes;     /* of the mean over eight; default 1 */
  double weight_mask;           /* default 1 */
  double weight_reconstruction; /* of 0.5 x mean squared error; default 1 */
} CapCapsnetOptions;

CapCapsnetOptions cap_capsnet_options_default(void);

/* Calibration lives in two buffers of the graph, so it travels in the weights
 * file: "calibration.nodule" and "calibration.malignancy", each (scale, shift)
 * with p -> 1 / (1 + exp(-(scale x logit(p) + shift))); 1, 0 until a trainer
 * sets them through cap_graph_find and cap_graph_data. */

/* The network as a graph, with handles for whoever trains or runs it. Training
 * targets exist only in CAP_GRAPH_TRAIN. Per-sample shapes are in comments. */
typedef struct {
  CapGraph *graph; /* owned */
  CapTensor patch; /* input (1,32,32,32), 0 … 2 */
  /* outputs */
  CapTensor lengths;        /* (10) capsule lengths */
  CapTensor poses;          /* (10,16) */
  CapTensor routing;        /* (10,64) heat map of each parent, 0 … 1 */
  CapTensor malignancy;     /* (5) softmax */
  CapTensor attributes;     /* (8,6) softmax rows, absent levels 0 */
  CapTensor mask;           /* (1,32,32,32) probability */
  CapTensor reconstruction; /* (1,32,32,32), 0 … 2 */
  /* targets and their per-sample weights (0 switches a loss off) */
  CapTensor target_class;             /* (2) one-hot nodule / non-nodule */
  CapTensor target_class_weight;      /* (1) */
  CapTensor target_malignancy;        /* (5) reader histogram, sums to 1 */
  CapTensor target_malignancy_weight; /* (1) */
  CapTensor target_attributes;        /* (8,6) reader histograms */
  CapTensor target_attributes_weight; /* (8) */
  CapTensor target_mask;              /* (1,32,32,32) reader fraction 0 … 1 */
  CapTensor target_mask_weight;       /* (1): of the mask loss, and of the
                                         reconstruction inside target_mask */
  /* scalar losses (1) */
  CapTensor loss_class, loss_malignancy, loss_attributes, loss_mask,
      loss_reconstruction;
} CapCapsnet;

/* Takes into OPTIONS what the weights at PATH were trained with, from that
 * file's METADATA. FALSE with CAP_ERROR_WEIGHTS when they are another
 * network's. */
gboolean cap_capsnet_options_read(CapCapsnetOptions *options, const char *path,
                                  GHashTable *metadata, GError **error);

CapCapsnet *cap_capsnet_new(CapGraphMode mode, const CapCapsnetOptions *options,
                            GError **error);
void cap_capsnet_free(CapCapsnet *net);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapCapsnet, cap_capsnet_free)

/* How often each level is given, summing to 1 over levels. */
typedef struct {
  float malignancy[5];
  float attributes[CAP_N_ATTRIBUTES][CAP_MAX_LEVELS];
} CapCapsnetPriors;

/* Lets an untrained network start from these guesses: the biases of its rating
 * heads become their logarithms. */
void cap_capsnet_set_priors(CapCapsnet *net, const CapCapsnetPriors *priors);

/* What the network says about one patch. */
typedef struct {
  double
      nodule_probability; /* |nodule| / (|nodule| + |non-nodule|), calibrated */
  CapRating malignancy;
  double
      malignancy_probability; /* p4 + p5 + p3 / 2 of malignancy, calibrated */
  CapRating attributes[CAP_N_ATTRIBUTES];
  CapCapsule capsules[CAP_N_CAPSULES];
  float mask[CAP_PATCH_VOXELS];           /* probability, [z][y][x] */
  float reconstruction[CAP_PATCH_VOXELS]; /* HU scaled 0 … 2, [z][y][x] */
} CapJudgement;

/* Judges N patches (N,32,32,32), borrowed, scaled as above. FLIPS 1, 2, 4 or 8
 * averages over that many mirror images (test-time flips); poses are those of
 * the unflipped patch. OUT holds N judgements. */
gboolean cap_capsnet_judge(CapCapsnet *net, const float *patches, int n,
                           int flips, CapJudgement *out, GError **error);

/* HU -> network scale: (clip(hu, −1000, 1000) + 1000) / 1000. */
static inline float
cap_capsnet_scale(double hu)
{
  return (float)((CLAMP(hu, -1000.0, 1000.0) + 1000.0) / 1000.0);
}
