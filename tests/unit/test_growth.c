/* Growth and doubling times, and an error model that agrees with what repeated
 * scans show. */
#include "core/measure/growth.h"
#include "tests/support/suite.h"

#include <math.h>

static double
sphere(double diameter_mm)
{
  return G_PI / 6 * diameter_mm * diameter_mm * diameter_mm;
}

/* The 95 % limits of the relative difference of two scans, in percent. */
static double
limits(double diameter_mm, CapSampling sampling)
{
  const double sd = cap_growth_log_sd(sphere(diameter_mm), sampling);
  return 100 * 1.96 * sqrt(2) * sd;
}

START_TEST(agrees_with_repeated_scans)
{
  const CapSampling thin = {0.7, 1.0};
  ck_assert_double_eq_tol(limits(5.7, thin), 27, 4); /* Marchianò 2009 */
  ck_assert_double_eq_tol(limits(6.5, thin), 25, 4);
  ck_assert_double_gt(limits(5.7, (CapSampling){0.7, 5.0}), 80); /* Nietert */
}
END_TEST

START_TEST(thicker_slices_and_smaller_nodules_are_less_sure)
{
  double before = 0;
  for (double slice = 0.5; slice <= 5; slice += 0.5) {
    const double sd = cap_growth_log_sd(sphere(8), (CapSampling){0.7, slice});
    ck_assert_double_gt(sd, before);
    before = sd;
  }
  for (double d = 3; d <= 40; d++) {
    const double sd = cap_growth_log_sd(sphere(d), (CapSampling){0.7, 1.0});
    ck_assert_double_lt(sd, before);
    ck_assert_double_gt(sd, 0.03);
    before = sd;
  }
}
END_TEST

/* Doubled in 100 days. */
START_TEST(doubling_time)
{
  CapGrowth growth;
  ck_assert(cap_growth_of(250, 500, 100, 0.1, &growth));
  ck_assert_double_eq_tol(growth.ratio, 2, 1e-12);
  ck_assert_double_eq_tol(growth.doubling_days, 100, 1e-9);
  ck_assert_double_eq_tol(growth.doubling_low, 100 * log(2) / (log(2) + 0.196),
                          0.01);
  ck_assert_double_eq_tol(growth.doubling_high, 100 * log(2) / (log(2) - 0.196),
                          0.01);
  ck_assert(growth.grows && !growth.shrinks);
  /* a change within the error: no upper limit */
  ck_assert(cap_growth_of(250, 270, 100, 0.1, &growth));
  ck_assert(!growth.grows && !growth.shrinks);
  ck_assert_double_lt(growth.ratio_low, 1);
  ck_assert(isinf(growth.doubling_high) && !isinf(growth.doubling_days));
  ck_assert(cap_growth_of(250, 125, 100, 0.1, &growth));
  ck_assert(growth.shrinks && isinf(growth.doubling_days));
}
END_TEST

START_TEST(what_is_not_known)
{
  CapGrowth growth;
  ck_assert(!cap_growth_of(0, 500, 100, 0.1, &growth));
  ck_assert(!cap_growth_of(250, 0, 100, 0.1, &growth));
  ck_assert(!cap_growth_of(250, 500, 0, 0.1, &growth));
  ck_assert(!cap_growth_of(250, 500, 100, 0, &growth));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("growth");
  TCase *tests = tcase_create("growth");
  tcase_add_test(tests, agrees_with_repeated_scans);
  tcase_add_test(tests, thicker_slices_and_smaller_nodules_are_less_sure);
  tcase_add_test(tests, doubling_time);
  tcase_add_test(tests, what_is_not_known);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
