/* The capsule network as a whole: size, learning, inference, judging. */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <string.h>

#include "core/error.h"
#include "core/nn/optim.h"
#include "models/capsnet.h"
#include "tests/support/suite.h"

static const struct {
  const char *name;
  gboolean spread; /* loss */
} routings[] = {{"dynamic", FALSE},
                {"em", TRUE},
                {"attention", FALSE},
                {"sparse", FALSE},
                {"mean", FALSE}};

static CapNetwork *
make_routed(CapGraphMode mode, int batch, int routing)
{
  CapNetworkOptions options = cap_network_options_default();
  options.max_batch = batch;
  options.routing = cap_routing_find(routings[routing].name);
  options.spread_loss = routings[routing].spread;
  GError *error = NULL;
  CapNetwork *net = cap_network_new(mode, &options, &error);
  ck_assert_msg(net != NULL, "%s", error ? error->message : "");
  return net;
}

static CapNetwork *
make(CapGraphMode mode, int batch)
{
  return make_routed(mode, batch, 0);
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
fill_targets(CapNetwork *net, int batch)
{
  CapGraph *g = net->graph;
  for (int i = 0; i < batch; i++) {
    draw(i, cap_graph_data(g, net->patch) + i * CAP_PATCH_VOXELS,
         cap_graph_data(g, net->target_mask) + i * CAP_PATCH_VOXELS);
    const float nodule = i % 2 == 0;
    cap_graph_data(g, net->target_class)[2 * i] = nodule;
    cap_graph_data(g, net->target_class)[2 * i + 1] = 1.0f - nodule;
    cap_graph_data(g, net->target_class_weight)[i] = 1.0f;
    if (net->class_margin >= 0)
      cap_graph_data(g, net->class_margin)[i] = 0.5f;
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
  CapNetwork *net = make(CAP_GRAPH_INFER, 1);
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
  cap_network_free(net);
}
END_TEST

/* With heads that see nothing, an untrained network says the priors. */
START_TEST(priors_are_the_first_guess)
{
  CapNetwork *net = make(CAP_GRAPH_INFER, 1);
  CapGraph *g = net->graph;
  CapNetworkPriors priors = {.malignancy = {0.1f, 0.2f, 0.4f, 0.2f, 0.1f}};
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    for (int k = 0; k < cap_attribute_levels((CapAttributeKind)a); k++)
      priors.attributes[a][k] =
          k == 2
              ? 0.5f
              : 0.5f / (float)(cap_attribute_levels((CapAttributeKind)a) - 1);
  cap_network_set_priors(net, &priors);
  static const char *const heads[] = {"attributes.head.weight",
                                      "malignancy.2.weight"};
  for (guint i = 0; i < G_N_ELEMENTS(heads); i++) {
    const CapTensor t = cap_graph_find(g, heads[i]);
    memset(cap_graph_data(g, t), 0, cap_graph_size(g, t) * sizeof(float));
  }
  g_autofree float *patch = g_new0(float, CAP_PATCH_VOXELS);
  CapJudgement *out = g_new(CapJudgement, 1);
  ck_assert(cap_network_judge(net, patch, 1, 1, out, NULL));
  for (int k = 0; k < 5; k++)
    ck_assert_double_eq_tol(out->malignancy.p[k], (double)priors.malignancy[k],
                            1e-5);
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    for (int k = 0; k < out->attributes[a].n_levels; k++)
      ck_assert_double_eq_tol(out->attributes[a].p[k],
                              (double)priors.attributes[a][k], 1e-5);
  g_free(out);
  cap_network_free(net);
}
END_TEST

START_TEST(other_networks_weights_are_refused)
{
  const struct {
    const char *architecture, *iterations, *routing;
    int expected; /* iterations, 0: refused */
    const char *mass;
  } rows[] = {{CAP_CAPSNET_ARCHITECTURE, "2", NULL, 2},
              {CAP_CAPSNET_ARCHITECTURE, "2", "mean", 2},
              {CAP_CAPSNET_ARCHITECTURE, NULL, "dynamic", 3},
              {CAP_CAPSNET_ARCHITECTURE, "6", NULL, 0},
              {CAP_CAPSNET_ARCHITECTURE, "many", NULL, 0},
              {CAP_CAPSNET_ARCHITECTURE, "3", "other", 0},
              {CAP_CAPSNET_ARCHITECTURE, "3", "sparse", 3, "0.7"},
              {CAP_CAPSNET_ARCHITECTURE, "3", "sparse", 0, "1.5"},
              {"capsight capsnet 1", "3", NULL, 0},
              {NULL, "3", NULL, 0}};
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GHashTable) metadata = g_hash_table_new(g_str_hash, g_str_equal);
    if (rows[i].architecture != NULL)
      g_hash_table_insert(metadata, (char *)"architecture",
                          (char *)rows[i].architecture);
    if (rows[i].iterations != NULL)
      g_hash_table_insert(metadata, (char *)"routing_iterations",
                          (char *)rows[i].iterations);
    if (rows[i].routing != NULL)
      g_hash_table_insert(metadata, (char *)"routing", (char *)rows[i].routing);
    if (rows[i].mass != NULL)
      g_hash_table_insert(metadata, (char *)"routing_mass",
                          (char *)rows[i].mass);
    CapNetworkOptions options = cap_network_options_default();
    g_autoptr(GError) error = NULL;
    const gboolean ok =
        cap_network_options_read(&options, "w.safetensors", metadata, &error);
    ck_assert_int_eq(ok, rows[i].expected > 0);
    if (ok) {
      ck_assert_int_eq(options.routing_iterations, rows[i].expected);
      ck_assert_str_eq(options.routing->name,
                       rows[i].routing != NULL ? rows[i].routing : "dynamic");
      continue;
    }
    ck_assert(g_error_matches(error, CAP_ERROR, CAP_ERROR_WEIGHTS));
    ck_assert(g_str_has_prefix(error->message, "w.safetensors: "));
  }
}
END_TEST

/* Capsules of other sizes, and heads that see the mask's shape, come back from
 * what a weights file says of them. */
START_TEST(sizes_come_from_the_weights)
{
  g_autoptr(GHashTable) metadata = g_hash_table_new(g_str_hash, g_str_equal);
  const char *const pairs[][2] = {{"architecture", CAP_CAPSNET_ARCHITECTURE},
                                  {"capsule_dimension", "12"},
                                  {"mask_features", "shape"}};
  for (guint i = 0; i < G_N_ELEMENTS(pairs); i++)
    g_hash_table_insert(metadata, (char *)pairs[i][0], (char *)pairs[i][1]);
  CapNetworkOptions options = cap_network_options_default();
  g_autoptr(GError) error = NULL;
  ck_assert(cap_network_options_read(&options, "w", metadata, &error));
  ck_assert_int_eq(options.capsule_dimension, 12);
  options.max_batch = 1;
  g_autoptr(CapNetwork) net =
      cap_network_new(CAP_GRAPH_INFER, &options, &error);
  ck_assert_ptr_nonnull(net);
  CapGraph *g = net->graph;
  const CapTensor votes = cap_graph_find(g, "capsules.weight");
  ck_assert_uint_eq(cap_graph_size(g, votes),
                    16 * CAP_N_CAPSULES * CAP_POSE_DIM * 12);
  const CapTensor head = cap_graph_find(g, "attributes.head.weight");
  ck_assert_uint_eq(
      cap_graph_size(g, head),
      CAP_N_ATTRIBUTES * CAP_MAX_LEVELS *
          (CAP_POSE_DIM + cap_mask_features_count(CAP_MASK_FEATURES_SHAPE)));
  g_hash_table_insert(metadata, (char *)"capsule_dimension", (char *)"33");
  ck_assert(!cap_network_options_read(&options, "w", metadata, &error));
  ck_assert(strstr(error->message, "not 4 to 32") != NULL);
  g_clear_error(&error);
  g_hash_table_insert(metadata, (char *)"capsule_dimension", (char *)"8");
  g_hash_table_insert(metadata, (char *)"mask_features", (char *)"colour");
  ck_assert(!cap_network_options_read(&options, "w", metadata, &error));
  ck_assert(strstr(error->message, "density, shape") != NULL);
}
END_TEST

START_TEST(overfits)
{
  const int batch = 16;
  CapNetwork *net = make_routed(CAP_GRAPH_TRAIN, batch, _i);
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
  }
  printf("# %s: loss %.4f, after 20 steps %.4f\n", routings[_i].name, first,
         last);
  ck_assert_double_lt(last, 0.7 * first);
  cap_optim_free(optim);
  cap_network_free(net);
}
END_TEST

/* Loss along the gradient of one parameter: what differences say about its
 * length against the length that backward computed. */
static void
check_direction(CapNetwork *net, CapTensor param)
{
  CapGraph *g = net->graph;
  const gsize n = cap_graph_size(g, param);
  float *data = cap_graph_data(g, param), *grad = cap_graph_grad(g, param);
  g_autofree float *start = g_memdup2(data, n * sizeof(float));
  double norm = 0.0;
  for (gsize i = 0; i < n; i++)
    norm += (double)grad[i] * (double)grad[i];
  norm = sqrt(norm);
  if (norm < 2e-3)
    return; /* lost in the rounding of the loss */
  double losses[2];
  const double step = 4e-3 / norm; /* the loss moves by about this x norm */
  for (int side = 0; side < 2; side++) {
    for (gsize i = 0; i < n; i++)
      data[i] = start[i] + (float)((side ? -step : step) * (double)grad[i] /
                                   norm * MIN(norm, 1.0));
    cap_graph_forward(g);
    losses[side] = cap_graph_loss(g);
  }
  memcpy(data, start, n * sizeof(float));
  const double numeric =
      (losses[0] - losses[1]) / (2.0 * step * MIN(norm, 1.0));
  ck_assert_msg(fabs(numeric - norm) < 0.05 * norm + 1e-3,
                "gradient of %s: length %.6g, differences say %.6g",
                cap_graph_name(g, param), norm, numeric);
}

START_TEST(differences)
{
  const int batch = 4;
  CapNetwork *net = make_routed(CAP_GRAPH_TRAIN, batch, _i);
  CapGraph *g = net->graph;
  fill_targets(net, batch);
  /* Malignancy sees the thresholded mask, whose voxels come and go in steps;
   * only what lies behind that is smooth. */
  for (int smooth = 0; smooth < 2; smooth++) {
    for (int i = 0; i < batch; i++)
      cap_graph_data(g, net->target_malignancy_weight)[i] = (float)smooth;
    cap_graph_zero_grad(g);
    cap_graph_forward(g);
    cap_graph_backward(g);
    for (int i = 0; i < cap_graph_n_params(g); i++) {
      const CapTensor param = cap_graph_param_at(g, i);
      const gboolean behind =
          g_str_has_prefix(cap_graph_name(g, param), "malignancy");
      if (cap_graph_is_trained(g, param) && behind == smooth)
        check_direction(net, param);
    }
  }
  cap_network_free(net);
}
END_TEST

static CapJudgement *
judge(CapNetwork *net, const float *patches, int n, int flips)
{
  CapJudgement *out = g_new(CapJudgement, n);
  GError *error = NULL;
  ck_assert(cap_network_judge(net, patches, n, flips, out, &error));
  return out;
}

static float *
some_patches(int n)
{
  float *patches = g_new(float, (gsize)n *CAP_PATCH_VOXELS);
  g_autofree float *mask = g_new(float, CAP_PATCH_VOXELS);
  for (int i = 0; i < n; i++)
    draw(i, patches + (gsize)i * CAP_PATCH_VOXELS, mask);
  return patches;
}

START_TEST(same_on_any_threads)
{
  const int n = 5;
  g_autofree float *patches = some_patches(n);
  CapJudgement *first = NULL;
  for (int threads = 1; threads <= 3; threads++) {
    omp_set_num_threads(threads);
    CapNetwork *net = make_routed(CAP_GRAPH_INFER, 8, _i);
    CapJudgement *out = judge(net, patches, n, 2);
    if (first == NULL)
      first = out;
    else
      ck_assert_msg(memcmp(first, out, sizeof *out * n) == 0,
                    "%s: %d threads give other bits than 1", routings[_i].name,
                    threads);
    if (out != first)
      g_free(out);
    cap_network_free(net);
  }
  g_free(first);
}
END_TEST

START_TEST(folded_as_trained)
{
  const int batch = 4;
  CapNetwork *train = make(CAP_GRAPH_TRAIN, batch);
  CapNetwork *infer = make(CAP_GRAPH_INFER, batch);
  fill_targets(train, batch);
  const CapOptimOptions options = cap_optim_options_default();
  CapOptim *optim = cap_optim_new(train->graph, &options);
  for (int step = 0; step < 3; step++) {
    cap_graph_zero_grad(train->graph);
    cap_graph_forward(train->graph);
    cap_graph_backward(train->graph);
    cap_optim_step(optim);
  }
  cap_graph_set_training(train->graph, FALSE);
  cap_graph_forward(train->graph);
  memcpy(cap_graph_data(infer->graph, infer->patch),
         cap_graph_data(train->graph, train->patch),
         sizeof(float) * batch * CAP_PATCH_VOXELS);
  cap_graph_forward(infer->graph); /* folds the starting values */
  for (int i = 0; i < cap_graph_n_params(train->graph); i++) {
    const CapTensor from = cap_graph_param_at(train->graph, i);
    const CapTensor to =
        cap_graph_find(infer->graph, cap_graph_name(train->graph, from));
    ck_assert_int_ge(to, 0);
    memcpy(cap_graph_data(infer->graph, to), cap_graph_data(train->graph, from),
           sizeof(float) * cap_graph_size(infer->graph, to));
  }
  cap_graph_touch(infer->graph);
  cap_graph_forward(infer->graph);
  const CapTensor pairs[][2] = {{train->lengths, infer->lengths},
                                {train->poses, infer->poses},
                                {train->routing, infer->routing},
                                {train->malignancy, infer->malignancy},
                                {train->attributes, infer->attributes},
                                {train->mask, infer->mask},
                                {train->reconstruction, infer->reconstruction}};
  for (guint p = 0; p < G_N_ELEMENTS(pairs); p++) {
    const gsize n = cap_graph_size(train->graph, pairs[p][0]) * batch;
    for (gsize i = 0; i < n; i++)
      ck_assert_float_eq_tol(cap_graph_data(train->graph, pairs[p][0])[i],
                             cap_graph_data(infer->graph, pairs[p][1])[i],
                             2e-4f);
  }
  cap_optim_free(optim);
  cap_network_free(train);
  cap_network_free(infer);
}
END_TEST

/* Voxel I of a cube of EDGE seen in a mirror; FLIP has x, y, z as bits 0 to 2.
 */
static int
mirrored(int i, int edge, int flip)
{
  int at[3] = {i % edge, i / edge % edge, i / edge / edge};
  for (int axis = 0; axis < 3; axis++)
    if (flip >> axis & 1)
      at[axis] = edge - 1 - at[axis];
  return (at[2] * edge + at[1]) * edge + at[0];
}

START_TEST(flips_average)
{
  CapNetwork *net = make(CAP_GRAPH_INFER, 5); /* batches cross patches */
  g_autofree float *patches = some_patches(2);
  g_autofree CapJudgement *all = judge(net, patches, 2, 8);
  g_autofree float *turned = g_new(float, 8 * CAP_PATCH_VOXELS);
  for (int f = 0; f < 8; f++)
    for (int v = 0; v < CAP_PATCH_VOXELS; v++)
      turned[f * CAP_PATCH_VOXELS + v] =
          patches[CAP_PATCH_VOXELS + mirrored(v, CAP_PATCH, f)];
  g_autofree CapJudgement *each = judge(net, turned, 8, 1);
  double probability = 0.0, level = 0.0, mask = 0.0, cell = 0.0;
  const int voxel = 5000, place = 13;
  for (int f = 0; f < 8; f++) {
    probability += each[f].nodule_probability / 8;
    level += each[f].malignancy.p[2] / 8;
    mask += (double)each[f].mask[mirrored(voxel, CAP_PATCH, f)] / 8;
    cell +=
        (double)each[f].capsules[3].routing[mirrored(place, CAP_GRID, f)] / 8;
  }
  ck_assert_double_eq_tol(all[1].nodule_probability, probability, 1e-6);
  ck_assert_double_eq_tol(all[1].malignancy.p[2], level, 1e-6);
  ck_assert_double_eq_tol((double)all[1].mask[voxel], mask, 1e-6);
  ck_assert_double_eq_tol((double)all[1].capsules[3].routing[place], cell,
                          1e-6);
  for (int d = 0; d < CAP_POSE_DIM; d++)
    ck_assert_float_eq_tol(all[1].capsules[0].pose[d],
                           each[0].capsules[0].pose[d], 1e-6f);
  cap_network_free(net);
}
END_TEST

START_TEST(judgement_adds_up)
{
  CapNetwork *net = make_routed(CAP_GRAPH_INFER, 4, _i);
  g_autofree float *patches = some_patches(1);
  g_autofree CapJudgement *plain = judge(net, patches, 1, 1);
  double sum = 0.0;
  for (int k = 0; k < 5; k++)
    sum += plain->malignancy.p[k];
  ck_assert_double_eq_tol(sum, 1.0, 1e-6);
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++) {
    const int levels = cap_attribute_levels((CapAttributeKind)a);
    ck_assert_int_eq(plain->attributes[a].n_levels, levels);
    for (int k = levels; k < CAP_MAX_LEVELS; k++)
      ck_assert(plain->attributes[a].p[k] == 0.0);
  }
  for (int j = 0; j < CAP_N_CAPSULES; j++) {
    double square = 0.0;
    for (int d = 0; d < CAP_POSE_DIM; d++)
      square += pow((double)plain->capsules[j].pose[d], 2);
    ck_assert(plain->capsules[j].length >= 0 && plain->capsules[j].length <= 1);
    if (!cap_routing_find(routings[_i].name)->activations)
      ck_assert_double_eq_tol(plain->capsules[j].length, sqrt(square), 1e-5);
    for (int i = 0; i < 64; i++)
      ck_assert(plain->capsules[j].routing[i] >= 0.0f &&
                plain->capsules[j].routing[i] <= 1.0f);
  }
  const double expected =
      plain->capsules[0].length /
      (plain->capsules[0].length + plain->capsules[1].length);
  ck_assert_double_eq_tol(plain->nodule_probability, expected, 1e-6);
  float *c = cap_graph_data(net->graph,
                            cap_graph_find(net->graph, "calibration.nodule"));
  c[0] = 2.0f;
  c[1] = -1.0f;
  g_autofree CapJudgement *calibrated = judge(net, patches, 1, 1);
  const double logit = log(expected / (1.0 - expected));
  ck_assert_double_eq_tol(calibrated->nodule_probability,
                          1.0 / (1.0 + exp(-(2.0 * logit - 1.0))), 1e-6);
  cap_network_free(net);
}
END_TEST

int
main(void)
{
  omp_set_num_threads(1); /* many short loops: threads that wait cost more */
  Suite *suite = suite_create("capsnet");
  TCase *tcase = tcase_create("network");
  tcase_set_timeout(tcase, 250);
  tcase_add_test(tcase, budget);
  tcase_add_test(tcase, priors_are_the_first_guess);
  tcase_add_test(tcase, other_networks_weights_are_refused);
  tcase_add_test(tcase, sizes_come_from_the_weights);
  const int n_routings = (int)G_N_ELEMENTS(routings);
  tcase_add_loop_test(tcase, overfits, 0, 3); /* the rest learn as the first */
  tcase_add_loop_test(tcase, differences, 0, 2); /* the rest in test_routing */
  tcase_add_loop_test(tcase, same_on_any_threads, 0, n_routings);
  tcase_add_test(tcase, folded_as_trained);
  tcase_add_test(tcase, flips_average);
  tcase_add_loop_test(tcase, judgement_adds_up, 0, n_routings);
  suite_add_tcase(suite, tcase);
  return cap_suite_run(suite);
}
