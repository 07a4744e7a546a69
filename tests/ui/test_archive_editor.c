/* Archives in the preferences with real input: added, tested against a scripted
 * server on 127.0.0.1, corrected where a row is wrong, removed; and the file
 * that the command line reads has each of it. CAP_SHOTS=FOLDER writes a picture
 * of each state. */
#include "tests/support/archive_server.h"
#include "tests/support/ui.h"
#include "tests/support/ui_input.h"
#include "ui/preferences/archive_editor.h"
#include "ui/preferences/archives_group.h"

#include <string.h>

static char *folder, *path;
static GtkWidget *window, *group;
static CapArchiveServer *server;
static CapXtest input;

static void
set_up(void)
{
  cap_ui_setup();
  folder = cap_test_folder();
  path = g_build_filename(folder, "archives.ini", NULL);
  server = cap_archive_server_new(NULL, NULL, NULL);
  window = adw_preferences_window_new();
  GtkWidget *page = adw_preferences_page_new();
  group = cap_archives_group_new(path);
  adw_preferences_page_add(ADW_PREFERENCES_PAGE(page),
                           ADW_PREFERENCES_GROUP(group));
  adw_preferences_window_add(ADW_PREFERENCES_WINDOW(window),
                             ADW_PREFERENCES_PAGE(page));
  input = cap_xtest_open(0);
  cap_ui_take_keys(window);
}

static void
tear_down(void)
{
  cap_xtest_close(&input);
  gtk_window_destroy(GTK_WINDOW(window));
  cap_archive_server_free(server);
  g_clear_pointer(&path, g_free);
  cap_test_remove(g_steal_pointer(&folder));
}

/* ---- the windows ---- */

static CapArchiveEditor *
editor(void)
{
  GtkWindow *found = cap_ui_dialog(window, CAP_TYPE_ARCHIVE_EDITOR);
  ck_assert_ptr_nonnull(found);
  return CAP_ARCHIVE_EDITOR(found);
}

static void
press(GtkWidget *in, const char *label)
{
  GtkWidget *button = cap_ui_find_match(in, cap_ui_is_button, label);
  ck_assert_msg(button != NULL, "no button “%s”", label);
  cap_ui_click(&input, button);
}

static GtkWidget *
row(const char *key)
{
  return cap_archive_fields_row(cap_archive_editor_fields(editor()), key);
}

static void
type_in(const char *key, const char *text)
{
  gtk_editable_set_text(GTK_EDITABLE(row(key)), text);
}

static void
open_editor(const char *name)
{
  if (name == NULL) {
    press(group, "_Add…");
  } else {
    GtkWidget *label = cap_ui_find_label(group, name);
    ck_assert_msg(label != NULL, "no row of “%s”", name);
    cap_ui_click(&input, label);
  }
  cap_ui_take_keys(editor());
}

static void
says(const char *part)
{
  const char *text = cap_archive_editor_message(editor());
  ck_assert_msg(strstr(text, part) != NULL, "“%s” in: %s", part, text);
}

static gboolean
is_tested(gpointer unused)
{
  return !cap_archive_editor_is_testing(editor());
}

static void
test(void)
{
  press(GTK_WIDGET(editor()), "Test the connection");
  cap_ui_wait(is_tested, NULL, "the archive has answered");
}

static void
key(KeySym symbol)
{
  cap_xtest_key(&input, symbol, 0);
  gdk_display_sync(gdk_display_get_default());
  cap_ui_spin(80);
}

/* ---- tests ---- */

START_TEST(an_archive_is_added_edited_and_removed)
{
  ck_assert_ptr_nonnull(cap_ui_find_label(group, "None is set up yet."));
  cap_ui_shoot("archives-none");
  open_editor(NULL);
  gtk_widget_grab_focus(row("name"));
  cap_ui_retype(&input, "pacs");
  type_in("url", "https://pacs.example.org/dicom-web");
  gtk_widget_grab_focus(row("url"));
  key(XK_Return);
  ck_assert_ptr_null(cap_ui_dialog(window, CAP_TYPE_ARCHIVE_EDITOR));
  g_autoptr(CapArchiveSettings) added =
      cap_archive_settings_read(path, "pacs", NULL);
  ck_assert_ptr_nonnull(added);
  ck_assert_str_eq(added->url, "https://pacs.example.org/dicom-web");
  cap_ui_take_keys(window);
  open_editor("pacs");
  adw_combo_row_set_selected(ADW_COMBO_ROW(row("kind")), 1);
  type_in("host", "10.0.0.5");
  type_in("port", "11112");
  type_in("ae-title", "PACS");
  cap_ui_shoot("archive-dimse");
  press(GTK_WIDGET(editor()), "_Save");
  g_autoptr(CapArchiveSettings) edited =
      cap_archive_settings_read(path, "pacs", NULL);
  ck_assert_int_eq(edited->kind, CAP_ARCHIVE_DIMSE);
  ck_assert_int_eq(edited->port, 11112);
  cap_ui_take_keys(window);
  ck_assert_ptr_nonnull(cap_ui_find_label(group, "PACS@10.0.0.5:11112"));
  cap_ui_shoot("archives");
  GtkWidget *remove = gtk_widget_get_ancestor(
      cap_ui_find_label(group, "PACS@10.0.0.5:11112"), ADW_TYPE_ACTION_ROW);
  cap_ui_click(&input, cap_ui_find(remove, GTK_TYPE_BUTTON));
  GtkWindow *dialog = cap_ui_dialog(window, ADW_TYPE_MESSAGE_DIALOG);
  ck_assert_ptr_nonnull(dialog);
  cap_ui_take_keys(dialog);
  cap_ui_shoot("archive-remove");
  press(GTK_WIDGET(dialog), "_Remove");
  cap_ui_spin(100);
  g_auto(GStrv) names = cap_archive_settings_names(path, NULL);
  ck_assert_ptr_null(names[0]);
  ck_assert_ptr_nonnull(cap_ui_find_label(group, "None is set up yet."));
}
END_TEST

START_TEST(a_wrong_row_is_named_and_marked)
{
  open_editor(NULL);
  type_in("name", "pacs");
  type_in("url", "pacs.example.org");
  press(GTK_WIDGET(editor()), "_Save");
  says("URL of the DICOMweb service: ");
  says("is not the URL of a DICOMweb service");
  ck_assert(gtk_widget_has_css_class(row("url"), "error"));
  ck_assert(gtk_test_accessible_has_state(GTK_ACCESSIBLE(row("url")),
                                          GTK_ACCESSIBLE_STATE_INVALID));
  cap_ui_shoot("archive-wrong");
  type_in("url", "https://pacs.example.org");
  ck_assert(!gtk_widget_has_css_class(row("url"), "error"));
  ck_assert_str_eq(cap_archive_editor_message(editor()), "");
  type_in("user", "reader");
  press(GTK_WIDGET(editor()), "Test the connection");
  ck_assert(gtk_widget_has_css_class(row("password-file"), "error"));
  ck_assert(!g_file_test(path, G_FILE_TEST_EXISTS));
  key(XK_Escape);
  ck_assert_ptr_null(cap_ui_dialog(window, CAP_TYPE_ARCHIVE_EDITOR));
}
END_TEST

START_TEST(the_connection_is_tested_before_it_is_kept)
{
  open_editor(NULL);
  type_in("name", "pacs");
  type_in("url", cap_archive_server_url(server));
  test();
  says("The archive answers");
  cap_ui_shoot("archive-answers");
  cap_archive_server_set_fault(server, CAP_FAULT_LOGIN, -1, NULL);
  test();
  says("wants a login");
  type_in("user", "reader");
  type_in("password-file", "secret");
  test();
  says("The archive answers");
  ck_assert(!g_file_test(path, G_FILE_TEST_EXISTS));
  press(GTK_WIDGET(editor()), "_Save");
  g_autofree char *text = NULL;
  ck_assert(g_file_get_contents(path, &text, NULL, NULL));
  ck_assert_ptr_null(strstr(text, "secret"));
  cap_ui_take_keys(window);
  open_editor("pacs");
  ck_assert_str_eq(gtk_editable_get_text(GTK_EDITABLE(row("password-file"))),
                   "");
  test(); /* with the password that is kept */
  says("The archive answers");
}
END_TEST

static GtkWidget *
number(const char *key)
{
  GtkWidget *spin = cap_ui_find(row(key), GTK_TYPE_SPIN_BUTTON);
  ck_assert_ptr_nonnull(spin);
  return spin;
}

/* Types TEXT over the number of KEY, without leaving it. */
static void
type_number(const char *key, const char *text)
{
  cap_ui_roll_to(&input, row(key));
  gtk_widget_grab_focus(number(key));
  cap_ui_retype(&input, text);
}

static void
has_line(const char *line, gboolean there)
{
  g_autofree char *text = NULL;
  ck_assert(g_file_get_contents(path, &text, NULL, NULL));
  ck_assert_msg((strstr(text, line) != NULL) == there, "%s %s in:\n%s", line,
                there ? "is missing" : "stands", text);
}

START_TEST(limits_have_their_range_and_their_usual_value)
{
  open_editor(NULL);
  type_in("name", "pacs");
  type_in("url", "https://pacs.example.org");
  static const struct {
    const char *key, *subtitle;
    double least, most, usual;
  } rows[] = {
      {"timeout",
       "Seconds without a byte from the archive: 1 to 3600, usually 60", 1,
       3600, 60},
      {"tries", "How often a broken connection is tried: 1 to 100, usually 4",
       1, 100, 4},
      {"wait-ms",
       "Milliseconds, twice as long each time: 0 to 60000, usually 1000", 0,
       60000, 1000},
      {"max-instance-gb", "GiB of one instance: 0.1 to 64, usually 2", 0.1, 64,
       2},
      {"max-total-gb",
       "GiB of one study that is fetched: 0.1 to 100000, usually 256", 0.1,
       100000, 256}};
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    double least, most;
    GtkSpinButton *spin = GTK_SPIN_BUTTON(number(rows[i].key));
    gtk_spin_button_get_range(spin, &least, &most);
    ck_assert_double_eq(least, rows[i].least);
    ck_assert_double_eq(most, rows[i].most);
    ck_assert_double_eq(gtk_spin_button_get_value(spin), rows[i].usual);
    ck_assert_str_eq(
        adw_action_row_get_subtitle(ADW_ACTION_ROW(row(rows[i].key))),
        rows[i].subtitle);
  }
  type_number("timeout", "15");
  type_number("max-instance-gb", "0.5");
  cap_ui_shoot("archive-limits");
  press(GTK_WIDGET(editor()), "_Save");
  g_autoptr(CapArchiveSettings) added =
      cap_archive_settings_read(path, "pacs", NULL);
  ck_assert_int_eq(added->timeout_s, 15);
  ck_assert_uint_eq(added->max_instance_bytes, 1u << 29);
  ck_assert_int_eq(added->tries, 4);
  has_line("tries", FALSE); /* nobody has said anything about that */
  cap_ui_take_keys(window);
  open_editor("pacs");
  ck_assert_double_eq(
      gtk_spin_button_get_value(GTK_SPIN_BUTTON(number("timeout"))), 15);
  type_number("timeout", "99999"); /* the most that there is */
  type_number("max-instance-gb", "2");
  press(GTK_WIDGET(editor()), "_Save");
  has_line("timeout=3600", TRUE);
  has_line("max-instance-gb", FALSE); /* as usual */
}
END_TEST

START_TEST(limits_that_are_written_by_hand_stay)
{
  ck_assert(g_file_set_contents(path,
                                "[pacs]\nurl=https://pacs.example.org\n"
                                "max-total-gb=0.05\ntries=many\n",
                                -1, NULL));
  gtk_window_destroy(GTK_WINDOW(window));
  GtkWidget *edited = cap_archive_editor_new(NULL, path, "pacs");
  window = edited;
  cap_ui_take_keys(edited);
  CapArchiveFields *fields =
      cap_archive_editor_fields(CAP_ARCHIVE_EDITOR(edited));
  press(edited, "_Save");
  GtkWidget *tries = cap_archive_fields_row(fields, "tries");
  ck_assert(gtk_widget_has_css_class(tries, "error"));
  ck_assert_ptr_nonnull(
      strstr(cap_archive_editor_message(CAP_ARCHIVE_EDITOR(edited)),
             "“many” is not a whole number from 1 to 100"));
  GtkWidget *spin = cap_ui_find(tries, GTK_TYPE_SPIN_BUTTON);
  cap_ui_roll_to(&input, tries);
  gtk_widget_grab_focus(spin);
  cap_ui_retype(&input, "7");
  g_autoptr(CapArchiveEntry) entry = cap_archive_fields_entry(fields);
  ck_assert_str_eq(cap_archive_entry_get(entry, "tries"), "7");
  ck_assert_str_eq(cap_archive_entry_get(entry, "max-total-gb"), "0.05");
}
END_TEST

START_TEST(a_test_without_an_answer_is_stopped)
{
  open_editor(NULL);
  type_in("name", "pacs");
  type_in("url", cap_archive_server_url(server));
  cap_archive_server_set_fault(server, CAP_FAULT_SLOW, 1, NULL);
  press(GTK_WIDGET(editor()), "Test the connection");
  ck_assert(cap_archive_editor_is_testing(editor()));
  press(GTK_WIDGET(editor()), "Stop");
  ck_assert(!cap_archive_editor_is_testing(editor()));
  says("The test was stopped.");
  press(GTK_WIDGET(editor()), "Test the connection");
  key(XK_Escape); /* and closing stops it, too */
  ck_assert_ptr_null(cap_ui_dialog(window, CAP_TYPE_ARCHIVE_EDITOR));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("archive_editor");
  TCase *tests = tcase_create("archive_editor");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_set_timeout(tests, 120);
  tcase_add_test(tests, an_archive_is_added_edited_and_removed);
  tcase_add_test(tests, a_wrong_row_is_named_and_marked);
  tcase_add_test(tests, the_connection_is_tested_before_it_is_kept);
  tcase_add_test(tests, limits_have_their_range_and_their_usual_value);
  tcase_add_test(tests, limits_that_are_written_by_hand_stay);
  tcase_add_test(tests, a_test_without_an_answer_is_stopped);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
