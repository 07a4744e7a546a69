/* A capsule layer whose parents and pose dimensions are split over ranks makes
 * what one alone makes, forward and backward, wherever the cuts fall. */
#include "core/nn/ops/capsules.h"
#include "core/nn/ops/linear.h"
#include "core/nn/routing_plane.h"
#include "core/random.h"
#include "tests/support/suite.h"
#include "tests/support/thread_ranks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_FLOATS = 41000, BATCH = 5, MAX_RANKS = 5 };

typedef struct {
  const char *routing;
  int iterations, types, child_dim, dim;
  int size[3];
  int n_groups;
  CapCapsuleGroup groups[4];
} Layer;

/* What one rank has after one step. */
typedef struct {
  float poses[MAX_FLOATS], lengths[MAX_FLOATS], dchildren[MAX_FLOATS],
      dweights[MAX_FLOATS];
  gsize n[4];
  CapRoutingCount used;
} Result;

typedef struct {
  const Layer *layer;
  Result *results; /* [rank] */
} Step;

static void
keep(Result *r, int which, gsize n, const float *values)
{
  float *to[] = {r->poses, r->lengths, r->dchildren, r->dweights};
  ck_assert_uint_le(n, MAX_FLOATS);
  r->n[which] = n;
  memcpy(to[which], values, n * sizeof *values);
}

static CapCapsulesOptions
options_of(const Layer *l)
{
  CapCapsulesOptions o = cap_capsules_options_default();
  o.routing = cap_routing_find(l->routing);
  o.iterations = l->iterations;
  o.child_dim = l->child_dim;
  o.dim = l->dim;
  o.gain = 16.0f;
  o.n_groups = l->n_groups;
  memcpy(o.groups, l->groups, sizeof l->groups);
  return o;
}

/* A loss of poses and one of lengths over the layer, one forward and one
 * backward pass; RANKS NULL is alone. */
static void
take_step(const CapRanks *ranks, gpointer data)
{
  const Step *step = data;
  const Layer *l = step->layer;
  Result *r = &step->results[ranks != NULL ? ranks->index : 0];
  const CapCapsulesOptions o = options_of(l);
  g_autoptr(CapGraph) g = cap_graph_new(BATCH + 1, CAP_GRAPH_TRAIN, 5);
  cap_graph_set_split(g, ranks);
  const CapTensor x = cap_graph_input(
      g, "x",
      (CapShape){
          4, {l->types * l->child_dim, l->size[0], l->size[1], l->size[2]}});
  cap_graph_require_grad(g, x);
  const CapCapsules c = cap_capsules_add(g, "capsules", x, -1, &o);
  const CapTensor losses[] = {
      cap_linear_add(g, "a", c.poses, cap_shape_vector(1)),
      cap_linear_add(g, "b", c.activations, cap_shape_vector(1))};
  cap_graph_add_loss(g, losses[0], 1);
  cap_graph_add_loss(g, losses[1], 2);
  cap_graph_keep(g, c.poses);
  cap_graph_keep(g, c.activations);
  ck_assert(cap_graph_plan(g, NULL));
  cap_graph_set_batch(g, BATCH);
  CapRandom random = cap_random_start(7, 0, 0);
  const gsize n = BATCH * cap_graph_size(g, x);
  for (gsize i = 0; i < n; i++)
    cap_graph_data(g, x)[i] = (float)cap_random_between(&random, -1, 1);
  for (int again = 0; again < 2; again++) { /* nothing may be left over */
    cap_graph_zero_grad(g);
    cap_graph_forward(g);
    cap_graph_backward(g);
  }
  const CapTensor w = cap_graph_find(g, "capsules.weight");
  keep(r, 0, BATCH * cap_graph_size(g, c.poses), cap_graph_data(g, c.poses));
  keep(r, 1, BATCH * cap_graph_size(g, c.activations),
       cap_graph_data(g, c.activations));
  keep(r, 2, n, cap_graph_grad(g, x));
  keep(r, 3, cap_graph_size(g, w), cap_graph_grad(g, w));
  CapRoutingCount dense;
  cap_capsules_count(g, &r->used, &dense);
}

/* The largest difference relative to the largest value. */
static double
apart(gsize n, const float *a, const float *b)
{
  double most = 0, largest = 0;
  for (gsize i = 0; i < n; i++) {
    ck_assert(isfinite(a[i]) && isfinite(b[i]));
    most = MAX(most, fabs((double)a[i] - b[i]));
    largest = MAX(largest, fabs((double)b[i]));
  }
  ck_assert_double_gt(largest, 1e-4); /* there is something to compare */
  return most / largest;
}

static void
compare(const Layer *l, int count)
{
  g_autofree Result *alone = g_new0(Result, 1);
  g_autofree Result *split = g_new0(Result, MAX_RANKS);
  Step step = {l, alone};
  take_step(NULL, &step);
  step.results = split;
  cap_test_ranks_run(count, take_step, &step);
  double worst[4] = {0};
  for (int r = 0; r < count; r++) {
    const float *mine[] = {split[r].poses, split[r].lengths, split[r].dchildren,
                           split[r].dweights};
    const float *first[] = {split->poses, split->lengths, split->dchildren,
                            split->dweights};
    const float *whole[] = {alone->poses, alone->lengths, alone->dchildren,
                            alone->dweights};
    for (int i = 0; i < 4; i++) {
      ck_assert_uint_eq(split[r].n[i], alone->n[i]);
      worst[i] = MAX(worst[i], apart(alone->n[i], mine[i], whole[i]));
      ck_assert_mem_eq(mine[i], first[i], alone->n[i] * sizeof(float));
    }
  }
  printf("# %s, %d iterations, dim %d, %d ranks: poses %.1e lengths %.1e "
         "children %.1e matrices %.1e\n",
         l->routing, l->iterations, l->dim, count, worst[0], worst[1], worst[2],
         worst[3]);
  for (int i = 0; i < 4; i++)
    ck_assert_double_lt(worst[i], 3e-6);
}

/* Of odd numbers of parents and dimensions, which ranks cut anywhere; rows of
 * voxels that are whole multiples of eight, and that are not. */
static const Layer layers[] = {
    {"dynamic", 3, 16, 8, 16, {4, 4, 4}, 3, {{2, TRUE}, {1, FALSE}, {3, TRUE}}},
    {"dynamic", 3, 3, 5, 7, {3, 3, 3}, 2, {{3, TRUE}, {2, FALSE}}},
    {"dynamic", 5, 2, 9, 5, {1, 3, 5}, 1, {{7, TRUE}}},
    {"dynamic", 1, 3, 8, 3, {2, 2, 2}, 1, {{1, TRUE}}},
    {"dynamic", 2, 3, 8, 3, {2, 2, 2}, 1, {{1, FALSE}}},
    {"sparse", 3, 16, 8, 16, {4, 4, 4}, 3, {{2, TRUE}, {1, FALSE}, {3, TRUE}}},
    {"sparse", 4, 3, 5, 7, {3, 3, 3}, 2, {{3, TRUE}, {2, FALSE}}},
    {"mean", 3, 3, 5, 7, {3, 3, 3}, 2, {{3, TRUE}, {2, FALSE}}},
};

START_TEST(split_layers_are_whole_ones)
{
  compare(&layers[_i], 2);
  compare(&layers[_i], 4);
  compare(&layers[_i], 5); /* of a plane of three cells, two have none */
}
END_TEST

START_TEST(ranks_work_on_their_parents_only)
{
  static const Layer layer = {"dynamic", 3,         4, 8,
                              16,        {2, 2, 2}, 1, {{8, TRUE}}};
  g_autofree Result *split = g_new0(Result, MAX_RANKS);
  Step step = {&layer, split};
  cap_test_ranks_run(4, take_step, &step);
  const gint64 children = 2 * BATCH * 4 * 8; /* of two passes */
  for (int r = 0; r < 4; r++) {
    ck_assert_int_eq(split[r].used.scored, 2 * 2 * children);
    ck_assert_int_eq(split[r].used.summed, (1 + 2 * 2) * children);
  }
}
END_TEST

START_TEST(parts_cover_the_plane)
{
  for (int parents = 1; parents < 8; parents++)
    for (int dim = 3; dim < 9; dim++)
      for (int count = 1; count < 30; count++) {
        int next = 0;
        for (int r = 0; r < count; r++) {
          const CapPlanePart part = cap_plane_part(parents, dim, r, count);
          ck_assert_int_eq(part.first_row, next);
          next += part.rows;
          ck_assert_int_eq(part.parents > 0, part.rows > 0);
          if (part.rows == 0)
            continue;
          ck_assert_int_eq(part.first_parent, part.first_row / dim);
          ck_assert_int_eq(part.first_parent + part.parents - 1,
                           (next - 1) / dim);
        }
        ck_assert_int_eq(next, parents * dim);
      }
}
END_TEST

/* Which can be split is said where it is defined. */
START_TEST(agreement_can_be_split)
{
  static const struct {
    const char *name;
    gboolean splits;
  } rows[] = {{"dynamic", TRUE},
              {"sparse", TRUE},
              {"mean", TRUE},
              {"em", FALSE},
              {"attention", FALSE}};
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
    ck_assert_int_eq(cap_routing_find(rows[i].name)->agreement != NULL,
                     rows[i].splits);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("split");
  TCase *tests = tcase_create("split");
  tcase_set_timeout(tests, 120);
  tcase_add_loop_test(tests, split_layers_are_whole_ones, 0,
                      G_N_ELEMENTS(layers));
  tcase_add_test(tests, ranks_work_on_their_parents_only);
  tcase_add_test(tests, parts_cover_the_plane);
  tcase_add_test(tests, agreement_can_be_split);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
