/* The archive dialog against a scripted server on 127.0.0.1: what is found,
 * what is fetched, and what is said when it goes wrong. CAP_SHOTS=FOLDER writes
 * a picture of each state. */
#include "tests/support/archive_server.h"
#include "tests/support/dicom_make.h"
#include "tests/support/ui.h"
#include "ui/study/archive_dialog.h"

#include <glib/gstdio.h>
#include <string.h>

enum { N = 5 };

static char *folder, *images, *config, *studies, *retrieved;
static CapArchiveServer *server;
static CapArchiveDialog *dialog;

static void
on_retrieved(CapArchiveDialog *from, const char *path, gpointer unused)
{
  g_free(retrieved);
  retrieved = g_strdup(path);
}

static void
write_config(const char *url)
{
  g_autofree char *text = g_strdup_printf(
      "[Radiology]\nurl=%s\nwait-ms=0\ntries=2\n[Research]\nurl=%s\n", url,
      url);
  ck_assert(g_file_set_contents(config, text, -1, NULL));
}

static void
show_dialog(void)
{
  dialog = CAP_ARCHIVE_DIALOG(cap_archive_dialog_new(NULL, config, studies));
  g_signal_connect(dialog, "retrieved", G_CALLBACK(on_retrieved), NULL);
  gtk_window_set_modal(GTK_WINDOW(dialog), FALSE);
  gtk_window_present(GTK_WINDOW(dialog));
}

static void
set_up(void)
{
  cap_ui_setup();
  folder = cap_test_folder();
  images = g_build_filename(folder, "images", NULL);
  config = g_build_filename(folder, "archives.ini", NULL);
  studies = g_build_filename(folder, "studies", NULL);
  g_mkdir(images, 0777);
  cap_test_series_write(images, N);
  server = cap_archive_server_new(images, NULL, NULL);
  write_config(cap_archive_server_url(server));
}

static void
tear_down(void)
{
  gtk_window_destroy(GTK_WINDOW(dialog));
  cap_archive_server_free(server);
  g_clear_pointer(&retrieved, g_free);
  g_free(images);
  g_free(config);
  g_free(studies);
  cap_test_remove(folder);
}

static gboolean
is_idle(gpointer unused)
{
  return !cap_archive_dialog_busy(dialog);
}

static void
search(void)
{
  cap_archive_dialog_search(dialog);
  ck_assert(cap_archive_dialog_busy(dialog));
  cap_ui_wait(is_idle, NULL, "the end of the search");
}

static void
says(const char *part)
{
  const char *text = cap_archive_dialog_message(dialog);
  ck_assert_msg(strstr(text, part) != NULL, "“%s” in: %s", part, text);
}

START_TEST(finds_and_fetches)
{
  show_dialog();
  cap_ui_shoot("start");
  search();
  ck_assert_int_eq(cap_archive_dialog_n_rows(dialog), 1);
  says("1 study");
  cap_ui_shoot("found");
  ck_assert_ptr_nonnull(cap_ui_find_label(GTK_WIDGET(dialog), "Müller, A"));
  ck_assert_ptr_nonnull(cap_ui_find_label(GTK_WIDGET(dialog), "2024-01-31"));
  cap_archive_dialog_retrieve(dialog, 0);
  cap_ui_wait(is_idle, NULL, "the end of the transfer");
  ck_assert_ptr_nonnull(retrieved);
  ck_assert(g_str_has_prefix(retrieved, studies));
  g_autofree char *last =
      g_build_filename(retrieved, "series-001", "000005.dcm", NULL);
  ck_assert(g_file_test(last, G_FILE_TEST_EXISTS));
}
END_TEST

START_TEST(many_rows)
{
  show_dialog();
  cap_archive_server_add_studies(server, 250);
  search();
  ck_assert_int_eq(cap_archive_dialog_n_rows(dialog), 251);
  cap_ui_shoot("many");
  cap_archive_server_add_studies(server, 250);
  search();
  ck_assert_int_eq(cap_archive_dialog_n_rows(dialog), 500);
  says("The first 500 studies");
}
END_TEST

START_TEST(says_what_went_wrong)
{
  show_dialog();
  cap_archive_server_set_fault(server, CAP_FAULT_LOGIN, -1, NULL);
  search();
  says("wants a login");
  ck_assert_int_eq(cap_archive_dialog_n_rows(dialog), 0);
  cap_ui_shoot("refused");
  cap_archive_server_set_fault(server, CAP_FAULT_NONE, 0, NULL);
  search();
  cap_archive_server_set_fault(server, CAP_FAULT_LOST, -1, NULL);
  cap_archive_dialog_retrieve(dialog, 0);
  cap_ui_wait(is_idle, NULL, "the end of the transfer");
  says("Only 4 of 5 images came");
  ck_assert_ptr_null(retrieved);
}
END_TEST

START_TEST(says_in_german_what_did_not_come)
{
  if (!cap_ui_german(folder)) {
    cap_test_skip("archive dialog", "no German locale on this machine");
    return;
  }
  show_dialog();
  search();
  cap_archive_server_set_fault(server, CAP_FAULT_LOST, -1, NULL);
  cap_archive_dialog_retrieve(dialog, 0);
  cap_ui_wait(is_idle, NULL, "the end of the transfer");
  cap_ui_shoot("german");
  says("Nur 4 von 5 Bildern");
  says("wurde nicht geliefert");
}
END_TEST

START_TEST(stops)
{
  show_dialog();
  cap_archive_server_set_fault(server, CAP_FAULT_SLOW, -1, NULL);
  cap_archive_dialog_search(dialog);
  cap_ui_spin(200);
  ck_assert(cap_archive_dialog_busy(dialog));
  cap_ui_shoot("busy");
  cap_archive_dialog_cancel(dialog);
  ck_assert(!cap_archive_dialog_busy(dialog));
  says("Stopped");
  cap_archive_server_set_fault(server, CAP_FAULT_NONE, 0, NULL);
  search();
  ck_assert_int_eq(cap_archive_dialog_n_rows(dialog), 1);
}
END_TEST

START_TEST(without_archives)
{
  g_unlink(config);
  show_dialog();
  says("No archive is set up");
  cap_archive_dialog_search(dialog);
  ck_assert(!cap_archive_dialog_busy(dialog));
  cap_ui_shoot("none");
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("archive_dialog");
  TCase *tc = tcase_create("archive_dialog");
  tcase_add_checked_fixture(tc, set_up, tear_down);
  tcase_add_test(tc, finds_and_fetches);
  tcase_add_test(tc, many_rows);
  tcase_add_test(tc, says_what_went_wrong);
  tcase_add_test(tc, says_in_german_what_did_not_come);
  tcase_add_test(tc, stops);
  tcase_add_test(tc, without_archives);
  suite_add_tcase(suite, tc);
  return cap_suite_run(suite);
}
