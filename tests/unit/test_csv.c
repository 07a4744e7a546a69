/* CSV tables: RFC 4180, tolerance, and messages that name the line. */
#include "core/error.h"
#include "io/csv.h"
#include "tests/support/suite.h"

#include <string.h>

static CapCsv *
parse(const char *text, GError **error)
{
  return cap_csv_parse(text, strlen(text), "t.csv", error);
}

START_TEST(quotes_line_breaks_and_marks)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapCsv) csv = parse("\xEF\xBB\xBFname,x\r\n"
                                "\"a, \"\"b\"\"\nc\",1.5\r\n"
                                "\r\n"
                                "d,-2e3",
                                &error);
  cap_assert_no_error(error);
  ck_assert_int_eq(cap_csv_n_rows(csv), 2);
  ck_assert_int_eq(cap_csv_find(csv, "x"), 1);
  ck_assert_str_eq(cap_csv_text(csv, 0, 0), "a, \"b\"\nc");
  ck_assert_int_eq(cap_csv_line(csv, 1), 5);
  double x = 0;
  ck_assert(cap_csv_number(csv, 1, 1, &x, NULL));
  ck_assert_double_eq(x, -2000);
}
END_TEST

START_TEST(faults_name_the_line)
{
  const struct {
    const char *text, *part;
  } rows[] = {
      {"", "empty"},
      {"\n\n", "empty"},
      {"a,b\n1,2\n3\n", "line 3: 1 fields where the header has 2"},
      {"a,b\n1,2,3\n", "line 2: 3 fields"},
      {"a;b\n1,5;2\n", "line 2: 2 fields where the header has 1; columns must"},
      {"a,b\n1,\"2\n", "line 2: a quote is never closed"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;
    ck_assert_ptr_null(parse(rows[i].text, &error));
    cap_assert_error(error, CAP_ERROR_DATA);
    ck_assert_msg(strstr(error->message, rows[i].part) != NULL, "%s",
                  error->message);
  }
}
END_TEST

START_TEST(numbers_are_strict)
{
  g_autoptr(CapCsv) csv = parse("a\n1,5x\n", NULL);
  ck_assert_ptr_null(csv);
  const char *bad[] = {"", "x", "1.5x", "nan", "inf", "1 2"};
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GError) error = NULL;
    g_autofree char *text = g_strdup_printf("a,b\n0,%s\n", bad[i]);
    g_autoptr(CapCsv) one = parse(text, &error);
    cap_assert_no_error(error);
    double x;
    ck_assert(!cap_csv_number(one, 0, 1, &x, &error));
    cap_assert_error(error, CAP_ERROR_DATA);
    ck_assert_ptr_nonnull(strstr(error->message, "line 2"));
  }
}
END_TEST

START_TEST(missing_files_and_columns)
{
  g_autoptr(GError) error = NULL;
  ck_assert_ptr_null(cap_csv_read("no/such.csv", &error));
  cap_assert_error(error, CAP_ERROR_NO_INPUT);
  g_clear_error(&error);
  g_autoptr(CapCsv) csv = parse("a,b\n", NULL);
  ck_assert_int_eq(cap_csv_require(csv, "c", &error), -1);
  cap_assert_error(error, CAP_ERROR_DATA);
}
END_TEST

START_TEST(append_quotes_what_needs_it)
{
  g_autoptr(GString) out = g_string_new(NULL);
  cap_csv_append(out, "plain");
  g_string_append_c(out, ',');
  cap_csv_append(out, "a,\"b\"");
  ck_assert_str_eq(out->str, "plain,\"a,\"\"b\"\"\"");
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("csv");
  TCase *tests = tcase_create("csv");
  tcase_add_test(tests, quotes_line_breaks_and_marks);
  tcase_add_test(tests, faults_name_the_line);
  tcase_add_test(tests, numbers_are_strict);
  tcase_add_test(tests, missing_files_and_columns);
  tcase_add_test(tests, append_quotes_what_needs_it);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
