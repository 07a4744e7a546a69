/* Patients held out and the network that never saw them: see held_out.h. */
#include "models/study/held_out.h"

#include "models/train_data.h"

enum { BATCH = 16 };

CapHeldOut *
cap_held_out_open(const CapFoldPlan *plan, int fold,
                  const CapProgress *progress, GError **error)
{
  g_autoptr(CapTrainConfig) config = cap_fold_config(plan, fold, TRUE, error);
  if (config == NULL)
    return NULL;
  config->pool.validation = 1; /* nobody of these is trained on */
  g_autoptr(CapHeldOut) h = g_new0(CapHeldOut, 1);
  h->pool = cap_train_data_read(config, plan->data_dir, NULL, progress, error);
  if (h->pool == NULL)
    return NULL;
  g_autofree char *path = cap_fold_weights(plan, fold);
  h->detector = cap_detector_load(path, CAP_DETECTOR_JUDGES, error);
  return h->detector != NULL ? g_steal_pointer(&h) : NULL;
}

void
cap_held_out_free(CapHeldOut *held_out)
{
  if (held_out == NULL)
    return;
  g_clear_pointer(&held_out->pool, cap_pool_free);
  g_clear_pointer(&held_out->detector, cap_detector_free);
  g_free(held_out);
}

typedef struct {
  CapSample *samples;
  float *patches;
  CapJudgement *judgements;
} Batch;

/* Samples FIRST … FIRST + N - 1 of the pool. */
static gboolean
draw(const CapHeldOut *h, const CapHeldOutPass *pass, int first, int n,
     CapSample *samples, GError **error)
{
  static const CapPerturb none;
  GError *failures[BATCH] = {NULL};
#pragma omp parallel for
  for (int i = 0; i < n; i++)
    if (pass->centred)
      cap_pool_validate_centred(h->pool, first + i, &samples[i], &failures[i]);
    else
      cap_pool_validate_perturbed(h->pool, first + i,
                                  pass->perturb ? pass->perturb : &none,
                                  &samples[i], &failures[i]);
  gboolean good = TRUE;
  for (int i = 0; i < n; i++) {
    if (failures[i] == NULL)
      continue;
    if (good)
      g_propagate_error(error, failures[i]);
    else
      g_error_free(failures[i]);
    good = FALSE;
  }
  return good;
}

static gboolean
judge_batch(const CapHeldOut *h, const CapHeldOutPass *pass, int n,
            const Batch *batch, GError **error)
{
  int wanted[BATCH], m = 0;
  for (int i = 0; i < n; i++) {
    const CapSample *s = &batch->samples[i];
    if (pass->wanted != NULL && !pass->wanted(s))
      continue;
    float *patch = batch->patches + (gsize)m * CAP_PATCH_VOXELS;
    for (int v = 0; v < CAP_PATCH_VOXELS; v++)
      patch[v] = cap_network_scale((double)s->hu[v]);
    wanted[m++] = i;
  }
  if (m > 0 && !cap_network_judge(h->detector->net, batch->patches, m,
                                  pass->flips, batch->judgements, error))
    return FALSE;
  for (int i = 0; i < m; i++)
    pass->judged(&batch->samples[wanted[i]], &batch->judgements[i],
                 pass->user_data);
  return TRUE;
}

gboolean
cap_held_out_judge(const CapHeldOut *held_out, const CapHeldOutPass *pass,
                   const CapProgress *progress, GError **error)
{
  g_autofree CapSample *samples = g_new(CapSample, BATCH);
  g_autofree float *patches = g_new(float, BATCH *CAP_PATCH_VOXELS);
  g_autofree CapJudgement *judgements = g_new(CapJudgement, BATCH);
  const Batch batch = {samples, patches, judgements};
  const int n = cap_pool_n_validation(held_out->pool);
  for (int first = 0; first < n; first += BATCH) {
    const int m = MIN(BATCH, n - first);
    if (!cap_progress_step(progress, "predicting", (double)first / n, error) ||
        !draw(held_out, pass, first, m, samples, error) ||
        !judge_batch(held_out, pass, m, &batch, error))
      return FALSE;
  }
  return TRUE;
}
