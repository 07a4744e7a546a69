/* Suites of ops: see ops.h. */
#include "tests/support/ops.h"

#include <omp.h>

#include "tests/support/suite.h"

static const CapGradientRow *rows;

START_TEST(one_sample)
{
  cap_gradient_check(&rows[_i], 1);
}
END_TEST

START_TEST(many_samples)
{
  cap_gradient_check(&rows[_i], 37);
}
END_TEST

int
cap_ops_run(const char *name, const CapGradientRow *all, int n_rows)
{
  omp_set_num_threads(1); /* tiny shapes: threads that wait cost more */
  rows = all;
  Suite *suite = suite_create(name);
  TCase *tcase = tcase_create("twins");
  tcase_set_timeout(tcase, 60);
  tcase_add_loop_test(tcase, one_sample, 0, n_rows);
  tcase_add_loop_test(tcase, many_samples, 0, n_rows);
  suite_add_tcase(suite, tcase);
  return cap_suite_run(suite);
}
