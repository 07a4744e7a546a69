/* Sixteen floats at a time, for functions that run where cap_isa is AVX-512 and
 * nowhere else: they are marked CAP_WIDE, what they inline CAP_WIDE_INLINE. The
 * compiler makes registers of this width of no loop that CAP_KERNEL compiles
 * for all processors: its minima become masks. */
#pragma once

#include "core/nn/routing_lanes.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define CAP_WIDE_TARGET_ __attribute__((target(CAP_TARGET_AVX512)))
#define CAP_WIDE_MIN(a, b) ((CapWide)_mm512_min_ps((__m512)(a), (__m512)(b)))
#define CAP_WIDE_MAX(a, b) ((CapWide)_mm512_max_ps((__m512)(a), (__m512)(b)))
#define CAP_WIDE_ROUND(a) ((CapWide)_mm512_roundscale_ps((__m512)(a), 0))
#define CAP_WIDE_SCALE(a, n)                                                   \
  ((CapWide)_mm512_scalef_ps((__m512)(a), (__m512)(n)))
#endif

#define CAP_WIDE __attribute__((noinline)) CAP_WIDE_TARGET_
#define CAP_WIDE_INLINE CAP_INLINE CAP_WIDE_TARGET_

#define CAP_WIDE_BLOCK 64 /* voxels that are worked on at a time */

typedef float CapWide __attribute__((vector_size(64), aligned(4), may_alias));

CAP_WIDE_INLINE CapWide
cap_wide_load(const float *at)
{
  return *(const CapWide *)at;
}

/* For what several products share: kept in a register, where the compiler would
 * read it again for each. */
CAP_WIDE_INLINE CapWide
cap_wide_keep(const float *at)
{
  CapWide v = cap_wide_load(at);
  __asm__("" : "+v"(v));
  return v;
}

CAP_WIDE_INLINE void
cap_wide_store(float *at, CapWide v)
{
  *(CapWide *)at = v;
}

CAP_WIDE_INLINE CapWide
cap_wide_join(CapLanes low, CapLanes high)
{
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
                                 11, 12, 13, 14, 15);
}

CAP_WIDE_INLINE CapLanes
cap_wide_low(CapWide v)
{
  return __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7);
}

CAP_WIDE_INLINE CapLanes
cap_wide_high(CapWide v)
{
  return __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
}

/* The eight floats at AT, twice. */
CAP_WIDE_INLINE CapWide
cap_wide_twice(const float *at)
{
  const CapLanes v = cap_lanes_load(at);
  return cap_wide_join(v, v);
}

/* at[0] eight times, at[1] eight times. */
CAP_WIDE_INLINE CapWide
cap_wide_two(const float *at)
{
  return cap_wide_join(at[0] - (CapLanes){0}, at[1] - (CapLanes){0});
}

/* Sums of neighbours, in each quarter first A's, then B's. */
CAP_WIDE_INLINE CapWide
cap_wide_zip(CapWide a, CapWide b)
{
  return __builtin_shufflevector(a, b, 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24,
                                 26, 12, 14, 28, 30) +
         __builtin_shufflevector(a, b, 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25,
                                 27, 13, 15, 29, 31);
}

/* Sums of neighbouring quarters, first A's, then B's. */
CAP_WIDE_INLINE CapWide
cap_wide_zip_quarters(CapWide a, CapWide b)
{
  return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19,
                                 24, 25, 26, 27) +
         __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22,
                                 23, 28, 29, 30, 31);
}

CAP_WIDE_INLINE CapWide
cap_wide_zip4(const CapWide v[4])
{
  return cap_wide_zip(cap_wide_zip(v[0], v[1]), cap_wide_zip(v[2], v[3]));
}

/* The sums of sixteen vectors. */
CAP_WIDE_INLINE CapWide
cap_wide_sums(const CapWide v[16])
{
  return cap_wide_zip_quarters(
      cap_wide_zip_quarters(cap_wide_zip4(v), cap_wide_zip4(v + 4)),
      cap_wide_zip_quarters(cap_wide_zip4(v + 8), cap_wide_zip4(v + 12)));
}

/* The sums of both halves of eight vectors. */
CAP_WIDE_INLINE CapWide
cap_wide_half_sums(const CapWide v[8])
{
  const CapWide s =
      cap_wide_zip_quarters(cap_wide_zip4(v), cap_wide_zip4(v + 4));
  return __builtin_shufflevector(s, s, 0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10,
                                 14, 11, 15);
}

/* cap_exp of sixteen. */
CAP_WIDE_INLINE CapWide
cap_wide_exp(CapWide x)
{
  x = CAP_WIDE_MIN(CAP_WIDE_MAX(x, -87.0f - (CapWide){0}),
                   88.0f - (CapWide){0});
  const CapWide n = CAP_WIDE_ROUND(x * 1.44269504f);
  const CapWide r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  CapWide p = r * (1.0f / 720.0f) + 1.0f / 120.0f;
  p = p * r + 1.0f / 24.0f;
  p = p * r + 1.0f / 6.0f;
  p = p * r + 0.5f;
  p = p * r * r + r + 1.0f;
  return CAP_WIDE_SCALE(p, n);
}

/* cap_lanes_score64 of N rows (at most four) that share what is read of U: G
 * has K floats a row, BASE is STEP apart, OUT LANES. */
CAP_WIDE_INLINE void
cap_wide_score64(int n, int lanes, int k, const float *g, const float *u,
                 const float *base, int step, float *out)
{
  CapWide sum[4][4];
  for (int j = 0; j < n; j++)
    for (int r = 0; r < 4; r++)
      sum[j][r] = cap_wide_load(base + j * step + 16 * r);
  for (int i = 0; i < k; i++)
    for (int r = 0; r < 4; r++) {
      const CapWide child = cap_wide_keep(u + i * lanes + 16 * r);
      for (int j = 0; j < n; j++)
        sum[j][r] += g[j * k + i] * child;
    }
  for (int j = 0; j < n; j++)
    for (int r = 0; r < 4; r++)
      cap_wide_store(out + j * lanes + 16 * r, sum[j][r]);
}
