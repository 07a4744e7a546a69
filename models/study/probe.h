/* The erased-nodule probe of the data that a model is trained on, kept in the
 * cache beside its folds. */
#pragma once

#include "models/study/fold.h"

/* AUC of telling positives from negatives of one making, NAN where there are no
 * such negatives: by a linear classifier and by a network with the nodule
 * erased, and by that network with it in place. */
typedef struct {
  double linear, network, in_place;
} CapStudyProbe;

/* Probes with N patches, or takes what an earlier call with as many kept.
 * Errors of the configuration, the data and the cache. */
gboolean cap_study_probe(const CapFoldPlan *plan, int n,
                         const CapProgress *progress,
                         CapStudyProbe probes[CAP_N_MAKINGS], GError **error);
