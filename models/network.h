/* CapNetwork: a network that judges 32³ patches, whichever it is: nodule or
 * not, malignancy, attributes, and from some the nodule's mask, capsules and a
 * reconstruction. Trainer, studies and detection know networks by this.
 *
 * Input: HU clipped to −1000 … 1000 and scaled to 0 … 2, 1 mm voxels, the
 * candidate point at the patch centre (between voxels 15 and 16 of each axis).
 */
#pragma once

#include "core/measure/finding.h"
#include "core/nn/graph.h"
#include "core/nn/ops/mask_features.h"
#include "core/nn/routing.h"

#define CAP_PATCH_VOXELS (CAP_PATCH * CAP_PATCH * CAP_PATCH)

#define CAP_N_MALIGNANCY 5
#define CAP_NETWORK_MAX_WIDTH 256

typedef struct CapNetwork CapNetwork;
typedef struct CapNetworkOptions CapNetworkOptions;

/* One kind of network. */
typedef struct {
  const char *name; /* in configurations */
  /* In a weights file's metadata, under "architecture". The number changes with
   * everything that makes other results of the same weights. */
  const char *architecture;
  /* Adds its ops to the graph, from NET's patch on, and sets the outputs and
   * logits it has. */
  void (*build)(CapNetwork *net, const CapNetworkOptions *options);
} CapNetworkKind;

/* The kind that configurations call NAME; NULL without one. Static. */
const CapNetworkKind *cap_network_kind_find(const char *name);
/* All names, by commas. Returns. */
char *cap_network_kind_names(void);

struct CapNetworkOptions {
  const CapNetworkKind *kind; /* default the capsule network */
  const CapRouting *routing;  /* of capsules; default dynamic */
  int routing_iterations;     /* 1 … 5, default 3 */
  int capsule_dimension;      /* of primary capsules, 4 … 32, default 8; EM's
                                 are 4 x 4 matrices whatever it says. Parents
                                 have 16, as findings list them. */
  double routing_mass;        /* of sparse routing, 0.05 … 1, default 0.5 */
  /* What the malignancy head sees of the predicted mask; with shape the
   * attribute heads see it too. Default density. */
  CapMaskFeatures mask_features;
  int width; /* channels of a residual network's first stage, or of one head of
                a transformer; default 0: 64, as published */
  double dropout; /* of features and a transformer's branches; default 0 */
  /* Nodule and what is none may be there together: class logits are squashed
   * apart, and the class loss is the margin loss. Default FALSE. */
  gboolean classes_apart;
  int max_batch;          /* default 32 */
  guint64 seed;           /* of the starting weights; default 1 */
  CapPrecision precision; /* default float32: alike on every machine */
  const char *ways; /* borrowed; see cap_graph_set_precision; default NULL */
  const CapRanks *split; /* borrowed; see cap_graph_set_split; default NULL */
  /* What each loss (batch mean) counts in the total that is trained. */
  double weight_class;          /* default 1 */
  double weight_malignancy;     /* default 0.5 */
  double weight_attributes;     /* of the mean over eight; default 1 */
  double weight_mask;           /* default 1 */
  double weight_reconstruction; /* of 0.5 x mean squared error; default 1 */
  gboolean spread_loss; /* of capsules' class, not the margin loss; FALSE */
};

CapNetworkOptions cap_network_options_default(void);

/* Calibration lives in two buffers of the graph, so it travels in the weights
 * file: "calibration.nodule" and "calibration.malignancy", each (scale, shift)
 * with p -> 1 / (1 + exp(-(scale x logit(p) + shift))); 1, 0 until a trainer
 * sets them through cap_graph_find and cap_graph_data. */

/* The network as a graph, with handles for whoever trains or runs it; what a
 * kind does not have is < 0. Training targets exist only in CAP_GRAPH_TRAIN,
 * and only those that a loss asks for. Per-sample shapes are in comments. */
struct CapNetwork {
  const CapNetworkKind *kind;
  CapGraph *graph; /* owned */
  CapTensor patch; /* input (1,32,32,32), 0 … 2 */
  /* outputs of every kind */
  CapTensor classes;    /* (2 or more) what speaks for a nodule, then what
                           against, 0 … 1: the share of the first is believed */
  CapTensor malignancy; /* (5) softmax */
  CapTensor attributes; /* (8,6) softmax rows, absent levels 0 */
  /* of those that draw a mask */
  CapTensor mask; /* (1,32,32,32) probability */
  /* of those with capsules */
  CapTensor lengths;        /* (10) capsule lengths, or EM's activations */
  CapTensor poses;          /* (10,16) */
  CapTensor routing;        /* (10,64) heat map of each parent, 0 … 1 */
  CapTensor reconstruction; /* (1,32,32,32), 0 … 2 */
  /* what losses are taken from; without class logits it is the margin loss or
   * the spread loss of the lengths */
  CapTensor class_logits;      /* (2) */
  CapTensor malignancy_logits; /* (5) */
  CapTensor attribute_logits;  /* (8,6) */
  CapTensor mask_logits;       /* (1,32,32,32) */
  /* targets and their per-sample weights (0 switches a loss off) */
  CapTensor target_class;             /* (2) one-hot nodule / non-nodule */
  CapTensor target_class_weight;      /* (1) */
  CapTensor class_margin; /* (1) of the spread loss, with it only */
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
};

static inline gboolean
cap_network_has_capsules(const CapNetwork *net)
{
  return net->poses >= 0;
}
static inline gboolean
cap_network_has_mask(const CapNetwork *net)
{
  return net->mask >= 0;
}

/* Takes into OPTIONS which network the weights at PATH are of and what it was
 * trained with, from that file's METADATA. FALSE with CAP_ERROR_WEIGHTS when
 * this program does not know it. */
gboolean cap_network_options_read(CapNetworkOptions *options, const char *path,
                                  GHashTable *metadata, GError **error);

CapNetwork *cap_network_new(CapGraphMode mode, const CapNetworkOptions *options,
                            GError **error);
void cap_network_free(CapNetwork *net);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapNetwork, cap_network_free)

/* For builders: how many levels each attribute has. */
void cap_network_levels(int levels[CAP_N_ATTRIBUTES]);

/* How often each level is given, summing to 1 over levels. */
typedef struct {
  float malignancy[5];
  float attributes[CAP_N_ATTRIBUTES][CAP_MAX_LEVELS];
} CapNetworkPriors;

/* Lets an untrained network start from these guesses: the biases of its rating
 * heads, "malignancy.2" and "attributes.head" in every kind, become their
 * logarithms. */
void cap_network_set_priors(CapNetwork *net, const CapNetworkPriors *priors);

/* What the network says about one patch. */
typedef struct {
  gboolean has_mask, has_capsules; /* else those parts are zero */
  double nodule_probability;       /* first of classes over both, calibrated */
  CapRating malignancy;
  double
      malignancy_probability; /* p4 + p5 + p3 / 2 of malignancy, calibrated */
  CapRating attributes[CAP_N_ATTRIBUTES];
  CapCapsule capsules[CAP_N_CAPSULES];
  float mask[CAP_PATCH_VOXELS];           /* probability, [z][y][x] */
  float reconstruction[CAP_PATCH_VOXELS]; /* HU scaled 0 … 2, [z][y][x] */
  double reconstruction_error_hu; /* root mean square inside the mask, against
                                     the patch clipped as the network sees it;
                                     0 without a mask */
} CapJudgement;

/* From which probability on a voxel is in the predicted mask. */
#define CAP_MASK_THRESHOLD 0.5

/* Judges N patches (N,32,32,32), borrowed, scaled as above. FLIPS 1, 2, 4 or 8
 * averages over that many mirror images (test-time flips); poses are those of
 * the unflipped patch. OUT holds N judgements. */
gboolean cap_network_judge(CapNetwork *net, const float *patches, int n,
                           int flips, CapJudgement *out, GError **error);

/* HU -> network scale: (clip(hu, −1000, 1000) + 1000) / 1000. */
static inline float
cap_network_scale(double hu)
{
  return (float)((CLAMP(hu, -1000.0, 1000.0) + 1000.0) / 1000.0);
}
