/* The capsule network as a whole: size, learning, inference, judging. */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <string.h>

#include "core/nn/optim.h"
#include "models/capsnet.h"
#include "tests/support/suite.h"

static CapCapsnet *
make(CapGraphMode mode, int batch)
{
  CapCapsnetOptions options = cap_capsnet_options_default();
  options.max_batch = batch;
  GError *error = NULL;
  CapCapsnet *net = cap_capsnet_new(mode, &options, &error);
  ck_assert_msg(net != NULL, "%s", error ? error->message : "");
  return net;
}

/* A ball of tissue in lung, off centre, or (odd I) a rod through the patch. */
static void
draw(int i, float *patch, float *mask)
{
  const double radius = 3.0 + i % 5, cx = 14.0 + i % 4, cy = 15.0 + i % 3;
  for (int v = 0; v < CAP_PATCH_VOXELS; v++) {
    const double x = v % 32 - cx, y = v / 32 % 32 - cy, z = v / 1024 - 15.5;
    const gboolean rod = i % 2;
    const double d =
        rod ? sqrt(x * x + y * y) * 1.5 : sqrt(x * x + y * y + z * z);
    const gboolean inside = d < radius;
    patch[v] =
        (inside ? 1.0f : 0.15f) + 0.05f * (float)((v * 7919 + i) % 13) / 13;
    mask[v] = inside && !rod;
  }
}

static void
fill_targets(CapCapsnet *net, int batch)
{
  CapGraph *g = net->graph;
  for (int i = 0; i < batch; i++) {
    draw(i, cap_graph_data(g, net->patch) + i * CAP_PATCH_VOXELS,
         cap_graph_data(g, net->target_mask) + i * CAP_PATCH_VOXELS);
    const float nodule = i % 2 == 0;
    cap_graph_data(g, net->target_class)[2 * i] = nodule;
    cap_graph_data(g, net->target_class)[2 * i + 1] = 1.0f - nodule;
    cap_graph_data(g, net->target_class_weight)[i] = 1.0f;
    cap_graph_data(g, net->target_malignancy_weight)[i] = nodule;
    cap_graph_data(g, net->target_mask_weight)[i] = nodule;
    for (int k = 0; k < 5; k++)
      cap_graph_data(g, net->target_malignancy)[5 * i + k] = k == i % 5;
    for (int a = 0; a < CAP_N_ATTRIBUTES; a++) {
      cap_graph_data(g, net->target_attributes_weight)[8 * i + a] = nodule;
      for (int k = 0; k < CAP_MAX_LEVELS; k++)
        cap_graph_data(g, net->target_attributes)[(8 * i + a) * 6 + k] =
            k == (i / 2) % 4;
    }
  }
}

START_TEST(budget)
{
  CapCapsnet *net = make(CAP_GRAPH_INFER, 1);
  CapGraph *g = net->graph;
  gsize encoder = 0, all = 0, macs = 0;
  for (int i = 0; i < cap_graph_n_params(g); i++) {
    const CapTensor tensor = cap_graph_param_at(g, i);
    const char *name = cap_graph_name(g, tensor);
    if (!cap_graph_is_trained(g, tensor))
      continue;
    all += cap_graph_size(g, tensor);
    if (g_str_has_prefix(name, "stem") || g_str_has_prefix(name, "primary") ||
        g_str_has_prefix(name, "capsules"))
      encoder += cap_graph_size(g, tensor);
  }
  for (int i = 0; i < cap_graph_n_ops(g); i++)
    macs += cap_graph_op_at(g, i)->macs;
  printf("# %d parameters, %d of them in the encoder; %.3f GMAC a patch\n",
         (int)all, (int)encoder, (double)macs * 1e-9);
  ck_assert_int_le(encoder, 500000);
  ck_assert_int_le(macs, 250000000);
  cap_capsnet_free(net);
}
END_TEST

START_TEST(overfits)
{
  const int batch = 16;
  CapCapsnet *net = make(CAP_GRAPH_TRAIN, batch);
  fill_targets(net, batch);
  CapOptimOptions options = cap_optim_options_default();
  options.warmup_steps = 5;
  options.total_steps = 20;
  options.rate_peak = 2e-3;
  CapOptim *optim = cap_optim_new(net->graph, &options);
  double first = 0.0, last = 0.0;
  for (int step = 0; step < 20; step++) {
    cap_graph_zero_grad(net->graph);
    cap_graph_forward(net->graph);
    last = cap_graph_loss(net->graph);
    if (step == 0)
      first = last;
    ck_assert(isfinite(last));
    cap_graph_backward(net->graph);
    cap_optim_step(optim);
    if (g_getenv("CAP_TEST_VERBOSE") != NULL)
      printf("# step %d loss %.4f\n", step, last);
  }
  printf("# loss %.4f, after 20 steps %.4f\n", first, last);
  ck_assert_double_lt(last, 0.7 * first);
  cap_optim_free(optim);
  cap_capsnet_free(net);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("capsnet");
  TCase *tcase = tcase_create("network");
  tcase_set_timeout(tcase, 200);
  tcase_add_test(tcase, budget);
  tcase_add_test(tcase, overfits);
  suite_add_tcase(suite, tcase);
  return cap_suite_run(suite);
}
