/* Bootstrap intervals against what theory and hand counts say. */
#include "core/stats/bootstrap.h"
#include "tests/support/suite.h"

#include <math.h>

enum { N = 400 };

typedef struct {
  const double *values;
  const int *groups;
  int smallest, largest; /* number of cases seen */
  gboolean broken;       /* a group was drawn in part */
} Data;

/* Mean, number of cases, and NAN in every second call. */
static void
measure(const int *cases, int n, gpointer user_data, double *out)
{
  Data *data = user_data;
  double sum = 0;
  for (int i = 0; i < n; i++)
    sum += data->values[cases[i]];
  data->smallest = MIN(data->smallest, n);
  data->largest = MAX(data->largest, n);
  for (int i = 0; data->groups != NULL && i < n; i++) {
    const gboolean first_of_pair = cases[i] % 2 == 0;
    if (first_of_pair && (i + 1 == n || cases[i + 1] != cases[i] + 1))
      data->broken = TRUE;
  }
  out[0] = sum / n;
  out[1] = NAN;
}

/* The standard error of a mean of N independent values is sd / sqrt(N); the
 * percentiles of 4,000 resamples lie 1.96 of them out, to a few per cent. */
START_TEST(a_mean_has_its_textbook_interval)
{
  double values[N], squares = 0;
  for (int i = 0; i < N; i++)
    values[i] = i % 20; /* mean 9.5, variance (20² − 1) / 12 */
  for (int i = 0; i < N; i++)
    squares += (values[i] - 9.5) * (values[i] - 9.5);
  ck_assert_double_eq_tol(squares / N, 399 / 12.0, 1e-9);
  const double reach = 1.959964 * sqrt(399 / 12.0 / N);
  Data data = {values, NULL, N, N, FALSE};
  const CapBootstrap plan = {N, NULL, 4000, 0.95, 11};
  double bounds[2][2], again[2][2];
  cap_bootstrap_run(&plan, measure, &data, 2, bounds);
  ck_assert_double_eq_tol(bounds[0][0], 9.5 - reach, 0.08 * reach);
  ck_assert_double_eq_tol(bounds[0][1], 9.5 + reach, 0.08 * reach);
  ck_assert(isnan(bounds[1][0]) && isnan(bounds[1][1]));
  ck_assert_int_eq(data.smallest, N);
  ck_assert_int_eq(data.largest, N);
  cap_bootstrap_run(&plan, measure, &data, 2, again);
  ck_assert_double_eq(bounds[0][0], again[0][0]);
  ck_assert_double_eq(bounds[0][1], again[0][1]);
}
END_TEST

/* Pairs of equal values carry the news of one: the interval is sqrt(2) as wide
 * as that of independent cases. */
START_TEST(cases_of_a_group_go_together)
{
  double values[N];
  int groups[N];
  for (int i = 0; i < N; i++) {
    groups[i] = i / 2;
    values[i] = groups[i] % 20;
  }
  Data data = {values, groups, N, N, FALSE};
  const CapBootstrap plan = {N, groups, 4000, 0.95, 12};
  double bounds[2][2];
  cap_bootstrap_run(&plan, measure, &data, 2, bounds);
  const double reach = 1.959964 * sqrt(399 / 12.0 / (N / 2.0));
  ck_assert_double_eq_tol(bounds[0][0], 9.5 - reach, 0.08 * reach);
  ck_assert_double_eq_tol(bounds[0][1], 9.5 + reach, 0.08 * reach);
  ck_assert(!data.broken);
}
END_TEST

START_TEST(percentiles_by_hand)
{
  double values[40], bounds[2];
  for (int i = 0; i < 40; i++)
    values[i] = (i * 7) % 40; /* 0 … 39, shuffled */
  cap_bootstrap_bounds(values, 40, 0.95, bounds);
  ck_assert_double_eq(bounds[0], 1);
  ck_assert_double_eq(bounds[1], 39);
  cap_bootstrap_bounds(values, 40, 0.5, bounds);
  ck_assert_double_eq(bounds[0], 10);
  ck_assert_double_eq(bounds[1], 30);
  cap_bootstrap_bounds(values, 0, 0.95, bounds);
  ck_assert(isnan(bounds[0]) && isnan(bounds[1]));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("bootstrap");
  TCase *cases = tcase_create("bootstrap");
  tcase_add_test(cases, a_mean_has_its_textbook_interval);
  tcase_add_test(cases, cases_of_a_group_go_together);
  tcase_add_test(cases, percentiles_by_hand);
  suite_add_tcase(suite, cases);
  return cap_suite_run(suite);
}
