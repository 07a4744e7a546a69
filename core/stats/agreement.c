/* Agreement of two measurements: see agreement.h. */
#include "core/stats/agreement.h"

#include "core/stats/rank.h"

#include <math.h>

#define MOST_LEVELS 16

/* Cohen's kappa with squared distances as weights: one minus the ratio of the
 * observed to the chance disagreement. */
static double
quadratic_kappa(const double *a, const double *b, int n, int n_levels)
{
  double counts_a[MOST_LEVELS] = {0}, counts_b[MOST_LEVELS] = {0};
  double observed = 0, chance = 0;
  for (int i = 0; i < n; i++) {
    const int x = (int)CLAMP(lround(a[i]), 1, n_levels) - 1;
    const int y = (int)CLAMP(lround(b[i]), 1, n_levels) - 1;
    counts_a[x]++;
    counts_b[y]++;
    observed += (x - y) * (x - y);
  }
  for (int x = 0; x < n_levels; x++)
    for (int y = 0; y < n_levels; y++)
      chance += counts_a[x] * counts_b[y] / n * (x - y) * (x - y);
  return chance > 0 ? 1 - observed / chance : NAN;
}

CapAgreement
cap_agreement_measure(const double *a, const double *b, int n, int n_levels)
{
  CapAgreement r = {.n = n,
                    .mean_absolute_error = NAN,
                    .bias = NAN,
                    .limit_low = NAN,
                    .limit_high = NAN,
                    .spearman = cap_rank_spearman(a, b, n),
                    .within_one = NAN,
                    .kappa = NAN};
  if (n == 0)
    return r;
  double sum = 0, absolute = 0, near = 0, squares = 0;
  for (int i = 0; i < n; i++) {
    const double d = a[i] - b[i];
    sum += d;
    absolute += fabs(d);
    near += fabs(d) <= 1;
  }
  r.bias = sum / n;
  r.mean_absolute_error = absolute / n;
  r.within_one = near / n;
  for (int i = 0; i < n; i++)
    squares += (a[i] - b[i] - r.bias) * (a[i] - b[i] - r.bias);
  if (n > 1) {
    const double reach = 1.96 * sqrt(squares / (n - 1));
    r.limit_low = r.bias - reach;
    r.limit_high = r.bias + reach;
  }
  if (n_levels > 0 && n_levels <= MOST_LEVELS)
    r.kappa = quadratic_kappa(a, b, n, n_levels);
  return r;
}
