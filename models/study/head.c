/* Training behind a stem: see head.h. */
#include "models/study/head.h"

#include "core/nn/ops/capsules.h"
#include "core/random.h"
#include "core/stats/rank.h"

#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CALCIFIED_LEVELS = 5 }; /* level 6 is absent */

static double
taken_bytes(void)
{
  const struct mallinfo2 info = mallinfo2();
  return (double)info.uordblks + (double)info.hblkhd;
}

/* Processor time of all threads since START. */
static double
worked_ms(clock_t start)
{
  return (double)(clock() - start) * 1e3 / CLOCKS_PER_SEC;
}

static void
put(CapGraph *g, CapTensor tensor, int i, const float *values, int n)
{
  memcpy(cap_graph_data(g, tensor) + (gsize)i * n, values, n * sizeof *values);
}

/* Record R as sample I. */
static void
fill_input(CapNetwork *net, int i, const CapHeadRecord *r)
{
  CapGraph *g = net->graph;
  put(g, cap_graph_find(g, CAP_HEAD_STEM), i, r->stem, CAP_STEM_SIZE);
  const CapTensor features = cap_graph_find(g, CAP_HEAD_FEATURES);
  put(g, features, i, r->features, (int)cap_graph_size(g, features));
}

static void
fill_target(CapNetwork *net, int i, const CapHeadRecord *r)
{
  CapGraph *g = net->graph;
  put(g, net->target_class, i, r->classes, 2);
  put(g, net->target_class_weight, i, &r->class_weight, 1);
  put(g, net->target_malignancy, i, r->malignancy, CAP_N_MALIGNANCY);
  put(g, net->target_malignancy_weight, i, &r->malignancy_weight, 1);
  put(g, net->target_attributes, i, &r->attributes[0][0],
      CAP_N_ATTRIBUTES * CAP_MAX_LEVELS);
  put(g, net->target_attributes_weight, i, r->attribute_weights,
      CAP_N_ATTRIBUTES);
}

static void
shuffle(int *order, int n, guint64 seed, int epoch)
{
  CapRandom random = cap_random_start(seed, 0x4EAD, (guint64)epoch);
  for (int i = n - 1; i > 0; i--) {
    const int k = cap_random_below(&random, i + 1), swapped = order[i];
    order[i] = order[k];
    order[k] = swapped;
  }
}

static gboolean
train(CapNetwork *net, CapOptim *optim, const CapHeadOptions *o,
      const CapHeadData *data, const CapProgress *progress, GError **error)
{
  CapGraph *g = net->graph;
  g_autofree int *order = g_new(int, data->n + 1);
  for (int i = 0; i < data->n; i++)
    order[i] = i;
  for (int epoch = 0; epoch < o->epochs; epoch++) {
    shuffle(order, data->n, o->network.seed, epoch);
    for (int first = 0; first < data->n; first += o->network.max_batch) {
      const int n = MIN(o->network.max_batch, data->n - first);
      if (!cap_progress_step(progress, "training capsules",
                             (epoch + (double)first / data->n) / o->epochs,
                             error))
        return FALSE;
      cap_graph_set_batch(g, n);
      for (int i = 0; i < n; i++) {
        fill_input(net, i, &data->records[order[first + i]]);
        fill_target(net, i, &data->records[order[first + i]]);
      }
      cap_graph_zero_grad(g);
      cap_graph_forward(g);
      cap_graph_backward(g);
      cap_optim_step(optim);
    }
  }
  return TRUE;
}

/* What NET says of its sample I, into OUTCOME. */
static void
read_outcome(CapNetwork *net, int i, CapOutcome *o)
{
  CapGraph *g = net->graph;
  const float *lengths = cap_graph_data(g, net->lengths) + i * CAP_N_CAPSULES;
  const float *malignancy =
      cap_graph_data(g, net->malignancy) + i * CAP_N_MALIGNANCY;
  const float *attributes = cap_graph_data(g, net->attributes) +
                            i * CAP_N_ATTRIBUTES * CAP_MAX_LEVELS;
  o->nodule_probability =
      (double)lengths[0] / fmax((double)(lengths[0] + lengths[1]), 1e-9);
  for (int k = 0; k < CAP_N_MALIGNANCY; k++)
    o->malignancy[k] = (double)malignancy[k];
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    for (int k = 0; k < CAP_MAX_LEVELS; k++)
      o->attributes[a] += (k + 1) * (double)attributes[a * CAP_MAX_LEVELS + k];
  for (int k = 0; k < CALCIFIED_LEVELS; k++)
    o->calcified += (double)attributes[CAP_CALCIFICATION * CAP_MAX_LEVELS + k];
}

static CapOutcome *
copy_identity(const CapOutcome *from)
{
  CapOutcome *o = g_memdup2(from, sizeof *from);
  o->patient = g_strdup(from->patient);
  o->key = g_strdup(from->key);
  return o;
}

static GPtrArray *
judge(CapNetwork *net, const CapHeadData *data, CapHeadCost *cost)
{
  CapGraph *g = net->graph;
  GPtrArray *outcomes =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_outcome_free);
  const int most = cap_graph_max_batch(g);
  g_autofree double *ms = g_new(double, data->n + 1);
  int n_timed = 0;
  for (int first = 0; first < data->n; first += most) {
    const int n = MIN(most, data->n - first);
    cap_graph_set_batch(g, n);
    for (int i = 0; i < n; i++)
      fill_input(net, i, &data->records[first + i]);
    const clock_t start = clock();
    cap_graph_forward(g);
    ms[n_timed++] = worked_ms(start) / n;
    for (int i = 0; i < n; i++) {
      CapOutcome *o = copy_identity(data->outcomes->pdata[first + i]);
      read_outcome(net, i, o);
      g_ptr_array_add(outcomes, o);
    }
  }
  qsort(ms, n_timed, sizeof *ms, cap_rank_compare);
  cost->forward_ms = n_timed > 0 ? ms[n_timed / 2] : NAN;
  CapRoutingCount used, dense;
  cap_capsules_count(g, &used, &dense);
  cost->used_pairs = (double)(used.scored + used.summed);
  cost->dense_pairs = (double)(dense.scored + dense.summed);
  return outcomes;
}

static CapNetwork *
new_trained(const CapHeadOptions *o, const CapHeadData *data,
            const CapProgress *progress, CapHeadCost *cost, GError **error)
{
  const double before = taken_bytes();
  g_autoptr(CapNetwork) net =
      cap_network_new(CAP_GRAPH_TRAIN, &o->network, error);
  if (net == NULL)
    return NULL;
  const CapNetworkPriors priors = cap_head_data_priors(data);
  cap_network_set_priors(net, &priors);
  CapOptimOptions optim_options = o->optim;
  const int steps = (data->n + o->network.max_batch - 1) / o->network.max_batch;
  optim_options.total_steps = MAX(steps * o->epochs, 1);
  optim_options.warmup_steps = MIN(o->optim.warmup_steps, steps);
  g_autoptr(CapOptim) optim = cap_optim_new(net->graph, &optim_options);
  const clock_t start = clock();
  if (!train(net, optim, o, data, progress, error))
    return NULL;
  cost->training_ms = worked_ms(start) / MAX(data->n * o->epochs, 1);
  /* the patch is an input of every network, and unused here */
  const double patches =
      (double)o->network.max_batch * CAP_PATCH_VOXELS * sizeof(float);
  cost->training_bytes = fmax(taken_bytes() - before - patches, 0);
  return g_steal_pointer(&net);
}

GPtrArray *
cap_head_run(const CapHeadOptions *options, const CapHeadData *data,
             const CapHeadData *judged, const CapProgress *progress,
             CapHeadCost *cost, GError **error)
{
  g_autoptr(CapNetwork) trained =
      new_trained(options, data, progress, cost, error);
  g_autoptr(CapNetwork) net =
      trained ? cap_network_new(CAP_GRAPH_INFER, &options->network, error)
              : NULL;
  if (net == NULL)
    return NULL;
  cap_capsnet_copy(trained->graph, net->graph);
  return judge(net, judged, cost);
}
