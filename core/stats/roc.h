/* How well a score tells two classes apart, and how true a probability is.
 *
 * Scores rise with the chance of the positive class (LABELS[i] != 0). Every
 * array is borrowed; what a class without members leaves undefined is NAN. */
#pragma once

#include <glib.h>

/* One corner of a curve: everything scoring at least `threshold` is called
 * positive. */
typedef struct {
  double threshold;
  int tp, fp;
} CapRocPoint;

typedef struct {
  double auc;
  double variance;  /* DeLong's */
  double low, high; /* bounds at the confidence asked for, within 0 … 1 */
} CapRocAuc;

/* Corners from the strictest threshold down, one for each distinct score,
 * before them (INFINITY, 0, 0). Returns a GArray of CapRocPoint. */
GArray *cap_roc_curve(const double *scores, const guint8 *labels, int n);

/* Area under the ROC curve with the variance of DeLong, DeLong & Clarke-Pearson
 * ("Comparing the areas under two or more correlated receiver operating
 * characteristic curves", Biometrics 1988) and normal bounds. */
CapRocAuc cap_roc_delong(const double *scores, const guint8 *labels, int n,
                         double confidence);

/* Difference of the AUC of A and B on the same cases (A − B), its variance and
 * bounds (not cut to 0 … 1); their correlation is taken into account. */
CapRocAuc cap_roc_delong_paired(const double *a, const double *b,
                                const guint8 *labels, int n, double confidence);

/* Percentile bounds of the AUC from N_SAMPLES resamples of the groups (all
 * cases of a patient go together; GROUPS[i] is 0 … n_groups − 1; NULL: each
 * case by itself). Resamples without both classes are left out. Depends on SEED
 * only. */
void cap_roc_bootstrap(const double *scores, const guint8 *labels,
                       const int *groups, int n, int n_samples,
                       double confidence, guint64 seed, double bounds[2]);

/* One corner of the precision-recall curve: of what scores at least
 * `threshold`, `precision` is positive, and it is `recall` of all positives. */
typedef struct {
  double threshold, recall, precision;
} CapRocPrecision;

/* Corners from the strictest threshold down, one for each distinct score.
 * Between two of them precision is the latter's, never on a straight line
 * (Davis & Goadrich, "The relationship between precision-recall and ROC
 * curves", ICML 2006). Returns a GArray of CapRocPrecision, empty without
 * positives. */
GArray *cap_roc_precision_curve(const double *scores, const guint8 *labels,
                                int n);

/* Σ (recall step) · precision over the thresholds (average precision): the area
 * below that curve. */
double cap_roc_average_precision(const double *scores, const guint8 *labels,
                                 int n);

typedef struct {
  int tp, fp, tn, fn;
  double accuracy, recall, specificity, precision, f1;
} CapRocTable;

/* Calls a score of THRESHOLD or more positive. */
CapRocTable cap_roc_table(const double *scores, const guint8 *labels, int n,
                          double threshold);

typedef struct {
  int n;
  double mean_probability, share_positive; /* NAN when empty */
} CapRocBin;

typedef struct {
  int n_bins;
  CapRocBin *bins; /* of equal width over 0 … 1; owned */
  double brier;    /* mean squared error (Brier 1950) */
  double ece;      /* Σ n/N |share − mean probability| */
} CapRocCalibration;

/* How true the PROBABILITIES (0 … 1) are. Clear it afterwards. */
CapRocCalibration cap_roc_calibration(const double *probabilities,
                                      const guint8 *labels, int n, int n_bins);
void cap_roc_calibration_clear(CapRocCalibration *calibration);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CapRocCalibration, cap_roc_calibration_clear)
