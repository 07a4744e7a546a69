/* Suites of ops: see ops.h. */
#include "tests/support/ops.h"

#include <omp.h>

#include "core/nn/isa.h"
#include "tests/support/suite.h"

static const CapGradientRow *rows;
static int count;

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

/* Every instruction set that the machine has, to the same tolerance. */
START_TEST(each_path)
{
  if (!cap_isa_set((CapIsa)_i)) {
    cap_test_skip(cap_isa_name((CapIsa)_i), "not on this machine");
    return;
  }
  for (int r = 0; r < count; r++)
    cap_gradient_check(&rows[r], 1);
}
END_TEST

Suite *
cap_ops_suite(const char *name, const CapGradientRow *all, int n_rows)
{
  omp_set_num_threads(1); /* tiny shapes: threads that wait cost more */
  rows = all;
  count = n_rows;
  Suite *suite = suite_create(name);
  TCase *tcase = tcase_create("twins");
  tcase_set_timeout(tcase, 60);
  tcase_add_loop_test(tcase, one_sample, 0, n_rows);
  tcase_add_loop_test(tcase, many_samples, 0, n_rows);
  tcase_add_loop_test(tcase, each_path, 0, CAP_ISA_AVX512 + 1);
  suite_add_tcase(suite, tcase);
  return suite;
}

int
cap_ops_run(const char *name, const CapGradientRow *all, int n_rows)
{
  return cap_suite_run(cap_ops_suite(name, all, n_rows));
}
