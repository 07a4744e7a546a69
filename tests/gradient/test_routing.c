/* Every routing against its double-precision twin: see
 * tests/support/gradient.h. Batches of 1 and of 37, 1 to 5 iterations, rows
 * that are no multiple of eight voxels, child dimensions that are none either.
 */
#include <string.h>

#include "core/nn/ops/capsules.h"
#include "tests/support/ops.h"
#include "tests/support/suite.h"

static CapTensor
build_layer(CapGraph *g, const CapTensor *in, const int *o, CapTensor active)
{
  static const char *const names[] = {"mean", "dynamic", "sparse", "attention",
                                      "em"};
  CapCapsulesOptions options = cap_capsules_options_default();
  options.routing = cap_routing_find(names[o[0]]);
  options.iterations = o[1];
  options.child_dim = o[2];
  options.dim = o[3];
  options.matrix = o[0] == CAP_TWIN_EM && o[2] == 16 && o[3] == 16;
  options.gain = (float)CAP_TWIN_GAIN;
  options.mass = (float)CAP_TWIN_MASS;
  options.n_groups = o[5];
  for (int i = 0; i < o[5]; i++)
    options.groups[i] = (CapCapsuleGroup){o[6 + 2 * i], o[7 + 2 * i]};
  const CapCapsules layer = cap_capsules_add(g, "op", in[0], active, &options);
  return o[4] ? layer.activations : layer.poses;
}

static CapTensor
build(CapGraph *g, const CapTensor *in, const int *o)
{
  return build_layer(g, in, o, -1);
}

static CapTensor
build_active(CapGraph *g, const CapTensor *in, const int *o)
{
  return build_layer(g, in, o, in[1]);
}

/* A layer's row: children C x D x H x W; options as in tests/support/twin.h. */
#define ROW(name, c, d, h, w, ...)                                             \
  {                                                                            \
    name, build, cap_twin_routing, 1, {{4, {c, d, h, w}}}, {__VA_ARGS__},      \
        FALSE, 1                                                               \
  }

/* Children with activations of their own, T types of them. */
#define ACTIVE(name, c, t, d, h, w, ...)                                       \
  {                                                                            \
    name, build_active, cap_twin_routing, 2,                                   \
        {{4, {c, d, h, w}}, {4, {t, d, h, w}}}, {__VA_ARGS__}, FALSE, 2, 0.1,  \
        1.0                                                                    \
  }

static const CapGradientRow rows[] = {
    ROW("mean", 16, 2, 2, 2, CAP_TWIN_MEAN, 3, 8, 16, 0, 2, 2, 1, 1, 0),
    ROW("mean odd", 15, 3, 1, 2, CAP_TWIN_MEAN, 1, 5, 7, 1, 1, 3, 1),
    ROW("dynamic 1", 16, 2, 2, 2, CAP_TWIN_DYNAMIC, 1, 8, 16, 0, 2, 2, 1, 1, 0),
    ROW("dynamic 2 odd", 10, 3, 1, 2, CAP_TWIN_DYNAMIC, 2, 5, 7, 0, 3, 3, 1, 1,
        0, 2, 0),
    ROW("dynamic 3", 32, 2, 2, 2, CAP_TWIN_DYNAMIC, 3, 8, 16, 0, 3, 2, 1, 1, 0,
        1, 0),
    ROW("dynamic 3 lengths", 24, 3, 3, 5, CAP_TWIN_DYNAMIC, 3, 12, 9, 1, 2, 2,
        1, 2, 0),
    ROW("dynamic 4 of 72 voxels", 16, 4, 6, 3, CAP_TWIN_DYNAMIC, 4, 8, 16, 0, 2,
        2, 1, 1, 0),
    ROW("dynamic 3 of 64 voxels", 32, 4, 4, 4, CAP_TWIN_DYNAMIC, 3, 8, 16, 0, 3,
        2, 1, 1, 0, 1, 0),
    ROW("dynamic 5", 16, 3, 3, 3, CAP_TWIN_DYNAMIC, 5, 8, 16, 0, 2, 2, 1, 1, 0),
    ROW("sparse 1", 16, 2, 2, 2, CAP_TWIN_SPARSE, 1, 8, 16, 0, 2, 2, 1, 1, 0),
    ROW("sparse 2 odd", 10, 3, 1, 2, CAP_TWIN_SPARSE, 2, 5, 7, 0, 3, 3, 1, 1, 0,
        2, 0),
    ROW("sparse 3", 32, 3, 3, 2, CAP_TWIN_SPARSE, 3, 8, 16, 0, 3, 3, 1, 1, 0, 2,
        0),
    ROW("sparse 4 lengths", 24, 3, 3, 5, CAP_TWIN_SPARSE, 4, 12, 9, 1, 2, 4, 1,
        2, 0),
    ROW("sparse 5", 16, 4, 6, 3, CAP_TWIN_SPARSE, 5, 8, 16, 0, 2, 2, 1, 1, 0),
    ROW("attention 1", 16, 2, 2, 2, CAP_TWIN_ATTENTION, 1, 8, 16, 0, 2, 2, 1, 1,
        0),
    ROW("attention 2 odd", 10, 3, 1, 2, CAP_TWIN_ATTENTION, 2, 5, 7, 0, 3, 3, 1,
        1, 0, 2, 0),
    ROW("attention 2 of 3 heads", 10, 3, 1, 2, CAP_TWIN_ATTENTION, 2, 5, 6, 0,
        1, 3, 1),
    ROW("attention 3", 32, 3, 3, 2, CAP_TWIN_ATTENTION, 3, 8, 16, 0, 3, 3, 1, 1,
        0, 2, 0),
    ACTIVE("attention 3 active", 16, 2, 3, 3, 2, CAP_TWIN_ATTENTION, 3, 8, 16,
           0, 2, 3, 1, 1, 0),
    ROW("attention 4 lengths", 24, 3, 3, 5, CAP_TWIN_ATTENTION, 4, 12, 8, 1, 2,
        4, 1, 2, 0),
    ACTIVE("attention 3 active of 64 voxels", 16, 2, 4, 4, 4,
           CAP_TWIN_ATTENTION, 3, 8, 16, 0, 2, 3, 1, 1, 0),
    ROW("attention 5", 16, 4, 6, 3, CAP_TWIN_ATTENTION, 5, 8, 16, 0, 2, 2, 1, 1,
        0),
    ROW("em 1", 16, 2, 2, 2, CAP_TWIN_EM, 1, 8, 16, 0, 2, 2, 1, 1, 0),
    ROW("em 1 activations", 16, 2, 2, 2, CAP_TWIN_EM, 1, 8, 16, 1, 2, 2, 1, 1,
        0),
    ROW("em 2 odd", 10, 3, 1, 2, CAP_TWIN_EM, 2, 5, 7, 0, 3, 3, 1, 1, 0, 2, 0),
    ROW("em 2 odd activations", 10, 3, 1, 2, CAP_TWIN_EM, 2, 5, 7, 1, 3, 3, 1,
        1, 0, 2, 0),
    ACTIVE("em 3 matrices", 32, 2, 3, 3, 2, CAP_TWIN_EM, 3, 16, 16, 0, 2, 3, 1,
           1, 0),
    ACTIVE("em 3 matrices, activations", 32, 2, 3, 3, 2, CAP_TWIN_EM, 3, 16, 16,
           1, 2, 3, 1, 1, 0),
    ACTIVE("em 3 matrices of 64 voxels", 32, 2, 4, 4, 4, CAP_TWIN_EM, 3, 16, 16,
           0, 2, 2, 1, 1, 0),
    ACTIVE("em 4", 16, 2, 3, 1, 5, CAP_TWIN_EM, 4, 8, 9, 1, 2, 2, 1, 2, 0),
    ACTIVE("em 5 matrices", 16, 1, 2, 3, 4, CAP_TWIN_EM, 5, 16, 16, 0, 2, 2, 1,
           2, 0),
};

/* A layer of 2 x 3 x 3 x 2 children and five parents on random numbers. */
static CapGraph *
run_layer(const CapRouting *routing, int iterations, float mass, float *poses)
{
  CapGraph *g = cap_graph_new(1, CAP_GRAPH_INFER, 4);
  const CapTensor in = cap_graph_input(g, "in", (CapShape){4, {16, 3, 3, 2}});
  CapCapsulesOptions o = cap_capsules_options_default();
  o.routing = routing;
  o.iterations = iterations;
  o.mass = mass;
  o.n_groups = 2;
  o.groups[0] = (CapCapsuleGroup){3, TRUE};
  o.groups[1] = (CapCapsuleGroup){2, FALSE};
  const CapCapsules layer = cap_capsules_add(g, "op", in, -1, &o);
  cap_graph_keep(g, layer.poses);
  ck_assert(cap_graph_plan(g, NULL));
  for (gsize i = 0; i < cap_graph_size(g, in); i++)
    cap_graph_data(g, in)[i] = (float)(2.0 * cap_graph_random(g) - 1.0);
  cap_graph_forward(g);
  memcpy(poses, cap_graph_data(g, layer.poses), 5 * 16 * sizeof(float));
  return g;
}

/* With all mass nothing is dropped and routing is dynamic; with hardly any, a
 * child keeps one parent from the second iteration on. */
START_TEST(sparse_counts_what_it_does)
{
  const gint64 children = 2 * 3 * 3 * 2, parents = 5, iterations = _i + 1;
  float sparse[5 * 16], dynamic[5 * 16];
  CapRoutingCount used, dense;
  CapGraph *g = run_layer(&cap_routing_sparse, _i + 1, 1.0f, sparse);
  cap_capsules_count(g, &used, &dense);
  cap_graph_free(g);
  ck_assert_int_eq(used.scored, (iterations - 1) * children * parents);
  ck_assert_int_eq(used.summed, children * (1 + (iterations - 1) * parents));
  ck_assert_mem_eq(&used, &dense, sizeof used);
  cap_graph_free(run_layer(&cap_routing_dynamic, _i + 1, 1.0f, dynamic));
  for (int d = 0; d < 5 * 16; d++)
    ck_assert_float_eq_tol(sparse[d], dynamic[d], 2e-6f);

  g = run_layer(&cap_routing_sparse, _i + 1, 1e-3f, sparse);
  cap_capsules_count(g, &used, &dense);
  cap_graph_free(g);
  ck_assert_int_eq(used.scored,
                   iterations > 1 ? children * (parents + iterations - 2) : 0);
  ck_assert_int_eq(used.summed, children * iterations);
}
END_TEST

int
main(void)
{
  Suite *suite = cap_ops_suite("routing", rows, (int)G_N_ELEMENTS(rows));
  TCase *tcase = tcase_create("counts");
  tcase_add_loop_test(tcase, sparse_counts_what_it_does, 0, 5);
  suite_add_tcase(suite, tcase);
  return cap_suite_run(suite);
}
