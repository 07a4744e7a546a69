/* CapCohort: the nodules that a study is about, with fold and patient, and what
 * the models said about them. */
#pragma once

#include "models/study/study.h"

typedef struct {
  const CapStudy *study; /* borrowed */
  int n;
  const CapNodule **nodules; /* owned array of borrowed nodules */
  int *fold;                 /* of each, from 1 */
  int *group;                /* of each: number of its patient, from 0 */
} CapCohort;

/* The nodules of three readers or more, of reported folds, that KEEP wants
 * (NULL: all of them), in the order of the index. Returns. */
CapCohort *cap_cohort_new(const CapStudy *study,
                          gboolean (*keep)(const CapNodule *nodule));
void cap_cohort_free(CapCohort *cohort);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapCohort, cap_cohort_free)

/* What MODEL said of each nodule when its patient was held out, with the
 * readers' centre or without. Returns an array of N borrowed outcomes; NULL
 * with CAP_ERROR_DATA when one is missing. */
const CapOutcome **cap_cohort_outcomes(const CapCohort *cohort,
                                       const CapStudyModel *model,
                                       gboolean centred, GError **error);
/* The same from OUTCOMES (of CapOutcome), MODEL's under other conditions. */
const CapOutcome **cap_cohort_find(const CapCohort *cohort,
                                   const CapStudyModel *model,
                                   const GPtrArray *outcomes, gboolean centred,
                                   GError **error);

/* Rated by its readers, and on one side of the middle: for cap_cohort_new. */
gboolean cap_cohort_is_decided(const CapNodule *nodule);
/* The same of three readers or more: what the malignancy study is about. */
gboolean cap_cohort_tells(const CapNodule *nodule);
/* Probability that each of N decided nodules is malignant, from what a network
 * said of them in OUTCOMES: its log odds of p4 + p5 + p3 / 2, fitted on the
 * fold's inner validation patients among ALL (of CapOutcome), with the readers'
 * diameter as a second term where their centre is given. Returns. */
double *cap_cohort_malignancy(const CapCohort *cohort, const GPtrArray *all,
                              const CapOutcome **outcomes, gboolean centred);

/* Logistic regression within folds. FEATURES (N rows of N_FEATURES) and LABELS
 * (0 or 1) are of the whole cohort; for each fold the nodules outside it fit,
 * those inside are predicted. Returns N probabilities. */
double *cap_cohort_logistic(const CapCohort *cohort, const float *features,
                            int n_features, const guint8 *labels);
