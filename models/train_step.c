/* Steps and epochs of a training: see train_private.h. */
#include "core/error.h"
#include "core/random.h"
#include "datasets/batch.h"
#include "models/train_private.h"
#include "models/train_split.h"

#include <math.h>
#include <string.h>
#include <time.h>

/* Mask and ratings count fully for nodules; whoever few readers saw, less. */
static void
fill_ratings(CapNetwork *net, int i, const CapNodule *nodule)
{
  CapGraph *g = net->graph;
  float *malignancy = cap_graph_data(g, net->target_malignancy) + i * 5;
  float *malignancy_weight =
      cap_graph_data(g, net->target_malignancy_weight) + i;
  const int size = CAP_N_ATTRIBUTES * CAP_MAX_LEVELS;
  float *attributes = cap_graph_data(g, net->target_attributes) + i * size;
  float *weights =
      cap_graph_data(g, net->target_attributes_weight) + i * CAP_N_ATTRIBUTES;
  memset(malignancy, 0, 5 * sizeof *malignancy);
  memset(attributes, 0, size * sizeof *attributes);
  memset(weights, 0, CAP_N_ATTRIBUTES * sizeof *weights);
  *malignancy_weight = 0;
  if (nodule == NULL)
    return;
  const float weight = MIN(nodule->n_readers, 4) / 4.0f;
  memcpy(malignancy, nodule->malignancy, 5 * sizeof *malignancy);
  memcpy(attributes, nodule->attributes, size * sizeof *attributes);
  if (!isnan(nodule->malignancy_median))
    *malignancy_weight = weight;
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    if (!isnan(nodule->attribute_means[a]))
      weights[a] = weight;
}

static void
fill_inputs(CapNetwork *net, const CapBatch *batch)
{
  CapGraph *g = net->graph;
  cap_graph_set_batch(g, batch->n);
  cap_graph_set_whole_batch(g, batch->whole);
  for (int i = 0; i < batch->n; i++) {
    const CapSample *s = &batch->samples[i];
    float *patch = cap_graph_data(g, net->patch) + (gsize)i * CAP_PATCH_VOXELS;
    for (int v = 0; v < CAP_PATCH_VOXELS; v++)
      patch[v] = cap_network_scale(s->hu[v]);
    if (net->target_mask >= 0) {
      memcpy(cap_graph_data(g, net->target_mask) + (gsize)i * CAP_PATCH_VOXELS,
             s->mask, sizeof s->mask);
      cap_graph_data(g, net->target_mask_weight)[i] = s->is_nodule ? 1 : 0;
    }
    cap_graph_data(g, net->target_class)[2 * i] = s->is_nodule ? 1 : 0;
    cap_graph_data(g, net->target_class)[2 * i + 1] = s->is_nodule ? 0 : 1;
    cap_graph_data(g, net->target_class_weight)[i] = s->class_weight;
    fill_ratings(net, i, s->nodule);
  }
}

/* The spread loss starts with a narrow margin, so that capsules that still say
 * little do not all die (Hinton et al. 2018, section 4). */
static void
fill_margin(const CapTrainRun *run)
{
  CapGraph *g = run->net->graph;
  const double *margin = run->config->spread_margin;
  const double done = (double)cap_optim_n_steps(run->optim) /
                      MAX(run->config->optim.total_steps, 1);
  if (run->net->class_margin < 0)
    return;
  for (int i = 0; i < cap_graph_batch(g); i++)
    cap_graph_data(g, run->net->class_margin)[i] =
        (float)(margin[0] + (margin[1] - margin[0]) * MIN(done, 1));
}

/* NAN for a loss that the network does not have. */
static double
mean_of(CapGraph *g, CapTensor loss)
{
  if (loss < 0)
    return NAN;
  const float *values = cap_graph_data(g, loss);
  double sum = 0;
  for (int i = 0; i < cap_graph_batch(g); i++)
    sum += values[i];
  return sum / cap_graph_batch(g);
}

static void
train_batch(CapTrainRun *run, const CapBatch *batch, CapTrainEpoch *epoch)
{
  CapNetwork *net = run->net;
  CapGraph *g = net->graph;
  fill_inputs(net, batch);
  cap_graph_set_draw(
      g, cap_random_mix((guint64)run->config->seed) + (guint64)epoch->epoch,
      batch->first);
  fill_margin(run);
  cap_graph_zero_grad(g);
  cap_graph_forward(g);
  cap_graph_backward(g);
  const double share = (double)batch->n / run->config->samples;
  epoch->loss += share * cap_graph_loss(g);
  epoch->loss_class += share * mean_of(g, net->loss_class);
  epoch->loss_malignancy += share * mean_of(g, net->loss_malignancy);
  epoch->loss_attributes += share * mean_of(g, net->loss_attributes);
  epoch->loss_mask += share * mean_of(g, net->loss_mask);
  epoch->loss_reconstruction += share * mean_of(g, net->loss_reconstruction);
  epoch->rate = cap_optim_rate(run->optim);
  if (!isfinite(cap_optim_step(run->optim)))
    epoch->skipped++;
  epoch->loss_scale = cap_optim_loss_scale(run->optim);
}

gboolean
cap_train_agree(const CapTrainRun *run, gboolean ok, GError **error)
{
  if (cap_ranks_all(run->ranks, ok))
    return ok;
  if (ok)
    g_set_error(error, CAP_ERROR, CAP_ERROR_CANCELLED,
                "another process of this run stopped");
  return FALSE;
}

/* Losses are this rank's share of the epoch's until here. */
static void
sum_losses(const CapTrainRun *run, CapTrainEpoch *epoch)
{
  double *const losses[] = {&epoch->loss,
                            &epoch->loss_class,
                            &epoch->loss_malignancy,
                            &epoch->loss_attributes,
                            &epoch->loss_mask,
                            &epoch->loss_reconstruction};
  double sums[G_N_ELEMENTS(losses)];
  for (gsize i = 0; i < G_N_ELEMENTS(losses); i++)
    sums[i] = *losses[i];
  cap_ranks_sum_doubles(run->sharers, G_N_ELEMENTS(losses), sums);
  for (gsize i = 0; i < G_N_ELEMENTS(losses); i++)
    *losses[i] = sums[i];
}

static gboolean
validate(CapTrainRun *run, CapTrainEpoch *epoch, GError **error)
{
  gboolean ok = TRUE;
  if (cap_ranks_speaks(run->ranks))
    ok = cap_validation_run(run->net, run->pool, run->progress,
                            &epoch->validation, error);
  if (!cap_train_agree(run, ok, error))
    return FALSE;
  if (cap_ranks_speaks(run->ranks))
    cap_validation_calibrate(run->net, &epoch->validation);
  return TRUE;
}

gboolean
cap_train_epoch_run(CapTrainRun *run, CapTrainEpoch *epoch, GError **error)
{
  const CapTrainConfig *c = run->config;
  const gint64 start = g_get_monotonic_time();
  const clock_t worked = clock();
  g_autofree char *stage =
      g_strdup_printf("epoch %d of %d", epoch->epoch, c->epochs);
  cap_graph_set_training(run->net->graph, TRUE);
  g_autoptr(CapBatchSource) source = cap_batch_source_new(
      run->pool, epoch->epoch, c->samples, c->batch, run->sharers);
  for (int done = 0; done < c->samples;) {
    g_autoptr(CapBatch) batch = cap_batch_source_next(source, error);
    const gboolean go =
        batch != NULL && cap_progress_step(run->progress, stage,
                                           (double)done / c->samples, error);
    if (!cap_train_agree(run, go, error))
      return FALSE;
    train_batch(run, batch, epoch);
    done += batch->whole;
  }
  cap_progress_step(run->progress, stage, 1, NULL);
  sum_losses(run, epoch);
  if (run->ranks != run->sharers &&
      !cap_train_split_agrees(run->net, run->ranks, error))
    return FALSE;
  if (!validate(run, epoch, error))
    return FALSE;
  epoch->seconds = (g_get_monotonic_time() - start) / 1e6;
  epoch->core_seconds = (clock() - worked) / (double)CLOCKS_PER_SEC;
  return TRUE;
}
