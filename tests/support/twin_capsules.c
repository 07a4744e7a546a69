/* Twins of primary capsules, votes, routing and lengths. */
#include <math.h>
#include <string.h>

#include "tests/support/twin.h"

#define MAX_DIM 16

static void
squash(int dim, const double *s, double *v)
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
      squash(dim, s, v);
      for (int d = 0; d < dim; d++)
        t->out[(i * dim + d) * voxels + p] = v[d];
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

/* Vote of child (type, voxel) of sample N for parent J, dimension D. */
static double
vote(const CapTwin *t, int n, int j, int d, int type, int p)
{
  const CapShape *s = &t->in_shape[0];
  const int voxels = s->dims[1] * s->dims[2] * s->dims[3];
  const int parents = t->out_shape.dims[0], dim = t->out_shape.dims[1];
  const int k = t->options[1];
  double sum = 0.0;
  for (int i = 0; i < k; i++)
    sum += t->param[0][((type * parents + j) * dim + d) * k + i] *
           t->in[0][(n * s->dims[0] + type * k + i) * voxels + p];
  const int place[3] = {p / s->dims[3] / s->dims[2],
                        p / s->dims[3] % s->dims[2], p % s->dims[3]};
  if (d < 3)
    sum += (place[d] + 0.5) / s->dims[d + 1] - 0.5;
  return sum;
}

/* Procedure 1 of Sabour et al. for parents FIRST … FIRST + J - 1. */
static void
route(const CapTwin *t, int n, int first, int parents, gboolean compete)
{
  const CapShape *s = &t->in_shape[0];
  const int voxels = s->dims[1] * s->dims[2] * s->dims[3];
  const int children = s->dims[0] / t->options[1] * voxels;
  const int dim = t->out_shape.dims[1];
  double *logit = g_new0(double, parents *children);
  double *votes = g_new(double, parents *children *dim);
  for (int i = 0; i < parents * children * dim; i++)
    votes[i] = vote(t, n, first + i / children / dim, i % dim,
                    i / dim % children / voxels, i / dim % children % voxels);
  for (int r = 0; r < MAX(t->options[0], 1); r++)
    for (int j = 0; j < parents; j++) {
      double sum[MAX_DIM] = {0},
             *v = t->out + (n * t->out_shape.dims[0] + first + j) * dim;
      for (int i = 0; i < children; i++) {
        double c = 1.0 / (1.0 + exp(-logit[j * children + i]));
        if (compete) {
          double whole = 0.0;
          for (int other = 0; other < parents; other++)
            whole += exp(logit[other * children + i]);
          c = exp(logit[j * children + i]) / whole;
        }
        for (int d = 0; d < dim; d++)
          sum[d] += 4.0 / children * c * votes[(j * children + i) * dim + d];
      }
      squash(dim, sum, v);
      /* Logits move only after every parent has used the old ones. */
      for (int p = 0; j + 1 == parents && p < parents; p++)
        for (int i = 0; i < children; i++)
          for (int d = 0; d < dim; d++)
            logit[p * children + i] +=
                votes[(p * children + i) * dim + d] *
                t->out[(n * t->out_shape.dims[0] + first + p) * dim + d];
    }
  g_free(logit);
  g_free(votes);
}

void
cap_twin_capsules(const CapTwin *t)
{
  for (int n = 0; n < t->batch; n++)
    for (int g = 0, first = 0; g < t->options[2]; g++) {
      const int parents = t->options[3 + 2 * g];
      route(t, n, first, parents, t->options[4 + 2 * g]);
      first += parents;
    }
}

void
cap_twin_rating_heads(const CapTwin *t)
{
  const int heads = t->out_shape.dims[0], levels = t->out_shape.dims[1];
  const int capsules = t->in_shape[0].dims[0], dim = t->in_shape[0].dims[1];
  for (int n = 0; n < t->batch; n++)
    for (int i = 0; i < heads * levels; i++) {
      double sum = t->param[1][i];
      for (int d = 0; d < dim; d++)
        sum += t->param[0][i * dim + d] *
               t->in[0][(n * capsules + t->options[0] + i / levels) * dim + d];
      t->out[n * heads * levels + i] = sum;
    }
}
