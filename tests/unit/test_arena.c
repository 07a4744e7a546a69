/* Memory of a graph: what is shared changes no number, and what is asked for
 * stays. */
#include <string.h>

#include "core/nn/ops/concat.h"
#include "core/nn/ops/conv3d.h"
#include "core/nn/ops/linear.h"
#include "core/nn/ops/losses.h"
#include "core/nn/ops/pointwise.h"
#include "core/nn/ops/shuffle.h"
#include "core/nn/ops/softmax.h"
#include "tests/support/suite.h"

enum { BATCH = 3, EDGE = 8, MAX_TENSORS = 16 };

/* A small network with everything that lives long or short: skips, shuffles,
 * normalisation, two losses. */
typedef struct {
  CapGraph *graph;
  CapTensor all[MAX_TENSORS]; /* its activations */
  int n;
  CapTensor x, image, score;
} Net;

static CapTensor
add(Net *net, CapTensor tensor)
{
  net->all[net->n++] = tensor;
  return tensor;
}

static CapTensor
conv(Net *net, const char *name, CapTensor input, int channels, int stride)
{
  CapConv3dOptions o = cap_conv3d_options_default();
  o.channels = channels;
  o.stride = stride;
  return add(net, cap_conv3d_bn_relu_add(net->graph, name, input, &o));
}

static void
add_targets(Net *net, CapTensor logits)
{
  CapGraph *g = net->graph;
  const CapTensor weight = cap_graph_input(g, "weight", cap_shape_vector(1));
  const CapTensor mask = cap_graph_input(g, "mask", cap_shape_volume(1, EDGE));
  const CapTensor goal = cap_graph_input(g, "goal", cap_shape_vector(2));
  cap_graph_add_loss(
      g,
      add(net, cap_reconstruction_loss_add(g, "rebuilt", net->image, net->x,
                                           mask, weight)),
      0.5f);
  cap_graph_add_loss(
      g, add(net, cap_rating_loss_add(g, "rated", logits, goal, weight, NULL)),
      1.0f);
}

/* KEEP all activations, or only the two outputs. */
static Net
net_new(CapGraphMode mode, gboolean keep)
{
  CapGraph *g = cap_graph_new(BATCH, mode, 11);
  Net net = {.graph = g};
  net.x = cap_graph_input(g, "x", cap_shape_volume(1, EDGE));
  const CapTensor first = conv(&net, "first", net.x, 16, 1);
  const CapTensor coarse = conv(&net, "coarse", first, 16, 2);
  const CapTensor up[] = {first,
                          add(&net, cap_depth_to_space_add(g, "up", coarse)),
                          add(&net, cap_relu_add(g, "relu", first))};
  const CapTensor joined = add(&net, cap_concat_add(g, "join", up, 3));
  const CapTensor last = conv(&net, "last", joined, 1, 1);
  net.image = add(&net, cap_sigmoid_add(g, "image", last, 2.0f));
  const CapTensor hidden =
      add(&net, cap_linear_add(g, "hidden", coarse, cap_shape_vector(6)));
  const CapTensor cut = add(&net, cap_slice_add(g, "cut", hidden, 1, 4));
  const CapTensor logits =
      add(&net, cap_linear_add(g, "logits", cut, cap_shape_vector(2)));
  net.score = add(&net, cap_softmax_add(g, "score", logits, NULL));
  if (mode == CAP_GRAPH_TRAIN)
    add_targets(&net, logits);
  for (int i = 0; i < net.n; i++)
    if (keep || net.all[i] == net.image || net.all[i] == net.score)
      cap_graph_keep(g, net.all[i]);
  ck_assert(cap_graph_plan(g, NULL));
  static const char *const inputs[] = {"x", "weight", "mask", "goal"};
  for (guint i = 0; i < G_N_ELEMENTS(inputs); i++) {
    const CapTensor t = cap_graph_find(g, inputs[i]);
    for (gsize k = 0; t >= 0 && k < cap_graph_size(g, t) * BATCH; k++)
      cap_graph_data(g, t)[k] = 0.1f + 0.1f * (float)(k * 7919 % 8);
  }
  return net;
}

static void
assert_same(CapGraph *a, CapGraph *b, const float *x, const float *y, gsize n,
            CapTensor tensor)
{
  ck_assert_msg(memcmp(x, y, n * sizeof(float)) == 0, "%s differs",
                cap_graph_name(a, tensor));
  ck_assert_str_eq(cap_graph_name(a, tensor), cap_graph_name(b, tensor));
}

/* Two steps, so that the second finds the memory as the first left it. */
START_TEST(sharing_changes_no_gradient)
{
  Net kept = net_new(CAP_GRAPH_TRAIN, TRUE);
  Net shared = net_new(CAP_GRAPH_TRAIN, FALSE);
  CapGraph *a = kept.graph, *b = shared.graph;
  ck_assert_uint_lt(cap_graph_arena_bytes(b), cap_graph_arena_bytes(a));
  for (int step = 0; step < 2; step++) {
    cap_graph_forward(a);
    cap_graph_forward(b);
    cap_graph_backward(a);
    cap_graph_backward(b);
  }
  double length = 0;
  for (int i = 0; i < cap_graph_n_params(a); i++) {
    const CapTensor t = cap_graph_param_at(a, i);
    const gsize n = cap_graph_size(a, t);
    assert_same(a, b, cap_graph_data(a, t), cap_graph_data(b, t), n, t);
    if (!cap_graph_is_trained(a, t))
      continue;
    assert_same(a, b, cap_graph_grad(a, t), cap_graph_grad(b, t), n, t);
    for (gsize k = 0; k < n; k++)
      length +=
          (double)cap_graph_grad(a, t)[k] * (double)cap_graph_grad(a, t)[k];
  }
  ck_assert_double_gt(length, 0);
  ck_assert(cap_graph_loss(a) == cap_graph_loss(b));
  /* What was asked for is there after backward, values and gradient. */
  const gsize n = BATCH * cap_graph_size(a, kept.image);
  assert_same(a, b, cap_graph_data(a, kept.image),
              cap_graph_data(b, shared.image), n, kept.image);
  assert_same(a, b, cap_graph_grad(a, kept.image),
              cap_graph_grad(b, shared.image), n, kept.image);
  cap_graph_free(a);
  cap_graph_free(b);
}
END_TEST

START_TEST(sharing_changes_no_output)
{
  Net kept = net_new(CAP_GRAPH_INFER, TRUE);
  Net shared = net_new(CAP_GRAPH_INFER, FALSE);
  ck_assert_uint_lt(cap_graph_arena_bytes(shared.graph),
                    cap_graph_arena_bytes(kept.graph));
  for (int step = 0; step < 2; step++) {
    cap_graph_forward(kept.graph);
    cap_graph_forward(shared.graph);
    for (int i = 0; i < 2; i++) {
      const CapTensor t = i == 0 ? kept.image : kept.score;
      assert_same(kept.graph, shared.graph, cap_graph_data(kept.graph, t),
                  cap_graph_data(shared.graph, t),
                  BATCH * cap_graph_size(kept.graph, t), t);
    }
  }
  cap_graph_free(kept.graph);
  cap_graph_free(shared.graph);
}
END_TEST

/* A step of training needs the activations that backward reads and a few
 * gradients, not two of each. */
START_TEST(gradients_share_memory)
{
  Net kept = net_new(CAP_GRAPH_TRAIN, TRUE);
  Net shared = net_new(CAP_GRAPH_TRAIN, FALSE);
  ck_assert_uint_lt(4 * cap_graph_arena_bytes(shared.graph),
                    3 * cap_graph_arena_bytes(kept.graph));
  cap_graph_free(kept.graph);
  cap_graph_free(shared.graph);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("arena");
  TCase *tests = tcase_create("arena");
  tcase_add_test(tests, sharing_changes_no_gradient);
  tcase_add_test(tests, sharing_changes_no_output);
  tcase_add_test(tests, gradients_share_memory);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
