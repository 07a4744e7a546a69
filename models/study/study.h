/* CapStudy: networks under cross-validation, and what they said about patients
 * that they were not trained on. */
#pragma once

#include "models/study/fold.h"

typedef struct {
  char **configs;               /* of the models compared; borrowed */
  const char *folds;            /* table of folds; NULL for the committed one */
  const char *data_dir, *cache; /* borrowed */
  int samples;                  /* of the bootstrap */
  int probe_patches;            /* of the erased-nodule probe */
  guint64 seed;                 /* of the bootstrap */
  gboolean partial;      /* report on the folds that are there, train none */
  gboolean decided_only; /* new folds: what the malignancy study asks */
  CapTrainFunc on_epoch; /* may be NULL */
  gpointer user_data;
} CapStudyOptions;

typedef struct {
  char *name; /* of the configuration file */
  CapFoldPlan plan;
  GPtrArray *outcomes; /* of CapOutcome, all folds; after cap_study_load */
  /* all of the following after cap_study_load */
  char *settings;            /* canonical configuration, nobody held out */
  GPtrArray *weights_sha256; /* of char *, fold by fold */
  CapFoldRecord *record;     /* size, work and time: of the first fold */
} CapStudyModel;

typedef struct {
  CapStudyOptions options;
  CapFolds *folds;
  GPtrArray *models;                 /* of CapStudyModel */
  GPtrArray *nodules;                /* of CapNodule: the labels of the crops */
  GHashTable *by_key;                /* key -> CapNodule; owns nothing */
  char *crops_sha256, *folds_sha256; /* of both tables */
  GArray *reported; /* of int: folds that the report is about, in order */
} CapStudy;

/* The shipped network's configuration, of the source tree or installed. Static.
 */
const char *cap_study_config_path(void);

/* Reads folds, configurations and labels. Returns; NULL with
 * CAP_ERROR_NO_INPUT, CAP_ERROR_CONFIG or CAP_ERROR_DATA. */
CapStudy *cap_study_open(const CapStudyOptions *options, GError **error);
void cap_study_free(CapStudy *study);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapStudy, cap_study_free)

/* Trains and predicts FOLD of every model, or with 0 all folds, where that is
 * not done; of a partial study it only checks those that are. Errors of
 * cap_fold_run. */
gboolean cap_study_run(CapStudy *study, int fold, const CapProgress *progress,
                       GError **error);
/* How many folds have no predictions yet. */
int cap_study_n_missing(const CapStudy *study);
/* Does STEP for FOLD of every model, or with 0 for every fold that is done;
 * what a study asks of a trained fold beyond its predictions. */
typedef gboolean (*CapStudyStep)(const CapStudyModel *model, int fold,
                                 const CapProgress *progress, GError **error);
gboolean cap_study_each(const CapStudy *study, int fold, CapStudyStep step,
                        const CapProgress *progress, GError **error);
/* Reads TABLE, a file of every reported fold of MODEL: READ adds the rows of
 * FOLD, at PATH, to what FREE_ROW frees. Returns; NULL with READ's errors. */
typedef gboolean (*CapStudyReader)(const char *path, int fold, GPtrArray *rows,
                                   GError **error);
GPtrArray *cap_study_read_folds(const CapStudy *study,
                                const CapStudyModel *model, const char *table,
                                CapStudyReader read, GDestroyNotify free_row,
                                GError **error);
/* Whether the report is about FOLD. */
gboolean cap_study_reports(const CapStudy *study, int fold);
/* Reads the predictions of all folds; of a partial study, of those that every
 * model has, CAP_ERROR_NO_INPUT when there are none. Errors of
 * cap_fold_outcomes and of loading weights. */
gboolean cap_study_load(CapStudy *study, GError **error);
