/* What our own float kernels share: paths for instruction sets, chosen at run
 * time, and an exponential that vectorises.
 *
 * CAP_KERNEL(type, name, (parameters), (arguments)) { ... } is a static
 * function that is compiled for AVX-512, for AVX2 with FMA and for the
 * baseline, and runs as cap_isa says. It must be a leaf that holds the hot
 * loop: OpenMP regions around it are not compiled again. */
#pragma once

#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "core/nn/isa.h"

#define CAP_INLINE static inline __attribute__((always_inline))

#define CAP_PATH_(path, attribute, type, name, params, args)                   \
  __attribute__((noinline attribute)) static type name##_##path params         \
  {                                                                            \
    return name##_any args;                                                    \
  }

#if defined(__x86_64__)
#define CAP_KERNEL(type, name, params, args)                                   \
  CAP_INLINE type name##_any params;                                           \
  CAP_PATH_(avx512, CAP_COMMA_ target(CAP_TARGET_AVX512), type, name, params,  \
            args)                                                              \
  CAP_PATH_(avx2, CAP_COMMA_ target(CAP_TARGET_AVX2), type, name, params,      \
            args)                                                              \
  CAP_PATH_(portable, , type, name, params, args)                              \
  static inline type name params                                               \
  {                                                                            \
    if (cap_isa == CAP_ISA_AVX2)                                               \
      return name##_avx2 args;                                                 \
    if (cap_isa == CAP_ISA_AVX512)                                             \
      return name##_avx512 args;                                               \
    return name##_portable args;                                               \
  }                                                                            \
  CAP_INLINE type name##_any params
#else
#define CAP_KERNEL(type, name, params, args)                                   \
  __attribute__((noinline)) static type name params
#endif
#define CAP_COMMA_ ,
#define CAP_TARGET_AVX2 "avx2,fma"
#define CAP_TARGET_AVX512 "avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"

/* e^x to about 2 units in the last place, without branches: 2^n times the
 * degree-6 Taylor polynomial of e^r, |r| <= ln(2)/2. Clamps x to -87 ... 88. */
CAP_INLINE float
cap_exp(float x)
{
  x = x < -87.0f ? -87.0f : x;
  x = x > 88.0f ? 88.0f : x;
  const float shifted = x * 1.44269504f + 12582912.0f; /* rounds to nearest */
  const float n = shifted - 12582912.0f;
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.0f / 720.0f;
  p = p * r + 1.0f / 120.0f;
  p = p * r + 1.0f / 24.0f;
  p = p * r + 1.0f / 6.0f;
  p = p * r + 0.5f;
  p = p * r * r + r + 1.0f;
  int32_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  const int32_t power = (int32_t)((uint32_t)(bits - 0x4b400000 + 127) << 23);
  float scale;
  memcpy(&scale, &power, sizeof scale);
  return p * scale;
}

CAP_INLINE float
cap_logistic(float x)
{
  return 1.0f / (1.0f + cap_exp(-x));
}

/* Eight floats. The compiler maps them on whatever the clone has; OpenMP's simd
 * would settle on the baseline's width before the clones are made. */
typedef float CapLanes __attribute__((vector_size(32), aligned(4), may_alias));

CAP_INLINE float
cap_lanes_sum(CapLanes v)
{
  typedef float Quad __attribute__((vector_size(16)));
  const Quad q = __builtin_shufflevector(v, v, 0, 1, 2, 3) +
                 __builtin_shufflevector(v, v, 4, 5, 6, 7);
  return (q[0] + q[1]) + (q[2] + q[3]);
}

/* Sum of a[i] b[i]. */
CAP_INLINE float
cap_dot(gsize n, const float *a, const float *b)
{
  CapLanes sum[4] = {{0}};
  gsize i = 0;
  for (; i + 32 <= n; i += 32)
    for (gsize k = 0; k < 4; k++)
      sum[k] += *(const CapLanes *)(a + i + 8 * k) *
                *(const CapLanes *)(b + i + 8 * k);
  for (; i + 8 <= n; i += 8)
    sum[0] += *(const CapLanes *)(a + i) * *(const CapLanes *)(b + i);
  float total = cap_lanes_sum((sum[0] + sum[1]) + (sum[2] + sum[3]));
  for (; i < n; i++)
    total += a[i] * b[i];
  return total;
}

/* Sum of a[i]. */
CAP_INLINE float
cap_sum(gsize n, const float *a)
{
  CapLanes sum[4] = {{0}};
  gsize i = 0;
  for (; i + 32 <= n; i += 32)
    for (gsize k = 0; k < 4; k++)
      sum[k] += *(const CapLanes *)(a + i + 8 * k);
  float total = cap_lanes_sum((sum[0] + sum[1]) + (sum[2] + sum[3]));
  for (; i < n; i++)
    total += a[i];
  return total;
}
