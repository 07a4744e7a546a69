/* Sixteen floats at a time: see routing_wide.h. Nothing here runs where the
 * processor has no AVX-512. */
#include "core/nn/routing_wide.h"

#if defined(__x86_64__)

#include "core/nn/wide.h"

#define K 8             /* dimensions of a child */
#define DIM 16          /* of a pose */
#define PAIRS (DIM / 2) /* of rows of a parent's matrix */

/* F of T and the arguments, with a number of heads that the compiler knows. */
#define WITH_HEADS(f, t, ...)                                                  \
  ((t)->heads == 1   ? f(t, 1, __VA_ARGS__)                                    \
   : (t)->heads == 4 ? f(t, 4, __VA_ARGS__)                                    \
                     : f(t, (t)->heads, __VA_ARGS__))

gboolean
cap_wide_rows_fit(const CapRoutingTask *t)
{
  return cap_isa == CAP_ISA_AVX512 && t->lanes % CAP_WIDE_BLOCK == 0;
}

gboolean
cap_wide_fits(const CapRoutingTask *t)
{
  return cap_wide_rows_fit(t) && t->child_dim == K && t->dim == DIM &&
         PAIRS % t->heads == 0 && t->types % 2 == 0;
}

/* ---- between poses and the children's space ---- */

CAP_WIDE_INLINE void
project(const CapRoutingTask *t, int heads, const CapRoutingInput *in,
        const float *q, float *g)
{
  for (int j = 0; j < t->parents; j++) {
    const float *w = in->weights + j * DIM * K;
    CapWide query[PAIRS];
    for (int r = 0; r < PAIRS; r++)
      query[r] = cap_wide_two(q + j * DIM + 2 * r);
    for (int type = 0; type < t->types; type++, w += in->weight_step) {
      float *to = g + (type * t->parents + j) * heads * K;
      for (int h = 0; h < heads; h++) {
        CapWide sum[2] = {{0}}; /* that do not wait for each other */
        for (int r = 0; r < PAIRS / heads; r++)
          sum[r % 2] += query[h * PAIRS / heads + r] *
                        cap_wide_load(w + 2 * K * (h * PAIRS / heads + r));
        const CapWide both = sum[0] + sum[1];
        cap_lanes_store(to + h * K, cap_wide_low(both) + cap_wide_high(both));
      }
    }
  }
}

CAP_WIDE void
cap_wide_project(const CapRoutingTask *t, const CapRoutingInput *in,
                 const float *q, float *g)
{
  WITH_HEADS(project, t, in, q, g);
}

CAP_WIDE_INLINE void
lift(const CapRoutingTask *t, int heads, const CapRoutingInput *in,
     const float *m, float *s)
{
  for (int j = 0; j < t->parents; j++) {
    const float *w = in->weights + j * DIM * K;
    const float *from = m + j * heads * K;
    CapWide sum[PAIRS] = {{0}};
    for (int type = 0; type < t->types; type++) {
      for (int r = 0; r < PAIRS; r++)
        sum[r] += cap_wide_load(w + 2 * K * r) *
                  cap_wide_twice(from + r * heads / PAIRS * K);
      w += in->weight_step;
      from += t->parents * heads * K;
    }
    cap_wide_store(s + j * DIM, cap_wide_half_sums(sum));
  }
}

CAP_WIDE void
cap_wide_lift(const CapRoutingTask *t, const CapRoutingInput *in,
              const float *m, float *s)
{
  WITH_HEADS(lift, t, in, m, s);
}

CAP_WIDE_INLINE void
outer(const CapRoutingTask *t, int heads, const float *const left[2],
      const float *const right[2], gsize step, float *dweights)
{
  for (int j = 0; j < t->parents; j++) {
    float *dw = dweights + j * DIM * K;
    CapWide a[PAIRS], b[PAIRS];
    for (int r = 0; r < PAIRS; r++) {
      a[r] = cap_wide_two(left[0] + j * DIM + 2 * r);
      b[r] = cap_wide_two(left[1] + j * DIM + 2 * r);
    }
    for (int type = 0; type < t->types; type++, dw += step)
      for (int r = 0; r < PAIRS; r++) {
        const int at =
            ((type * t->parents + j) * heads + r * heads / PAIRS) * K;
        cap_wide_store(dw + 2 * K * r,
                       cap_wide_load(dw + 2 * K * r) +
                           a[r] * cap_wide_twice(right[0] + at) +
                           b[r] * cap_wide_twice(right[1] + at));
      }
  }
}

CAP_WIDE void
cap_wide_outer(const CapRoutingTask *t, const float *const left[2],
               const float *const right[2], gsize step, float *dweights)
{
  WITH_HEADS(outer, t, left, right, step, dweights);
}

/* ---- over voxels ---- */

CAP_WIDE void
cap_wide_score(const CapRoutingTask *t, const float *u, const float *g,
               const float *base, float *out)
{
  const int lanes = t->lanes, rows = t->parents * t->heads;
  for (int row = 0; row < rows; row += 2)
    for (int p = 0; p < lanes; p += CAP_WIDE_BLOCK) {
      const int at = row * lanes + p;
      if (row + 1 < rows)
        cap_wide_score64(2, lanes, K, g + row * K, u + p, base + at, lanes,
                         out + at);
      else
        cap_wide_score64(1, lanes, K, g + row * K, u + p, base + at, lanes,
                         out + at);
    }
}

/* N rows, one or two: the same sums whether a row has a neighbour or not, as
 * groups of parents may be routed together or apart. */
CAP_WIDE_INLINE void
gather_rows(int n, int lanes, const float *u, const float *c, float *m,
            float *total)
{
  CapWide sum[2 * K] = {{0}};
  for (int p = 0; p < lanes; p += 16) {
    CapWide weight[2];
    for (int j = 0; j < n; j++) {
      float *to = total + j * lanes + p;
      weight[j] = cap_wide_load(c + j * lanes + p);
      cap_wide_store(to, cap_wide_load(to) + weight[j]);
    }
    for (int i = 0; i < K; i++) {
      const CapWide child = cap_wide_keep(u + i * lanes + p);
      for (int j = 0; j < n; j++)
        sum[j * K + i] += weight[j] * child;
    }
  }
  const CapWide whole = cap_wide_sums(sum);
  if (n == 2)
    cap_wide_store(m, whole);
  else
    cap_lanes_store(m, cap_wide_low(whole));
}

CAP_WIDE void
cap_wide_gather(const CapRoutingTask *t, const float *u, const float *c,
                float *m, float *total)
{
  const int lanes = t->lanes, rows = t->parents * t->heads;
  for (int row = 0; row < rows; row += 2) {
    const int at = row * lanes;
    if (row + 1 < rows)
      gather_rows(2, lanes, u, c + at, m + row * K, total + at);
    else
      gather_rows(1, lanes, u, c + at, m + row * K, total + at);
  }
}

CAP_WIDE void
cap_wide_share(const CapRoutingTask *t, const float *u, float *shared)
{
  const int n = t->types * K;
  for (int row = 0; row < n; row += 16) {
    CapWide sum[16] = {{0}};
    for (int i = 0; i < 16; i++)
      for (int p = 0; p < t->lanes; p += 16)
        sum[i] += cap_wide_load(u + (row + i) * t->lanes + p);
    cap_wide_store(shared + row, cap_wide_sums(sum));
  }
}

/* 64 voxels of two of the children's dimensions. */
CAP_WIDE_INLINE void
scatter64(const CapRoutingTask *t, const float *const rows[2],
          const float *const rates[2], float *du)
{
  const int lanes = t->lanes;
  CapWide sum[2][4];
  for (int i = 0; i < 2; i++)
    for (int r = 0; r < 4; r++)
      sum[i][r] = cap_wide_load(du + i * lanes + 16 * r);
  for (int j = 0; j < t->parents * t->heads; j++)
    for (int r = 0; r < 4; r++) {
      const CapWide c = cap_wide_keep(rows[0] + j * lanes + 16 * r);
      const CapWide slope = cap_wide_keep(rows[1] + j * lanes + 16 * r);
      for (int i = 0; i < 2; i++)
        sum[i][r] += rates[0][j * K + i] * c + rates[1][j * K + i] * slope;
    }
  for (int i = 0; i < 2; i++)
    for (int r = 0; r < 4; r++)
      cap_wide_store(du + i * lanes + 16 * r, sum[i][r]);
}

CAP_WIDE void
cap_wide_scatter(const CapRoutingTask *t, const float *const rows[2],
                 const float *const rates[2], float *du)
{
  for (int i = 0; i < K; i += 2)
    for (int p = 0; p < t->lanes; p += CAP_WIDE_BLOCK) {
      const float *over[2] = {rows[0] + p, rows[1] + p};
      const float *by[2] = {rates[0] + i, rates[1] + i};
      scatter64(t, over, by, du + i * t->lanes + p);
    }
}

/* ---- exponentials ---- */

CAP_WIDE void
cap_wide_attend(const CapRoutingTask *t, const float *peak, const float *a,
                float *n, float *weight)
{
  const int lanes = t->lanes;
  for (int row = 0; row < t->parents * t->heads; row++)
    for (int p = 0; p < lanes; p += 16) {
      float *at = n + row * lanes + p;
      const CapWide e = cap_wide_exp(cap_wide_load(at) - peak[row]);
      cap_wide_store(at, e);
      cap_wide_store(weight + row * lanes + p, cap_wide_load(a + p) * e);
    }
}

/* Sixteen voxels of a group of PARENTS that compete. */
CAP_WIDE_INLINE void
softmax(int parents, int lanes, float *c)
{
  CapWide peak = cap_wide_load(c), whole = {0};
  for (int j = 1; j < parents; j++)
    peak = CAP_WIDE_MAX(peak, cap_wide_load(c + j * lanes));
  for (int j = 0; j < parents; j++) {
    const CapWide e = cap_wide_exp(cap_wide_load(c + j * lanes) - peak);
    cap_wide_store(c + j * lanes, e);
    whole += e;
  }
  whole = 1.0f / whole;
  for (int j = 0; j < parents; j++)
    cap_wide_store(c + j * lanes, cap_wide_load(c + j * lanes) * whole);
}

CAP_WIDE void
cap_wide_couple(const CapRoutingTask *t, float *c)
{
  const int lanes = t->lanes;
  for (int g = 0; g < t->n_groups; g++) {
    const int parents = t->groups[g].parents, n = parents * lanes;
    if (t->groups[g].compete)
      for (int p = 0; p < lanes; p += 16)
        if (parents == 2)
          softmax(2, lanes, c + p);
        else
          softmax(parents, lanes, c + p);
    else
      for (int p = 0; p < n; p += 16)
        cap_wide_store(c + p,
                       1.0f / (1.0f + cap_wide_exp(-cap_wide_load(c + p))));
    c += n;
  }
}
#endif
