/* Pairing nodules: see pairing.h. */
#include "core/measure/pairing.h"

#include <math.h>

#define MOST_MM 15.0
#define MOST_RATIO 4.0
#define DOUBLING_MM 6.0
#define OTHER_TYPE_MM 3.0
#define UNPAIRED 1000.0 /* more than any pair costs */

/* Findings that take part. */
static GPtrArray *
taking_part(const CapFindings *findings)
{
  GPtrArray *list = g_ptr_array_new();
  for (guint i = 0; i < findings->items->len; i++) {
    CapFinding *finding = findings->items->pdata[i];
    if (finding->status != CAP_STATUS_REJECTED)
      g_ptr_array_add(list, finding);
  }
  return list;
}

static double
distance(const CapFinding *current, const CapFinding *prior,
         const CapTransform *to_prior)
{
  const CapPoint a = cap_transform_apply(to_prior, current->center_mm);
  const CapPoint b = prior->center_mm;
  return sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y) +
              (a.z - b.z) * (a.z - b.z));
}

/* What the reader says of CURRENT: an id, 0 for none, -1 for nothing. */
static int
chosen_prior(const GArray *choices, int current)
{
  for (guint i = 0; choices != NULL && i < choices->len; i++) {
    const CapPairChoice *choice = &g_array_index(choices, CapPairChoice, i);
    if (choice->current == current)
      return choice->prior;
  }
  return -1;
}

static gboolean
is_chosen_by_other(const GArray *choices, int current, int prior)
{
  for (guint i = 0; choices != NULL && i < choices->len; i++) {
    const CapPairChoice *choice = &g_array_index(choices, CapPairChoice, i);
    if (choice->prior == prior && choice->current != current)
      return TRUE;
  }
  return FALSE;
}

/* UNPAIRED where the two cannot be the same. */
static double
cost_of(const CapFinding *current, const CapFinding *prior,
        const CapTransform *to_prior, const GArray *choices)
{
  const int wanted = chosen_prior(choices, current->id);
  if (wanted >= 0)
    return wanted == prior->id ? 0 : UNPAIRED;
  if (is_chosen_by_other(choices, current->id, prior->id))
    return UNPAIRED;
  const double mm = distance(current, prior, to_prior);
  const double doublings =
      fabs(log2(current->mean_diameter_mm / prior->mean_diameter_mm));
  if (!(mm <= MOST_MM) || !(doublings <= log2(MOST_RATIO)))
    return UNPAIRED;
  return mm + DOUBLING_MM * doublings +
         (current->type != prior->type ? OTHER_TYPE_MM : 0);
}

/* Rows to columns with the least sum of COST (n x n): shortest augmenting paths
 * (Jonker and Volgenant, Computing 1987;38:325). ROW_OF gets each column's. */
static void
assign(const double *cost, int n, int *row_of)
{
  g_autofree double *u = g_new0(double, n + 1), *v = g_new0(double, n + 1);
  g_autofree double *least = g_new(double, n + 1);
  g_autofree int *from = g_new0(int, n + 1), *match = g_new0(int, n + 1);
  g_autofree gboolean *used = g_new(gboolean, n + 1);
  for (int row = 1; row <= n; row++) {
    int column = 0;
    match[0] = row;
    for (int j = 0; j <= n; j++) {
      least[j] = INFINITY;
      used[j] = FALSE;
    }
    do {
      const int i = match[column];
      int next = 0;
      double step = INFINITY;
      used[column] = TRUE;
      for (int j = 1; j <= n; j++) {
        if (used[j])
          continue;
        const double reduced = cost[(i - 1) * n + j - 1] - u[i] - v[j];
        if (reduced < least[j]) {
          least[j] = reduced;
          from[j] = column;
        }
        if (least[j] < step) {
          step = least[j];
          next = j;
        }
      }
      for (int j = 0; j <= n; j++)
        if (used[j]) {
          u[match[j]] += step;
          v[j] -= step;
        } else
          least[j] -= step;
      column = next;
    } while (match[column] != 0);
    for (; column != 0; column = from[column])
      match[column] = match[from[column]];
  }
  for (int j = 1; j <= n; j++)
    row_of[j - 1] = match[j] - 1;
}

GArray *
cap_pair_findings(const CapFindings *current, const CapFindings *prior,
                  const CapTransform *to_prior, const GArray *choices)
{
  g_autoptr(GPtrArray) now = taking_part(current);
  g_autoptr(GPtrArray) before = taking_part(prior);
  const int rows = (int)now->len, columns = (int)before->len;
  const int n = MAX(rows, columns);
  g_autofree double *cost = g_new(double, (gsize)n *n);
  g_autofree int *row_of = g_new(int, n);
  for (int i = 0; i < n * n; i++)
    cost[i] = UNPAIRED;
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < columns; j++)
      cost[i * n + j] =
          cost_of(now->pdata[i], before->pdata[j], to_prior, choices);
  assign(cost, n, row_of);

  GArray *pairs =
      g_array_sized_new(FALSE, TRUE, sizeof(CapPair), (guint)(rows + columns));
  for (int i = 0; i < rows; i++) {
    CapPair pair = {.current = now->pdata[i]};
    pair.chosen = chosen_prior(choices, pair.current->id) >= 0;
    g_array_append_val(pairs, pair);
  }
  for (int j = 0; j < columns; j++) {
    const int i = row_of[j];
    if (i < rows && cost[i * n + j] < UNPAIRED) {
      CapPair *pair = &g_array_index(pairs, CapPair, i);
      pair->prior = before->pdata[j];
      pair->distance_mm = distance(pair->current, pair->prior, to_prior);
    } else {
      const CapPair left = {.prior = before->pdata[j]};
      g_array_append_val(pairs, left);
    }
  }
  return pairs;
}
