/* Twins of primary capsules, lengths and rating heads. */
#include <math.h>
#include <string.h>

#include "tests/support/twin.h"

#define MAX_DIM 16

void
cap_twin_squash(int dim, const double *s, double *v)
{
  double square = 0.0;
  for (int d = 0; d < dim; d++)
    square += s[d] * s[d];
  for (int d = 0; d < dim; d++)
    v[d] = sqrt(square) / (1.0 + square) * s[d];
}

void
cap_twin_primary(const CapTwin *t)
{
  const int dim = t->options[0], channels = t->in_shape[0].dims[0];
  const int voxels = (int)cap_twin_size(&t->in_shape[0]) / channels;
  for (int i = 0; i < t->batch * channels / dim; i++)
    for (int p = 0; p < voxels; p++) {
      double s[MAX_DIM], v[MAX_DIM];
      for (int d = 0; d < dim; d++)
        s[d] = t->in[0][(i * dim + d) * voxels + p];
      cap_twin_squash(dim, s, v);
      for (int d = 0; d < dim; d++)
        t->out[(i * dim + d) * voxels + p] = v[d];
    }
}

void
cap_twin_primary_matrix(const CapTwin *t)
{
  const int channels = t->in_shape[0].dims[0], types = channels / 17;
  const int voxels = (int)cap_twin_size(&t->in_shape[0]) / channels;
  const int first = t->options[0] ? 16 * types : 0;
  const int n = t->options[0] ? types : 16 * types;
  for (int i = 0; i < t->batch * n * voxels; i++) {
    const int sample = i / voxels / n, channel = first + i / voxels % n;
    const double x =
        t->in[0][(sample * channels + channel) * voxels + i % voxels];
    t->out[i] = t->options[0] ? 1.0 / (1.0 + exp(-x)) : x;
  }
}

void
cap_twin_length(const CapTwin *t)
{
  const int dim = t->in_shape[0].dims[1];
  for (int i = 0; i < t->batch * t->in_shape[0].dims[0]; i++) {
    double square = 0.0;
    for (int d = 0; d < dim; d++)
      square += pow(t->in[0][i * dim + d], 2);
    t->out[i] = sqrt(square);
  }
}

void
cap_twin_rating_heads(const CapTwin *t)
{
  const int heads = t->out_shape.dims[0], levels = t->out_shape.dims[1];
  const int capsules = t->in_shape[0].dims[0], dim = t->in_shape[0].dims[1];
  const int shared = t->n_inputs > 1 ? t->in_shape[1].dims[0] : 0;
  for (int n = 0; n < t->batch; n++)
    for (int i = 0; i < heads * levels; i++) {
      double sum = t->param[1][i];
      const double *w = t->param[0] + i * (dim + shared);
      for (int d = 0; d < dim; d++)
        sum += w[d] *
               t->in[0][(n * capsules + t->options[0] + i / levels) * dim + d];
      for (int d = 0; d < shared; d++)
        sum += w[dim + d] * t->in[1][n * shared + d];
      t->out[n * heads * levels + i] = sum;
    }
}
