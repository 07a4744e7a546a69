/* Free-response ROC: see froc.h. */
#include "core/stats/froc.h"

#include "core/random.h"
#include "core/stats/bootstrap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define UNKNOWN_DIAMETER_MM 10.0

const double cap_froc_points[CAP_FROC_N_POINTS] = {0.125, 0.25, 0.5, 1,
                                                   2,     4,    8};

/* ---- marks and nodules, scan by scan ---- */

/* Indices of items sorted by scan: those of scan s are at order[start[s]] …
 * order[start[s + 1] - 1], in the order given. */
typedef struct {
  int *start, *order;
} ByScan;

typedef int (*ScanOf)(gconstpointer items, int i);

static int
scan_of_nodule(gconstpointer items, int i)
{
  return ((const CapFrocNodule *)items)[i].scan;
}

static int
scan_of_mark(gconstpointer items, int i)
{
  return ((const CapFrocMark *)items)[i].scan;
}

static ByScan
by_scan_new(gconstpointer items, int n, ScanOf scan_of, int n_scans)
{
  ByScan b = {g_new0(int, n_scans + 1), g_new(int, MAX(n, 1))};
  for (int i = 0; i < n; i++)
    b.start[scan_of(items, i) + 1]++;
  for (int s = 0; s < n_scans; s++)
    b.start[s + 1] += b.start[s];
  g_autofree int *at = g_memdup2(b.start, (n_scans + 1) * sizeof(int));
  for (int i = 0; i < n; i++)
    b.order[at[scan_of(items, i)]++] = i;
  return b;
}

static void
by_scan_clear(ByScan *b)
{
  g_free(b->start);
  g_free(b->order);
}

static int
compare_down(gconstpointer a, gconstpointer b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return x > y ? -1 : x < y;
}

/* Everything one scan's matching needs. */
typedef struct {
  const CapFrocNodule *nodules;
  const CapFrocMark *marks;
  CapFroc *froc;
  int cap;
} Matching;

/* Marks of one scan over the cap lose; ties at the limit all do. */
static void
apply_cap(const Matching *m, const int *marks, int n)
{
  double limit = -INFINITY;
  if (m->cap > 0 && n > m->cap) {
    g_autofree double *scores = g_new(double, n);
    for (int i = 0; i < n; i++)
      scores[i] = m->marks[marks[i]].score;
    qsort(scores, n, sizeof *scores, compare_down);
    limit = scores[m->cap];
  }
  for (int i = 0; i < n; i++) {
    const gboolean kept = m->marks[marks[i]].score > limit;
    m->froc->fate[marks[i]] = kept ? CAP_FROC_FALSE : CAP_FROC_CAPPED;
    m->froc->n_kept += kept;
  }
}

static gboolean
is_hit(const CapFrocNodule *nodule, const CapFrocMark *mark)
{
  const double d =
      nodule->diameter_mm < 0 ? UNKNOWN_DIAMETER_MM : nodule->diameter_mm;
  const double x = mark->at_mm.x - nodule->center_mm.x;
  const double y = mark->at_mm.y - nodule->center_mm.y;
  const double z = mark->at_mm.z - nodule->center_mm.z;
  return x * x + y * y + z * z < d / 2 * (d / 2);
}

static void
add_record(CapFroc *froc, double score, int scan, gboolean is_nodule)
{
  const CapFrocRecord record = {score, scan, is_nodule};
  g_array_append_val(froc->records, record);
}

static void
match_nodule(const Matching *m, int nodule, const int *marks, int n)
{
  CapFroc *froc = m->froc;
  const CapFrocNodule *it = &m->nodules[nodule];
  int hits = 0, best = -1;
  for (int i = 0; i < n; i++) {
    const int k = marks[i];
    if (froc->fate[k] == CAP_FROC_CAPPED || !is_hit(it, &m->marks[k]))
      continue;
    if (!it->excluded) {
      froc->fate[k] = CAP_FROC_HIT;
      hits++;
      if (best < 0 || m->marks[k].score > m->marks[best].score)
        best = k;
    } else if (froc->fate[k] == CAP_FROC_FALSE) {
      froc->fate[k] = CAP_FROC_IGNORED;
      froc->ignored++;
    }
  }
  froc->hit_by[nodule] = best;
  if (it->excluded)
    return;
  froc->n_nodules++;
  froc->nodules_of_scan[it->scan]++;
  froc->doubles += MAX(hits - 1, 0);
  if (best >= 0)
    add_record(froc, m->marks[best].score, it->scan, TRUE);
  froc->tp += best >= 0;
  froc->fn += best < 0;
}

/* Included nodules come before excluded findings: a mark on both is a hit. */
static void
match_scan(const Matching *m, int scan, const ByScan *nodules,
           const ByScan *marks)
{
  const int *list = marks->order + marks->start[scan];
  const int n = marks->start[scan + 1] - marks->start[scan];
  apply_cap(m, list, n);
  for (int excluded = 0; excluded < 2; excluded++)
    for (int i = nodules->start[scan]; i < nodules->start[scan + 1]; i++)
      if (m->nodules[nodules->order[i]].excluded == excluded)
        match_nodule(m, nodules->order[i], list, n);
  for (int i = 0; i < n; i++) {
    if (m->froc->fate[list[i]] != CAP_FROC_FALSE)
      continue;
    m->froc->fp++;
    add_record(m->froc, m->marks[list[i]].score, scan, FALSE);
  }
}

static int
compare_records(gconstpointer pa, gconstpointer pb)
{
  const CapFrocRecord *a = pa, *b = pb;
  if (a->score != b->score)
    return a->score > b->score ? -1 : 1;
  return a->scan - b->scan; /* one order, whatever the sort */
}

CapFroc *
cap_froc_new(const CapFrocNodule *nodules, int n_nodules,
             const CapFrocMark *marks, int n_marks, int n_scans, int cap)
{
  CapFroc *froc = g_new0(CapFroc, 1);
  froc->n_scans = n_scans;
  froc->n_marks = n_marks;
  froc->records = g_array_new(FALSE, FALSE, sizeof(CapFrocRecord));
  froc->fate = g_new0(guint8, MAX(n_marks, 1));
  froc->hit_by = g_new(int, MAX(n_nodules, 1));
  froc->nodules_of_scan = g_new0(int, MAX(n_scans, 1));
  const Matching m = {nodules, marks, froc, cap};
  ByScan lists[2] = {by_scan_new(nodules, n_nodules, scan_of_nodule, n_scans),
                     by_scan_new(marks, n_marks, scan_of_mark, n_scans)};
  for (int s = 0; s < n_scans; s++)
    match_scan(&m, s, &lists[0], &lists[1]);
  by_scan_clear(&lists[0]);
  by_scan_clear(&lists[1]);
  g_array_sort(froc->records, compare_records);
  return froc;
}

void
cap_froc_free(CapFroc *froc)
{
  if (froc == NULL)
    return;
  g_array_unref(froc->records);
  g_free(froc->fate);
  g_free(froc->hit_by);
  g_free(froc->nodules_of_scan);
  g_free(froc);
}

/* ---- the curve ---- */

/* Sensitivities at N ascending PLACES (false marks a scan) of the records, each
 * as often as its scan's WEIGHT (NULL: once). Between two thresholds the curve
 * is straight; beyond the last one it stays. */
static void
read_curve(const CapFroc *froc, const int *weight, const double *places, int n,
           double *out)
{
  double lesions = 0;
  for (int s = 0; s < froc->n_scans; s++)
    lesions += (double)froc->nodules_of_scan[s] * (weight ? weight[s] : 1);
  double fps = 0, hits = 0, last_fps = 0, last_hits = 0;
  int at = 0;
  for (guint i = 0; i < froc->records->len && at < n;) {
    const double score = g_array_index(froc->records, CapFrocRecord, i).score;
    for (; i < froc->records->len; i++) {
      const CapFrocRecord *r = &g_array_index(froc->records, CapFrocRecord, i);
      if (r->score != score)
        break;
      const int w = weight ? weight[r->scan] : 1;
      hits += r->is_nodule ? w : 0;
      fps += r->is_nodule ? 0 : w;
    }
    for (; at < n && places[at] * froc->n_scans < fps; at++) {
      const double t =
          (places[at] * froc->n_scans - last_fps) / (fps - last_fps);
      out[at] = last_hits + t * (hits - last_hits);
    }
    last_fps = fps;
    last_hits = hits;
  }
  for (; at < n; at++)
    out[at] = hits;
  for (int i = 0; i < n; i++)
    out[i] = lesions > 0 ? out[i] / lesions : 0;
}

double
cap_froc_sensitivity(const CapFroc *froc, double false_marks)
{
  double sensitivity = 0;
  read_curve(froc, NULL, &false_marks, 1, &sensitivity);
  return sensitivity;
}

static double
mean(const double *values, int n)
{
  double sum = 0;
  for (int i = 0; i < n; i++)
    sum += values[i];
  return sum / n;
}

double
cap_froc_score(const CapFroc *froc, double sensitivity[CAP_FROC_N_POINTS])
{
  read_curve(froc, NULL, cap_froc_points, CAP_FROC_N_POINTS, sensitivity);
  return mean(sensitivity, CAP_FROC_N_POINTS);
}

/* ---- bootstrap ---- */

/* Percentiles of N values with a distance of STRIDE between them. */
static void
percentiles(const double *values, int n, int stride, double confidence,
            double bounds[2])
{
  g_autofree double *sorted = g_new(double, n);
  for (int i = 0; i < n; i++)
    sorted[i] = values[(gsize)i * stride];
  cap_bootstrap_bounds(sorted, n, confidence, bounds);
}

static CapFrocBand *
band_new(int n_points)
{
  CapFrocBand *band = g_new0(CapFrocBand, 1);
  band->n_points = n_points;
  band->false_marks = g_new0(double, n_points);
  band->mean = g_new0(double, n_points);
  band->low = g_new0(double, n_points);
  band->high = g_new0(double, n_points);
  for (int i = 0; i < n_points; i++)
    band->false_marks[i] =
        exp2(-3 + (n_points > 1 ? 6.0 * i / (n_points - 1) : 0));
  return band;
}

/* Row of results of every sample: the curve, the seven points, the CPM. */
static double *
draw_samples(const CapFroc *froc, const CapFrocBand *band, int n_samples,
             guint64 seed)
{
  const int row = band->n_points + CAP_FROC_N_POINTS + 1;
  double *all = g_new0(double, (gsize)n_samples *row);
#pragma omp parallel for schedule(dynamic, 8)
  for (int i = 0; i < n_samples; i++) {
    g_autofree int *weight = g_new0(int, MAX(froc->n_scans, 1));
    CapRandom random = cap_random_start(seed, (guint64)i, 0x46524F43);
    for (int s = 0; s < froc->n_scans; s++)
      weight[cap_random_below(&random, froc->n_scans)]++;
    double *out = all + (gsize)i * row, *points = out + band->n_points;
    read_curve(froc, weight, band->false_marks, band->n_points, out);
    read_curve(froc, weight, cap_froc_points, CAP_FROC_N_POINTS, points);
    points[CAP_FROC_N_POINTS] = mean(points, CAP_FROC_N_POINTS);
  }
  return all;
}

CapFrocBand *
cap_froc_bootstrap(const CapFroc *froc, int n_samples, double confidence,
                   int n_points, guint64 seed)
{
  g_return_val_if_fail(n_samples > 0 && n_points > 0, NULL);
  CapFrocBand *band = band_new(n_points);
  const int row = n_points + CAP_FROC_N_POINTS + 1;
  g_autofree double *all = draw_samples(froc, band, n_samples, seed);
  for (int i = 0; i < row; i++) {
    double bounds[2], sum = 0;
    percentiles(all + i, n_samples, row, confidence, bounds);
    for (int s = 0; s < n_samples; s++)
      sum += all[(gsize)s * row + i];
    const int point = i - n_points;
    if (point < 0) {
      band->mean[i] = sum / n_samples;
      band->low[i] = bounds[0];
      band->high[i] = bounds[1];
    } else {
      memcpy(point < CAP_FROC_N_POINTS ? band->sensitivity[point] : band->cpm,
             bounds, sizeof bounds);
    }
  }
  return band;
}

void
cap_froc_band_free(CapFrocBand *band)
{
  if (band == NULL)
    return;
  g_free(band->false_marks);
  g_free(band->mean);
  g_free(band->low);
  g_free(band->high);
  g_free(band);
}
