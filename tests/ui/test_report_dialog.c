/* The report dialog: what is ticked is written, and what went wrong is said. */
#include "core/error.h"
#include "io/findings/findings_json.h"
#include "io/remove_tree.h"
#include "tests/support/report_case.h"
#include "tests/support/ui.h"
#include "ui/report/report_dialog.h"
#include "ui/report/report_loader.h"
#include "ui/study/opener.h"

#include <glib/gstdio.h>

#include <string.h>

static char *folder, *out;
static CapSession *session;
static CapOpener *opener;
static GtkWindow *dialog;

static gboolean
is_ready(gpointer unused)
{
  (void)unused;
  return cap_session_phase(session) == CAP_PHASE_READY &&
         cap_session_findings(session) != NULL;
}

static gboolean
shows(gpointer page)
{
  return g_str_equal(cap_report_dialog_page(dialog), page);
}

/* A series of two findings, opened, with the dialog about it. */
static void
setup(void)
{
  const CapStatus status[] = {CAP_STATUS_ACCEPTED, CAP_STATUS_REJECTED};
  cap_ui_setup();
  folder = cap_test_folder();
  out = g_build_filename(folder, "out", "of", "it", NULL);
  cap_test_report_case(folder, 2, status);
  session = cap_session_new();
  opener = cap_opener_new(session);
  g_autofree char *dicom = g_build_filename(folder, "dicom", NULL);
  cap_opener_open(opener, (const char *const[]){dicom, NULL}, folder);
  cap_ui_wait(is_ready, NULL, "findings");
  dialog = cap_report_dialog_new(NULL, session);
  cap_report_form_set_folder(cap_report_dialog_form(dialog), out);
  gtk_window_present(dialog);
  cap_ui_spin(50);
}

static void
forget_reviews(void)
{
  g_autofree char *reviews =
      g_build_filename(g_get_user_data_dir(), "capsight", "reviews", NULL);
  cap_remove_tree(reviews);
}

static void
teardown(void)
{
  gtk_window_destroy(dialog);
  cap_opener_free(opener);
  g_object_unref(session);
  forget_reviews();
  g_free(out);
  cap_test_remove(folder);
}

static gboolean
is_written(const char *name)
{
  g_autofree char *path = g_build_filename(out, name, NULL);
  return g_file_test(path, G_FILE_TEST_IS_REGULAR);
}

static void
assert_shown(const char *part)
{
  cap_ui_spin(300); /* pages cross over */
  g_autofree char *text = cap_ui_text(GTK_WIDGET(dialog));
  ck_assert_msg(strstr(text, part) != NULL, "no “%s” in: %s", part, text);
}

START_TEST(test_writes_what_is_ticked)
{
  CapReportForm *form = cap_report_dialog_form(dialog);
  assert_shown("1 accepted, 1 rejected");
  cap_report_form_tick(form, "pdf", FALSE);
  cap_report_form_tick(form, "csv", TRUE);
  cap_report_dialog_write(dialog);
  ck_assert_str_eq(cap_report_dialog_page(dialog), "writing");
  cap_ui_wait(shows, (gpointer) "written", "the end of writing");
  ck_assert(is_written("report.csv"));
  ck_assert(is_written("sr.dcm"));
  ck_assert(is_written("seg.dcm"));
  ck_assert(!is_written("report.pdf"));
  assert_shown("3 files written");
  assert_shown("seg.dcm");
  g_autofree char *csv = g_build_filename(out, "report.csv", NULL);
  g_autofree char *text = NULL;
  ck_assert(g_file_get_contents(csv, &text, NULL, NULL));
  ck_assert_ptr_nonnull(strstr(text, "accepted"));
  ck_assert_ptr_null(strstr(text, "rejected"));
}
END_TEST

/* The structured report refers to the segmentation: one tick brings the other,
 * and takes it away. */
START_TEST(test_report_and_segmentation_go_together)
{
  CapReportForm *form = cap_report_dialog_form(dialog);
  gboolean complete = TRUE;
  cap_report_form_tick(form, "pdf", FALSE);
  cap_report_form_tick(form, "seg", FALSE);
  g_autoptr(GPtrArray) none = cap_report_form_formats(form);
  ck_assert_int_eq(none->len, 0);
  g_object_get(form, "complete", &complete, NULL);
  ck_assert(!complete);
  cap_report_form_tick(form, "sr", TRUE);
  g_autoptr(GPtrArray) both = cap_report_form_formats(form);
  ck_assert_int_eq(both->len, 2);
}
END_TEST

/* What cannot be written is told, in the reader's language. */
START_TEST(test_says_what_is_not_written)
{
  if (!cap_ui_german(folder)) {
    cap_test_skip("report dialog", "no German locale on this machine");
    return;
  }
  cap_session_select_step(session, 1);
  cap_session_set_status(session, CAP_STATUS_REJECTED); /* as the other is */
  cap_report_dialog_write(dialog);
  cap_ui_wait(shows, (gpointer) "written", "the end of writing");
  ck_assert(!is_written("seg.dcm"));
  assert_shown("seg.dcm wird nicht geschrieben: es gibt keinen Befund");
}
END_TEST

START_TEST(test_error_is_said_on_the_form)
{
  CapReportForm *form = cap_report_dialog_form(dialog);
  g_autofree char *file = g_build_filename(folder, "findings.json", NULL);
  cap_report_form_set_folder(form, file);
  cap_report_dialog_write(dialog);
  cap_ui_wait(shows, (gpointer) "form", "the form again");
  assert_shown("cannot be made");
  assert_shown("[CAP-007]");
  cap_report_form_set_folder(form, out);
  cap_report_dialog_write(dialog);
  cap_ui_wait(shows, (gpointer) "written", "the end of writing");
}
END_TEST

/* The reports name nobody, and the study that is open is still the patient's.
 */
START_TEST(test_names_nobody)
{
  CapReportForm *form = cap_report_dialog_form(dialog);
  const CapSource *source = cap_session_source(session);
  g_autofree char *patient = g_strdup(source->patient_id);
  g_autofree char *series = g_strdup(source->series_uid);
  ck_assert_str_ne(patient, "");
  cap_report_form_set_anonymous(form, TRUE);
  cap_report_form_tick(form, "pdf", FALSE);
  cap_report_form_tick(form, "json", TRUE);
  cap_report_dialog_write(dialog);
  cap_ui_wait(shows, (gpointer) "written", "the end of writing");
  static const char *const files[] = {"sr.dcm", "seg.dcm", "report.json"};
  for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autofree char *path = g_build_filename(out, files[i], NULL);
    g_autofree char *bytes = NULL;
    gsize n;
    ck_assert(g_file_get_contents(path, &bytes, &n, NULL));
    ck_assert_ptr_null(memmem(bytes, n, patient, strlen(patient)));
    ck_assert_ptr_null(memmem(bytes, n, series, strlen(series)));
  }
  ck_assert_str_eq(source->patient_id, patient);
  ck_assert_str_eq(source->series_uid, series);
}
END_TEST

START_TEST(test_reader)
{
  g_autofree char *reader = NULL;
  g_autofree char *again = NULL;
  const CapReportOptions options =
      cap_report_form_options(cap_report_dialog_form(dialog), &reader);
  ck_assert_str_eq(options.reader, "");
  ck_assert_int_eq(options.choice, CAP_REPORT_REVIEWED);
  CapFindings *named = cap_findings_new(cap_session_volume(session));
  g_free(named->reader);
  named->reader = g_strdup("Müller^Jörg");
  cap_session_set_findings(session, named);
  g_autoptr(GtkWidget) form = g_object_ref_sink(cap_report_form_new(session));
  GtkWidget *row = cap_ui_find_row(form, "Reader (family name, given name)");
  ck_assert_str_eq(gtk_editable_get_text(GTK_EDITABLE(row)), "Müller, Jörg");
  cap_report_form_options(CAP_REPORT_FORM(form), &again);
  ck_assert_str_eq(again, "Müller^Jörg");
}
END_TEST

START_TEST(test_stop)
{
  cap_report_dialog_write(dialog);
  cap_report_dialog_cancel(dialog);
  ck_assert_str_eq(cap_report_dialog_page(dialog), "form");
  assert_shown("Stopped.");
}
END_TEST

/* ---- reports beside the series ---- */

static char *sentence;

static void
on_found(const char *text, gpointer unused)
{
  (void)unused;
  g_free(sentence);
  sentence = g_strdup(text);
}

static gboolean
was_found(gpointer unused)
{
  (void)unused;
  return sentence != NULL;
}

/* What the dialog wrote into the series' folder is found there, and its
 * findings are loaded when that is asked for. */
START_TEST(test_reports_beside_the_series)
{
  g_autofree char *dicom = g_build_filename(folder, "dicom", NULL);
  g_autofree char *json = g_build_filename(folder, "findings.json", NULL);
  g_autofree char *beside = g_build_filename(dicom, "reports", NULL);
  cap_report_form_set_folder(cap_report_dialog_form(dialog), beside);
  cap_report_dialog_write(dialog);
  cap_ui_wait(shows, (gpointer) "written", "the end of writing");
  ck_assert_int_eq(g_unlink(json), 0);
  forget_reviews(); /* a kept one would come before the report */
  CapReportLoader *loader = cap_report_loader_new(session, on_found, NULL);
  cap_opener_open(opener, (const char *const[]){dicom, NULL}, NULL);
  cap_ui_wait(was_found, NULL, "the offer");
  ck_assert_str_eq(sentence, "A report about this series lies beside it.");
  ck_assert_ptr_null(cap_session_findings(session));
  cap_report_loader_load(loader);
  cap_ui_wait(is_ready, NULL, "the report's findings");
  const CapFindings *findings = cap_session_findings(session);
  ck_assert_int_eq(findings->items->len, 1);
  const CapFinding *f = findings->items->pdata[0];
  ck_assert_int_eq(f->status, CAP_STATUS_ACCEPTED);
  ck_assert_double_eq_tol(f->long_axis_mm, 12.1234, 1e-6);
  ck_assert_ptr_nonnull(f->mask);
  cap_report_loader_free(loader);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("report_dialog");
  TCase *tests = tcase_create("report_dialog");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, test_writes_what_is_ticked);
  tcase_add_test(tests, test_report_and_segmentation_go_together);
  tcase_add_test(tests, test_says_what_is_not_written);
  tcase_add_test(tests, test_error_is_said_on_the_form);
  tcase_add_test(tests, test_names_nobody);
  tcase_add_test(tests, test_reader);
  tcase_add_test(tests, test_stop);
  tcase_add_test(tests, test_reports_beside_the_series);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
