/* Layer normalisation. Statistics of a row are cheap and not kept: backward
 * takes them again. */
#include "core/nn/ops/layernorm.h"

#include <math.h>
#include <string.h>

#include "core/nn/kernel.h"

typedef struct {
  gsize rows, width;
  float *sums; /* of each sample: gradients of scale, then of shift */
} Norm;

/* Sum of (x[i] - mean)². */
CAP_INLINE float
spread(gsize n, const float *x, float mean)
{
  CapLanes sum = {0};
  gsize i = 0;
  for (; i + 8 <= n; i += 8) {
    const CapLanes d = *(const CapLanes *)(x + i) - mean;
    sum += d * d;
  }
  float total = cap_lanes_sum(sum);
  for (; i < n; i++)
    total += (x[i] - mean) * (x[i] - mean);
  return total;
}

CAP_INLINE void
statistics(gsize n, const float *x, float *mean, float *invstd)
{
  *mean = cap_sum(n, x) / (float)n;
  *invstd = 1.0f / sqrtf(spread(n, x, *mean) / (float)n +
                         (float)CAP_LAYERNORM_EPSILON);
}

CAP_KERNEL(void, rows_forward,
           (const Norm *norm, const float *x, const float *scale,
            const float *shift, float *y),
           (norm, x, scale, shift, y))
{
  const gsize n = norm->width;
  for (gsize r = 0; r < norm->rows; r++, x += n, y += n) {
    float mean, invstd;
    statistics(n, x, &mean, &invstd);
    for (gsize i = 0; i < n; i++)
      y[i] = (x[i] - mean) * invstd * scale[i] + shift[i];
  }
}

/* With g = dy scale and xhat the normalised row:
 * dx = invstd (g - mean(g) - xhat mean(g xhat)). DX may be NULL. */
CAP_KERNEL(void, rows_backward,
           (const Norm *norm, const float *x, const float *dy,
            const float *scale, float *sums, CapGradTarget dx),
           (norm, x, dy, scale, sums, dx))
{
  const gsize n = norm->width;
  memset(sums, 0, 2 * n * sizeof(float));
  for (gsize r = 0; r < norm->rows; r++, x += n, dy += n) {
    float mean, invstd, g_mean = 0.0f, gx_mean = 0.0f;
    statistics(n, x, &mean, &invstd);
    for (gsize i = 0; i < n; i++) {
      sums[i] += dy[i] * (x[i] - mean) * invstd;
      sums[n + i] += dy[i];
    }
    if (dx.data == NULL)
      continue;
    for (gsize i = 0; i < n; i++) {
      const float g = dy[i] * scale[i];
      g_mean += g;
      gx_mean += g * (x[i] - mean);
    }
    g_mean /= (float)n;
    gx_mean *= invstd / (float)n;
    float *out = dx.data + r * n;
    for (gsize i = 0; i < n; i++) {
      const float d = invstd * (dy[i] * scale[i] - g_mean -
                                (x[i] - mean) * invstd * gx_mean);
      out[i] = dx.add ? out[i] + d : d;
    }
  }
}

static void
norm_forward(CapGraph *graph, CapOp *op)
{
  const Norm *norm = op->state;
  const gsize size = norm->rows * norm->width;
  const gsize batch = (gsize)cap_graph_batch(graph);
  const float *x = cap_graph_data(graph, op->inputs[0]);
  float *y = cap_graph_data(graph, op->outputs[0]);
  const float *scale = cap_graph_data(graph, op->params[0]);
  const float *shift = cap_graph_data(graph, op->params[1]);
#pragma omp parallel for
  for (gsize i = 0; i < batch; i++)
    rows_forward(norm, x + i * size, scale, shift, y + i * size);
}

static void
norm_backward(CapGraph *graph, CapOp *op)
{
  const Norm *norm = op->state;
  const gsize size = norm->rows * norm->width, width = norm->width;
  const gsize batch = (gsize)cap_graph_batch(graph);
  const float *x = cap_graph_data(graph, op->inputs[0]);
  const float *dy = cap_graph_grad(graph, op->outputs[0]);
  const float *scale = cap_graph_data(graph, op->params[0]);
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
#pragma omp parallel for
  for (gsize i = 0; i < batch; i++)
    rows_backward(norm, x + i * size, dy + i * size, scale,
                  norm->sums + i * 2 * width,
                  (CapGradTarget){dx.data ? dx.data + i * size : NULL, dx.add});
  float *dscale = cap_graph_grad(graph, op->params[0]);
  float *dshift = cap_graph_grad(graph, op->params[1]);
  for (gsize i = 0; i < batch; i++)
    for (gsize k = 0; k < width; k++) {
      dscale[k] += norm->sums[i * 2 * width + k];
      dshift[k] += norm->sums[i * 2 * width + width + k];
    }
}

static void
norm_free(CapOp *op)
{
  Norm *norm = op->state;
  g_free(norm->sums);
  g_free(norm);
}

static const CapOpClass norm_class = {"layernorm", NULL, norm_forward,
                                      norm_backward, norm_free};

CapTensor
cap_layernorm_add(CapGraph *graph, const char *name, CapTensor input)
{
  const CapShape shape = cap_graph_shape(graph, input);
  g_return_val_if_fail(shape.n_dims == 2, -1);
  const CapShape vector = cap_shape_vector(shape.dims[1]);
  g_autofree char *scale = g_strconcat(name, ".scale", NULL);
  g_autofree char *shift = g_strconcat(name, ".shift", NULL);
  const CapTensor params[] = {
      cap_graph_param(graph, scale, vector, CAP_INIT_ONE, 0, 0),
      cap_graph_param(graph, shift, vector, CAP_INIT_ZERO, 0, 0)};
  const CapTensor output = cap_graph_activation(graph, name, shape);
  Norm *norm = g_new0(Norm, 1);
  norm->rows = (gsize)shape.dims[0];
  norm->width = (gsize)shape.dims[1];
  norm->sums =
      g_new(float, 2 * norm->width * (gsize)cap_graph_max_batch(graph));
  cap_graph_add(graph, &norm_class, name, &input, 1, &output, 1, params, 2,
                norm);
  return output;
}
