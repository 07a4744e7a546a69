/* Networks under cross-validation: see study.h. */
#include "models/study/study.h"

#include "core/error.h"
#include "datasets/crops.h"
#include "models/study/cohort.h"

const char *
cap_study_config_path(void)
{
  return g_file_test(CAP_SOURCE_STUDY, G_FILE_TEST_EXISTS)
             ? CAP_SOURCE_STUDY
             : CAP_INSTALLED_STUDY;
}

static void
model_free(gpointer data)
{
  CapStudyModel *model = data;
  g_free(model->name);
  g_clear_pointer(&model->outcomes, g_ptr_array_unref);
  g_clear_pointer(&model->weights_sha256, g_ptr_array_unref);
  cap_fold_record_free(model->record);
  g_free(model->settings);
  g_free(model);
}

/* SHA-256 of the file at PATH; NULL with CAP_ERROR_NO_INPUT. */
static char *
hash_file(const char *path, GError **error)
{
  g_autofree char *bytes = NULL;
  gsize n = 0;
  g_autoptr(GError) cause = NULL;
  if (g_file_get_contents(path, &bytes, &n, &cause))
    return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes,
                                       n);
  g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT, "cannot read %s: %s", path,
              cause->message);
  return NULL;
}

/* The crops that the models are trained on; they must agree, or the labels of
 * one would be asked of another. */
static char *
find_crops(char **configs, GError **error)
{
  g_autofree char *crops = NULL;
  for (char **path = configs; *path != NULL; path++) {
    g_autoptr(CapTrainConfig) config = cap_train_config_read(*path, error);
    if (config == NULL)
      return NULL;
    if (crops != NULL && !g_str_equal(crops, config->crops)) {
      g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
                  "%s is about other crops (%s) than %s (%s)", *path,
                  config->crops, configs[0], crops);
      return NULL;
    }
    if (crops == NULL)
      crops = g_strdup(config->crops);
  }
  return g_steal_pointer(&crops);
}

/* A nodule in no fold would be trained on and predicted. */
static gboolean
check_folds(const CapStudy *study, const char *folds_path, GError **error)
{
  for (guint i = 0; i < study->nodules->len; i++) {
    const CapNodule *nodule = study->nodules->pdata[i];
    if (cap_folds_find(study->folds, nodule->patient) != 0)
      continue;
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "the patient %s is in no fold of %s; `capsight study folds` "
                "makes folds of the data folder's patients",
                nodule->patient, folds_path);
    return FALSE;
  }
  return TRUE;
}

CapStudy *
cap_study_open(const CapStudyOptions *options, GError **error)
{
  g_autoptr(CapStudy) study = g_new0(CapStudy, 1);
  study->options = *options;
  study->models = g_ptr_array_new_with_free_func(model_free);
  study->by_key = g_hash_table_new(g_str_hash, g_str_equal);
  const char *folds_path = options->folds ? options->folds : cap_folds_path();
  study->folds = cap_folds_read(folds_path, error);
  g_autofree char *crops =
      study->folds ? find_crops(options->configs, error) : NULL;
  if (crops == NULL)
    return NULL;
  g_autofree char *index = g_build_filename(options->data_dir, crops, NULL);
  study->nodules = cap_crops_read_labels(index, error);
  if (study->nodules == NULL || !check_folds(study, folds_path, error))
    return NULL;
  study->crops_sha256 = hash_file(index, error);
  study->folds_sha256 =
      study->crops_sha256 ? hash_file(folds_path, error) : NULL;
  if (study->folds_sha256 == NULL)
    return NULL;
  for (guint i = 0; i < study->nodules->len; i++) {
    CapNodule *nodule = study->nodules->pdata[i];
    g_hash_table_insert(study->by_key, nodule->key, nodule);
  }
  for (char **path = options->configs; *path != NULL; path++) {
    CapStudyModel *model = g_new0(CapStudyModel, 1);
    model->name = cap_fold_model(*path);
    model->plan =
        (CapFoldPlan){.config_path = *path,
                      .folds = study->folds,
                      .data_dir = options->data_dir,
                      .cache = options->cache,
                      .asks = options->decided_only ? cap_cohort_tells : NULL,
                      .on_epoch = options->on_epoch,
                      .user_data = options->user_data};
    g_ptr_array_add(study->models, model);
  }
  return g_steal_pointer(&study);
}

void
cap_study_free(CapStudy *study)
{
  if (study == NULL)
    return;
  g_clear_pointer(&study->folds, cap_folds_free);
  g_clear_pointer(&study->models, g_ptr_array_unref);
  g_clear_pointer(&study->by_key, g_hash_table_unref);
  g_clear_pointer(&study->nodules, g_ptr_array_unref);
  g_free(study->crops_sha256);
  g_free(study->folds_sha256);
  g_clear_pointer(&study->reported, g_array_unref);
  g_free(study);
}

gboolean
cap_study_run(CapStudy *study, int fold, const CapProgress *progress,
              GError **error)
{
  for (guint m = 0; m < study->models->len; m++) {
    const CapStudyModel *model = study->models->pdata[m];
    for (int f = 1; f <= study->folds->n_folds; f++)
      if ((fold == 0 || f == fold) &&
          (!study->options.partial || cap_fold_is_done(&model->plan, f)) &&
          !cap_fold_run(&model->plan, f, progress, error))
        return FALSE;
  }
  return TRUE;
}

gboolean
cap_study_each(const CapStudy *study, int fold, CapStudyStep step,
               const CapProgress *progress, GError **error)
{
  for (guint m = 0; m < study->models->len; m++) {
    const CapStudyModel *model = study->models->pdata[m];
    for (int f = 1; f <= study->folds->n_folds; f++)
      if ((fold == 0 || f == fold) && cap_fold_is_done(&model->plan, f) &&
          !step(model, f, progress, error))
        return FALSE;
  }
  return TRUE;
}

int
cap_study_n_missing(const CapStudy *study)
{
  int n = 0;
  for (guint m = 0; m < study->models->len; m++) {
    const CapStudyModel *model = study->models->pdata[m];
    for (int f = 1; f <= study->folds->n_folds; f++)
      n += !cap_fold_is_done(&model->plan, f);
  }
  return n;
}

static gboolean
load_model(const CapStudy *study, CapStudyModel *model, GError **error)
{
  g_autoptr(CapTrainConfig) config =
      cap_train_config_read(model->plan.config_path, error);
  if (config == NULL)
    return FALSE;
  model->settings = g_strdup(config->text);
  model->outcomes =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_outcome_free);
  model->weights_sha256 = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < study->reported->len; i++) {
    const int f = g_array_index(study->reported, int, i);
    GPtrArray *fold = cap_fold_outcomes(&model->plan, f, error);
    if (fold == NULL)
      return FALSE;
    g_ptr_array_extend_and_steal(model->outcomes, fold);
    g_autoptr(CapFoldRecord) record = cap_fold_record(&model->plan, f, error);
    if (record == NULL)
      return FALSE;
    g_ptr_array_add(model->weights_sha256, g_strdup(record->weights_sha256));
    if (model->record == NULL)
      model->record = g_steal_pointer(&record);
  }
  return TRUE;
}

GPtrArray *
cap_study_read_folds(const CapStudy *study, const CapStudyModel *model,
                     const char *table, CapStudyReader read,
                     GDestroyNotify free_row, GError **error)
{
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_row);
  for (guint i = 0; i < study->reported->len; i++) {
    const int fold = g_array_index(study->reported, int, i);
    g_autofree char *path = cap_fold_file(&model->plan, fold, table);
    if (!read(path, fold, rows, error))
      return NULL;
  }
  return g_steal_pointer(&rows);
}

gboolean
cap_study_reports(const CapStudy *study, int fold)
{
  for (guint i = 0; i < study->reported->len; i++)
    if (g_array_index(study->reported, int, i) == fold)
      return TRUE;
  return FALSE;
}

static gboolean
have_all(const CapStudy *study, int fold)
{
  for (guint m = 0; m < study->models->len; m++) {
    const CapStudyModel *model = study->models->pdata[m];
    if (!cap_fold_is_done(&model->plan, fold))
      return FALSE;
  }
  return TRUE;
}

gboolean
cap_study_load(CapStudy *study, GError **error)
{
  study->reported = g_array_new(FALSE, FALSE, sizeof(int));
  for (int f = 1; f <= study->folds->n_folds; f++)
    if (!study->options.partial || have_all(study, f))
      g_array_append_val(study->reported, f);
  if (study->reported->len == 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "no fold has predictions of every model in %s yet",
                study->options.cache);
    return FALSE;
  }
  for (guint m = 0; m < study->models->len; m++)
    if (!load_model(study, study->models->pdata[m], error))
      return FALSE;
  return TRUE;
}
