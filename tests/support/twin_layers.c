/* Twins of convolutions, normalisation and the other plain layers. */
#include <math.h>

#include "tests/support/twin.h"

gsize
cap_twin_size(const CapShape *shape)
{
  gsize size = 1;
  for (int i = 0; i < shape->n_dims; i++)
    size *= (gsize)shape->dims[i];
  return size;
}

/* Index of (n, c, z, y, x) in a batch of volumes; -1 outside. */
static int
at(const CapShape *s, int n, int c, int z, int y, int x)
{
  const int *d = s->dims;
  if (z < 0 || y < 0 || x < 0 || z >= d[1] || y >= d[2] || x >= d[3])
    return -1;
  return (((n * d[0] + c) * d[1] + z) * d[2] + y) * d[3] + x;
}

#define FOR_VOXELS(shape, z, y, x)                                             \
  for (int z = 0; z < (shape).dims[1]; z++)                                    \
    for (int y = 0; y < (shape).dims[2]; y++)                                  \
      for (int x = 0; x < (shape).dims[3]; x++)

void
cap_twin_conv3d(const CapTwin *t)
{
  const int k = t->options[0], stride = t->options[1], pad = t->options[2];
  const int in = t->in_shape[0].dims[0], out = t->out_shape.dims[0];
  for (int n = 0; n < t->batch; n++)
    for (int o = 0; o < out; o++)
      FOR_VOXELS(t->out_shape, z, y, x)
      {
        double sum = t->options[3] ? t->param[1][o] : 0.0;
        for (int i = 0; i < in; i++)
          for (int w = 0; w < k * k * k; w++) {
            const int from =
                at(&t->in_shape[0], n, i, z * stride - pad + w / k / k,
                   y * stride - pad + w / k % k, x * stride - pad + w % k);
            if (from >= 0)
              sum += t->in[0][from] * t->param[0][(o * in + i) * k * k * k + w];
          }
        t->out[at(&t->out_shape, n, o, z, y, x)] = sum;
      }
}

void
cap_twin_deconv3d(const CapTwin *t)
{
  const int k = t->options[0], stride = t->options[1], pad = t->options[2];
  const int in = t->in_shape[0].dims[0], out = t->out_shape.dims[0];
  for (int n = 0; n < t->batch; n++)
    for (int o = 0; o < out; o++)
      FOR_VOXELS(t->out_shape, z, y, x)
  t->out[at(&t->out_shape, n, o, z, y, x)] =
      t->options[3] ? t->param[1][o] : 0.0;
  for (int n = 0; n < t->batch; n++)
    for (int i = 0; i < in; i++)
      FOR_VOXELS(t->in_shape[0], z, y, x)
  for (int o = 0; o < out; o++)
    for (int w = 0; w < k * k * k; w++) {
      const int to = at(&t->out_shape, n, o, z * stride - pad + w / k / k,
                        y * stride - pad + w / k % k, x * stride - pad + w % k);
      if (to >= 0)
        t->out[to] += t->in[0][at(&t->in_shape[0], n, i, z, y, x)] *
                      t->param[0][(i * out + o) * k * k * k + w];
    }
}

void
cap_twin_batchnorm(const CapTwin *t)
{
  const int channels = t->in_shape[0].dims[0];
  const int voxels = (int)cap_twin_size(&t->in_shape[0]) / channels;
  for (int c = 0; c < channels; c++) {
    double mean = 0.0, variance = 0.0;
    for (int n = 0; n < t->batch; n++)
      for (int v = 0; v < voxels; v++)
        mean += t->in[0][(n * channels + c) * voxels + v];
    mean /= t->batch * voxels;
    for (int n = 0; n < t->batch; n++)
      for (int v = 0; v < voxels; v++)
        variance += pow(t->in[0][(n * channels + c) * voxels + v] - mean, 2);
    variance /= t->batch * voxels;
    for (int n = 0; n < t->batch; n++)
      for (int v = 0; v < voxels; v++) {
        const int i = (n * channels + c) * voxels + v;
        const double y =
            (t->in[0][i] - mean) / sqrt(variance + 1e-5) * t->param[0][c] +
            t->param[1][c];
        t->out[i] = t->options[0] && y < 0.0 ? 0.0 : y;
      }
  }
}

void
cap_twin_relu(const CapTwin *t)
{
  for (gsize i = 0; i < cap_twin_size(&t->out_shape) * (gsize)t->batch; i++)
    t->out[i] = fmax(t->in[0][i], 0.0);
}

void
cap_twin_sigmoid(const CapTwin *t)
{
  for (gsize i = 0; i < cap_twin_size(&t->out_shape) * (gsize)t->batch; i++)
    t->out[i] = 2.0 / (1.0 + exp(-t->in[0][i]));
}

void
cap_twin_linear(const CapTwin *t)
{
  const int in = (int)cap_twin_size(&t->in_shape[0]);
  const int out = (int)cap_twin_size(&t->out_shape);
  for (int n = 0; n < t->batch; n++)
    for (int o = 0; o < out; o++) {
      t->out[n * out + o] = t->param[1][o];
      for (int i = 0; i < in; i++)
        t->out[n * out + o] += t->param[0][o * in + i] * t->in[0][n * in + i];
    }
}

/* Plain tensors are joined whole, whatever their dimensions. */
void
cap_twin_concat(const CapTwin *t)
{
  double *out = t->out;
  for (int n = 0; n < t->batch; n++)
    for (int i = 0; i < t->n_inputs; i++) {
      const int size = (int)cap_twin_size(&t->in_shape[i]);
      for (int k = 0; k < size; k++)
        *out++ = t->in[i][n * size + k];
    }
}

void
cap_twin_slice(const CapTwin *t)
{
  const int in = (int)cap_twin_size(&t->in_shape[0]);
  const int out = (int)cap_twin_size(&t->out_shape);
  for (int i = 0; i < t->batch * out; i++)
    t->out[i] = t->in[0][i / out * in + t->options[0] + i % out];
}

void
cap_twin_space_to_depth(const CapTwin *t)
{
  for (int n = 0; n < t->batch; n++)
    for (int c = 0; c < t->in_shape[0].dims[0]; c++)
      FOR_VOXELS(t->in_shape[0], z, y, x)
  t->out[at(&t->out_shape, n, 8 * c + z % 2 * 4 + y % 2 * 2 + x % 2, z / 2,
            y / 2, x / 2)] = t->in[0][at(&t->in_shape[0], n, c, z, y, x)];
}

void
cap_twin_depth_to_space(const CapTwin *t)
{
  for (int n = 0; n < t->batch; n++)
    for (int c = 0; c < t->out_shape.dims[0]; c++)
      FOR_VOXELS(t->out_shape, z, y, x)
  t->out[at(&t->out_shape, n, c, z, y, x)] =
      t->in[0][at(&t->in_shape[0], n, 8 * c + z % 2 * 4 + y % 2 * 2 + x % 2,
                  z / 2, y / 2, x / 2)];
}
