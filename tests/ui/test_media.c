/* What is opened, by keys and clicks: a DICOMDIR typed into the chooser shows
 * its series; looking through a large folder is stopped by its button. */
#include "tests/support/dicom_make.h"
#include "tests/support/ui.h"
#include "tests/support/ui_input.h"
#include "ui/study/case_banner.h"
#include "ui/window.h"

#include <glib/gstdio.h>
#include <unistd.h>

static char *folder;
static CapWindow *window;
static CapSession *session;
static CapXtest input;

static void
set_up(void)
{
  cap_ui_setup();
  folder = cap_test_folder();
  window = cap_window_new(NULL);
  session = cap_window_session(window);
  input = cap_xtest_open(10000);
  cap_ui_take_keys(window);
}

static void
tear_down(void)
{
  gtk_window_destroy(GTK_WINDOW(window));
  cap_xtest_close(&input);
  cap_test_remove(folder);
}

static GtkWindow *
chooser(void)
{
  return cap_ui_dialog(window, GTK_TYPE_FILE_CHOOSER_DIALOG);
}

/* A medium of five slices whose directory also names one that is not there. */
static char *
write_medium(void)
{
  static const char *const names[] = {"IMAGES\\I000", "IMAGES\\I001",
                                      "IMAGES\\I002", "IMAGES\\I003",
                                      "IMAGES\\I004", "IMAGES\\I007"};
  g_autofree char *images = g_build_filename(folder, "IMAGES", NULL);
  ck_assert_int_eq(g_mkdir(images, 0700), 0);
  for (int k = 0; k < 5; k++) {
    g_autofree char *name = g_strdup_printf("I%03d", k);
    const CapTestSlice slice = cap_test_slice(k);
    cap_test_slice_write(&slice, images, name);
  }
  g_autoptr(GByteArray) bytes =
      cap_test_dicomdir_bytes(names, G_N_ELEMENTS(names));
  cap_test_write(folder, "DICOMDIR", bytes->data, bytes->len);
  return g_build_filename(folder, "DICOMDIR", NULL);
}

START_TEST(a_dicomdir_that_is_chosen_shows_its_series)
{
  g_autofree char *path = write_medium();
  cap_xtest_key(&input, XK_o, GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  CAP_UI_WAIT(chooser() != NULL);
  cap_ui_take_keys(chooser());
  cap_xtest_text(&input, "/");
  CAP_UI_WAIT(GTK_IS_EDITABLE(gtk_window_get_focus(chooser())));
  cap_ui_retype(&input, path);
  cap_xtest_key(&input, XK_Return, 0);
  CAP_UI_WAIT(cap_session_phase(session) == CAP_PHASE_READY);
  ck_assert_str_eq(cap_window_page(window), "reading");
  ck_assert_uint_eq(cap_session_series_list(session)->series->len, 1);
  ck_assert_str_eq(cap_session_source(session)->series_uid, CAP_TEST_SERIES);
  ck_assert_int_eq(cap_session_volume(session)->slices, 5);
  GtkWidget *banner =
      gtk_widget_get_prev_sibling(GTK_WIDGET(cap_window_views(window)));
  CAP_UI_WAIT(strstr(cap_case_banner_text(banner), "CASE-27") != NULL);
}
END_TEST

/* One slice under N names. */
static void
write_many(int n)
{
  const CapTestSlice slice = cap_test_slice(0);
  cap_test_slice_write(&slice, folder, "first.dcm");
  g_autofree char *first = g_build_filename(folder, "first.dcm", NULL);
  for (int i = 0; i < n; i++) {
    g_autofree char *path = g_strdup_printf("%s/i%06d.dcm", folder, i);
    ck_assert_int_eq(link(first, path), 0);
  }
}

static gboolean
is_shown_button(GtkWidget *widget, const char *label)
{
  return cap_ui_is_button(widget, label) && gtk_widget_get_mapped(widget);
}

START_TEST(looking_through_a_large_folder_is_stopped)
{
  write_many(40000);
  cap_window_open_path(window, folder, NULL);
  GtkWidget *root = GTK_WIDGET(window), *stop = NULL;
  CAP_UI_WAIT((stop = cap_ui_find_match(root, is_shown_button, "Stop")));
  CAP_UI_WAIT(cap_session_fraction(session) > 0); /* it counts */
  ck_assert_str_eq(cap_window_page(window), "scanning");
  ck_assert_int_eq(cap_session_phase(session), CAP_PHASE_SCANNING);
  cap_ui_click(&input, stop);
  CAP_UI_WAIT(cap_session_phase(session) == CAP_PHASE_EMPTY);
  CAP_UI_WAIT(
      cap_ui_find_match(root, cap_ui_is_visible_label, "Opening was stopped."));
  ck_assert_str_eq(cap_window_page(window), "empty");
  cap_ui_spin(300);
  ck_assert_int_eq(cap_session_phase(session), CAP_PHASE_EMPTY);
  ck_assert_ptr_null(cap_session_series_list(session));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("media");
  TCase *tests = tcase_create("media");
  tcase_set_timeout(tests, 120);
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, a_dicomdir_that_is_chosen_shows_its_series);
  tcase_add_test(tests, looking_through_a_large_folder_is_stopped);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
