/* One fold of a cross-validation: see fold.h. */
#include "models/study/fold.h"

#include "core/error.h"
#include "models/detector.h"
#include "models/recentre.h"
#include "models/train_data.h"

#include <glib/gstdio.h>
#include <string.h>

enum { BATCH = 16, FLIPS = 8 };
static const char record_name[] = "fold.ini";

char *
cap_fold_model(const char *config_path)
{
  char *name = g_path_get_basename(config_path);
  char *end = g_str_has_suffix(name, ".conf") ? strrchr(name, '.') : NULL;
  if (end != NULL)
    *end = '\0';
  return name;
}

char *
cap_fold_file(const CapFoldPlan *plan, int fold, const char *file)
{
  g_autofree char *model = cap_fold_model(plan->config_path);
  g_autofree char *name = g_strdup_printf("fold-%d", fold);
  return g_build_filename(plan->cache, model, name, file, NULL);
}

char *
cap_fold_weights(const CapFoldPlan *plan, int fold)
{
  return cap_fold_file(plan, fold, "weights.safetensors");
}

CapTrainConfig *
cap_fold_config(const CapFoldPlan *plan, int fold, gboolean others,
                GError **error)
{
  CapTrainConfig *config = cap_train_config_read(plan->config_path, error);
  if (config == NULL)
    return NULL;
  g_auto(GStrv) patients = cap_folds_patients(plan->folds, fold, others);
  cap_train_config_hold_out(config, patients);
  return config;
}

/* ---- predicting ---- */

typedef struct {
  const CapFoldPlan *plan;
  const CapPool *pool;
  CapNetwork *net;
  gboolean inner, centred;
  const CapProgress *progress;
  GPtrArray *outcomes;
} Pass;

/* What the network is asked about in one go; patches scaled. */
typedef struct {
  int n, index[BATCH]; /* of the pool's validation side */
  CapSample samples[BATCH];
  float patches[BATCH * CAP_PATCH_VOXELS];
  CapJudgement judgements[BATCH];
} Batch;

static void
scale_patch(Batch *b, int i)
{
  float *patch = b->patches + (gsize)i * CAP_PATCH_VOXELS;
  for (int v = 0; v < CAP_PATCH_VOXELS; v++)
    patch[v] = cap_network_scale((double)b->samples[i].hu[v]);
}

static gboolean
is_asked(const Pass *pass, const CapSample *s)
{
  const gboolean whole = s->making == CAP_MAKING_WHOLE;
  if (pass->plan->asks != NULL)
    return whole && pass->plan->asks(s->nodule);
  return whole || !(pass->centred || pass->inner);
}

/* Samples FIRST … END - 1. With the centre given, and of inner patients, only
 * whole crops are asked about. */
static gboolean
fill_batch(const Pass *pass, int first, int end, Batch *b, GError **error)
{
  b->n = 0;
  for (int i = first; i < end; i++) {
    CapSample *s = &b->samples[b->n];
    const gboolean good =
        pass->centred ? cap_pool_validate_centred(pass->pool, i, s, error)
                      : cap_pool_validate(pass->pool, i, s, error);
    if (!good)
      return FALSE;
    if (!is_asked(pass, s))
      continue;
    scale_patch(b, b->n);
    b->index[b->n++] = i;
  }
  return TRUE;
}

/* As the detector does: a first look, and every patch is cut anew around the
 * mask that it shows. */
static gboolean
recentre_batch(const Pass *pass, Batch *b, GError **error)
{
  if (!cap_network_judge(pass->net, b->patches, b->n, 1, b->judgements, error))
    return FALSE;
  for (int i = 0; i < b->n; i++) {
    CapPoint shift;
    if (!cap_recentre_shift(&b->judgements[i], &shift))
      continue;
    if (!cap_pool_validate_moved(pass->pool, b->index[i], shift, &b->samples[i],
                                 error))
      return FALSE;
    scale_patch(b, i);
  }
  return TRUE;
}

static gboolean
judge_batch(const Pass *pass, Batch *b, GError **error)
{
  if (b->n == 0)
    return TRUE;
  if (!pass->centred && cap_network_has_mask(pass->net) &&
      !recentre_batch(pass, b, error))
    return FALSE;
  if (!cap_network_judge(pass->net, b->patches, b->n, FLIPS, b->judgements,
                         error))
    return FALSE;
  for (int i = 0; i < b->n; i++) {
    CapOutcome *o = cap_outcome_new(&b->samples[i], &b->judgements[i]);
    o->inner = pass->inner;
    o->centred = pass->centred;
    g_ptr_array_add(pass->outcomes, o);
  }
  return TRUE;
}

static gboolean
predict(const Pass *pass, GError **error)
{
  g_autofree Batch *batch = g_new(Batch, 1);
  const int n = cap_pool_n_validation(pass->pool);
  for (int first = 0; first < n; first += BATCH) {
    if (!cap_progress_step(pass->progress, "predicting", (double)first / n,
                           error) ||
        !fill_batch(pass, first, MIN(first + BATCH, n), batch, error) ||
        !judge_batch(pass, batch, error))
      return FALSE;
  }
  return TRUE;
}

/* Both passes over POOL: as a candidate would be centred, and as readers did.
 */
static gboolean
predict_pool(const CapFoldPlan *plan, const CapPool *pool, CapNetwork *net,
             gboolean inner, const CapProgress *progress, GPtrArray *outcomes,
             GError **error)
{
  Pass pass = {plan, pool, net, inner, FALSE, progress, outcomes};
  if (!predict(&pass, error))
    return FALSE;
  pass.centred = TRUE;
  return predict(&pass, error);
}

/* The rule that everything rests on: nobody who is predicted was trained on. */
static gboolean
check_held_out(const CapFoldPlan *plan, int fold, const GPtrArray *outcomes,
               GError **error)
{
  for (guint i = 0; i < outcomes->len; i++) {
    const CapOutcome *o = outcomes->pdata[i];
    const int of = cap_folds_find(plan->folds, o->patient);
    if (of != 0 && (of == fold) != o->inner)
      continue;
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "the patient %s, of fold %d, is predicted as %s of fold %d",
                o->patient, of, o->inner ? "inner validation" : "held out",
                fold);
    return FALSE;
  }
  return TRUE;
}

/* ---- a fold from end to end ---- */

static gboolean
train(const CapFoldPlan *plan, int fold, const CapProgress *progress,
      GPtrArray *outcomes, GError **error)
{
  g_autoptr(CapTrainConfig) config = cap_fold_config(plan, fold, FALSE, error);
  g_autofree char *notes = NULL;
  g_autoptr(CapPool) pool =
      config
          ? cap_train_data_read(config, plan->data_dir, &notes, progress, error)
          : NULL;
  if (pool == NULL)
    return FALSE;
  g_autofree char *folder = cap_fold_file(plan, fold, NULL);
  const CapTrainOptions options = {.data_notes = notes,
                                   .on_epoch = plan->on_epoch,
                                   .user_data = plan->user_data};
  if (!cap_train_run(config, pool, folder, &options, progress, error))
    return FALSE;
  g_autofree char *path = cap_fold_weights(plan, fold);
  g_autoptr(CapDetector) detector =
      cap_detector_load(path, CAP_DETECTOR_JUDGES, error);
  return detector != NULL && predict_pool(plan, pool, detector->net, TRUE,
                                          progress, outcomes, error);
}

static gboolean
predict_held_out(const CapFoldPlan *plan, int fold, const CapProgress *progress,
                 GPtrArray *outcomes, GError **error)
{
  g_autoptr(CapTrainConfig) config = cap_fold_config(plan, fold, TRUE, error);
  if (config == NULL)
    return FALSE;
  config->pool.validation = 1; /* nobody of these is trained on */
  g_autoptr(CapPool) pool =
      cap_train_data_read(config, plan->data_dir, NULL, progress, error);
  g_autofree char *path = cap_fold_weights(plan, fold);
  g_autoptr(CapDetector) detector =
      pool != NULL ? cap_detector_load(path, CAP_DETECTOR_JUDGES, error) : NULL;
  return detector != NULL && predict_pool(plan, pool, detector->net, FALSE,
                                          progress, outcomes, error);
}

CapFoldRecord *
cap_fold_record(const CapFoldPlan *plan, int fold, GError **error)
{
  g_autofree char *path = cap_fold_file(plan, fold, record_name);
  if (g_file_test(path, G_FILE_TEST_EXISTS))
    return cap_fold_record_read(path, error);
  g_autofree char *weights = cap_fold_weights(plan, fold);
  g_autoptr(CapFoldRecord) record = cap_fold_record_measure(weights, error);
  if (record == NULL || !cap_fold_record_write(record, path, error))
    return NULL;
  return g_steal_pointer(&record);
}

/* That the FOLD in the cache is one of this configuration. */
static gboolean
check_config(const CapFoldPlan *plan, int fold, GError **error)
{
  g_autoptr(CapFoldRecord) record = cap_fold_record(plan, fold, error);
  g_autoptr(CapTrainConfig) config =
      record ? cap_fold_config(plan, fold, FALSE, error) : NULL;
  if (config == NULL)
    return FALSE;
  if (cap_train_config_matches(config, record->config))
    return TRUE;
  g_autofree char *folder = cap_fold_file(plan, fold, NULL);
  g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
              "%s is a fold of another configuration or other folds than "
              "%s: choose another cache, or remove the fold",
              folder, plan->config_path);
  return FALSE;
}

gboolean
cap_fold_run(const CapFoldPlan *plan, int fold, const CapProgress *progress,
             GError **error)
{
  g_autofree char *path = cap_fold_file(plan, fold, "outcomes.csv");
  if (cap_fold_is_done(plan, fold))
    return check_config(plan, fold, error);
  g_autofree char *record = cap_fold_file(plan, fold, record_name);
  g_unlink(record); /* of weights that are about to be others */
  g_autoptr(GPtrArray) outcomes =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_outcome_free);
  return train(plan, fold, progress, outcomes, error) &&
         predict_held_out(plan, fold, progress, outcomes, error) &&
         check_held_out(plan, fold, outcomes, error) &&
         cap_outcomes_write(outcomes, path, error) &&
         check_config(plan, fold, error);
}

gboolean
cap_fold_is_done(const CapFoldPlan *plan, int fold)
{
  g_autofree char *path = cap_fold_file(plan, fold, "outcomes.csv");
  return g_file_test(path, G_FILE_TEST_EXISTS);
}

GPtrArray *
cap_fold_outcomes(const CapFoldPlan *plan, int fold, GError **error)
{
  g_autofree char *path = cap_fold_file(plan, fold, "outcomes.csv");
  return cap_outcomes_read(path, fold, error);
}
