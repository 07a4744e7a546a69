/* Sums; long tensors are cut into chunks for the threads. */
#include "core/nn/ops/sum.h"

#include "core/nn/kernel.h"

#define CHUNK ((gsize)16384)

typedef struct {
  gboolean relu;
} Sum;

CAP_KERNEL(void, values,
           (gsize n, const float *a, const float *b, float floor, float *y),
           (n, a, b, floor, y))
{
  for (gsize i = 0; i < n; i++) {
    const float value = a[i] + b[i];
    y[i] = value > floor ? value : floor;
  }
}

CAP_KERNEL(void, gradients,
           (gsize n, const float *y, const float *dy, float floor,
            CapGradTarget dx),
           (n, y, dy, floor, dx))
{
  if (dx.add)
    for (gsize i = 0; i < n; i++)
      dx.data[i] += y[i] > floor ? dy[i] : 0.0f;
  else
    for (gsize i = 0; i < n; i++)
      dx.data[i] = y[i] > floor ? dy[i] : 0.0f;
}

static float
floor_of(const CapOp *op)
{
  return ((const Sum *)op->state)->relu ? 0.0f : -G_MAXFLOAT;
}

static void
sum_forward(CapGraph *graph, CapOp *op)
{
  const gsize n =
      cap_graph_size(graph, op->outputs[0]) * (gsize)cap_graph_batch(graph);
  const float *a = cap_graph_data(graph, op->inputs[0]);
  const float *b = cap_graph_data(graph, op->inputs[1]);
  float *y = cap_graph_data(graph, op->outputs[0]);
  const float floor = floor_of(op);
#pragma omp parallel for
  for (gsize i = 0; i < n; i += CHUNK)
    values(MIN(CHUNK, n - i), a + i, b + i, floor, y + i);
}

static void
sum_backward(CapGraph *graph, CapOp *op)
{
  const gsize n =
      cap_graph_size(graph, op->outputs[0]) * (gsize)cap_graph_batch(graph);
  const float *y = cap_graph_data(graph, op->outputs[0]);
  const float *dy = cap_graph_grad(graph, op->outputs[0]);
  const float floor = floor_of(op);
  for (int k = 0; k < 2; k++) {
    const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[k]);
    if (dx.data == NULL)
      continue;
#pragma omp parallel for
    for (gsize i = 0; i < n; i += CHUNK)
      gradients(MIN(CHUNK, n - i), y + i, dy + i, floor,
                (CapGradTarget){dx.data + i, dx.add});
  }
}

static void
sum_free(CapOp *op)
{
  g_free(op->state);
}

static const CapOpClass sum_class = {"sum", NULL, sum_forward, sum_backward,
                                     sum_free};

CapTensor
cap_sum_add(CapGraph *graph, const char *name, CapTensor a, CapTensor b,
            gboolean relu)
{
  const gboolean last = cap_graph_channels_last(graph, a);
  g_return_val_if_fail(cap_graph_size(graph, a) == cap_graph_size(graph, b) &&
                           cap_graph_channels_last(graph, b) == last,
                       -1);
  const CapTensor inputs[] = {a, b};
  const CapTensor output =
      cap_graph_activation(graph, name, cap_graph_shape(graph, a));
  if (last)
    cap_graph_set_channels_last(graph, output);
  Sum *state = g_new0(Sum, 1);
  state->relu = relu;
  cap_graph_add(graph, &sum_class, name, inputs, 2, &output, 1, NULL, 0, state);
  return output;
}
