/* Arithmetic in the children's space: see routing_space.h. */
#include "core/nn/routing_space.h"

#include "core/nn/routing_lanes.h"
#include "core/nn/routing_wide.h"

CAP_KERNEL(void, project,
           (const CapRoutingTask *t, const CapRoutingInput *in, const float *q,
            float *g),
           (t, in, q, g))
{
  const int k = t->child_dim, rows = t->parents * t->heads;
  const int width = t->dim / t->heads;
  for (int type = 0; type < t->types; type++)
    for (int row = 0; row < rows; row++)
      cap_lanes_project(width, k,
                        in->weights + (gsize)type * in->weight_step +
                            row * width * k,
                        q + row * width, g + (type * rows + row) * k);
}

/* base = q . place. */
CAP_KERNEL(void, project_places,
           (const CapRoutingTask *t, const CapRoutingInput *in, const float *q,
            float *base),
           (t, in, q, base))
{
  const int lanes = t->lanes, width = t->dim / t->heads;
  for (int row = 0; row < t->parents * t->heads; row++) {
    const int first = row % t->heads * width;
    float *to = base + row * lanes;
    for (int p = 0; p < lanes; p++)
      to[p] = 0.0f;
    for (int axis = first; axis < MIN(3, first + width); axis++)
      for (int p = 0; p < lanes; p++)
        to[p] += q[row * width + axis - first] * in->places[axis * lanes + p];
  }
}

void
cap_space_project(const CapRoutingTask *task, const CapRoutingInput *in,
                  const float *q, float *g, float *base)
{
  if (cap_wide_fits(task))
    cap_wide_project(task, in, q, g);
  else
    project(task, in, q, g);
  project_places(task, in, q, base);
}

/* Eight dimensions, from D on, of one parent's sum over types of W m. */
CAP_INLINE CapLanes
lift8(const CapRoutingTask *t, int heads, const float *w, gsize step,
      const float *m, int d)
{
  const int k = t->child_dim, width = t->dim / heads;
  CapLanes sum[8] = {{0}};
  for (int type = 0; type < t->types; type++)
    for (int i = 0; i + 8 <= k; i += 8)
      for (int r = 0; r < 8; r++) {
        const int head = heads == 1 ? 0 : (d + r) / width;
        sum[r] +=
            cap_lanes_load(w + (gsize)type * step + (d + r) * k + i) *
            cap_lanes_load(m + (type * t->parents * heads + head) * k + i);
      }
  return cap_lanes_sums(sum);
}

CAP_KERNEL(void, lift,
           (const CapRoutingTask *t, const CapRoutingInput *in,
            const float *all, float *s),
           (t, in, all, s))
{
  const int k = t->child_dim, whole = k / 8 * 8, width = t->dim / t->heads;
  const int step_m = t->parents * t->heads * k; /* from a type to the next */
  const gsize step = in->weight_step;
  for (int j = 0; j < t->parents; j++) {
    const float *w = in->weights + j * t->dim * k;
    const float *m = all + j * t->heads * k;
    float *to = s + j * t->dim;
    int d = 0;
    for (; d + 8 <= t->dim; d += 8)
      cap_lanes_store(to + d, t->heads == 1
                                  ? lift8(t, 1, w, step, m, d)
                                  : lift8(t, t->heads, w, step, m, d));
    for (; d < t->dim; d++) {
      to[d] = 0.0f;
      for (int type = 0; type < t->types; type++)
        to[d] += cap_dot((gsize)whole, w + (gsize)type * step + d * k,
                         m + type * step_m + d / width * k);
    }
    for (d = 0; whole < k && d < t->dim; d++)
      for (int type = 0; type < t->types; type++)
        for (int i = whole; i < k; i++)
          to[d] += w[(gsize)type * step + (gsize)(d * k + i)] *
                   m[type * step_m + d / width * k + i];
  }
}

/* Adds the sum of total x place, and scales all. */
CAP_KERNEL(void, lift_places,
           (const CapRoutingTask *t, const CapRoutingInput *in, float scale,
            const float *total, float *s),
           (t, in, scale, total, s))
{
  const int width = t->dim / t->heads;
  for (int j = 0; j < t->parents; j++, s += t->dim) {
    for (int axis = 0; axis < 3; axis++)
      s[axis] += cap_dot((gsize)t->lanes,
                         total + (j * t->heads + axis / width) * t->lanes,
                         in->places + axis * t->lanes);
    for (int d = 0; d < t->dim; d++)
      s[d] *= scale;
  }
}

void
cap_space_lift(const CapRoutingTask *task, const CapRoutingInput *in,
               float scale, const float *const rows[2], float *s)
{
  if (cap_wide_fits(task))
    cap_wide_lift(task, in, rows[0], s);
  else
    lift(task, in, rows[0], s);
  lift_places(task, in, scale, rows[1], s);
}

CAP_KERNEL(void, score,
           (const CapRoutingTask *t, const float *u, const float *g,
            const float *base, float *out),
           (t, u, g, base, out))
{
  const int k = t->child_dim, lanes = t->lanes;
  for (int row = 0; row < t->parents * t->heads; row++)
    cap_lanes_score(lanes, k, g + row * k, u, base + row * lanes,
                    out + row * lanes);
}

void
cap_space_score(const CapRoutingTask *task, const float *u, const float *g,
                const float *base, float *out)
{
  if (cap_wide_fits(task))
    cap_wide_score(task, u, g, base, out);
  else
    score(task, u, g, base, out);
}

CAP_KERNEL(void, gather,
           (const CapRoutingTask *t, const float *u, const float *c, float *m,
            float *total),
           (t, u, c, m, total))
{
  const int k = t->child_dim, lanes = t->lanes;
  for (int row = 0; row < t->parents * t->heads; row++) {
    cap_lanes_gather(lanes, k, c + row * lanes, u, m + row * k);
    cap_lanes_add(lanes, c + row * lanes, total + row * lanes);
  }
}

void
cap_space_gather(const CapRoutingTask *task, const float *u, const float *c,
                 float *m, float *total)
{
  if (cap_wide_fits(task))
    cap_wide_gather(task, u, c, m, total);
  else
    gather(task, u, c, m, total);
}

CAP_INLINE void
scatter64(const CapRoutingTask *t, int k, const float *const rows[2],
          const float *const rates[2], float *du)
{
  const int lanes = t->lanes, dims = t->child_dim;
  CapLanes sum[8];
  for (int r = 0; r < 8; r++)
    sum[r] = cap_lanes_load(du + k * lanes + 8 * r);
  for (int j = 0; j < t->parents * t->heads; j++) {
    const float h = rates[0][j * dims + k], g = rates[1][j * dims + k];
    for (int r = 0; r < 8; r++)
      sum[r] += h * cap_lanes_load(rows[0] + j * lanes + 8 * r) +
                g * cap_lanes_load(rows[1] + j * lanes + 8 * r);
  }
  for (int r = 0; r < 8; r++)
    cap_lanes_store(du + k * lanes + 8 * r, sum[r]);
}

CAP_KERNEL(void, scatter,
           (const CapRoutingTask *t, const float *const rows[2],
            const float *const rates[2], float *du),
           (t, rows, rates, du))
{
  const int lanes = t->lanes, dims = t->child_dim;
  for (int k = 0; k < dims; k++) {
    int p = 0;
    for (; p + 64 <= lanes; p += 64) {
      const float *at[2] = {rows[0] + p, rows[1] + p};
      scatter64(t, k, at, rates, du + p);
    }
    for (; p < lanes; p += 8) {
      CapLanes sum = cap_lanes_load(du + k * lanes + p);
      for (int j = 0; j < t->parents * t->heads; j++)
        sum +=
            rates[0][j * dims + k] * cap_lanes_load(rows[0] + j * lanes + p) +
            rates[1][j * dims + k] * cap_lanes_load(rows[1] + j * lanes + p);
      cap_lanes_store(du + k * lanes + p, sum);
    }
  }
}

void
cap_space_scatter(const CapRoutingTask *task, const float *const rows[2],
                  const float *const rates[2], float *du)
{
  if (cap_wide_fits(task))
    cap_wide_scatter(task, rows, rates, du);
  else
    scatter(task, rows, rates, du);
}

CAP_KERNEL(void, outer,
           (const CapRoutingTask *t, const float *const left[2],
            const float *const right[2], gsize step, float *dweights),
           (t, left, right, step, dweights))
{
  const int k = t->child_dim, width = t->dim / t->heads;
  const int rows = t->parents * t->heads;
  for (int type = 0; type < t->types; type++)
    for (int row = 0; row < rows; row++) {
      const int at = (type * rows + row) * k;
      cap_lanes_outer(width, k, left[0] + row * width, right[0] + at,
                      left[1] + row * width, right[1] + at,
                      dweights + (gsize)type * step + row * width * k);
    }
}

void
cap_space_outer(const CapRoutingTask *task, const float *const left[2],
                const float *const right[2], gsize step, float *dweights)
{
  if (cap_wide_fits(task))
    cap_wide_outer(task, left, right, step, dweights);
  else
    outer(task, left, right, step, dweights);
}
