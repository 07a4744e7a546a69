/* Twins of the ops that transformers and residual networks are made of. */
#include <math.h>

#include "core/random.h"
#include "tests/support/twin.h"

void
cap_twin_layernorm(const CapTwin *t)
{
  const int rows = t->in_shape[0].dims[0] * t->batch;
  const int n = t->in_shape[0].dims[1];
  for (int r = 0; r < rows; r++) {
    const double *x = t->in[0] + r * n;
    double mean = 0.0, variance = 0.0;
    for (int i = 0; i < n; i++)
      mean += x[i] / n;
    for (int i = 0; i < n; i++)
      variance += (x[i] - mean) * (x[i] - mean) / n;
    for (int i = 0; i < n; i++)
      t->out[r * n + i] =
          t->param[0][i] * (x[i] - mean) / sqrt(variance + 1e-6) +
          t->param[1][i];
  }
}

void
cap_twin_gelu(const CapTwin *t)
{
  const gsize n = cap_twin_size(&t->in_shape[0]) * (gsize)t->batch;
  for (gsize i = 0; i < n; i++) {
    const double x = t->in[0][i];
    t->out[i] =
        0.5 * x * (1.0 + tanh(sqrt(2.0 / G_PI) * (x + 0.044715 * x * x * x)));
  }
}

void
cap_twin_linear_rows(const CapTwin *t)
{
  const int rows = t->in_shape[0].dims[0] * t->batch;
  const int in = t->in_shape[0].dims[1], out = t->out_shape.dims[1];
  for (int r = 0; r < rows; r++)
    for (int o = 0; o < out; o++) {
      double sum = t->param[1][o];
      for (int i = 0; i < in; i++)
        sum += t->param[0][o * in + i] * t->in[0][r * in + i];
      t->out[r * out + o] = sum;
    }
}

void
cap_twin_attention(const CapTwin *t)
{
  const int heads = t->options[0], n = t->in_shape[0].dims[0];
  const int width = t->in_shape[0].dims[1] / 3, d = width / heads;
  for (int b = 0; b < t->batch; b++)
    for (int h = 0; h < heads; h++)
      for (int i = 0; i < n; i++) {
        const double *x = t->in[0] + b * n * 3 * width + h * d;
        double p[64], sum = 0.0;
        for (int j = 0; j < n; j++) {
          double dot = 0.0;
          for (int k = 0; k < d; k++)
            dot += x[i * 3 * width + k] * x[j * 3 * width + width + k];
          sum += p[j] = exp(dot / sqrt(d));
        }
        for (int k = 0; k < d; k++) {
          double mix = 0.0;
          for (int j = 0; j < n; j++)
            mix += p[j] / sum * x[j * 3 * width + 2 * width + k];
          t->out[(b * n + i) * width + h * d + k] = mix;
        }
      }
}

void
cap_twin_tokens_cut(const CapTwin *t)
{
  const int e = t->options[0], *size = t->in_shape[0].dims + 1;
  const int cubes = t->out_shape.dims[0], per = e * e * e;
  const int across = size[2] / e, down = size[1] / e;
  for (int b = 0; b < t->batch; b++)
    for (int c = 0; c < cubes; c++)
      for (int i = 0; i < per; i++) {
        const int z = c / across / down * e + i / e / e;
        const int y = c / across % down * e + i / e % e;
        const int x = c % across * e + i % e;
        t->out[(b * cubes + c) * per + i] =
            t->in[0][((b * size[0] + z) * size[1] + y) * size[2] + x];
      }
}

void
cap_twin_tokens_embed(const CapTwin *t)
{
  const int n = t->out_shape.dims[0], width = t->out_shape.dims[1];
  for (int b = 0; b < t->batch; b++)
    for (int i = 0; i < n; i++)
      for (int k = 0; k < width; k++)
        t->out[(b * n + i) * width + k] =
            t->param[1][i * width + k] +
            (i == 0 ? t->param[0][k]
                    : t->in[0][(b * (n - 1) + i - 1) * width + k]);
}

void
cap_twin_dropout(const CapTwin *t)
{
  const double rate = t->options[0] / 100.0;
  const gsize size = cap_twin_size(&t->in_shape[0]);
  for (int b = 0; b < t->batch; b++)
    for (gsize i = 0; i < size; i++) {
      CapRandom random = cap_random_start(0, g_str_hash("op"), (guint64)b);
      guint64 number = 0;
      for (gsize k = 0; k <= i / 4; k++)
        number = cap_random_next(&random);
      const gsize at = (gsize)b * size + i;
      const gboolean out =
          (double)(number >> (i % 4 * 16) & 0xFFFF) < floor(rate * 65536.0);
      t->out[at] = out ? 0.0 : t->in[0][at] / (1.0 - rate);
    }
}

void
cap_twin_sum(const CapTwin *t)
{
  const gsize n = cap_twin_size(&t->in_shape[0]) * (gsize)t->batch;
  for (gsize i = 0; i < n; i++) {
    const double y = t->in[0][i] + t->in[1][i];
    t->out[i] = t->options[0] && y < 0.0 ? 0.0 : y;
  }
}

/* The window of output voxel (z, y, x) in one channel. */
static double
window(const CapTwin *t, const double *x, const int at[3])
{
  const int k = t->options[1], stride = t->options[2], pad = t->options[3];
  const int *size = t->in_shape[0].dims + 1;
  double sum = 0.0, most = -INFINITY;
  int n = 0;
  for (int w = 0; w < k * k * k; w++) {
    const int z = at[0] * stride - pad + w / k / k;
    const int y = at[1] * stride - pad + w / k % k;
    const int u = at[2] * stride - pad + w % k;
    if (z < 0 || y < 0 || u < 0 || z >= size[0] || y >= size[1] || u >= size[2])
      continue;
    const double value = x[(z * size[1] + y) * size[2] + u];
    sum += value;
    most = fmax(most, value);
    n++;
  }
  return t->options[0] ? sum / n : most;
}

void
cap_twin_pooling(const CapTwin *t)
{
  const int *out = t->out_shape.dims, *in = t->in_shape[0].dims;
  const int voxels = out[1] * out[2] * out[3];
  for (int c = 0; c < t->batch * out[0]; c++)
    for (int v = 0; v < voxels; v++) {
      const int at[3] = {v / out[3] / out[2], v / out[3] % out[2], v % out[3]};
      t->out[c * voxels + v] =
          window(t, t->in[0] + c * in[1] * in[2] * in[3], at);
    }
}
