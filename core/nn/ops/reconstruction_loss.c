/* Squared error of an image inside a mask. */
#include "core/nn/ops/losses.h"

#include <string.h>

#include "core/nn/kernel.h"

#define CHUNK 1024

CAP_KERNEL(void, chunk_sums,
           (gsize n, const float *x, const float *y, const float *m,
            float out[2]),
           (n, x, y, m, out))
{
  float square[CHUNK];
  for (gsize i = 0; i < n; i++)
    square[i] = (x[i] - y[i]) * (x[i] - y[i]);
  out[0] = cap_dot(n, square, m);
  out[1] = cap_sum(n, m);
}

static double
sample_sums(gsize size, const float *x, const float *y, const float *m,
            double *mass)
{
  double error = 0.0;
  *mass = 0.0;
  for (gsize i = 0; i < size; i += CHUNK) {
    float part[2];
    chunk_sums(MIN((gsize)CHUNK, size - i), x + i, y + i, m + i, part);
    error += (double)part[0];
    *mass += (double)part[1];
  }
  return error;
}

static void
reconstruction_forward(CapGraph *graph, CapOp *op)
{
  const gsize size = cap_graph_size(graph, op->inputs[0]);
  const float *weight = cap_graph_data(graph, op->inputs[3]);
  float *loss = cap_graph_data(graph, op->outputs[0]);
  const int batch = cap_graph_batch(graph);
#pragma omp parallel for schedule(dynamic)
  for (int n = 0; n < batch; n++) {
    loss[n] = 0.0f;
    if (weight[n] == 0.0f)
      continue;
    const gsize at = (gsize)n * size;
    double mass;
    const double error =
        sample_sums(size, cap_graph_data(graph, op->inputs[0]) + at,
                    cap_graph_data(graph, op->inputs[1]) + at,
                    cap_graph_data(graph, op->inputs[2]) + at, &mass);
    loss[n] = weight[n] * (float)(0.5 * error / MAX(mass, 1.0));
  }
}

CAP_KERNEL(void, voxel_gradients,
           (gsize n, const float *const in[3], float scale, CapGradTarget dx),
           (n, in, scale, dx))
{
  const float *x = in[0], *y = in[1], *m = in[2];
  for (gsize i = 0; i < n; i++) {
    const float d = scale * m[i] * (x[i] - y[i]);
    dx.data[i] = dx.add ? dx.data[i] + d : d;
  }
}

static void
reconstruction_backward(CapGraph *graph, CapOp *op)
{
  const gsize size = cap_graph_size(graph, op->inputs[0]);
  const float *weight = cap_graph_data(graph, op->inputs[3]);
  const float *dloss = cap_graph_grad(graph, op->outputs[0]);
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
  const int batch = cap_graph_batch(graph);
#pragma omp parallel for schedule(dynamic)
  for (int n = 0; n < batch; n++) {
    const gsize at = (gsize)n * size;
    if (dloss[n] * weight[n] == 0.0f) {
      if (!dx.add)
        memset(dx.data + at, 0, size * sizeof(float));
      continue;
    }
    const float *in[3] = {cap_graph_data(graph, op->inputs[0]) + at,
                          cap_graph_data(graph, op->inputs[1]) + at,
                          cap_graph_data(graph, op->inputs[2]) + at};
    double mass;
    sample_sums(size, in[0], in[1], in[2], &mass);
    voxel_gradients(size, in, dloss[n] * weight[n] / (float)MAX(mass, 1.0),
                    (CapGradTarget){dx.data + at, dx.add});
  }
}

static const CapOpClass reconstruction_class = {"reconstruction_loss", NULL,
                                                reconstruction_forward,
                                                reconstruction_backward, NULL};

CapTensor
cap_reconstruction_loss_add(CapGraph *graph, const char *name, CapTensor image,
                            CapTensor target, CapTensor mask, CapTensor weight)
{
  g_return_val_if_fail(!cap_graph_channels_last(graph, image), -1);
  const CapTensor inputs[] = {image, target, mask, weight};
  const CapTensor output =
      cap_graph_activation(graph, name, cap_shape_vector(1));
  cap_graph_add(graph, &reconstruction_class, name, inputs, 4, &output, 1, NULL,
                0, NULL);
  return output;
}
