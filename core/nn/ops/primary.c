/* Squash over channel groups of a volume, and the norm of rows. */
#include "core/nn/ops/primary.h"

#include <math.h>

#include "core/nn/routing.h"

#define MAX_DIM 64

typedef struct {
  int dim;
} Primary;

static void
primary_forward(CapGraph *graph, CapOp *op)
{
  const CapLay l = cap_graph_lay(graph, op->inputs[0]);
  const gsize dim = (gsize)((Primary *)op->state)->dim;
  const gsize types = l.channels / dim;
  const gsize n = (gsize)cap_graph_batch(graph) * types;
  const float *x = cap_graph_data(graph, op->inputs[0]);
  float *y = cap_graph_data(graph, op->outputs[0]);
#pragma omp parallel for
  for (gsize i = 0; i < n; i++) {
    const float *in = x + i / types * l.channels * l.voxels;
    float *out = y + i * dim * l.voxels;
    float s[MAX_DIM], u[MAX_DIM];
    for (gsize v = 0; v < l.voxels; v++) {
      for (gsize d = 0; d < dim; d++)
        s[d] = in[(i % types * dim + d) * l.channel_step + v * l.voxel_step];
      cap_squash((int)dim, s, u);
      for (gsize d = 0; d < dim; d++)
        out[d * l.voxels + v] = u[d];
    }
  }
}

static void
primary_backward(CapGraph *graph, CapOp *op)
{
  const CapLay l = cap_graph_lay(graph, op->inputs[0]);
  const gsize dim = (gsize)((Primary *)op->state)->dim;
  const gsize types = l.channels / dim;
  const gsize n = (gsize)cap_graph_batch(graph) * types;
  const float *x = cap_graph_data(graph, op->inputs[0]);
  const float *dy = cap_graph_grad(graph, op->outputs[0]);
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
#pragma omp parallel for
  for (gsize i = 0; i < n; i++) {
    const gsize sample = i / types * l.channels * l.voxels;
    const float *dout = dy + i * dim * l.voxels;
    float s[MAX_DIM], du[MAX_DIM], ds[MAX_DIM];
    for (gsize v = 0; v < l.voxels; v++) {
      for (gsize d = 0; d < dim; d++) {
        s[d] = x[sample + (i % types * dim + d) * l.channel_step +
                 v * l.voxel_step];
        du[d] = dout[d * l.voxels + v];
      }
      cap_squash_gradient((int)dim, s, du, ds);
      for (gsize d = 0; d < dim; d++) {
        float *to = dx.data + sample + (i % types * dim + d) * l.channel_step +
                    v * l.voxel_step;
        *to = dx.add ? *to + ds[d] : ds[d];
      }
    }
  }
}

static void
length_forward(CapGraph *graph, CapOp *op)
{
  const int dim = cap_graph_shape(graph, op->inputs[0]).dims[1];
  const int n =
      (int)cap_graph_size(graph, op->outputs[0]) * cap_graph_batch(graph);
  const float *pose = cap_graph_data(graph, op->inputs[0]);
  float *length = cap_graph_data(graph, op->outputs[0]);
  for (int i = 0; i < n; i++) {
    float square = 0.0f;
    for (int d = 0; d < dim; d++)
      square += pose[i * dim + d] * pose[i * dim + d];
    length[i] = sqrtf(square);
  }
}

static void
length_backward(CapGraph *graph, CapOp *op)
{
  const int dim = cap_graph_shape(graph, op->inputs[0]).dims[1];
  const int n =
      (int)cap_graph_size(graph, op->outputs[0]) * cap_graph_batch(graph);
  const float *pose = cap_graph_data(graph, op->inputs[0]);
  const float *length = cap_graph_data(graph, op->outputs[0]);
  const float *dlength = cap_graph_grad(graph, op->outputs[0]);
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
  for (int i = 0; i < n * dim; i++) {
    const float norm = MAX(length[i / dim], 1e-12f);
    const float d = dlength[i / dim] * pose[i] / norm;
    dx.data[i] = dx.add ? dx.data[i] + d : d;
  }
}

static void
primary_free(CapOp *op)
{
  g_free(op->state);
}

static const CapOpClass primary_class = {"primary",       NULL,
                                         primary_forward, primary_backward,
                                         primary_free,    CAP_UNREAD_OUTPUTS};
static const CapOpClass length_class = {"length", NULL, length_forward,
                                        length_backward, NULL};

CapTensor
cap_primary_add(CapGraph *graph, const char *name, CapTensor input, int dim)
{
  const CapShape shape = cap_graph_shape(graph, input);
  g_return_val_if_fail(shape.n_dims == 4 && shape.dims[0] % dim == 0, -1);
  g_return_val_if_fail(dim <= MAX_DIM, -1);
  const CapTensor output = cap_graph_activation(graph, name, shape);
  Primary *state = g_new0(Primary, 1);
  state->dim = dim;
  cap_graph_add(graph, &primary_class, name, &input, 1, &output, 1, NULL, 0,
                state);
  return output;
}

CapTensor
cap_length_add(CapGraph *graph, const char *name, CapTensor poses)
{
  const CapShape shape = cap_graph_shape(graph, poses);
  g_return_val_if_fail(shape.n_dims == 2, -1);
  const CapTensor output =
      cap_graph_activation(graph, name, cap_shape_vector(shape.dims[0]));
  cap_graph_add(graph, &length_class, name, &poses, 1, &output, 1, NULL, 0,
                NULL);
  return output;
}
