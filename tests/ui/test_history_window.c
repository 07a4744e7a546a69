/* The history of the review in a window: what keys do in the viewer is listed
 * at once in the words of the command line, what is undone says so, rows lead
 * to findings, and what is listed can be taken along. */
#include "core/image/point.h"
#include "io/csv.h"
#include "io/review/review_commands.h"
#include "tests/support/title_bar.h"
#include "tests/support/ui.h"
#include "tests/support/ui_input.h"
#include "ui/history/history_record.h"
#include "ui/history/history_row.h"
#include "ui/history/history_window.h"
#include "ui/window.h"

#include <string.h>

static AdwApplication *application;
static CapWindow *window;
static CapSession *session;
static CapHistoryWindow *history;
static CapXtest input;
static char *folder;

static void
key(KeySym symbol, unsigned modifiers)
{
  cap_xtest_key(&input, symbol, modifiers);
  gdk_display_sync(gtk_widget_get_display(GTK_WIDGET(window)));
  cap_ui_spin(60);
}

static CapHistoryWindow *
find_history(void)
{
  return (gpointer)cap_ui_dialog(window, CAP_TYPE_HISTORY_WINDOW);
}

static void
set_up(void)
{
  cap_ui_setup();
  folder = cap_test_folder();
  application =
      ADW_APPLICATION(adw_application_new(NULL, G_APPLICATION_NON_UNIQUE));
  ck_assert(g_application_register(G_APPLICATION(application), NULL, NULL));
  window = cap_window_new(application);
  session = cap_window_session(window);
  cap_session_set_reader(session, "Doe^Jane");
  CapShared *volume =
      cap_shared_new(cap_ui_volume(), (GDestroyNotify)cap_volume_free);
  cap_session_set_volume(session, volume, TRUE);
  cap_shared_unref(volume);
  g_autofree char *path = g_build_filename(folder, "case.review", NULL);
  cap_session_set_review_path(session, path);
  cap_session_set_phase(session, CAP_PHASE_READY);
  cap_session_set_findings(session,
                           cap_ui_findings(cap_session_volume(session), 8));
  input = cap_xtest_open(0);
  cap_ui_take_keys(window);
  key(XK_h, GDK_CONTROL_MASK);
  history = find_history();
  ck_assert_ptr_nonnull(history);
  cap_ui_take_keys(history);
  cap_ui_take_keys(window);
}

static void
tear_down(void)
{
  cap_xtest_close(&input);
  gtk_window_destroy(GTK_WINDOW(window));
  ck_assert_ptr_null(find_history()); /* it goes with its parent */
  cap_test_remove(g_steal_pointer(&folder));
}

/* ---- what is seen ---- */

static guint
n_listed(void)
{
  return g_list_model_get_n_items(cap_history_window_records(history));
}

/* Of row I from the top; borrowed. */
static CapHistoryRecord *
record(guint i)
{
  g_autoptr(CapHistoryRecord) found =
      g_list_model_get_item(cap_history_window_records(history), i);
  ck_assert_ptr_nonnull(found);
  return found;
}

static void
is_titled(guint i, const char *title)
{
  g_autofree char *text =
      cap_history_title(cap_history_record_entry(record(i)));
  ck_assert_str_eq(text, title);
}

static gboolean
is_row(GtkWidget *widget, const char *text)
{
  return CAP_IS_HISTORY_ROW(widget) && gtk_widget_get_mapped(widget) &&
         cap_ui_find_label(widget, text) != NULL;
}

/* The row that has TEXT in a label. */
static GtkWidget *
row_with(const char *text)
{
  cap_ui_spin(50);
  GtkWidget *row = cap_ui_find_match(GTK_WIDGET(history), is_row, text);
  ck_assert_msg(row != NULL, "no row with “%s”", text);
  return row;
}

static gboolean
is_said(const char *text)
{
  cap_ui_spin(50);
  return cap_ui_find_match(GTK_WIDGET(history), cap_ui_is_visible_label,
                           text) != NULL;
}

static GtkWidget *
drop_down(guint which)
{
  GtkWidget *filter = cap_ui_find(GTK_WIDGET(history), GTK_TYPE_DROP_DOWN);
  return which == 0 ? filter : gtk_widget_get_next_sibling(filter);
}

/* ---- tests ---- */

START_TEST(what_keys_do_is_listed_first_and_undone_says_so)
{
  ck_assert_uint_eq(n_listed(), 1);
  is_titled(0, "Nodules detected");
  key(XK_space, 0);
  key(XK_a, 0);
  ck_assert_uint_eq(n_listed(), 2);
  is_titled(0, "Status changed");
  GtkWidget *row = row_with("Status changed");
  ck_assert_ptr_nonnull(cap_ui_find_label(row, "Doe, Jane"));
  const CapHistoryChange *change = cap_history_record_change(record(0));
  g_autofree char *words = cap_history_change(change);
  ck_assert_ptr_nonnull(strstr(words, "→ accepted, "));
  ck_assert_ptr_nonnull(cap_ui_find_label(row, words));
  ck_assert(gtk_test_accessible_has_property(GTK_ACCESSIBLE(row),
                                             GTK_ACCESSIBLE_PROPERTY_LABEL));
  GtkWidget *badge = cap_ui_find_label(row, "undone");
  ck_assert(!gtk_widget_get_visible(badge));
  key(XK_z, GDK_CONTROL_MASK);
  is_titled(0, "Undone: Status changed (entry 2)");
  badge = cap_ui_find_label(row, "undone");
  ck_assert(gtk_widget_get_visible(badge));
  g_autofree char *told = cap_history_record_describe(record(1));
  ck_assert(g_str_has_prefix(told, "Status changed, undone, "));
  key(XK_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  cap_ui_spin(50);
  ck_assert(!gtk_widget_get_visible(cap_ui_find_label(row, "undone")));
}
END_TEST

START_TEST(a_row_leads_to_its_finding)
{
  for (int i = 0; i < 3; i++)
    key(XK_space, 0);
  CapFindingItem *item = cap_session_selected(session);
  const int id = cap_finding_item_get(item)->id;
  const CapPoint at = cap_finding_item_get(item)->center_mm;
  key(XK_r, 0);
  key(XK_space, 0);
  key(XK_space, 0);
  ck_assert_int_ne(cap_finding_item_get(cap_session_selected(session))->id, id);
  cap_ui_take_keys(history);
  cap_ui_click(&input, row_with("Status changed"));
  cap_ui_spin(100);
  ck_assert_int_eq(cap_finding_item_get(cap_session_selected(session))->id, id);
  ck_assert_double_lt(cap_point_distance(cap_session_position(session), at),
                      1.5);
  /* One that is there no more: to where it was. */
  ck_assert(cap_session_acted(
      session, cap_review_delete(cap_session_review(session), id, NULL), NULL));
  cap_session_set_position(session, (CapPoint){0, 0, -50}, FALSE);
  cap_ui_click(&input, row_with("Finding deleted"));
  cap_ui_spin(100);
  ck_assert_double_lt(cap_point_distance(cap_session_position(session), at),
                      1.5);
}
END_TEST

START_TEST(filters_list_one_finding_or_one_reader)
{
  key(XK_space, 0);
  key(XK_a, 0);
  const int id = cap_finding_item_get(cap_session_selected(session))->id;
  cap_session_set_reader(session, "Roe^Richard");
  key(XK_space, 0);
  key(XK_u, 0);
  ck_assert_uint_eq(n_listed(), 3);
  cap_ui_take_keys(history);
  gtk_widget_grab_focus(drop_down(1));
  key(XK_Return, 0); /* the list opens on “All readers” */
  key(XK_Down, 0);
  key(XK_Return, 0);
  ck_assert_uint_eq(n_listed(), 2); /* Doe^Jane's */
  is_titled(0, "Status changed");
  ck_assert(is_said("2 of 3 actions"));
  gtk_drop_down_set_selected(GTK_DROP_DOWN(drop_down(1)), 0);
  gtk_drop_down_set_selected(GTK_DROP_DOWN(drop_down(0)), (guint)id);
  ck_assert_uint_eq(n_listed(), 2);
  const CapHistoryChange *found = cap_history_record_change(record(1));
  ck_assert_int_eq(found->id, id); /* of the eight that were detected */
  g_autofree char *lines = cap_history_record_changes(record(1), 10);
  ck_assert_ptr_null(strchr(lines, '\n'));
  /* What comes to be meanwhile is filtered, and the choice stays. */
  cap_ui_take_keys(window);
  key(XK_BackSpace, 0);
  ck_assert_uint_eq(n_listed(), 2);
  ck_assert(is_said("2 of 4 actions"));
}
END_TEST

START_TEST(what_is_listed_is_copied_and_saved)
{
  key(XK_space, 0);
  key(XK_a, 0);
  cap_ui_take_keys(history);
  key(XK_c, GDK_CONTROL_MASK);
  g_autofree char *copied = cap_ui_clipboard(GTK_WIDGET(history));
  g_autoptr(GError) error = NULL;
  g_autofree char *review = g_build_filename(folder, "case.review", NULL);
  g_autoptr(GPtrArray) list = cap_history_read(review, &error);
  cap_assert_no_error(error);
  g_autofree char *text = cap_history_text(list);
  ck_assert_str_eq(copied, text);

  g_autofree char *path = g_build_filename(folder, "history.csv", NULL);
  ck_assert(cap_history_window_save(history, path, &error));
  g_autoptr(CapCsv) csv = cap_csv_read(path, &error);
  cap_assert_no_error(error);
  const int last = cap_csv_n_rows(csv) - 1;
  ck_assert_int_eq(last, 9); /* scan, eight findings, a status */
  ck_assert_str_eq(cap_csv_text(csv, last, cap_csv_find(csv, "action")),
                   "Status changed");
  g_autofree char *nowhere = g_build_filename(folder, "no", "such.txt", NULL);
  ck_assert(!cap_history_window_save(history, nowhere, &error));
  ck_assert_ptr_nonnull(error);
}
END_TEST

START_TEST(a_first_reader_does_not_see_it)
{
  ck_assert(!is_said("Hidden during the first reading"));
  cap_session_set_first_reading(session, TRUE);
  ck_assert(is_said("Hidden during the first reading"));
  cap_session_say_looked(session);
  ck_assert(!is_said("Hidden during the first reading"));
  ck_assert(is_said("First reading ended"));
}
END_TEST

START_TEST(another_review_is_another_history)
{
  key(XK_space, 0);
  key(XK_a, 0);
  cap_session_set_review(session, NULL);
  ck_assert(is_said("Nothing has been done yet"));
  cap_session_set_review_path(session, NULL);
  ck_assert(cap_session_begin_review(session));
  is_titled(0, "Findings read from a file");
  ck_assert_uint_eq(n_listed(), 1);
  cap_ui_take_keys(history);
  key(XK_Escape, 0);
  ck_assert_ptr_null(find_history());
}
END_TEST

/* They are the window manager's: GTK asks it to move and to close this one, and
 * to make the viewer's fill the screen. */
START_TEST(title_bars_move_close_and_maximize)
{
  ck_assert(cap_title_bar_drag(&input, GTK_WINDOW(history), 60, 40));
  /* The pointer is free again. */
  ck_assert(cap_title_bar_drag(&input, GTK_WINDOW(history), -60, -40));
  ck_assert(cap_title_bar_close(&input, GTK_WINDOW(history)));
  CAP_UI_WAIT(find_history() == NULL);
  ck_assert(cap_title_bar_double_click(&input, GTK_WINDOW(window)));
  CAP_UI_WAIT(gtk_window_is_maximized(GTK_WINDOW(window)));
  cap_ui_spin(600); /* longer than what makes two clicks one */
  ck_assert(cap_title_bar_double_click(&input, GTK_WINDOW(window)));
  CAP_UI_WAIT(!gtk_window_is_maximized(GTK_WINDOW(window)));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("history_window");
  TCase *tests = tcase_create("history_window");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_set_timeout(tests, 120);
  tcase_add_test(tests, what_keys_do_is_listed_first_and_undone_says_so);
  tcase_add_test(tests, a_row_leads_to_its_finding);
  tcase_add_test(tests, filters_list_one_finding_or_one_reader);
  tcase_add_test(tests, what_is_listed_is_copied_and_saved);
  tcase_add_test(tests, a_first_reader_does_not_see_it);
  tcase_add_test(tests, another_review_is_another_history);
  tcase_add_test(tests, title_bars_move_close_and_maximize);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
