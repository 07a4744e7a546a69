/* The networks that the capsule network is compared with: published sizes,
 * learning, inference as trained, and chance that does not depend on how a
 * batch is dealt out. Narrow ones where the width does not matter. */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <string.h>

#include "core/nn/optim.h"
#include "models/network.h"
#include "tests/support/suite.h"

#define N 6

static const char *const kinds[] = {"cnn", "resnet50", "vit"};

static CapNetwork *
make(const char *kind, CapGraphMode mode, int batch, int width, double dropout)
{
  CapNetworkOptions options = cap_network_options_default();
  options.kind = cap_network_kind_find(kind);
  options.max_batch = batch;
  options.width = width;
  options.dropout = dropout;
  GError *error = NULL;
  CapNetwork *net = cap_network_new(mode, &options, &error);
  cap_assert_no_error(error);
  cap_graph_set_batch(net->graph, batch);
  return net;
}

/* A ball of tissue in lung, or (odd I) a rod through the patch. */
static void
draw(int i, float *patch)
{
  const double radius = 3.0 + i % 3;
  for (int v = 0; v < CAP_PATCH_VOXELS; v++) {
    const double x = v % 32 - 15.5, y = v / 32 % 32 - 15.5, z = v / 1024 - 15.5;
    const double d = sqrt(x * x + y * y + (i % 2 ? 0 : z * z));
    patch[v] = (d < radius ? 1.0f : 0.15f) + 0.004f * (float)(v * 7919 % 13);
  }
}

static void
fill_patches(CapNetwork *net, int n)
{
  for (int i = 0; i < n; i++)
    draw(i, cap_graph_data(net->graph, net->patch) + i * CAP_PATCH_VOXELS);
}

static void
fill_targets(CapNetwork *net, int n)
{
  CapGraph *g = net->graph;
  const CapTensor ones[] = {net->target_class_weight,
                            net->target_malignancy_weight,
                            net->target_attributes_weight};
  for (guint t = 0; t < G_N_ELEMENTS(ones); t++)
    for (gsize i = 0; i < cap_graph_size(g, ones[t]) * (gsize)n; i++)
      cap_graph_data(g, ones[t])[i] = 1.0f;
  for (int i = 0; i < n; i++) {
    cap_graph_data(g, net->target_class)[2 * i + i % 2] = 1.0f;
    cap_graph_data(g, net->target_malignancy)[5 * i + i % 5] = 1.0f;
    for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
      cap_graph_data(g, net->target_attributes)[(8 * i + a) * 6 + i % 4] = 1.0f;
  }
}

/* Without the mask head and decoder, as the study counts encoders, unless ALL.
 */
static gsize
n_parameters(const CapNetwork *net, gboolean all)
{
  gsize n = 0;
  for (int i = 0; i < cap_graph_n_params(net->graph); i++) {
    const CapTensor t = cap_graph_param_at(net->graph, i);
    const char *name = cap_graph_name(net->graph, t);
    if (cap_graph_is_trained(net->graph, t) &&
        (all || !(g_str_has_prefix(name, "mask.") ||
                  g_str_has_prefix(name, "decoder."))))
      n += cap_graph_size(net->graph, t);
  }
  return n;
}

START_TEST(the_plain_one_is_as_large_as_the_capsule_network)
{
  CapNetwork *capsnet = make("capsnet", CAP_GRAPH_INFER, 1, 0, 0);
  CapNetwork *cnn = make("cnn", CAP_GRAPH_INFER, 1, 0, 0);
  const double a = (double)n_parameters(capsnet, FALSE);
  const double b = (double)n_parameters(cnn, FALSE);
  printf("# encoders: capsnet %.0f, cnn %.0f parameters\n", a, b);
  ck_assert_double_eq_tol(b / a, 1, 0.03);
  cap_network_free(capsnet);
  cap_network_free(cnn);
}
END_TEST

/* As they are trained in the study: built whole and asked about one patch. */
START_TEST(published_sizes)
{
  const struct {
    const char *kind;
    double least, most; /* million parameters */
  } rows[] = {{"cnn", 0.48, 0.50}, {"resnet50", 45, 48}, {"vit", 85, 88}};
  CapNetwork *net = make(rows[_i].kind, CAP_GRAPH_INFER, 1, 0, 0);
  const double millions = (double)n_parameters(net, TRUE) * 1e-6;
  double macs = 0;
  for (int i = 0; i < cap_graph_n_ops(net->graph); i++)
    macs += (double)cap_graph_op_at(net->graph, i)->macs;
  printf("# %s: %.3f million parameters, %.3f GMAC a patch\n", rows[_i].kind,
         millions, macs * 1e-9);
  ck_assert_double_ge(millions, rows[_i].least);
  ck_assert_double_le(millions, rows[_i].most);
  fill_patches(net, 1);
  g_autofree float *patch = g_memdup2(cap_graph_data(net->graph, net->patch),
                                      CAP_PATCH_VOXELS * sizeof(float));
  g_autofree CapJudgement *out = g_new(CapJudgement, 1);
  ck_assert(cap_network_judge(net, patch, 1, 1, out, NULL));
  ck_assert(!out->has_capsules);
  ck_assert_int_eq(out->has_mask, strcmp(rows[_i].kind, "cnn") == 0);
  double sum = 0;
  for (int k = 0; k < 5; k++)
    sum += out->malignancy.p[k];
  ck_assert_double_eq_tol(sum, 1, 1e-5);
  ck_assert(out->nodule_probability > 0 && out->nodule_probability < 1);
  cap_network_free(net);
}
END_TEST

START_TEST(learns)
{
  CapNetwork *net = make(kinds[_i], CAP_GRAPH_TRAIN, N, 8, 0.1);
  fill_patches(net, N);
  fill_targets(net, N);
  CapOptimOptions options = cap_optim_options_default();
  options.warmup_steps = 2;
  options.total_steps = 16;
  CapOptim *optim = cap_optim_new(net->graph, &options);
  double first = 0, last = 0;
  for (int step = 0; step < 16; step++) {
    cap_graph_set_draw(net->graph, (guint64)step, 0);
    cap_graph_zero_grad(net->graph);
    cap_graph_forward(net->graph);
    last = cap_graph_loss(net->graph);
    if (step == 0)
      first = last;
    cap_graph_backward(net->graph);
    cap_optim_step(optim);
  }
  printf("# %s: loss %.3f, after 16 steps %.3f\n", kinds[_i], first, last);
  ck_assert(isfinite(last));
  ck_assert_double_lt(last, 0.8 * first);
  cap_optim_free(optim);
  cap_network_free(net);
}
END_TEST

static void
copy_weights(CapNetwork *from, CapNetwork *to)
{
  for (int i = 0; i < cap_graph_n_params(from->graph); i++) {
    const CapTensor a = cap_graph_param_at(from->graph, i);
    const CapTensor b =
        cap_graph_find(to->graph, cap_graph_name(from->graph, a));
    ck_assert_int_ge(b, 0);
    memcpy(cap_graph_data(to->graph, b), cap_graph_data(from->graph, a),
           cap_graph_size(from->graph, a) * sizeof(float));
  }
  cap_graph_touch(to->graph);
}

/* Inference folds normalisations, reuses memory and leaves dropout out. */
START_TEST(infers_as_trained)
{
  CapNetwork *train = make(kinds[_i], CAP_GRAPH_TRAIN, N, 8, 0.3);
  CapNetwork *infer = make(kinds[_i], CAP_GRAPH_INFER, N, 8, 0.3);
  fill_patches(train, N);
  cap_graph_forward(train->graph); /* running statistics of these patches */
  for (int i = 0; i < cap_graph_n_params(train->graph); i++) {
    const CapTensor t = cap_graph_param_at(train->graph, i);
    if (g_str_has_suffix(cap_graph_name(train->graph, t), ".bn.scale"))
      for (gsize k = 0; k < cap_graph_size(train->graph, t); k++)
        cap_graph_data(train->graph, t)[k] = 0.5f + 0.1f * (float)(k % 7);
  }
  copy_weights(train, infer);
  fill_patches(infer, N);
  cap_graph_set_training(train->graph, FALSE);
  cap_graph_forward(train->graph);
  cap_graph_forward(infer->graph);
  const CapTensor of[] = {train->classes, train->malignancy, train->attributes};
  const CapTensor as[] = {infer->classes, infer->malignancy, infer->attributes};
  for (guint t = 0; t < G_N_ELEMENTS(of); t++)
    for (gsize i = 0; i < N * cap_graph_size(train->graph, of[t]); i++)
      ck_assert_double_eq_tol((double)cap_graph_data(train->graph, of[t])[i],
                              (double)cap_graph_data(infer->graph, as[t])[i],
                              1e-4);
  cap_network_free(train);
  cap_network_free(infer);
}
END_TEST

START_TEST(same_on_any_threads)
{
  float first[N * 5];
  for (int threads = 1; threads <= 2; threads++) {
    omp_set_num_threads(threads);
    CapNetwork *net = make(kinds[_i], CAP_GRAPH_INFER, N, 8, 0);
    fill_patches(net, N);
    cap_graph_forward(net->graph);
    const float *out = cap_graph_data(net->graph, net->malignancy);
    if (threads == 1)
      memcpy(first, out, sizeof first);
    ck_assert(memcmp(first, out, sizeof first) == 0);
    cap_network_free(net);
  }
}
END_TEST

/* Logits of samples FIRST … FIRST + n - 1 of one drawing, dropout on. */
static void
run_part(CapNetwork *net, int first, int n, float *out)
{
  cap_graph_set_batch(net->graph, n);
  for (int i = 0; i < n; i++)
    draw(0, cap_graph_data(net->graph, net->patch) + i * CAP_PATCH_VOXELS);
  cap_graph_set_draw(net->graph, 3, first);
  cap_graph_forward(net->graph);
  memcpy(out, cap_graph_data(net->graph, net->malignancy_logits),
         (gsize)n * 5 * sizeof(float));
}

START_TEST(chance_is_the_samples_own)
{
  CapNetwork *net = make("vit", CAP_GRAPH_TRAIN, N, 4, 0.3);
  float whole[N * 5], parts[N * 5];
  run_part(net, 0, N, whole);
  run_part(net, 0, 2, parts);
  run_part(net, 2, N - 2, parts + 2 * 5);
  for (int i = 0; i < N * 5; i++)
    ck_assert_double_eq_tol((double)whole[i], (double)parts[i], 1e-5);
  /* the same patch, other chance */
  ck_assert(memcmp(whole, whole + 5, 5 * sizeof(float)) != 0);
  cap_network_free(net);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("baselines");
  TCase *tests = tcase_create("baselines");
  const int n = (int)G_N_ELEMENTS(kinds);
  tcase_set_timeout(tests, 240);
  tcase_add_loop_test(tests, published_sizes, 0, n);
  tcase_add_test(tests, the_plain_one_is_as_large_as_the_capsule_network);
  tcase_add_loop_test(tests, learns, 0, n);
  tcase_add_loop_test(tests, infers_as_trained, 0, n);
  tcase_add_loop_test(tests, same_on_any_threads, 0, n);
  tcase_add_test(tests, chance_is_the_samples_own);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
