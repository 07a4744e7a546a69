/* CapHeadData: patches as a trained network's stem and mask see them, with what
 * the rest of a network is trained towards, so that many kinds of capsules can
 * be trained on one stem without running it again. */
#pragma once

#include "models/capsnet.h"
#include "models/study/outcomes.h"

/* One patch. */
typedef struct {
  float stem[CAP_STEM_SIZE], features[CAP_STEM_MOST_FEATURES];
  float classes[2], class_weight;
  float malignancy[CAP_N_MALIGNANCY], malignancy_weight;
  float attributes[CAP_N_ATTRIBUTES][CAP_MAX_LEVELS];
  float attribute_weights[CAP_N_ATTRIBUTES];
} CapHeadRecord;

typedef struct {
  int n, most;
  CapHeadRecord *records; /* owned */
  GPtrArray
      *outcomes; /* of CapOutcome: which patch each is; nothing predicted */
} CapHeadData;

/* Room for at most MOST patches. Returns; NULL with CAP_ERROR_MEMORY. */
CapHeadData *cap_head_data_new(int most, GError **error);
void cap_head_data_free(CapHeadData *data);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapHeadData, cap_head_data_free)

/* Adds N SAMPLES (no more than STEM takes at once, and than there is room for),
 * run through STEM; INNER says which patients they are of. */
void cap_head_data_add(CapHeadData *data, CapCapsnetStem *stem,
                       const CapSample *const *samples, int n, gboolean inner);
/* How often readers gave each level to the nodules in DATA. */
CapNetworkPriors cap_head_data_priors(const CapHeadData *data);
