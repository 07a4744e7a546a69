/* Rank statistics: see rank.h. */
#include "core/stats/rank.h"

#include <math.h>

static int
compare_values(gconstpointer a, gconstpointer b, gpointer values)
{
  const double *v = values;
  const double x = v[*(const int *)a], y = v[*(const int *)b];
  return x < y ? -1 : x > y;
}

int
cap_rank_compare(gconstpointer a, gconstpointer b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

void
cap_rank_assign(const double *values, int n, double *ranks)
{
  g_autofree int *order = g_new(int, MAX(n, 1));
  for (int i = 0; i < n; i++)
    order[i] = i;
  g_qsort_with_data(order, n, sizeof *order, compare_values, (gpointer)values);
  for (int i = 0; i < n;) {
    int j = i + 1;
    while (j < n && values[order[j]] == values[order[i]])
      j++;
    for (int k = i; k < j; k++)
      ranks[order[k]] = (i + j + 1) / 2.0;
    i = j;
  }
}

double
cap_rank_auc(const double *scores, const guint8 *labels, int n)
{
  g_autofree double *ranks = g_new(double, MAX(n, 1));
  cap_rank_assign(scores, n, ranks);
  double sum = 0, positives = 0;
  for (int i = 0; i < n; i++) {
    if (labels[i]) {
      sum += ranks[i];
      positives++;
    }
  }
  const double negatives = n - positives;
  if (positives == 0 || negatives == 0)
    return NAN;
  return (sum - positives * (positives + 1) / 2) / (positives * negatives);
}

double
cap_rank_spearman(const double *x, const double *y, int n)
{
  if (n < 2)
    return NAN;
  g_autofree double *rx = g_new(double, n);
  g_autofree double *ry = g_new(double, n);
  cap_rank_assign(x, n, rx);
  cap_rank_assign(y, n, ry);
  const double mean = (n + 1) / 2.0;
  double xx = 0, yy = 0, xy = 0;
  for (int i = 0; i < n; i++) {
    xx += (rx[i] - mean) * (rx[i] - mean);
    yy += (ry[i] - mean) * (ry[i] - mean);
    xy += (rx[i] - mean) * (ry[i] - mean);
  }
  return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : NAN;
}
