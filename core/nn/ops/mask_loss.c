/* Cross-entropy and soft Dice of a mask, from logits. */
#include "core/nn/ops/losses.h"

#include <string.h>

#include "core/nn/kernel.h"

/* ln(1 + e) for 0 <= e <= 1, as 2 atanh(e / (2 + e)): 7 odd terms. */
CAP_INLINE float
log1p_unit(float e)
{
  const float s = e / (2.0f + e), q = s * s;
  float p = 1.0f / 13.0f;
  p = p * q + 1.0f / 11.0f;
  p = p * q + 1.0f / 9.0f;
  p = p * q + 1.0f / 7.0f;
  p = p * q + 1.0f / 5.0f;
  p = p * q + 1.0f / 3.0f;
  return 2.0f * s * (p * q + 1.0f);
}

typedef struct {
  double entropy, both, predicted, target; /* sums over a sample's voxels */
} Sums;

#define CHUNK 1024

CAP_KERNEL(void, chunk_sums,
           (gsize n, const float *z, const float *t, float out[4]),
           (n, z, t, out))
{
  float p[CHUNK], entropy[CHUNK];
  for (gsize i = 0; i < n; i++) {
    const float size = z[i] < 0.0f ? -z[i] : z[i];
    const float e = cap_exp(-size);
    const float small = e / (1.0f + e); /* sigmoid(-|z|) */
    p[i] = z[i] < 0.0f ? small : 1.0f - small;
    entropy[i] = (z[i] > 0.0f ? z[i] : 0.0f) - z[i] * t[i] + log1p_unit(e);
  }
  out[0] = cap_sum(n, entropy);
  out[1] = cap_dot(n, p, t);
  out[2] = cap_sum(n, p);
  out[3] = cap_sum(n, t);
}

static Sums
sample_sums(gsize size, const float *z, const float *t)
{
  Sums sums = {0};
  for (gsize i = 0; i < size; i += CHUNK) {
    float part[4];
    chunk_sums(MIN((gsize)CHUNK, size - i), z + i, t + i, part);
    sums.entropy += (double)part[0];
    sums.both += (double)part[1];
    sums.predicted += (double)part[2];
    sums.target += (double)part[3];
  }
  return sums;
}

static void
mask_forward(CapGraph *graph, CapOp *op)
{
  const gsize size = cap_graph_size(graph, op->inputs[0]);
  const float *z = cap_graph_data(graph, op->inputs[0]);
  const float *t = cap_graph_data(graph, op->inputs[1]);
  const float *weight = cap_graph_data(graph, op->inputs[2]);
  float *loss = cap_graph_data(graph, op->outputs[0]);
  const int batch = cap_graph_batch(graph);
#pragma omp parallel for schedule(dynamic)
  for (int n = 0; n < batch; n++) {
    loss[n] = 0.0f;
    if (weight[n] == 0.0f)
      continue;
    const gsize at = (gsize)n * size;
    const Sums s = sample_sums(size, z + at, t + at);
    const double dice = (2.0 * s.both + 1.0) / (s.predicted + s.target + 1.0);
    loss[n] = weight[n] * (float)(s.entropy / (double)size + 1.0 - dice);
  }
}

/* dL/dz = a (p - t) + (b t + c) p (1 - p). */
CAP_KERNEL(void, voxel_gradients,
           (gsize n, const float *z, const float *t, const float coef[3],
            CapGradTarget dz),
           (n, z, t, coef, dz))
{
  const float a = coef[0], b = coef[1], c = coef[2];
  float *restrict out = dz.data;
  if (!dz.add)
    memset(out, 0, n * sizeof(float)); /* whatever was there may be no number */
  for (gsize i = 0; i < n; i++) {
    const float p = cap_logistic(z[i]);
    const float d = a * (p - t[i]) + (b * t[i] + c) * p * (1.0f - p);
    out[i] += d;
  }
}

static void
mask_backward(CapGraph *graph, CapOp *op)
{
  const gsize size = cap_graph_size(graph, op->inputs[0]);
  const float *z = cap_graph_data(graph, op->inputs[0]);
  const float *t = cap_graph_data(graph, op->inputs[1]);
  const float *weight = cap_graph_data(graph, op->inputs[2]);
  const float *dloss = cap_graph_grad(graph, op->outputs[0]);
  const CapGradTarget dz = cap_graph_grad_target(graph, op->inputs[0]);
  const int batch = cap_graph_batch(graph);
#pragma omp parallel for schedule(dynamic)
  for (int n = 0; n < batch; n++) {
    const gsize at = (gsize)n * size;
    const double scale = (double)(dloss[n] * weight[n]);
    if (scale == 0.0) {
      if (!dz.add)
        memset(dz.data + at, 0, size * sizeof(float));
      continue;
    }
    const Sums s = sample_sums(size, z + at, t + at);
    const double below = s.predicted + s.target + 1.0;
    const float coef[3] = {
        (float)(scale / (double)size), (float)(-2.0 * scale / below),
        (float)(scale * (2.0 * s.both + 1.0) / (below * below))};
    voxel_gradients(size, z + at, t + at, coef,
                    (CapGradTarget){dz.data + at, dz.add});
  }
}

static const CapOpClass mask_class = {"mask_loss", NULL, mask_forward,
                                      mask_backward, NULL};

CapTensor
cap_mask_loss_add(CapGraph *graph, const char *name, CapTensor logits,
                  CapTensor target, CapTensor weight)
{
  g_return_val_if_fail(!cap_graph_channels_last(graph, logits), -1);
  const CapTensor inputs[] = {logits, target, weight};
  const CapTensor output =
      cap_graph_activation(graph, name, cap_shape_vector(1));
  cap_graph_add(graph, &mask_class, name, inputs, 3, &output, 1, NULL, 0, NULL);
  return output;
}
