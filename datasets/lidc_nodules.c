/* Grouping of readers' marks: see lidc_nodules.h. */
#include "datasets/lidc_nodules.h"

#include "core/stats/rank.h"
#include <math.h>
#include <stdlib.h>

#define MOST_PER_NODULE 4
#define SHRINK 0.9
#define SMALLEST_MM 0.1

typedef struct {
  double low[3], high[3];
} Box;

void
cap_lidc_nodule_free(CapLidcNodule *nodule)
{
  if (nodule == NULL)
    return;
  g_ptr_array_unref(nodule->marks);
  g_free(nodule);
}

static Box
mark_box(const CapLidcMark *mark, const CapLidcScale *scale)
{
  Box box = {{INFINITY, INFINITY, INFINITY}, {-INFINITY, -INFINITY, -INFINITY}};
  for (guint i = 0; i < mark->contours->len; i++) {
    const CapLidcContour *c = mark->contours->pdata[i];
    for (guint j = 0; j < c->points->len; j++) {
      const CapLidcPixel *p = &g_array_index(c->points, CapLidcPixel, j);
      const double at[3] = {p->column * scale->column_mm,
                            p->row * scale->row_mm, c->z_mm * scale->z_factor};
      for (int a = 0; a < 3; a++) {
        box.low[a] = fmin(box.low[a], at[a]);
        box.high[a] = fmax(box.high[a], at[a]);
      }
    }
  }
  return box;
}

/* Distance of two boxes, squared. */
static double
box_distance(const Box *a, const Box *b)
{
  double sum = 0;
  for (int i = 0; i < 3; i++) {
    const double gap =
        fmax(0, fmax(a->low[i] - b->high[i], b->low[i] - a->high[i]));
    sum += gap * gap;
  }
  return sum;
}

static double
contour_distance(const CapLidcContour *a, const CapLidcContour *b,
                 const CapLidcScale *scale, double best)
{
  const double dz = (a->z_mm - b->z_mm) * scale->z_factor;
  if (dz * dz >= best)
    return best;
  for (guint i = 0; i < a->points->len; i++) {
    const CapLidcPixel *p = &g_array_index(a->points, CapLidcPixel, i);
    for (guint j = 0; j < b->points->len; j++) {
      const CapLidcPixel *q = &g_array_index(b->points, CapLidcPixel, j);
      const double dx = ((double)p->column - q->column) * scale->column_mm;
      const double dy = ((double)p->row - q->row) * scale->row_mm;
      const double d = dx * dx + dy * dy + dz * dz;
      best = d < best ? d : best;
    }
  }
  return best;
}

double
cap_lidc_mark_distance(const CapLidcMark *a, const CapLidcMark *b,
                       const CapLidcScale *scale, double limit_mm)
{
  const Box boxes[2] = {mark_box(a, scale), mark_box(b, scale)};
  if (!(box_distance(&boxes[0], &boxes[1]) <= limit_mm * limit_mm))
    return INFINITY;
  double best = INFINITY;
  for (guint i = 0; i < a->contours->len; i++)
    for (guint j = 0; j < b->contours->len; j++)
      best = contour_distance(a->contours->pdata[i], b->contours->pdata[j],
                              scale, best);
  const double distance = sqrt(best);
  return distance <= limit_mm ? distance : INFINITY;
}

static int
find_root(int *parent, int i)
{
  while (parent[i] != i)
    i = parent[i] = parent[parent[i]];
  return i;
}

/* Joins what lies within TOLERANCE; returns the size of the largest group. */
static int
join(const double *distances, int n, double tolerance, int *parent)
{
  g_autofree int *size = g_new0(int, n);
  for (int i = 0; i < n; i++)
    parent[i] = i;
  for (int i = 0; i < n; i++) {
    for (int j = i + 1; j < n; j++) {
      if (distances[(gsize)i * n + j] > tolerance)
        continue;
      const int a = find_root(parent, i), b = find_root(parent, j);
      parent[MAX(a, b)] = MIN(a, b);
    }
  }
  int largest = 0;
  for (int i = 0; i < n; i++) {
    parent[i] = find_root(parent, i);
    size[parent[i]]++;
    largest = MAX(largest, size[parent[i]]);
  }
  return largest;
}

/* N x N distances; memory is bounded because n is: see the caller. */
static double *
measure_all(const GPtrArray *marks, const CapLidcScale *scale)
{
  const guint n = marks->len;
  double *d = g_new0(double, (gsize)n *n);
  for (guint i = 0; i < n; i++)
    for (guint j = i + 1; j < n; j++)
      d[(gsize)i * n + j] = cap_lidc_mark_distance(
          marks->pdata[i], marks->pdata[j], scale, scale->tolerance_mm);
  return d;
}

static int
count_readers(const GPtrArray *marks)
{
  int n = 0;
  for (guint i = 0; i < marks->len; i++) {
    gboolean seen = FALSE;
    for (guint j = 0; j < i; j++)
      seen |= ((CapLidcMark *)marks->pdata[i])->reader ==
              ((CapLidcMark *)marks->pdata[j])->reader;
    n += !seen;
  }
  return n;
}

GPtrArray *
cap_lidc_nodules_group(const CapLidcReads *reads, const CapLidcScale *scale)
{
  g_autoptr(GPtrArray) marks = g_ptr_array_new();
  for (guint i = 0; i < reads->marks->len; i++)
    if (cap_lidc_mark_kind(reads->marks->pdata[i]) == CAP_LIDC_LARGE)
      g_ptr_array_add(marks, reads->marks->pdata[i]);
  GPtrArray *nodules =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_lidc_nodule_free);
  const int n = (int)marks->len;
  if (n == 0)
    return nodules;
  g_autofree double *distances = measure_all(marks, scale);
  g_autofree int *parent = g_new(int, n);
  double tolerance = scale->tolerance_mm;
  while (join(distances, n, tolerance, parent) > MOST_PER_NODULE &&
         tolerance > SMALLEST_MM)
    tolerance *= SHRINK;
  for (int i = 0; i < n; i++) {
    if (parent[i] != i)
      continue;
    CapLidcNodule *nodule = g_new0(CapLidcNodule, 1);
    nodule->marks = g_ptr_array_new();
    for (int j = i; j < n; j++)
      if (parent[j] == i)
        g_ptr_array_add(nodule->marks, marks->pdata[j]);
    nodule->n_readers = count_readers(nodule->marks);
    g_ptr_array_add(nodules, nodule);
  }
  return nodules;
}

double
cap_lidc_slice_step_mm(const CapLidcReads *reads)
{
  g_autoptr(GArray) z = g_array_new(FALSE, FALSE, sizeof(double));
  for (guint i = 0; i < reads->marks->len; i++) {
    const CapLidcMark *mark = reads->marks->pdata[i];
    for (guint j = 0; j < mark->contours->len; j++)
      g_array_append_val(z, ((CapLidcContour *)mark->contours->pdata[j])->z_mm);
  }
  g_array_sort(z, cap_rank_compare);
  double step = INFINITY;
  for (guint i = 1; i < z->len; i++) {
    const double d =
        g_array_index(z, double, i) - g_array_index(z, double, i - 1);
    if (d > 0.01) /* positions are rounded: "-166.139999", "-166.14" */
      step = fmin(step, d);
  }
  return isfinite(step) ? step : 0;
}

/* Levels of ATTRIBUTE that readers gave, sorted; of double. */
static GArray *
levels(const CapLidcNodule *nodule, int attribute)
{
  GArray *all = g_array_new(FALSE, FALSE, sizeof(double));
  for (guint i = 0; i < nodule->marks->len; i++) {
    const CapLidcMark *m = nodule->marks->pdata[i];
    const double level = attribute == CAP_N_ATTRIBUTES
                             ? m->malignancy
                             : m->attributes[attribute];
    if (level > 0)
      g_array_append_val(all, level);
  }
  g_array_sort(all, cap_rank_compare);
  return all;
}

double
cap_lidc_nodule_median(const CapLidcNodule *nodule, int attribute)
{
  g_autoptr(GArray) all = levels(nodule, attribute);
  if (all->len == 0)
    return NAN;
  return (g_array_index(all, double, (all->len - 1) / 2) +
          g_array_index(all, double, all->len / 2)) /
         2;
}

double
cap_lidc_nodule_mean(const CapLidcNodule *nodule, int attribute)
{
  g_autoptr(GArray) all = levels(nodule, attribute);
  double sum = 0;
  for (guint i = 0; i < all->len; i++)
    sum += g_array_index(all, double, i);
  return all->len > 0 ? sum / all->len : NAN;
}
