/* Sums over ranks: see ranks.h. */
#include "core/nn/ranks.h"

#include <string.h>

#define CHUNK ((gsize)1 << 16) /* values gathered at once from each rank */

void
cap_ranks_sum_floats(const CapRanks *ranks, gsize n, float *values)
{
  if (ranks == NULL)
    return;
  const gsize count = (gsize)ranks->count;
  g_autofree float *all = g_new(float, MIN(n, CHUNK) * count);
  for (gsize start = 0; start < n; start += CHUNK) {
    const gsize size = MIN(CHUNK, n - start);
    float *sum = values + start;
    ranks->gather(ranks, sum, size * sizeof *sum, all);
    memcpy(sum, all, size * sizeof *sum);
    for (gsize r = 1; r < count; r++)
      for (gsize i = 0; i < size; i++)
        sum[i] += all[r * size + i];
  }
}

void
cap_ranks_sum_doubles(const CapRanks *ranks, gsize n, double *values)
{
  if (ranks == NULL)
    return;
  const gsize count = (gsize)ranks->count;
  g_autofree double *all = g_new(double, n *count);
  ranks->gather(ranks, values, n * sizeof *values, all);
  memcpy(values, all, n * sizeof *values);
  for (gsize r = 1; r < count; r++)
    for (gsize i = 0; i < n; i++)
      values[i] += all[r * n + i];
}

gboolean
cap_ranks_all(const CapRanks *ranks, gboolean mine)
{
  double refusals = mine ? 0 : 1;
  cap_ranks_sum_doubles(ranks, 1, &refusals);
  return refusals == 0;
}

int
cap_ranks_part(const CapRanks *ranks, int n, int *first)
{
  *first = 0;
  if (ranks == NULL)
    return n;
  *first = (int)((gint64)n * ranks->index / ranks->count);
  return (int)((gint64)n * (ranks->index + 1) / ranks->count) - *first;
}

gboolean
cap_ranks_speaks(const CapRanks *ranks)
{
  return ranks == NULL || ranks->index == 0;
}
