/* Primary capsules of matrices: see primary_matrix.h. */
#include "core/nn/ops/primary_matrix.h"

#include "core/nn/kernel.h"

#define POSE 16

/* Row I of the batch's outputs: channel CHANNEL of SAMPLE, whose first voxel
 * lies at FROM in the input and at TO in output WHICH. */
typedef struct {
  int which;
  gsize from, to;
} Row;

static Row
row_of(const CapLay *l, gsize i)
{
  const gsize sample = i / l->channels, channel = i % l->channels;
  const gsize types = l->channels / (POSE + 1), poses = types * POSE;
  Row row = {.from =
                 sample * l->channels * l->voxels + channel * l->channel_step};
  row.which = channel >= poses;
  row.to = (row.which ? sample * types + channel - poses
                      : sample * poses + channel) *
           l->voxels;
  return row;
}

static void
matrix_forward(CapGraph *graph, CapOp *op)
{
  const CapLay l = cap_graph_lay(graph, op->inputs[0]);
  const gsize n = (gsize)cap_graph_batch(graph) * l.channels;
  const float *x = cap_graph_data(graph, op->inputs[0]);
#pragma omp parallel for
  for (gsize i = 0; i < n; i++) {
    const Row row = row_of(&l, i);
    float *y = cap_graph_data(graph, op->outputs[row.which]) + row.to;
    for (gsize v = 0; v < l.voxels; v++) {
      const float value = x[row.from + v * l.voxel_step];
      y[v] = row.which ? cap_logistic(value) : value;
    }
  }
}

static void
matrix_backward(CapGraph *graph, CapOp *op)
{
  const CapLay l = cap_graph_lay(graph, op->inputs[0]);
  const gsize n = (gsize)cap_graph_batch(graph) * l.channels;
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
#pragma omp parallel for
  for (gsize i = 0; i < n; i++) {
    const Row row = row_of(&l, i);
    const float *y = cap_graph_data(graph, op->outputs[row.which]) + row.to;
    const float *dy = cap_graph_grad(graph, op->outputs[row.which]) + row.to;
    for (gsize v = 0; v < l.voxels; v++) {
      const float d = row.which ? dy[v] * y[v] * (1.0f - y[v]) : dy[v];
      float *to = dx.data + row.from + v * l.voxel_step;
      *to = dx.add ? *to + d : d;
    }
  }
}

static const CapOpClass matrix_class = {"primary_matrix", NULL, matrix_forward,
                                        matrix_backward, NULL};

CapPrimaryMatrices
cap_primary_matrix_add(CapGraph *graph, const char *name, CapTensor input)
{
  const CapPrimaryMatrices none = {-1, -1};
  CapShape poses = cap_graph_shape(graph, input);
  g_return_val_if_fail(poses.n_dims == 4 && poses.dims[0] % (POSE + 1) == 0,
                       none);
  CapShape activations = poses;
  activations.dims[0] = poses.dims[0] / (POSE + 1);
  poses.dims[0] = activations.dims[0] * POSE;
  g_autofree char *second = g_strconcat(name, ".activations", NULL);
  const CapTensor outputs[] = {
      cap_graph_activation(graph, name, poses),
      cap_graph_activation(graph, second, activations)};
  cap_graph_add(graph, &matrix_class, name, &input, 1, outputs, 2, NULL, 0,
                NULL);
  return (CapPrimaryMatrices){outputs[0], outputs[1]};
}
