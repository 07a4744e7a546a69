/* Mixed precision trains as well as float32: the same small network both ways,
 * judged on patches that neither has seen. */
#include "core/nn/ops/conv3d.h"
#include "core/nn/ops/linear.h"
#include "core/nn/ops/losses.h"
#include "core/nn/ops/softmax.h"
#include "core/nn/optim.h"
#include "core/stats/roc.h"
#include "models/network.h"
#include "tests/support/nodules.h"
#include "tests/support/suite.h"

#include <math.h>
#include <stdio.h>

enum { N_STEPS = 20, BATCH = 32, N_JUDGED = 6 * BATCH };

/* Three convolutions and a linear layer that tell balls from vessels. */
typedef struct {
  CapGraph *graph;
  CapTensor patch, target, score;
} Net;

static CapTensor
halve(CapGraph *g, const char *name, CapTensor input, int channels)
{
  CapConv3dOptions o = cap_conv3d_options_default();
  o.channels = channels;
  o.stride = 2;
  return cap_conv3d_bn_relu_add(g, name, input, &o);
}

static Net
net_new(CapPrecision precision)
{
  CapGraph *g = cap_graph_new(BATCH, CAP_GRAPH_TRAIN, 3);
  cap_graph_set_precision(g, precision, NULL);
  Net net = {.graph = g};
  net.patch = cap_graph_input(g, "patch", cap_shape_volume(1, CAP_PATCH));
  net.target = cap_graph_input(g, "target", cap_shape_vector(2));
  const CapTensor weight = cap_graph_input(g, "weight", cap_shape_vector(1));
  CapTensor x = halve(g, "conv1", net.patch, 16);
  x = halve(g, "conv2", x, 24);
  x = halve(g, "conv3", x, 32);
  const CapTensor logits = cap_linear_add(g, "linear", x, cap_shape_vector(2));
  net.score = cap_softmax_add(g, "score", logits, NULL);
  cap_graph_keep(g, net.score);
  cap_graph_add_loss(
      g, cap_rating_loss_add(g, "loss", logits, net.target, weight, NULL),
      1.0f);
  ck_assert(cap_graph_plan(g, NULL));
  for (int i = 0; i < BATCH; i++)
    cap_graph_data(g, weight)[i] = 1.0f;
  return net;
}

/* Draws FIRST … of the pool, every other one a ball, become the batch. */
static void
fill(Net *net, const CapPool *pool, int first, guint8 *labels)
{
  g_autofree CapSample *sample = g_new0(CapSample, 1);
  for (int i = 0; i < BATCH; i++) {
    ck_assert(cap_pool_probe(pool, CAP_MAKING_TRANSPLANT, (first + i) / 2,
                             i & 1, sample, NULL));
    float *patch =
        cap_graph_data(net->graph, net->patch) + (gsize)i * CAP_PATCH_VOXELS;
    for (int v = 0; v < CAP_PATCH_VOXELS; v++)
      patch[v] = cap_network_scale((double)sample->hu[v]);
    float *target = cap_graph_data(net->graph, net->target) + 2 * i;
    target[0] = i & 1 ? 0.0f : 1.0f;
    target[1] = i & 1 ? 1.0f : 0.0f;
    labels[i] = i & 1;
  }
}

/* Trains at PRECISION, with a loss scale of SCALE; SCORES and LABELS receive
 * N_JUDGED balls and vessels that it has not seen. */
static void
train_and_judge(const CapPool *pool, CapPrecision precision, double scale,
                double *scores, guint8 *labels)
{
  Net net = net_new(precision);
  CapGraph *g = net.graph;
  CapOptimOptions options = cap_optim_options_default();
  options.warmup_steps = 5;
  options.total_steps = N_STEPS;
  options.loss_scale = scale;
  g_autoptr(CapOptim) optim = cap_optim_new(g, &options);
  for (int step = 0; step < N_STEPS; step++) {
    fill(&net, pool, step * BATCH, labels);
    cap_graph_zero_grad(g);
    cap_graph_forward(g);
    cap_graph_backward(g);
    ck_assert(isfinite(cap_optim_step(optim)));
  }
  cap_graph_set_training(g, FALSE);
  for (int n = 0; n < N_JUDGED; n += BATCH) {
    fill(&net, pool, 10000 + n, labels + n);
    cap_graph_forward(g);
    for (int i = 0; i < BATCH; i++)
      scores[n + i] = (double)cap_graph_data(g, net.score)[2 * i + 1];
  }
  cap_graph_free(g);
}

START_TEST(bfloat16_validates_as_float32_does)
{
  g_autoptr(CapPool) pool = cap_test_pool(60, TRUE, NULL);
  guint8 labels[N_JUDGED];
  double a[N_JUDGED], b[N_JUDGED];
  train_and_judge(pool, CAP_PRECISION_FLOAT32, 1, a, labels);
  train_and_judge(pool, CAP_PRECISION_BFLOAT16, 65536, b, labels);
  const CapRocAuc in_full = cap_roc_delong(a, labels, N_JUDGED, 0.95);
  const CapRocAuc in_half = cap_roc_delong(b, labels, N_JUDGED, 0.95);
  const CapRocAuc gap = cap_roc_delong_paired(a, b, labels, N_JUDGED, 0.95);
  printf("# AUC %.3f (%.3f to %.3f) in float32, %.3f in bfloat16; difference "
         "%.4f (%.4f to %.4f)\n",
         in_full.auc, in_full.low, in_full.high, in_half.auc, gap.auc, gap.low,
         gap.high);
  ck_assert_double_gt(in_full.auc, 0.8); /* something was learnt to lose */
  ck_assert_double_ge(in_half.auc, in_full.low);
  ck_assert_double_le(gap.low, 0);
  double apart = 0;
  for (int i = 0; i < N_JUDGED; i++)
    apart = MAX(apart, fabs(a[i] - b[i]));
  ck_assert_double_gt(apart, 1e-6); /* and not because both ran the same way */
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("mixed_training");
  TCase *tests = tcase_create("mixed_training");
  tcase_set_timeout(tests, 120);
  tcase_add_test(tests, bfloat16_validates_as_float32_does);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
