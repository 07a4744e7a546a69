/* No routing, the control: every coupling is what dynamic routing starts from,
 * 1 / parents where they compete and 1 / 2 where they do not. */
#include "core/nn/routing.h"

static float
equal(const CapRoutingTask *t)
{
  return t->compete ? 1.0f / (float)t->parents : 0.5f;
}

static gsize
mean_scratch(const CapRoutingTask *t)
{
  return 2 * (gsize)t->dim;
}

static void
mean_pose(const CapRoutingTask *t, const float *vote, float *s)
{
  const float scale = t->gain / (float)t->children * equal(t);
  for (int d = 0; d < t->dim; d++) {
    double sum = 0.0;
    for (int i = 0; i < t->children; i++)
      sum += (double)vote[d * t->children + i];
    s[d] = scale * (float)sum;
  }
}

static void
mean_forward(const CapRoutingTask *t, const float *votes, float *poses,
             float *coupling, float *scratch)
{
  for (int j = 0; j < t->parents; j++) {
    mean_pose(t, votes + (gsize)j * (gsize)(t->dim * t->children), scratch);
    cap_squash(t->dim, scratch, poses + j * t->dim);
  }
  for (int i = 0; i < t->parents * t->children; i++)
    coupling[i] = equal(t);
}

static void
mean_backward(const CapRoutingTask *t, const float *votes, const float *dposes,
              float *dvotes, float *scratch)
{
  const float scale = t->gain / (float)t->children * equal(t);
  float *ds = scratch + t->dim;
  for (int j = 0; j < t->parents; j++) {
    const gsize at = (gsize)j * (gsize)(t->dim * t->children);
    mean_pose(t, votes + at, scratch);
    cap_squash_gradient(t->dim, scratch, dposes + j * t->dim, ds);
    for (int d = 0; d < t->dim; d++)
      for (int i = 0; i < t->children; i++)
        dvotes[at + (gsize)(d * t->children + i)] = scale * ds[d];
  }
}

const CapRouting cap_routing_mean = {"mean", mean_scratch, mean_forward,
                                     mean_backward};
