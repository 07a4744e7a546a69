/* One fold of a cross-validation: a network trained on the other folds'
 * patients judges those of the fold.
 *
 * A fold lives in a folder of its own, CACHE/MODEL/fold-K: that of its training
 * run (models/train.h) and, at its end, fold.ini (models/study/record.h) and
 * outcomes.csv. Malignancy, attributes and nodule-or-not are read from the same
 * predictions, so one training serves every study; these three need no weights
 * any more. */
#pragma once

#include "datasets/folds.h"
#include "models/study/outcomes.h"
#include "models/study/record.h"
#include "models/train.h"

typedef struct {
  const char *config_path; /* the model's; its name without .conf names it */
  const CapFolds *folds;
  const char *data_dir, *cache;
  /* Of whole crops, the nodules that a new fold is asked about, and of nothing
   * else; NULL: all patches. */
  gboolean (*asks)(const CapNodule *nodule);
  CapTrainFunc on_epoch; /* may be NULL */
  gpointer user_data;
} CapFoldPlan;

/* The model's name. Returns. */
char *cap_fold_model(const char *config_path);
/* A FILE of FOLD's folder, or with NULL that folder. Returns. */
char *cap_fold_file(const CapFoldPlan *plan, int fold, const char *file);
/* The configuration with the patients of FOLD held out, besides those that it
 * holds out itself; or with OTHERS everybody else. Returns; NULL with the
 * errors of cap_train_config_read. */
CapTrainConfig *cap_fold_config(const CapFoldPlan *plan, int fold,
                                gboolean others, GError **error);
/* CACHE/MODEL/fold-FOLD/weights.safetensors. Returns. */
char *cap_fold_weights(const CapFoldPlan *plan, int fold);

/* Trains and predicts FOLD unless its outcomes are there already; continues a
 * run that was stopped. Errors: those of the configuration, the data and the
 * training; CAP_ERROR_CONFIG when the folder holds another configuration's
 * fold; CAP_ERROR_DATA when a predicted patient was trained on. */
gboolean cap_fold_run(const CapFoldPlan *plan, int fold,
                      const CapProgress *progress, GError **error);

gboolean cap_fold_is_done(const CapFoldPlan *plan, int fold);
/* The record of the done FOLD; made of its weights where it is missing.
 * Returns; NULL with the errors of reading, measuring and writing one. */
CapFoldRecord *cap_fold_record(const CapFoldPlan *plan, int fold,
                               GError **error);
/* Outcomes of FOLD. Returns a GPtrArray of CapOutcome; NULL with
 * CAP_ERROR_NO_INPUT when the fold is not done, or CAP_ERROR_DATA. */
GPtrArray *cap_fold_outcomes(const CapFoldPlan *plan, int fold, GError **error);
