/* Intervals by resampling: see bootstrap.h. */
#include "core/stats/bootstrap.h"

#include "core/random.h"
#include "core/stats/rank.h"

#include <math.h>
#include <stdlib.h>

void
cap_bootstrap_bounds(double *values, int n, double confidence, double bounds[2])
{
  bounds[0] = bounds[1] = NAN;
  if (n == 0)
    return;
  qsort(values, n, sizeof *values, cap_rank_compare);
  const double tail = (1 - confidence) / 2;
  bounds[0] = values[CLAMP((int)(tail * n), 0, n - 1)];
  bounds[1] = values[CLAMP((int)((1 - tail) * n), 0, n - 1)];
}

/* The cases of each group behind one another: those of group g are MEMBERS[i]
 * for START[g] <= i < START[g + 1]. */
typedef struct {
  int n_groups;
  int *start, *members;
} Groups;

static Groups
sort_by_group(const int *groups, int n)
{
  Groups g = {0, NULL, g_new(int, MAX(n, 1))};
  for (int i = 0; i < n; i++)
    g.n_groups = MAX(g.n_groups, (groups ? groups[i] : i) + 1);
  g.start = g_new0(int, g.n_groups + 1);
  for (int i = 0; i < n; i++)
    g.start[(groups ? groups[i] : i) + 1]++;
  for (int k = 0; k < g.n_groups; k++)
    g.start[k + 1] += g.start[k];
  g_autofree int *next = g_memdup2(g.start, (g.n_groups + 1) * sizeof(int));
  for (int i = 0; i < n; i++)
    g.members[next[groups ? groups[i] : i]++] = i;
  return g;
}

void
cap_bootstrap_run(const CapBootstrap *b, CapBootstrapFunc func,
                  gpointer user_data, int n_values, double (*bounds)[2])
{
  const Groups g = sort_by_group(b->groups, b->n);
  g_autofree double *found = g_new(double, (gsize)n_values * b->n_samples + 1);
  g_autofree int *n_found = g_new0(int, n_values + 1);
  g_autofree double *values = g_new(double, n_values + 1);
  g_autoptr(GArray) cases = g_array_new(FALSE, FALSE, sizeof(int));
  for (int k = 0; k < b->n_samples && b->n > 0; k++) {
    CapRandom random = cap_random_start(b->seed, (guint64)k, 0x524F43);
    g_array_set_size(cases, 0);
    for (int i = 0; i < g.n_groups; i++) {
      const int drawn = cap_random_below(&random, g.n_groups);
      g_array_append_vals(cases, g.members + g.start[drawn],
                          g.start[drawn + 1] - g.start[drawn]);
    }
    func((const int *)(void *)cases->data, (int)cases->len, user_data, values);
    for (int v = 0; v < n_values; v++)
      if (isfinite(values[v]))
        found[(gsize)v * b->n_samples + n_found[v]++] = values[v];
  }
  for (int v = 0; v < n_values; v++)
    cap_bootstrap_bounds(found + (gsize)v * b->n_samples, n_found[v],
                         b->confidence, bounds[v]);
  g_free(g.start);
  g_free(g.members);
}
