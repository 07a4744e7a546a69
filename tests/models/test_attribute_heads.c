/* What moving an attribute's capsule does to its rating, against the network's
 * own ops run again with the moved pose. */
#include "core/nn/ops/rating_heads.h"
#include "core/nn/ops/softmax.h"
#include "models/attribute_heads.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

#define N_SHARED 3 /* values of the mask that the heads see, too */

/* Capsules and heads alone. */
typedef struct {
  CapNetwork net;
  CapTensor shared;
} Heads;

static Heads
heads_new(int n_shared)
{
  CapGraph *g = cap_graph_new(1, CAP_GRAPH_INFER, 7);
  Heads h = {.net.graph = g, .shared = -1};
  int levels[CAP_N_ATTRIBUTES];
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    levels[a] = cap_attribute_levels((CapAttributeKind)a);
  h.net.poses = cap_graph_input(g, "poses",
                                (CapShape){2, {CAP_N_CAPSULES, CAP_POSE_DIM}});
  if (n_shared > 0)
    h.shared = cap_graph_input(g, "shared", cap_shape_vector(n_shared));
  h.net.attribute_logits =
      cap_rating_heads_add(g, "attributes.head", h.net.poses, h.shared, 2,
                           CAP_N_ATTRIBUTES, CAP_MAX_LEVELS);
  h.net.attributes =
      cap_softmax_add(g, "attributes", h.net.attribute_logits, levels);
  ck_assert(cap_graph_plan(g, NULL));
  cap_graph_set_batch(g, 1);
  float *poses = cap_graph_data(g, h.net.poses);
  for (int i = 0; i < CAP_N_CAPSULES * CAP_POSE_DIM; i++)
    poses[i] = 0.4f * (float)sin(1.7 * i);
  for (int i = 0; i < n_shared; i++)
    cap_graph_data(g, h.shared)[i] = 0.3f * (float)i;
  return h;
}

static CapRating
rating_of(const Heads *h, CapAttributeKind kind)
{
  cap_graph_forward(h->net.graph);
  const float *p =
      cap_graph_data(h->net.graph, h->net.attributes) + kind * CAP_MAX_LEVELS;
  CapRating rating = {.n_levels = cap_attribute_levels(kind)};
  for (int level = 0; level < rating.n_levels; level++)
    rating.p[level] = (double)p[level];
  cap_rating_finish(&rating);
  return rating;
}

START_TEST(a_moved_capsule_is_rated_as_the_network_would)
{
  Heads h = heads_new(_i == 0 ? 0 : N_SHARED);
  CapAttributeHeads heads;
  ck_assert(cap_attribute_heads_read(&h.net, &heads));
  float *poses = cap_graph_data(h.net.graph, h.net.poses);
  double most = 0;
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    for (int component = 0; component < CAP_POSE_DIM; component += 5) {
      const CapAttributeKind kind = (CapAttributeKind)a;
      const double by = component % 2 ? -0.75 : 1.25;
      const CapRating before = rating_of(&h, kind);
      float *at = &poses[(a + 2) * CAP_POSE_DIM + component];
      const float was = *at;
      *at += (float)by;
      const CapRating truth = rating_of(&h, kind);
      *at = was;
      const CapRating moved =
          cap_attribute_heads_move(&heads, kind, &before, component, by);
      for (int level = 0; level < truth.n_levels; level++)
        ck_assert_double_eq_tol(moved.p[level], truth.p[level], 1e-5);
      ck_assert_double_eq_tol(moved.expected, truth.expected, 1e-4);
      most = fmax(most, fabs(truth.expected - before.expected));
      const CapRating still =
          cap_attribute_heads_move(&heads, kind, &before, component, 0);
      ck_assert_double_eq(still.expected, before.expected);
    }
  ck_assert_double_gt(most, 0.1); /* something has moved */
  cap_graph_free(h.net.graph);
}
END_TEST

START_TEST(a_network_without_capsules_has_none)
{
  Heads h = heads_new(0);
  CapAttributeHeads heads;
  h.net.poses = -1;
  ck_assert(!cap_attribute_heads_read(&h.net, &heads));
  cap_graph_free(h.net.graph);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("attribute_heads");
  TCase *tests = tcase_create("attribute_heads");
  tcase_add_loop_test(tests, a_moved_capsule_is_rated_as_the_network_would, 0,
                      2);
  tcase_add_test(tests, a_network_without_capsules_has_none);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
