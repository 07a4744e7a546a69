/* Spread loss of capsule activations. */
#include "core/nn/ops/losses.h"

#include <string.h>

/* By how much capsule I misses being MARGIN below capsule T. */
static float
missing(const float *a, gsize t, gsize i, float margin)
{
  return MAX(0.0f, margin - (a[t] - a[i]));
}

static void
spread_forward(CapGraph *graph, CapOp *op)
{
  const gsize capsules = cap_graph_size(graph, op->inputs[0]);
  const gsize k = cap_graph_size(graph, op->inputs[1]);
  const float *weight = cap_graph_data(graph, op->inputs[2]);
  const float *margin = cap_graph_data(graph, op->inputs[3]);
  float *loss = cap_graph_data(graph, op->outputs[0]);
  for (gsize n = 0; n < (gsize)cap_graph_batch(graph); n++) {
    const float *a = cap_graph_data(graph, op->inputs[0]) + n * capsules;
    const float *target = cap_graph_data(graph, op->inputs[1]) + n * k;
    float sum = 0.0f;
    for (gsize t = 0; t < k; t++)
      for (gsize i = 0; i < k; i++) {
        const float by = missing(a, t, i, margin[n]);
        sum += i == t ? 0.0f : target[t] * (1.0f - target[i]) * by * by;
      }
    loss[n] = weight[n] * sum;
  }
}

static void
spread_backward(CapGraph *graph, CapOp *op)
{
  const gsize capsules = cap_graph_size(graph, op->inputs[0]);
  const gsize k = cap_graph_size(graph, op->inputs[1]);
  const gsize batch = (gsize)cap_graph_batch(graph);
  const float *weight = cap_graph_data(graph, op->inputs[2]);
  const float *margin = cap_graph_data(graph, op->inputs[3]);
  const float *dloss = cap_graph_grad(graph, op->outputs[0]);
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
  if (!dx.add)
    memset(dx.data, 0, batch * capsules * sizeof(float));
  for (gsize n = 0; n < batch; n++) {
    const float *a = cap_graph_data(graph, op->inputs[0]) + n * capsules;
    const float *target = cap_graph_data(graph, op->inputs[1]) + n * k;
    for (gsize t = 0; t < k; t++)
      for (gsize i = 0; i < k; i++) {
        const float pair = i == t ? 0.0f : target[t] * (1.0f - target[i]);
        const float d =
            2.0f * dloss[n] * weight[n] * pair * missing(a, t, i, margin[n]);
        dx.data[n * capsules + i] += d;
        dx.data[n * capsules + t] -= d;
      }
  }
}

static const CapOpClass spread_class = {"spread_loss", NULL, spread_forward,
                                        spread_backward, NULL};

CapTensor
cap_spread_loss_add(CapGraph *graph, const char *name, CapTensor activations,
                    CapTensor target, CapTensor weight, CapTensor margin)
{
  const CapTensor inputs[] = {activations, target, weight, margin};
  const CapTensor output =
      cap_graph_activation(graph, name, cap_shape_vector(1));
  cap_graph_add(graph, &spread_class, name, inputs, 4, &output, 1, NULL, 0,
                NULL);
  return output;
}
