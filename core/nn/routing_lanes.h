/* Arithmetic of routing without votes, for one type of children and one parent,
 * inlined into functions marked CAP_KERNEL. Rows over voxels have LANES floats,
 * a multiple of eight; G, H, M, R have one float a child dimension. */
#pragma once

#include "core/nn/kernel.h"

CAP_INLINE CapLanes
cap_lanes_load(const float *at)
{
  return *(const CapLanes *)at;
}

CAP_INLINE void
cap_lanes_store(float *at, CapLanes v)
{
  *(CapLanes *)at = v;
}

CAP_INLINE CapLanes
cap_lanes_max(CapLanes a, CapLanes b)
{
  typedef gint32 Mask __attribute__((vector_size(32)));
  const Mask more = a > b;
  return (CapLanes)((more & (Mask)a) | (~more & (Mask)b));
}

CAP_INLINE CapLanes
cap_lanes_zip(CapLanes a, CapLanes b)
{
  return __builtin_shufflevector(a, b, 0, 2, 8, 10, 4, 6, 12, 14) +
         __builtin_shufflevector(a, b, 1, 3, 9, 11, 5, 7, 13, 15);
}

/* The sums of eight vectors, as one. */
CAP_INLINE CapLanes
cap_lanes_sums(const CapLanes v[8])
{
  const CapLanes low =
      cap_lanes_zip(cap_lanes_zip(v[0], v[1]), cap_lanes_zip(v[2], v[3]));
  const CapLanes high =
      cap_lanes_zip(cap_lanes_zip(v[4], v[5]), cap_lanes_zip(v[6], v[7]));
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 8, 9, 10, 11) +
         __builtin_shufflevector(low, high, 4, 5, 6, 7, 12, 13, 14, 15);
}

/* 64 voxels of out = base + sum over k of g[k] u[k]. */
CAP_INLINE void
cap_lanes_score64(int lanes, int k, const float *g, const float *u,
                  const float *base, float *out)
{
  CapLanes sum[8];
  for (int r = 0; r < 8; r++)
    sum[r] = cap_lanes_load(base + 8 * r);
  for (int i = 0; i < k; i++)
    for (int r = 0; r < 8; r++)
      sum[r] += g[i] * cap_lanes_load(u + i * lanes + 8 * r);
  for (int r = 0; r < 8; r++)
    cap_lanes_store(out + 8 * r, sum[r]);
}

/* out[p] = base[p] + sum over k of g[k] u[k][p]. */
CAP_INLINE void
cap_lanes_score(int lanes, int k, const float *g, const float *u,
                const float *base, float *out)
{
  int p = 0;
  for (; p + 64 <= lanes; p += 64)
    if (k == 8)
      cap_lanes_score64(lanes, 8, g, u + p, base + p, out + p);
    else
      cap_lanes_score64(lanes, k, g, u + p, base + p, out + p);
  for (; p < lanes; p += 8) {
    CapLanes sum = cap_lanes_load(base + p);
    for (int i = 0; i < k; i++)
      sum += g[i] * cap_lanes_load(u + i * lanes + p);
    cap_lanes_store(out + p, sum);
  }
}

/* m[k] = sum over p of c[p] u[k][p]. */
CAP_INLINE void
cap_lanes_gather(int lanes, int k, const float *c, const float *u, float *m)
{
  int i = 0;
  for (; i + 8 <= k; i += 8) {
    CapLanes sum[8] = {{0}};
    for (int p = 0; p < lanes; p += 8) {
      const CapLanes weight = cap_lanes_load(c + p);
      for (int r = 0; r < 8; r++)
        sum[r] += weight * cap_lanes_load(u + (i + r) * lanes + p);
    }
    cap_lanes_store(m + i, cap_lanes_sums(sum));
  }
  for (; i < k; i++)
    m[i] = cap_dot((gsize)lanes, c, u + i * lanes);
}

/* to[p] += from[p]. */
CAP_INLINE void
cap_lanes_add(int lanes, const float *from, float *to)
{
  for (int p = 0; p < lanes; p += 8)
    cap_lanes_store(to + p, cap_lanes_load(to + p) + cap_lanes_load(from + p));
}

/* g = W^T q for W [dim][k]. */
CAP_INLINE void
cap_lanes_project(int dim, int k, const float *w, const float *q, float *g)
{
  int i = 0;
  for (; i + 8 <= k; i += 8) {
    CapLanes sum[4] = {{0}}; /* that do not wait for each other */
    int d = 0;
    for (; d + 4 <= dim; d += 4)
      for (int r = 0; r < 4; r++)
        sum[r] += q[d + r] * cap_lanes_load(w + (d + r) * k + i);
    for (; d < dim; d++)
      sum[0] += q[d] * cap_lanes_load(w + d * k + i);
    cap_lanes_store(g + i, (sum[0] + sum[1]) + (sum[2] + sum[3]));
  }
  for (; i < k; i++) {
    float sum = 0.0f;
    for (int d = 0; d < dim; d++)
      sum += q[d] * w[d * k + i];
    g[i] = sum;
  }
}

/* dw[d][k] += a[d] m[k] + b[d] r[k]. */
CAP_INLINE void
cap_lanes_outer(int dim, int k, const float *a, const float *m, const float *b,
                const float *r, float *dw)
{
  for (int d = 0; d < dim; d++) {
    int i = 0;
    for (; i + 8 <= k; i += 8)
      cap_lanes_store(dw + d * k + i, cap_lanes_load(dw + d * k + i) +
                                          a[d] * cap_lanes_load(m + i) +
                                          b[d] * cap_lanes_load(r + i));
    for (; i < k; i++)
      dw[d * k + i] += a[d] * m[i] + b[d] * r[i];
  }
}
