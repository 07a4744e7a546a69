/* ROC, precision and recall, calibration: see roc.h. */
#include "core/stats/roc.h"

#include "core/stats/bootstrap.h"
#include "core/stats/rank.h"

#include <math.h>

/* Two-sided quantile of the normal distribution: what lies within ±z has
 * probability CONFIDENCE. Bisection of erf is as exact as doubles are. */
static double
normal_z(double confidence)
{
  double low = 0, high = 40;
  for (int i = 0; i < 200; i++) {
    const double middle = (low + high) / 2;
    if (erf(middle / G_SQRT2) < confidence)
      low = middle;
    else
      high = middle;
  }
  return low;
}

static int
compare_down(gconstpointer a, gconstpointer b, gpointer scores)
{
  const double *s = scores;
  const double x = s[*(const int *)a], y = s[*(const int *)b];
  return x > y ? -1 : x < y;
}

GArray *
cap_roc_curve(const double *scores, const guint8 *labels, int n)
{
  GArray *curve = g_array_new(FALSE, FALSE, sizeof(CapRocPoint));
  g_autofree int *order = g_new(int, MAX(n, 1));
  for (int i = 0; i < n; i++)
    order[i] = i;
  g_qsort_with_data(order, n, sizeof *order, compare_down, (gpointer)scores);
  CapRocPoint point = {INFINITY, 0, 0};
  g_array_append_val(curve, point);
  for (int i = 0; i < n;) {
    point.threshold = scores[order[i]];
    for (; i < n && scores[order[i]] == point.threshold; i++) {
      point.tp += labels[order[i]] != 0;
      point.fp += labels[order[i]] == 0;
    }
    g_array_append_val(curve, point);
  }
  return curve;
}

/* ---- DeLong ---- */

/* PLACE[i] is the share of the other class that case i is ahead of (positives)
 * or behind (negatives), ties one half: the structural components, from ranks
 * (Sun & Xu, "Fast implementation of DeLong's algorithm", 2014). */
static double *
placements(const double *scores, const guint8 *labels, int n, const int size[2])
{
  double *place = g_new0(double, MAX(n, 1));
  g_autofree double *all = g_new(double, MAX(n, 1));
  g_autofree double *own = g_new(double, MAX(n, 1));
  g_autofree double *rank = g_new(double, MAX(n, 1));
  cap_rank_assign(scores, n, all);
  for (int class = 0; class < 2; class ++) {
    int m = 0;
    for (int i = 0; i < n; i++)
      if ((labels[i] != 0) == class)
        own[m++] = scores[i];
    cap_rank_assign(own, m, rank);
    m = 0;
    for (int i = 0; i < n; i++)
      if ((labels[i] != 0) == class) {
        const double ahead = (all[i] - rank[m++]) / size[!class];
        place[i] = class ? ahead : 1 - ahead;
      }
  }
  return place;
}

static double
class_mean(const double *values, const guint8 *labels, int n, int class)
{
  double sum = 0, m = 0;
  for (int i = 0; i < n; i++)
    if ((labels[i] != 0) == class) {
      sum += values[i];
      m++;
    }
  return sum / m;
}

/* AUC with its variance from placement values (or differences of such). */
static CapRocAuc
from_placements(const double *place, const guint8 *labels, int n,
                const int size[2], double confidence)
{
  CapRocAuc r = {.auc = class_mean(place, labels, n, 1)};
  for (int class = 0; class < 2; class ++) {
    const double mean = class_mean(place, labels, n, class);
    double squares = 0;
    for (int i = 0; i < n; i++)
      if ((labels[i] != 0) == class)
        squares += (place[i] - mean) * (place[i] - mean);
    r.variance +=
        size[class] > 1 ? squares / (size[class] - 1) / size[class] : NAN;
  }
  const double reach = normal_z(confidence) * sqrt(r.variance);
  r.low = r.auc - reach;
  r.high = r.auc + reach;
  return r;
}

static gboolean
count_classes(const guint8 *labels, int n, int size[2])
{
  size[0] = size[1] = 0;
  for (int i = 0; i < n; i++)
    size[labels[i] != 0]++;
  return size[0] > 0 && size[1] > 0;
}

CapRocAuc
cap_roc_delong(const double *scores, const guint8 *labels, int n,
               double confidence)
{
  int size[2];
  if (!count_classes(labels, n, size))
    return (CapRocAuc){NAN, NAN, NAN, NAN};
  g_autofree double *place = placements(scores, labels, n, size);
  CapRocAuc r = from_placements(place, labels, n, size, confidence);
  r.low = fmax(r.low, 0);
  r.high = fmin(r.high, 1);
  return r;
}

CapRocAuc
cap_roc_delong_paired(const double *a, const double *b, const guint8 *labels,
                      int n, double confidence)
{
  int size[2];
  if (!count_classes(labels, n, size))
    return (CapRocAuc){NAN, NAN, NAN, NAN};
  g_autofree double *pa = placements(a, labels, n, size);
  g_autofree double *pb = placements(b, labels, n, size);
  for (int i = 0; i < n; i++)
    pa[i] -= pb[i];
  return from_placements(pa, labels, n, size, confidence);
}

/* ---- bootstrap ---- */

typedef struct {
  const double *scores;
  const guint8 *labels;
} Scored;

static void
auc_of(const int *cases, int n, gpointer user_data, double *value)
{
  const Scored *all = user_data;
  g_autofree double *scores = g_new(double, MAX(n, 1));
  g_autofree guint8 *labels = g_malloc(MAX(n, 1));
  for (int i = 0; i < n; i++) {
    scores[i] = all->scores[cases[i]];
    labels[i] = all->labels[cases[i]];
  }
  *value = cap_rank_auc(scores, labels, n);
}

void
cap_roc_bootstrap(const double *scores, const guint8 *labels, const int *groups,
                  int n, int n_samples, double confidence, guint64 seed,
                  double bounds[2])
{
  const CapBootstrap plan = {n, groups, n_samples, confidence, seed};
  Scored all = {scores, labels};
  double found[1][2];
  cap_bootstrap_run(&plan, auc_of, &all, 1, found);
  bounds[0] = found[0][0];
  bounds[1] = found[0][1];
}

/* ---- thresholds ---- */

GArray *
cap_roc_precision_curve(const double *scores, const guint8 *labels, int n)
{
  GArray *corners = g_array_new(FALSE, FALSE, sizeof(CapRocPrecision));
  g_autoptr(GArray) curve = cap_roc_curve(scores, labels, n);
  const int positives = g_array_index(curve, CapRocPoint, curve->len - 1).tp;
  for (guint i = 1; positives > 0 && i < curve->len; i++) {
    const CapRocPoint *p = &g_array_index(curve, CapRocPoint, i);
    const CapRocPrecision corner = {p->threshold, (double)p->tp / positives,
                                    (double)p->tp / (p->tp + p->fp)};
    g_array_append_val(corners, corner);
  }
  return corners;
}

double
cap_roc_average_precision(const double *scores, const guint8 *labels, int n)
{
  g_autoptr(GArray) curve = cap_roc_precision_curve(scores, labels, n);
  double sum = 0, recall = 0;
  for (guint i = 0; i < curve->len; i++) {
    const CapRocPrecision *p = &g_array_index(curve, CapRocPrecision, i);
    sum += (p->recall - recall) * p->precision;
    recall = p->recall;
  }
  return curve->len > 0 ? sum : NAN;
}

static double
ratio(double part, double whole)
{
  return whole > 0 ? part / whole : NAN;
}

CapRocTable
cap_roc_table(const double *scores, const guint8 *labels, int n,
              double threshold)
{
  CapRocTable t = {0};
  for (int i = 0; i < n; i++) {
    const gboolean called = scores[i] >= threshold;
    t.tp += called && labels[i];
    t.fp += called && !labels[i];
    t.tn += !called && !labels[i];
    t.fn += !called && labels[i];
  }
  t.accuracy = ratio(t.tp + t.tn, n);
  t.recall = ratio(t.tp, t.tp + t.fn);
  t.specificity = ratio(t.tn, t.tn + t.fp);
  t.precision = ratio(t.tp, t.tp + t.fp);
  t.f1 = ratio(2.0 * t.tp, 2.0 * t.tp + t.fp + t.fn);
  return t;
}

CapRocCalibration
cap_roc_calibration(const double *probabilities, const guint8 *labels, int n,
                    int n_bins)
{
  CapRocCalibration c = {n_bins, g_new0(CapRocBin, n_bins), NAN, NAN};
  double squares = 0, gap = 0;
  for (int i = 0; i < n; i++) {
    const double p = probabilities[i], miss = p - (labels[i] != 0);
    CapRocBin *bin = &c.bins[CLAMP((int)(p * n_bins), 0, n_bins - 1)];
    bin->n++;
    bin->mean_probability += p;
    bin->share_positive += labels[i] != 0;
    squares += miss * miss;
  }
  for (int b = 0; b < n_bins; b++) {
    CapRocBin *bin = &c.bins[b];
    gap += fabs(bin->share_positive - bin->mean_probability);
    bin->mean_probability = ratio(bin->mean_probability, bin->n);
    bin->share_positive = ratio(bin->share_positive, bin->n);
  }
  c.brier = ratio(squares, n);
  c.ece = ratio(gap, n);
  return c;
}

void
cap_roc_calibration_clear(CapRocCalibration *calibration)
{
  g_clear_pointer(&calibration->bins, g_free);
}
