/* A network as the erased-nodule probe: see network_probe.h. */
#include "models/network_probe.h"

#include "core/error.h"
#include "core/nn/ops/conv3d.h"
#include "core/nn/ops/linear.h"
#include "core/nn/ops/softmax.h"
#include "core/nn/optim.h"
#include "core/stats/rank.h"
#include "models/network.h"

#include <math.h>
#include <string.h>

enum { BATCH = 32, MAX_TESTED = 2000 };

typedef struct {
  gboolean erased;
  CapGraph *graph;
  CapTensor patch, target, weight, score;
  CapOptim *optim;
  int filled; /* samples of the batch so far */
} Net;

/* What the tested draws are, and what the network says of them. */
typedef struct {
  int n;
  double scores[MAX_TESTED];
  guint8 labels[MAX_TESTED];
} Tested;

static CapTensor
halve(CapGraph *g, const char *name, CapTensor input, int channels, int kernel)
{
  CapConv3dOptions o = cap_conv3d_options_default();
  o.channels = channels;
  o.kernel = kernel;
  o.stride = 2;
  o.pad = kernel / 2;
  return cap_conv3d_bn_relu_add(g, name, input, &o);
}

static gboolean
net_open(Net *net, GError **error)
{
  CapGraph *g = net->graph = cap_graph_new(BATCH, CAP_GRAPH_TRAIN, 1);
  net->patch = cap_graph_input(g, "patch", cap_shape_volume(1, CAP_PATCH));
  net->target = cap_graph_input(g, "target", cap_shape_vector(2));
  net->weight = cap_graph_input(g, "weight", cap_shape_vector(1));
  CapTensor x = halve(g, "conv1", net->patch, 16, 5);
  x = halve(g, "conv2", x, 32, 3);
  x = halve(g, "conv3", x, 64, 3);
  const CapTensor logits = cap_linear_add(g, "linear", x, cap_shape_vector(2));
  net->score = cap_softmax_add(g, "score", logits, NULL);
  cap_graph_keep(g, net->score);
  cap_graph_add_loss(
      g, cap_rating_loss_add(g, "loss", logits, net->target, net->weight, NULL),
      1.0f);
  return cap_graph_plan(g, error);
}

static void
add_sample(Net *net, const CapSample *sample)
{
  const int i = net->filled++;
  float *patch =
      cap_graph_data(net->graph, net->patch) + (gsize)i * CAP_PATCH_VOXELS;
  for (int v = 0; v < CAP_PATCH_VOXELS; v++)
    patch[v] = cap_network_scale((double)sample->hu[v]);
  float *target = cap_graph_data(net->graph, net->target) + 2 * i;
  target[0] = sample->is_nodule ? 0 : 1;
  target[1] = sample->is_nodule ? 1 : 0;
  cap_graph_data(net->graph, net->weight)[i] = 1;
}

static void
learn(Net *net)
{
  cap_graph_set_batch(net->graph, net->filled);
  cap_graph_zero_grad(net->graph);
  cap_graph_forward(net->graph);
  cap_graph_backward(net->graph);
  cap_optim_step(net->optim);
  net->filled = 0;
}

static void
score(Net *net, Tested *tested)
{
  cap_graph_set_batch(net->graph, net->filled);
  cap_graph_forward(net->graph);
  const float *out = cap_graph_data(net->graph, net->score);
  for (int i = 0; i < net->filled; i++)
    tested->scores[tested->n++] = (double)out[2 * i + 1];
  net->filled = 0;
}

/* Goes through the draws of one side in full batches: learns from those for
 * fitting without TESTED, scores the others with it. */
static gboolean
pass(Net *net, const CapPool *pool, CapMaking making, int n, Tested *tested,
     GError **error)
{
  g_autofree CapSample *sample = g_new0(CapSample, 1);
  cap_graph_set_training(net->graph, tested == NULL);
  for (int i = 0; i < n; i++) {
    if (!cap_pool_probe(pool, making, i / 2, i & 1, sample, error))
      return FALSE;
    if (cap_probe_is_tested(sample, i, n) != (tested != NULL))
      continue;
    if (net->erased)
      cap_probe_erase(sample);
    if (tested != NULL && tested->n + net->filled == MAX_TESTED)
      break;
    if (tested != NULL)
      tested->labels[tested->n + net->filled] = sample->is_nodule;
    add_sample(net, sample);
    if (net->filled == BATCH && tested == NULL)
      learn(net);
    else if (net->filled == BATCH)
      score(net, tested);
  }
  if (tested != NULL && net->filled > 0)
    score(net, tested);
  net->filled = 0; /* a last odd batch teaches nothing */
  return TRUE;
}

gboolean
cap_network_probe_run(const CapPool *pool, CapMaking making, int n,
                      gboolean erased, CapProbe *probe, GError **error)
{
  Net net = {.erased = erased};
  if (!net_open(&net, error)) {
    cap_graph_free(net.graph);
    return FALSE;
  }
  CapOptimOptions options = cap_optim_options_default();
  options.warmup_steps = 20;
  options.total_steps = MAX(n / 2 / BATCH, 1);
  options.weight_decay = 0.01;
  net.optim = cap_optim_new(net.graph, &options);
  g_autofree Tested *tested = g_new0(Tested, 1);
  const gboolean ok = pass(&net, pool, making, n, NULL, error) &&
                      pass(&net, pool, making, n, tested, error);
  cap_optim_free(net.optim);
  cap_graph_free(net.graph);
  *probe = (CapProbe){cap_rank_auc(tested->scores, tested->labels, tested->n),
                      tested->n};
  return ok;
}
