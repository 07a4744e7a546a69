/* What a study writes: results.json, predictions.csv (out of fold) and table.md
 * in one folder, made when missing. */
#pragma once

#include "models/study/study.h"

/* All take a loaded STUDY. FALSE with CAP_ERROR_DATA (too few nodules or
 * predictions to say anything), CAP_ERROR_OUTPUT, CAP_ERROR_WRITE,
 * CAP_ERROR_CANCELLED. */

/* Nodules of three readers or more, median of their malignancy not 3: above
 * against below. Each model twice, image only (centre off by up to 3 mm, size
 * from its own mask) and with the readers' mask given (their centre, their
 * diameter), beside the readers' diameter alone and their own ratings. */
gboolean cap_study_malignancy(CapStudy *study, const char *folder,
                              const CapProgress *progress, GError **error);
/* Ratings of nodules of three readers or more against the mean of all readers
 * but one, beside that reader and the best constant. */
gboolean cap_study_attributes(CapStudy *study, const char *folder,
                              const CapProgress *progress, GError **error);
/* Nodule or not by how the patches were made, beside the erased-nodule probe.
 */
gboolean cap_study_nodule(CapStudy *study, const char *folder,
                          const CapProgress *progress, GError **error);
/* Malignancy and nodule-or-not of perturbed patches (conditions.h), beside the
 * same patches unperturbed; needs cap_conditions_run of every reported fold.
 * CAP_ERROR_CONFIG too when models were asked about different patches. */
gboolean cap_study_robustness(CapStudy *study, const char *folder,
                              const CapProgress *progress, GError **error);
/* What routing maps, pose sweeps and masks say, held against readers' masks and
 * against simpler things; needs cap_explained_run of every reported fold. */
gboolean cap_study_explanation(CapStudy *study, const char *folder,
                               const CapProgress *progress, GError **error);

/* Capsules of every routing and number of iterations on each fold's stem;
 * needs cap_routed_run of every reported fold. */
gboolean cap_study_routing(CapStudy *study, const char *folder,
                           const CapProgress *progress, GError **error);

/* Nodules and other structures laid over each other; needs cap_overlapped_run
 * of every reported fold. CAP_ERROR_CONFIG too when models were asked about
 * different patches. */
gboolean cap_study_overlap(CapStudy *study, const char *folder,
                           const CapProgress *progress, GError **error);
