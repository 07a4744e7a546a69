/* Margin loss of capsule lengths. */
#include "core/nn/ops/losses.h"

#include <string.h>

#define UPPER 0.9f
#define LOWER 0.1f
#define LAMBDA 0.5f

static void
margin_forward(CapGraph *graph, CapOp *op)
{
  const gsize capsules = cap_graph_size(graph, op->inputs[0]);
  const gsize k = cap_graph_size(graph, op->inputs[1]);
  const float *lengths = cap_graph_data(graph, op->inputs[0]);
  const float *target = cap_graph_data(graph, op->inputs[1]);
  const float *weight = cap_graph_data(graph, op->inputs[2]);
  float *loss = cap_graph_data(graph, op->outputs[0]);
  for (gsize n = 0; n < (gsize)cap_graph_batch(graph); n++) {
    float sum = 0.0f;
    for (gsize i = 0; i < k; i++) {
      const float short_by = MAX(0.0f, UPPER - lengths[n * capsules + i]);
      const float over_by = MAX(0.0f, lengths[n * capsules + i] - LOWER);
      const float t = target[n * k + i];
      sum += t * short_by * short_by + LAMBDA * (1.0f - t) * over_by * over_by;
    }
    loss[n] = weight[n] * sum;
  }
}

static void
margin_backward(CapGraph *graph, CapOp *op)
{
  const gsize capsules = cap_graph_size(graph, op->inputs[0]);
  const gsize k = cap_graph_size(graph, op->inputs[1]);
  const gsize batch = (gsize)cap_graph_batch(graph);
  const float *lengths = cap_graph_data(graph, op->inputs[0]);
  const float *target = cap_graph_data(graph, op->inputs[1]);
  const float *weight = cap_graph_data(graph, op->inputs[2]);
  const float *dloss = cap_graph_grad(graph, op->outputs[0]);
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
  if (!dx.add)
    memset(dx.data, 0, batch * capsules * sizeof(float));
  for (gsize n = 0; n < batch; n++)
    for (gsize i = 0; i < k; i++) {
      const float short_by = MAX(0.0f, UPPER - lengths[n * capsules + i]);
      const float over_by = MAX(0.0f, lengths[n * capsules + i] - LOWER);
      const float t = target[n * k + i];
      dx.data[n * capsules + i] +=
          dloss[n] * weight[n] *
          (2.0f * LAMBDA * (1.0f - t) * over_by - 2.0f * t * short_by);
    }
}

static const CapOpClass margin_class = {"margin_loss", NULL, margin_forward,
                                        margin_backward, NULL};

CapTensor
cap_margin_loss_add(CapGraph *graph, const char *name, CapTensor lengths,
                    CapTensor target, CapTensor weight)
{
  const CapTensor inputs[] = {lengths, target, weight};
  const CapTensor output =
      cap_graph_activation(graph, name, cap_shape_vector(1));
  cap_graph_add(graph, &margin_class, name, inputs, 3, &output, 1, NULL, 0,
                NULL);
  return output;
}
