/* FROC: the rule case by case, and the published figures on a real detector. */
#include "core/error.h"
#include "core/stats/froc.h"
#include "datasets/luna16.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

START_TEST(the_rule)
{
  const CapFrocNodule nodules[] = {
      {0, {0, 0, 0}, 10, FALSE}, {0, {50, 0, 0}, 10, FALSE},
      {0, {80, 0, 0}, -1, TRUE}, {1, {0, 0, 0}, 6, FALSE},
      {1, {2, 0, 0}, 6, TRUE},
  };
  const CapFrocMark marks[] = {
      {0, {4.999, 0, 0}, 0.9}, /* hit */
      {0, {0, 3, 0}, 0.95},    /* a second hit: a double, and the best */
      {0, {45, 0, 0}, 0.8},    /* 5 mm away exactly: false */
      {0, {84.9, 0, 0}, 0.7},  /* excluded, unknown diameter is 10 mm */
      {0, {85.1, 0, 0}, 0.6},  /* just outside of that */
      {1, {1, 0, 0}, 0.5},     /* on both: a hit */
      {1, {4, 0, 0}, 0.4},     /* on the excluded one only */
      {2, {0, 0, 0}, 0.3},     /* a scan without nodules */
  };
  g_autoptr(CapFroc) froc = cap_froc_new(nodules, 5, marks, 8, 3, 100);
  ck_assert_int_eq(froc->n_nodules, 3);
  ck_assert_int_eq(froc->tp, 2);
  ck_assert_int_eq(froc->fn, 1);
  ck_assert_int_eq(froc->fp, 3);
  ck_assert_int_eq(froc->doubles, 1);
  ck_assert_int_eq(froc->ignored, 2);
  static const CapFrocFate fates[] = {
      CAP_FROC_HIT,   CAP_FROC_HIT, CAP_FROC_FALSE,   CAP_FROC_IGNORED,
      CAP_FROC_FALSE, CAP_FROC_HIT, CAP_FROC_IGNORED, CAP_FROC_FALSE};
  for (int i = 0; i < 8; i++)
    ck_assert_int_eq(froc->fate[i], fates[i]);
  static const int hit_by[] = {1, -1, -1, 5, -1};
  for (int i = 0; i < 5; i++)
    ck_assert_int_eq(froc->hit_by[i], hit_by[i]);
  /* hits at 0.95 and 0.5; false at 0.8, 0.6 and 0.3 */
  ck_assert_double_eq_tol(cap_froc_sensitivity(froc, 0.1), 1 / 3.0, 1e-12);
  ck_assert_double_eq_tol(cap_froc_sensitivity(froc, 2 / 3.0), 2 / 3.0, 1e-12);
  ck_assert_double_eq_tol(cap_froc_sensitivity(froc, 8), 2 / 3.0, 1e-12);
}
END_TEST

/* Equal scores are one step of the curve: straight between its ends. */
START_TEST(ties_are_one_step)
{
  const CapFrocNodule nodules[] = {{0, {0, 0, 0}, 10, FALSE}};
  const CapFrocMark marks[] = {{0, {0, 0, 0}, 0.5}, {0, {99, 0, 0}, 0.5}};
  g_autoptr(CapFroc) froc = cap_froc_new(nodules, 1, marks, 2, 1, 100);
  ck_assert_double_eq_tol(cap_froc_sensitivity(froc, 0.25), 0.25, 1e-12);
  ck_assert_double_eq_tol(cap_froc_sensitivity(froc, 1), 1, 1e-12);
}
END_TEST

/* Those above the score of the first one over the cap stay; ties at it go. */
START_TEST(the_cap)
{
  CapFrocMark marks[6];
  static const double scores[] = {0.1, 0.9, 0.5, 0.5, 0.8, 0.5};
  for (int i = 0; i < 6; i++)
    marks[i] = (CapFrocMark){0, {i * 100, 0, 0}, scores[i]};
  const CapFrocNodule nodule = {0, {0, 9999, 0}, 10, FALSE};
  static const int wanted[][2] = {{0, 6}, {6, 6}, {5, 5}, {4, 2}, {2, 2}};
  for (gsize i = 0; i < G_N_ELEMENTS(wanted); i++) {
    g_autoptr(CapFroc) froc =
        cap_froc_new(&nodule, 1, marks, 6, 1, wanted[i][0]);
    ck_assert_int_eq(froc->n_kept, wanted[i][1]);
    ck_assert_int_eq(froc->fp, wanted[i][1]);
  }
}
END_TEST

START_TEST(nothing_at_all)
{
  g_autoptr(CapFroc) froc = cap_froc_new(NULL, 0, NULL, 0, 0, 100);
  double sensitivity[CAP_FROC_N_POINTS];
  ck_assert_double_eq(cap_froc_score(froc, sensitivity), 0);
  g_autoptr(CapFrocBand) band = cap_froc_bootstrap(froc, 10, 0.95, 3, 1);
  ck_assert_double_eq(band->cpm[1], 0);
}
END_TEST

/* The CAD of Zhu et al. ("DeepLung", WACV 2018) as published by its authors:
 * counts and sensitivities are what noduleCADEvaluationLUNA16 prints for it. */
START_TEST(a_published_detector)
{
  g_autofree char *folder = cap_test_data("luna16");
  if (folder == NULL) {
    cap_test_skip("a_published_detector", "no luna16");
    return;
  }
  g_autofree char *a = g_build_filename(folder, "annotations.csv", NULL);
  g_autofree char *e =
      g_build_filename(folder, "annotations_excluded.csv", NULL);
  g_autofree char *s = g_build_filename(folder, "seriesuids.csv", NULL);
  g_autofree char *r = g_build_filename(folder, "cad_results.csv", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(CapLuna16) luna = cap_luna16_read(
      &(CapLuna16Tables){.annotations = a, .excluded = e, .series = s}, &error);
  cap_assert_no_error(error);
  g_autoptr(GArray) marks = cap_luna16_read_marks(luna, r, &error);
  cap_assert_no_error(error);
  g_autoptr(CapFroc) froc = cap_froc_new(
      (CapFrocNodule *)luna->nodules->data, (int)luna->nodules->len,
      (CapFrocMark *)marks->data, (int)marks->len, (int)luna->series->len, 100);
  ck_assert_int_eq(froc->n_scans, 888);
  ck_assert_int_eq(froc->n_marks, 55677);
  ck_assert_int_eq(froc->n_kept, 52708);
  ck_assert_int_eq(froc->tp, 1136);
  ck_assert_int_eq(froc->fn, 50);
  ck_assert_int_eq(froc->fp, 46078);
  ck_assert_int_eq(froc->ignored, 5308);
  ck_assert_int_eq(froc->doubles, 186);
  static const double wanted[] = {0.6922, 0.7690, 0.8238, 0.8651,
                                  0.8929, 0.9174, 0.9334};
  double sensitivity[CAP_FROC_N_POINTS];
  ck_assert_double_eq_tol(cap_froc_score(froc, sensitivity), 0.8420, 5e-5);
  for (int i = 0; i < CAP_FROC_N_POINTS; i++)
    ck_assert_double_eq_tol(sensitivity[i], wanted[i], 5e-5);

  g_autoptr(CapFrocBand) one = cap_froc_bootstrap(froc, 200, 0.95, 9, 1);
  g_autoptr(CapFrocBand) same = cap_froc_bootstrap(froc, 200, 0.95, 9, 1);
  g_autoptr(CapFrocBand) other = cap_froc_bootstrap(froc, 200, 0.95, 9, 2);
  ck_assert_mem_eq(one->cpm, same->cpm, sizeof one->cpm);
  ck_assert_mem_eq(one->low, same->low, 9 * sizeof(double));
  ck_assert_mem_ne(one->cpm, other->cpm, sizeof one->cpm);
  ck_assert(one->cpm[0] < 0.842 && one->cpm[1] > 0.842);
  for (int i = 0; i < 9; i++)
    ck_assert(one->low[i] <= one->mean[i] && one->mean[i] <= one->high[i]);
}
END_TEST

/* With one scan every resample is the scan itself. */
START_TEST(a_band_of_one_scan_has_no_width)
{
  const CapFrocNodule nodule = {0, {0, 0, 0}, 10, FALSE};
  const CapFrocMark mark = {0, {0, 0, 0}, 0.5};
  g_autoptr(CapFroc) froc = cap_froc_new(&nodule, 1, &mark, 1, 1, 100);
  g_autoptr(CapFrocBand) band = cap_froc_bootstrap(froc, 50, 0.95, 4, 7);
  ck_assert_double_eq(band->cpm[0], 1);
  ck_assert_double_eq(band->low[3], 1);
  ck_assert_double_eq(band->false_marks[0], 0.125);
  ck_assert_double_eq(band->false_marks[3], 8);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("froc");
  TCase *tc = tcase_create("all");
  tcase_set_timeout(tc, 120);
  tcase_add_test(tc, the_rule);
  tcase_add_test(tc, ties_are_one_step);
  tcase_add_test(tc, the_cap);
  tcase_add_test(tc, nothing_at_all);
  tcase_add_test(tc, a_published_detector);
  tcase_add_test(tc, a_band_of_one_scan_has_no_width);
  suite_add_tcase(suite, tc);
  return cap_suite_run(suite);
}
