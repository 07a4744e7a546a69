/* Rounding of whole tensors to bfloat16. */
#include "core/nn/bfloat16.h"

#define CHUNK ((gsize)1 << 14)

CAP_KERNEL(void, round_chunk, (gsize n, const float *from, float *to),
           (n, from, to))
{
  for (gsize i = 0; i < n; i++)
    to[i] = cap_bfloat16_round(from[i]);
}

void
cap_bfloat16_round_all(gsize n, const float *from, float *to)
{
  const gsize chunks = (n + CHUNK - 1) / CHUNK;
#pragma omp parallel for
  for (gsize c = 0; c < chunks; c++)
    round_chunk(MIN(CHUNK, n - c * CHUNK), from + c * CHUNK, to + c * CHUNK);
}
