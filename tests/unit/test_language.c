/* The reader's language is German here: what he sees is German, with a decimal
 * comma; what goes into files is not. */
#include "core/guidelines/judge.h"
#include "core/language.h"
#include "io/findings/findings_json.h"
#include "io/report/formats.h"
#include "io/report/words_guidelines.h"
#include "tests/support/report_case.h"
#include "tests/support/series_check.h"
#include "tests/support/suite.h"
#include "ui/translations.h"

#include <string.h>

static char *folder;

/* A German locale in FOLDER; FALSE where the machine cannot make one. */
static gboolean
make_german(void)
{
  g_autofree char *locale = g_build_filename(folder, "de_DE.UTF-8", NULL);
  const char *arguments[] = {"localedef", "--no-archive", "-i",   "de_DE",
                             "-f",        "UTF-8",        locale, NULL};
  int status = -1;
  if (!g_spawn_sync(NULL, (char **)arguments, NULL,
                    G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL |
                        G_SPAWN_STDERR_TO_DEV_NULL,
                    NULL, NULL, NULL, NULL, &status, NULL))
    return FALSE;
  g_setenv("LOCPATH", folder, TRUE);
  g_setenv("LC_ALL", "de_DE.UTF-8", TRUE);
  g_unsetenv("LANGUAGE");
  cap_translations_bind();
  return g_str_equal(setlocale(LC_MESSAGES, NULL), "de_DE.UTF-8");
}

static void
setup(void)
{
  folder = cap_test_folder();
}

static void
teardown(void)
{
  setlocale(LC_ALL, "C");
  cap_test_remove(folder);
}

START_TEST(words_and_numbers_are_the_readers)
{
  if (!make_german()) {
    cap_test_skip("language", "no German locale on this machine");
    return;
  }
  ck_assert_str_eq(_("part-solid"), "teilsolide");
  g_autofree char *one = g_strdup_printf(P_("%d slice", "%d slices", 1), 1);
  g_autofree char *two = g_strdup_printf(P_("%d slice", "%d slices", 2), 2);
  g_autofree char *number = g_strdup_printf("%.1f mm", 8.4);
  ck_assert_str_eq(one, "1 Schicht");
  ck_assert_str_eq(two, "2 Schichten");
  ck_assert_str_eq(number, "8,4 mm");
  {
    CAP_LANGUAGE_ENGLISH;
    g_autofree char *english = g_strdup_printf("%.1f mm", 8.4);
    ck_assert_str_eq(english, "8.4 mm");
    ck_assert_str_eq(_("part-solid"), "part-solid");
  }
  ck_assert_str_eq(_("part-solid"), "teilsolide"); /* again */
}
END_TEST

/* All formats that are made of words, written into FOLDER/NAME. */
static void
write_all(const char *name)
{
  static const char *const wanted[] = {"html", "csv", "json", "luna16", "fhir"};
  g_autoptr(GError) error = NULL;
  const CapReportOptions options = {.seconds = 1700000000, .reader = "Doe^Jo"};
  g_autoptr(CapReport) report = cap_test_report(folder, &options);
  g_autoptr(GPtrArray) formats = g_ptr_array_new();
  for (guint i = 0; i < G_N_ELEMENTS(wanted); i++)
    cap_report_add_format(formats, cap_report_format(wanted[i]));
  g_autofree char *into = g_build_filename(folder, name, NULL);
  CapReportOutput *output =
      cap_report_write(report, formats, into, NULL, &error);
  cap_assert_no_error(error);
  cap_report_output_free(output);
}

static char *
read_file(const char *in, const char *name)
{
  g_autofree char *path = g_build_filename(folder, in, name, NULL);
  char *text = NULL;
  ck_assert_msg(g_file_get_contents(path, &text, NULL, NULL), "%s", path);
  return text;
}

START_TEST(files_are_the_same_everywhere)
{
  static const char *const files[] = {"report.html", "report.csv",
                                      "report.json", "luna16.csv", "fhir.json"};
  cap_test_report_case(folder, 3, NULL);
  write_all("english");
  if (!make_german()) {
    cap_test_skip("language", "no German locale on this machine");
    return;
  }
  write_all("german");
  for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autofree char *a = read_file("english", files[i]);
    g_autofree char *b = read_file("german", files[i]);
    ck_assert_msg(g_str_equal(a, b), "%s differs", files[i]);
  }
}
END_TEST

START_TEST(findings_are_kept_in_english_and_told_in_german)
{
  cap_test_report_case(folder, 1, NULL);
  g_autofree char *path = g_build_filename(folder, "findings.json", NULL);
  g_autofree char *before = NULL;
  ck_assert(g_file_get_contents(path, &before, NULL, NULL));
  if (!make_german()) {
    cap_test_skip("language", "no German locale on this machine");
    return;
  }
  g_autoptr(CapReport) report = cap_test_report(folder, NULL);
  CapFindings *findings = report->findings;
  CapFinding *f = findings->items->pdata[0];
  f->type = CAP_TYPE_SOLID;
  f->mean_diameter_mm = 8.4;
  f->side = CAP_SIDE_RIGHT;
  f->lobe = CAP_LOBE_UPPER;
  g_autofree char *told = cap_words_finding_paragraph(findings, f);
  ck_assert_msg(strstr(told, "Befund 1: Rundherd, solide, 8,4 mm, rechter "
                             "Oberlappen") == told,
                "%s", told);
  ck_assert_ptr_nonnull(strstr(told, "Lung-RADS v2022: 4A"));
  ck_assert_ptr_nonnull(strstr(told, "mittlerer Durchmesser 8,4 mm"));
  g_autofree char *kept = cap_findings_json_text(findings);
  ck_assert_ptr_nonnull(strstr(kept, "mean diameter 8.4 mm"));
  ck_assert_ptr_null(strstr(kept, "Durchmesser"));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("language");
  TCase *tests = tcase_create("language");
  tcase_set_timeout(tests, 120);
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, words_and_numbers_are_the_readers);
  tcase_add_test(tests, files_are_the_same_everywhere);
  tcase_add_test(tests, findings_are_kept_in_english_and_told_in_german);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
