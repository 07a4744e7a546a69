/* What reports say of an earlier scan: each number as it was worked out, in
 * every format that has a place for it. */
#include "core/measure/prior.h"
#include "io/csv.h"
#include "io/json.h"
#include "io/report/formats.h"
#include "io/report/words_guidelines.h"
#include "io/report/words_prior.h"
#include "tests/support/report_case.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

static char *folder;

static void
setup(void)
{
  static const CapStatus accepted[] = {CAP_STATUS_ACCEPTED, CAP_STATUS_ACCEPTED,
                                       CAP_STATUS_ACCEPTED};
  folder = cap_test_folder();
  cap_test_report_case(folder, 3, accepted);
}

static void
teardown(void)
{
  cap_test_remove(folder);
}

/* Three findings compared with a scan of 200 days before: one has doubled, one
 * is new, one was not in reach. */
static CapReport *
compared(void)
{
  CapReport *report = cap_test_report(folder, NULL);
  CapFinding *first = report->findings->items->pdata[0];
  CapFinding *second = report->findings->items->pdata[1];
  report->findings->prior_scan =
      cap_prior_scan_new("1.2.3", "1.2.3.4", "20230813", 200);
  first->volume_mm3 = 400;
  first->mean_diameter_mm = 10;
  first->type = CAP_TYPE_PART_SOLID;
  first->solid_mean_diameter_mm = 3;
  first->prior = (CapPrior){.state = CAP_PRIOR_MATCHED,
                            .days = 200,
                            .id = 7,
                            .type = CAP_TYPE_GROUND_GLASS,
                            .mean_diameter_mm = 8,
                            .volume_mm3 = 200,
                            .log_sd = 0.1};
  second->prior = (CapPrior){.state = CAP_PRIOR_NEW, .days = 200};
  return report;
}

START_TEST(test_words)
{
  static const struct {
    double then_mm3, now_mm3, log_sd;
    int days;
    const char *says;
  } cases[] = {
      /* ln 2 ± 1.96 · 0.1 in 200 days */
      {200, 400, 0.1, 200,
       "volume +100 % (95 %: +64 to +143 %) in 200 days, doubling time 200 "
       "days (95 %: 156 to 279 days)"},
      {200, 220, 0.1, 200,
       "volume +10 % (95 %: −10 to +34 %) in 200 days, doubling time 1455 days "
       "(95 %: 476 or more, or no growth)"},
      {200, 190, 0.1, 200,
       "volume −5 % (95 %: −22 to +16 %) in 200 days, doubling time no growth "
       "(95 %: 958 days or more)"},
      {200, 100, 0.1, 200,
       "volume −50 % (95 %: −59 to −39 %) in 200 days, doubling time no "
       "growth"},
      {200, 400, 0.1, 0, "volume +100 % since the earlier CT"},
      {200, 400, 0, 200, "volume +100 % since the earlier CT"},
      {0, 400, 0.1, 200, ""},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(CapFinding) f = cap_finding_new();
    f->volume_mm3 = cases[i].now_mm3;
    f->prior = (CapPrior){.state = CAP_PRIOR_MATCHED,
                          .days = cases[i].days,
                          .volume_mm3 = cases[i].then_mm3,
                          .log_sd = cases[i].log_sd};
    g_autofree char *words = cap_words_change(f);
    ck_assert_str_eq(words, cases[i].says);
  }
}
END_TEST

/* CELLS are those of ROW of TABLE. */
static void
check_row(const GPtrArray *table, guint row, const char *cells)
{
  ck_assert_uint_lt(row, table->len);
  g_autofree char *text = g_strjoinv("|", table->pdata[row]);
  ck_assert_str_eq(text, cells);
}

START_TEST(test_tables)
{
  g_autoptr(CapReport) report = compared();
  g_autoptr(GPtrArray) table =
      cap_words_prior_table(report, report->findings->items->pdata[0]);
  check_row(table, 0, "|2023-08-13, finding 7|2024-02-29, finding 1|Change");
  check_row(table, 1, "Type|Ground-glass|Part-solid|changed");
  check_row(table, 2, "Mean diameter|8.0 mm|10.0 mm|+2.0 mm (+25 %)");
  check_row(table, 3, "Solid part, mean|–|3.0 mm|+3.0 mm");
  check_row(table, 4, "Volume|200 mm³|400 mm³|+100 % (95 %: +64 to +143 %)");
  check_row(table, 5, "Doubling time|||200 days (95 %: 156 to 279 days)");
  ck_assert_uint_eq(table->len, 6);
  ck_assert_ptr_null(
      cap_words_prior_table(report, report->findings->items->pdata[1]));
  g_autoptr(GPtrArray) all = cap_words_changes_table(report);
  ck_assert_uint_eq(all->len, 4);
  check_row(all, 1,
            "1|8.0 mm, 200 mm³|10.0 mm, 400 mm³|+100 % (95 %: +64 to +143 "
            "%)|200 days (95 %: 156 to 279 days)");
  ck_assert_str_eq(((char **)all->pdata[2])[1], "new");
  ck_assert_str_eq(((char **)all->pdata[3])[1], "not compared");
  g_autofree char *scan = cap_words_prior_scan(report->findings);
  ck_assert_str_eq(scan, "the CT of 2023-08-13, 200 days before");
  g_autofree char *paragraph = cap_words_finding_paragraph(
      report->findings, report->findings->items->pdata[0]);
  ck_assert_ptr_nonnull(strstr(paragraph, "mm, 400 mm³), volume +100 % (95"));
}
END_TEST

/* The bytes of REPORT in the format called NAME. Caller frees. */
static char *
written(const CapReport *report, const char *name)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename(folder, "out", NULL);
  char *text = NULL;
  ck_assert(cap_report_format(name)->write(report, path, &error));
  cap_assert_no_error(error);
  ck_assert(g_file_get_contents(path, &text, NULL, NULL));
  return text;
}

START_TEST(test_csv)
{
  static const char *const columns[][3] = {
      {"prior", "matched", "new"},
      {"prior_date", "20230813", "20230813"},
      {"prior_days", "200", "200"},
      {"prior_mean_diameter_mm", "8.0000", ""},
      {"prior_volume_mm3", "200.00", ""},
      {"volume_change_percent", "100.00", ""},
      {"volume_change_percent_low", "64.40", ""},
      {"volume_change_percent_high", "143.30", ""},
      {"doubling_days", "200.0", ""},
      {"doubling_days_low", "155.9", ""},
      {"doubling_days_high", "278.8", ""},
  };
  g_autoptr(CapReport) report = compared();
  g_autofree char *text = written(report, "csv");
  g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);
  g_auto(GStrv) head = g_strsplit(lines[0], ",", -1);
  g_auto(GStrv) first = g_strsplit(lines[1], ",", -1);
  g_auto(GStrv) second = g_strsplit(lines[2], ",", -1);
  g_auto(GStrv) third = g_strsplit(lines[3], ",", -1);
  const guint n = g_strv_length(head);
  ck_assert_uint_eq(g_strv_length(first), n);
  ck_assert_uint_eq(g_strv_length(third), n);
  const guint start = n - G_N_ELEMENTS(columns);
  for (guint i = 0; i < G_N_ELEMENTS(columns); i++) {
    ck_assert_str_eq(head[start + i], columns[i][0]);
    ck_assert_str_eq(first[start + i], columns[i][1]);
    ck_assert_str_eq(second[start + i], columns[i][2]);
    ck_assert_str_eq(third[start + i], "");
  }
}
END_TEST

/* What each format says of it. */
START_TEST(test_formats)
{
  static const struct {
    const char *format, *says;
  } cases[] = {
      {"html", "<h2>Compared with the CT of 2023-08-13, 200 days before</h2>"},
      {"html", "<td>+100 % (95 %: +64 to +143 %)</td>"},
      {"html", "<td>200 days (95 %: 156 to 279 days)</td>"},
      {"html", "<p>New since the earlier CT</p>"},
      {"html", "<dd>the CT of 2023-08-13, 200 days before</dd>"},
      {"json", "\"series_uid\": \"1.2.3.4\""},
      {"json", "\"date\": \"20230813\""},
      {"json", "\"volume_ratio_ci95\": [1.6440, 2.4330]"},
      {"json", "\"doubling_days_ci95\": [155.9, 278.8]"},
      {"fhir", "\"code\": \"prior-matched\""},
      {"fhir", "\"low\": {\"value\": 64.4, \"unit\": \"%\""},
      {"fhir", "\"high\": {\"value\": 278.8, \"unit\": \"d\""},
  };
  g_autoptr(CapReport) report = compared();
  g_autofree char *text = NULL;
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    if (i == 0 || !g_str_equal(cases[i].format, cases[i - 1].format)) {
      g_free(text);
      text = written(report, cases[i].format);
    }
    ck_assert_msg(strstr(text, cases[i].says) != NULL, "%s does not say %s",
                  cases[i].format, cases[i].says);
  }
}
END_TEST

/* One line of the description of the key objects. */
START_TEST(test_key_objects)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapReport) report = compared();
  g_autofree char *path = g_build_filename(folder, "kos.dcm", NULL);
  g_autofree char *bytes = NULL;
  gsize n;
  static const char says[] = "accepted, volume +100 % (95 %: +64 to +143 %)";
  ck_assert(cap_report_write_kos(report, path, &error));
  ck_assert(g_file_get_contents(path, &bytes, &n, NULL));
  ck_assert_ptr_nonnull(memmem(bytes, n, says, strlen(says)));
}
END_TEST

/* Nothing is said where nothing was compared. */
START_TEST(test_not_compared)
{
  g_autoptr(CapReport) report = cap_test_report(folder, NULL);
  ck_assert_ptr_null(cap_words_changes_table(report));
  g_autofree char *html = written(report, "html");
  g_autofree char *json = written(report, "json");
  ck_assert_ptr_null(strstr(html, "Compared with"));
  ck_assert_ptr_nonnull(strstr(html, "none was compared"));
  ck_assert_ptr_null(strstr(json, "prior_scan"));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("report_prior");
  TCase *tests = tcase_create("earlier scan");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, test_words);
  tcase_add_test(tests, test_tables);
  tcase_add_test(tests, test_csv);
  tcase_add_test(tests, test_formats);
  tcase_add_test(tests, test_key_objects);
  tcase_add_test(tests, test_not_compared);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
