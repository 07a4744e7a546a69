/* bfloat16 values held as float32: the upper half of its bits.
 *
 * Products of two such values are exact in float32 (8 + 8 bits of significand),
 * so a sum made from rounded operands in float32 is what bfloat16 hardware with
 * float32 accumulators makes, but for the order of the sum. */
#pragma once

#include "core/nn/kernel.h"

/* X rounded to the nearest bfloat16, ties to even (IEEE 754 4.3.1). Infinities
 * stay, what rounds beyond the largest value becomes one, and a NaN stays a NaN
 * (made quiet) with its sign. */
CAP_INLINE float
cap_bfloat16_round(float x)
{
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  const uint32_t even = (bits >> 16) & 1u;
  const uint32_t near = (bits + 0x7fffu + even) & 0xffff0000u;
  const uint32_t quiet = (bits | 0x00400000u) & 0xffff0000u;
  const uint32_t result = (bits & 0x7fffffffu) > 0x7f800000u ? quiet : near;
  memcpy(&x, &result, sizeof x);
  return x;
}

/* TO[i] = FROM[i] rounded, by all threads; TO may be FROM. */
void cap_bfloat16_round_all(gsize n, const float *from, float *to);
