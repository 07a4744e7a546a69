/* CapRouted: capsules of one routing, trained on a fold's stem and asked about
 * the fold's patients, kept in the fold's folder. */
#pragma once

#include "models/study/head.h"
#include "models/study/study.h"

/* One cell of the study. */
typedef struct {
  const CapRouting *routing;
  int iterations;
} CapRoutedCell;

/* Every routing with 1, 2, 3 and 5 iterations, "mean", which has none, once; it
 * comes first. */
int cap_routed_count(void);
CapRoutedCell cap_routed_at(int index);
/* The cell of ROUTING's name and ITERATIONS; -1 without one. */
int cap_routed_find(const char *routing, int iterations);
/* "dynamic, 3 iterations". Returns. */
char *cap_routed_title(CapRoutedCell cell);

/* Trains and asks every cell that MODEL's FOLD has no table of yet. The budget
 * is one for all, fixed beforehand: 4,096 augmented patches (or as many as the
 * configuration draws in all), eight times, in batches of 32, with the
 * configuration's seed, rates and loss weights. A CapStudyStep.
 * CAP_ERROR_WEIGHTS for a network without capsules. */
gboolean cap_routed_run(const CapStudyModel *model, int fold,
                        const CapProgress *progress, GError **error);
/* What CELL said in all reported folds, of inner and of held-out patients, and
 * what it cost (the folds' mean). Returns a GPtrArray of CapOutcome; NULL with
 * CAP_ERROR_NO_INPUT or CAP_ERROR_DATA. */
GPtrArray *cap_routed_outcomes(const CapStudy *study,
                               const CapStudyModel *model, CapRoutedCell cell,
                               CapHeadCost *cost, GError **error);
