/* Error codes and case codes: names and exit statuses are promises. */
#include "core/error.h"
#include "core/irregularity.h"
#include "core/progress.h"
#include "tests/support/suite.h"

START_TEST(every_code_has_its_name_and_exit_status)
{
  const struct {
    int code;
    const char *name;
    int status;
  } rows[] = {
      {CAP_ERROR_USAGE, "CAP-001", 2},
      {CAP_ERROR_DATA, "CAP-002", 65},
      {CAP_ERROR_NO_INPUT, "CAP-003", 66},
      {CAP_ERROR_UNSUPPORTED, "CAP-004", 66},
      {CAP_ERROR_WORKER, "CAP-005", 69},
      {CAP_ERROR_INTERNAL, "CAP-006", 70},
      {CAP_ERROR_OUTPUT, "CAP-007", 73},
      {CAP_ERROR_WRITE, "CAP-008", 74},
      {CAP_ERROR_CANCELLED, "CAP-009", 130},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = g_error_new_literal(CAP_ERROR, rows[i].code, "x");
    ck_assert_str_eq(cap_error_name(rows[i].code), rows[i].name);
    ck_assert_int_eq(cap_error_exit_status(error), rows[i].status);
  }
}
END_TEST

START_TEST(foreign_errors_are_internal)
{
  g_autoptr(GError) foreign =
      g_error_new_literal(G_FILE_ERROR, G_FILE_ERROR_NOENT, "x");
  g_autoptr(GError) cancelled =
      g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, "x");
  ck_assert_int_eq(cap_error_exit_status(foreign), 70);
  ck_assert_int_eq(cap_error_exit_status(cancelled), 130);
  ck_assert_int_eq(cap_error_exit_status(NULL), 0);
  ck_assert_str_eq(cap_error_name(9999), "CAP-006");
}
END_TEST

START_TEST(cases_have_codes)
{
  ck_assert_str_eq(cap_irregularity_code(1), "CASE-01");
  ck_assert_str_eq(cap_irregularity_code(30), "CASE-30");
  ck_assert_str_eq(cap_irregularity_code(31), "CASE-00");
  g_autoptr(CapIrregularity) one =
      cap_irregularity_new(5, CAP_SEVERITY_WARNING, NULL, NULL, NULL);
  ck_assert_str_eq(one->text, "gantry tilt");
  ck_assert_str_eq(one->file, "");
}
END_TEST

START_TEST(a_cancelled_step_stops)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  const CapProgress progress = {.cancellable = cancellable};
  g_autoptr(GError) error = NULL;
  ck_assert(cap_progress_step(&progress, "working", 0.5, &error));
  g_cancellable_cancel(cancellable);
  ck_assert(!cap_progress_step(&progress, "working", 0.6, &error));
  cap_assert_error(error, CAP_ERROR_CANCELLED);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("error");
  TCase *tests = tcase_create("error");
  tcase_add_test(tests, every_code_has_its_name_and_exit_status);
  tcase_add_test(tests, foreign_errors_are_internal);
  tcase_add_test(tests, cases_have_codes);
  tcase_add_test(tests, a_cancelled_step_stops);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
