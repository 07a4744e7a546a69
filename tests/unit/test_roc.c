/* ROC, calibration and agreement against figures computed elsewhere.
 *
 * The 60 cases come from a generator anybody can repeat. The figures were
 * computed once with scikit-learn 1.9.1 (roc_auc_score,
 * average_precision_score, confusion_matrix, brier_score_loss,
 * cohen_kappa_score) and SciPy 1.17.1 (spearmanr, norm.ppf); DeLong's
 * covariance with numpy from its definition over all pairs. */
#include "core/stats/agreement.h"
#include "core/stats/roc.h"
#include "tests/support/suite.h"

#include <math.h>

enum { N = 60 };
static double u[3 * N], a[N], b[N];
static guint8 labels[N];

static double
two_decimals(double x)
{
  return round(x * 100) / 100;
}

static void
make_cases(void)
{
  guint64 state = 12345;
  for (int i = 0; i < 3 * N; i++) {
    state = (1103515245 * state + 12345) % (G_GUINT64_CONSTANT(1) << 31);
    u[i] = state / 2147483648.0;
  }
  for (int i = 0; i < N; i++) {
    labels[i] = u[i] < 0.4;
    a[i] = two_decimals(0.35 * labels[i] + 0.65 * u[N + i]);
    b[i] = two_decimals(0.15 * labels[i] + 0.85 * u[2 * N + i]);
  }
}

#define close_to(value, wanted) ck_assert_double_eq_tol(value, wanted, 1e-10)

START_TEST(areas_with_their_variance)
{
  const CapRocAuc one = cap_roc_delong(a, labels, N, 0.95);
  close_to(one.auc, 0.91145833333333);
  close_to(one.variance, 0.0012026548282020803);
  close_to(one.low, 0.8434881266391703);
  close_to(one.high, 0.9794285400274965);
  close_to(cap_roc_delong(b, labels, N, 0.95).variance, 0.005005065654314598);
  const CapRocAuc gap = cap_roc_delong_paired(a, b, labels, N, 0.95);
  close_to(gap.auc, 0.225694444444);
  close_to(gap.variance, 0.00558809515822);
  close_to(gap.low, 0.07918015354960276);
  close_to(gap.high, 0.37220873533928633);
}
END_TEST

/* The bootstrap's bounds lie where DeLong's do, within what 2,000 resamples
 * scatter; all cases in one group leave nothing to resample. */
START_TEST(bootstrap_bounds)
{
  double bounds[2], again[2];
  cap_roc_bootstrap(a, labels, NULL, N, 2000, 0.95, 5, bounds);
  ck_assert_double_eq_tol(bounds[0], 0.8435, 0.02);
  ck_assert_double_eq_tol(bounds[1], 0.9794, 0.02);
  cap_roc_bootstrap(a, labels, NULL, N, 2000, 0.95, 5, again);
  ck_assert_mem_eq(bounds, again, sizeof bounds);
  const int together[N] = {0};
  cap_roc_bootstrap(a, labels, together, N, 50, 0.95, 5, bounds);
  close_to(bounds[0], 0.91145833333333);
  close_to(bounds[1], 0.91145833333333);
}
END_TEST

START_TEST(precision_and_thresholds)
{
  close_to(cap_roc_average_precision(a, labels, N), 0.883920185172);
  close_to(cap_roc_average_precision(b, labels, N), 0.642524618037);
  const CapRocTable t = cap_roc_table(a, labels, N, 0.5);
  ck_assert(t.tn == 30 && t.fp == 6 && t.fn == 7 && t.tp == 17);
  close_to(t.accuracy, 0.7833333333333333);
  close_to(t.recall, 0.7083333333333334);
  close_to(t.specificity, 30 / 36.0);
  close_to(t.precision, 0.7391304347826086);
  close_to(t.f1, 0.723404255319149);
}
END_TEST

START_TEST(calibration)
{
  g_auto(CapRocCalibration) c = cap_roc_calibration(a, labels, N, 10);
  close_to(c.brier, 0.124756666667);
  close_to(c.ece, 0.12566666666666668);
  ck_assert_int_eq(c.bins[4].n, 11);
  close_to(c.bins[4].mean_probability, 0.4518181818181819);
  close_to(c.bins[4].share_positive, 0.5454545454545454);
}
END_TEST

START_TEST(the_curve)
{
  const double scores[] = {0.9, 0.5, 0.5, 0.1};
  const guint8 of[] = {1, 0, 1, 0};
  g_autoptr(GArray) curve = cap_roc_curve(scores, of, 4);
  ck_assert_uint_eq(curve->len, 4);
  const CapRocPoint *p = (CapRocPoint *)curve->data;
  ck_assert(isinf(p[0].threshold) && p[0].tp == 0 && p[0].fp == 0);
  ck_assert(p[2].threshold == 0.5 && p[2].tp == 2 && p[2].fp == 1);
  ck_assert(p[3].tp == 2 && p[3].fp == 2);
}
END_TEST

/* Ties are one corner; the area below the steps is the average precision. */
START_TEST(the_precision_curve)
{
  const double scores[] = {0.9, 0.5, 0.5, 0.1};
  const guint8 of[] = {1, 0, 1, 0}, none[] = {0, 0, 0, 0};
  g_autoptr(GArray) curve = cap_roc_precision_curve(scores, of, 4);
  ck_assert_uint_eq(curve->len, 3);
  const CapRocPrecision *p = (CapRocPrecision *)curve->data;
  ck_assert(p[0].threshold == 0.9 && p[0].recall == 0.5);
  close_to(p[0].precision, 1);
  ck_assert(p[1].threshold == 0.5 && p[1].recall == 1);
  close_to(p[1].precision, 2 / 3.0);
  ck_assert(p[2].threshold == 0.1 && p[2].recall == 1);
  close_to(p[2].precision, 0.5);
  close_to(cap_roc_average_precision(scores, of, 4), 0.5 + 0.5 * 2 / 3);
  g_autoptr(GArray) empty = cap_roc_precision_curve(scores, none, 4);
  ck_assert_uint_eq(empty->len, 0);
}
END_TEST

START_TEST(one_class_is_no_question)
{
  const guint8 none[N] = {0};
  double bounds[2];
  ck_assert(isnan(cap_roc_delong(a, none, N, 0.95).auc));
  ck_assert(isnan(cap_roc_average_precision(a, none, N)));
  ck_assert(isnan(cap_roc_table(a, none, N, 0.5).recall));
  cap_roc_bootstrap(a, none, NULL, N, 10, 0.95, 1, bounds);
  ck_assert(isnan(bounds[0]));
  ck_assert(isnan(cap_roc_delong(a, labels, 0, 0.95).auc));
}
END_TEST

START_TEST(agreement_of_ratings)
{
  double x[N], y[N];
  for (int i = 0; i < N; i++) {
    x[i] = 1 + (int)(u[i] * 5);
    y[i] = CLAMP(x[i] + (int)(u[N + i] * 4) - 1, 1, 5);
  }
  const CapAgreement r = cap_agreement_measure(x, y, N, 5);
  close_to(r.kappa, 0.693735498840);
  close_to(r.spearman, 0.703772511658);
  close_to(r.mean_absolute_error, 0.8);
  close_to(r.within_one, 0.85);
  close_to(r.bias, -0.23333333333333334);
  close_to(r.limit_high, -0.23333333333333334 + 1.96 * 1.0311531584387412);
  const CapAgreement none = cap_agreement_measure(x, y, 0, 5);
  ck_assert(isnan(none.bias) && isnan(none.kappa));
}
END_TEST

int
main(void)
{
  make_cases();
  Suite *suite = suite_create("roc");
  TCase *tc = tcase_create("all");
  tcase_add_test(tc, areas_with_their_variance);
  tcase_add_test(tc, bootstrap_bounds);
  tcase_add_test(tc, precision_and_thresholds);
  tcase_add_test(tc, calibration);
  tcase_add_test(tc, the_curve);
  tcase_add_test(tc, the_precision_curve);
  tcase_add_test(tc, one_class_is_no_question);
  tcase_add_test(tc, agreement_of_ratings);
  suite_add_tcase(suite, tc);
  return cap_suite_run(suite);
}
