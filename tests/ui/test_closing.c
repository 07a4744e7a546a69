/* Windows that close, and views that go, while the pointer does something in
 * them leave nothing behind. */
#include "tests/support/ui.h"
#include "tests/support/ui_input.h"
#include "tests/support/viewer_states.h"
#include "ui/chooser.h"
#include "ui/line_entry.h"
#include "ui/view/views.h"

#include <string.h>

enum { N_KEPT = 5 }; /* the session, three panes and the overview */

static CapPriorWindow w;
static CapXtest x;
static CapSession *session;
static CapViews *views;
static GtkWindow *window;
static gpointer kept[N_KEPT]; /* weak; NULL when gone */

static void
watch(int i, gpointer object)
{
  kept[i] = object;
  g_object_add_weak_pointer(G_OBJECT(object), &kept[i]);
}

static void
show_views(void)
{
  cap_ui_setup();
  x = cap_xtest_open(0);
  session = cap_ui_session();
  views = CAP_VIEWS(cap_views_new(session));
  cap_views_set_layout(views, CAP_LAYOUT_FOUR);
  window = cap_ui_show(GTK_WIDGET(views), 900, 600);
  cap_ui_take_keys(window);
  int i = 0;
  watch(i++, session);
  for (GtkWidget *cell = gtk_widget_get_first_child(GTK_WIDGET(views));
       cell != NULL; cell = gtk_widget_get_next_sibling(cell))
    watch(i++, cell);
  ck_assert_int_eq(i, N_KEPT);
}

static void
press(GtkWidget *widget, unsigned button)
{
  int at_x, at_y;
  cap_ui_place_of(&x, widget, 0.4, 0.4, &at_x, &at_y);
  cap_xtest_point(&x, at_x, at_y);
  cap_ui_spin(50);
  cap_xtest_button(&x, button, True);
  cap_ui_spin(50);
}

static void
release(unsigned button)
{
  cap_xtest_button(&x, button, False);
  cap_ui_spin(50);
}

/* With what the window held, and the study. */
static void
check_closes(void)
{
  gtk_window_destroy(window);
  g_clear_object(&session);
  cap_ui_spin(100);
  for (int i = 0; i < N_KEPT; i++)
    ck_assert_msg(kept[i] == NULL, "%s (%d) is still there",
                  kept[i] != NULL ? G_OBJECT_TYPE_NAME(kept[i]) : "", i);
  cap_xtest_close(&x);
}

START_TEST(a_window_closes_while_a_button_is_down_in_it)
{
  const unsigned button = CAP_LEFT + (unsigned)_i % 3;
  press(kept[1 + _i / 3], button);
  check_closes();
}
END_TEST

START_TEST(a_view_goes_while_a_button_is_down_in_it)
{
  const unsigned button = CAP_LEFT + (unsigned)_i;
  press(GTK_WIDGET(cap_views_pane(views, CAP_PLANE_CORONAL)), button);
  cap_views_set_layout(views, CAP_LAYOUT_AXIAL);
  cap_ui_spin(50);
  release(button);
  check_closes();
}
END_TEST

START_TEST(views_that_somebody_holds_keep_no_study)
{
  g_autoptr(GPtrArray) held = g_ptr_array_new_with_free_func(g_object_unref);
  for (int i = 1; i < N_KEPT; i++)
    g_ptr_array_add(held, g_object_ref(kept[i]));
  check_closes();
}
END_TEST

/* ---- what becomes of the press ---- */

/* The brush would otherwise paint what the reader has not finished. */
START_TEST(a_stroke_in_a_view_that_goes_is_not_made)
{
  GtkWidget *pane = GTK_WIDGET(cap_views_pane(views, CAP_PLANE_CORONAL));
  for (int goes = 1; goes >= 0; goes--) {
    cap_session_set_tool(session, CAP_TOOL_BRUSH);
    press(pane, CAP_LEFT);
    if (goes)
      cap_views_set_layout(views, CAP_LAYOUT_AXIAL);
    cap_ui_spin(50);
    release(CAP_LEFT);
    cap_views_set_layout(views, CAP_LAYOUT_FOUR);
    cap_ui_spin(50);
    GListModel *items = cap_session_all_items(session);
    ck_assert_uint_eq(g_list_model_get_n_items(items), !goes);
  }
  check_closes();
}
END_TEST

static void
on_maximise(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_views_toggle_maximised(views);
}

/* The press goes on to a view's other gestures, which it would leave pressed if
 * the view had gone. */
START_TEST(a_double_click_is_for_the_view_under_it)
{
  g_autoptr(GSimpleActionGroup) actions = g_simple_action_group_new();
  const GActionEntry entry = {.name = "maximise", .activate = on_maximise};
  g_action_map_add_action_entries(G_ACTION_MAP(actions), &entry, 1, NULL);
  gtk_widget_insert_action_group(GTK_WIDGET(window), "win",
                                 G_ACTION_GROUP(actions));
  GtkWidget *coronal = GTK_WIDGET(cap_views_pane(views, CAP_PLANE_CORONAL));
  press(coronal, CAP_LEFT);
  release(CAP_LEFT);
  gtk_widget_grab_focus(GTK_WIDGET(cap_views_pane(views, CAP_PLANE_AXIAL)));
  press(coronal, CAP_LEFT);
  release(CAP_LEFT);
  ck_assert(cap_views_is_maximised(views));
  ck_assert(gtk_widget_get_mapped(coronal));
  check_closes();
}
END_TEST

/* ---- file choosers ---- */

static int n_answers;

static void
on_chosen(GtkNativeDialog *native, int response, gpointer asker)
{
  g_autofree char *path = cap_chooser_take_path(native, response);
  ck_assert_ptr_null(path);
  n_answers++;
}

static GtkWindow *
chooser(void)
{
  return cap_ui_dialog(window, GTK_TYPE_FILE_CHOOSER_DIALOG);
}

static void
window_goes(void)
{
  gtk_window_destroy(g_steal_pointer(&window));
}

static void
asker_goes(void)
{
  gtk_window_set_child(window, NULL);
}

static void
reader_cancels(void)
{
  cap_ui_take_keys(chooser());
  cap_xtest_key(&x, XK_Escape, 0);
}

START_TEST(a_file_chooser_stays_no_longer_than_who_asks)
{
  static const struct {
    gboolean window_asks, is_held; /* or the views, which somebody holds */
    void (*end)(void);
    int n_answers;
  } cases[] = {
      {TRUE, FALSE, window_goes, 0},    {FALSE, FALSE, window_goes, 0},
      {FALSE, TRUE, window_goes, 0},    {FALSE, FALSE, asker_goes, 0},
      {TRUE, FALSE, reader_cancels, 1}, {FALSE, FALSE, reader_cancels, 1}};
  gpointer asker = cases[_i].window_asks ? (gpointer)window : views;
  gpointer native = gtk_file_chooser_native_new(
      "Choose", window, GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  g_object_add_weak_pointer(G_OBJECT(native), &native);
  n_answers = 0;
  g_autoptr(GObject) held = cases[_i].is_held ? g_object_ref(asker) : NULL;
  cap_chooser_show(native, on_chosen, asker);
  CAP_UI_WAIT(chooser() != NULL);
  cap_ui_spin(100);
  cases[_i].end();
  CAP_UI_WAIT(chooser() == NULL);
  ck_assert_ptr_null(native);
  ck_assert_int_eq(n_answers, cases[_i].n_answers);
}
END_TEST

/* ---- menus ---- */

static void
count(int *n)
{
  (*n)++;
}

/* The first of TYPE that is on the screen; NULL. */
static GtkWidget *
shown(GtkWidget *in, GType type)
{
  g_autoptr(GPtrArray) all = cap_ui_find_all(in, type);
  for (guint i = 0; i < all->len; i++)
    if (gtk_widget_get_mapped(all->pdata[i]))
      return all->pdata[i];
  return NULL;
}

static GtkWidget *
open_popover(gpointer in)
{
  return shown(in, GTK_TYPE_POPOVER);
}

/* Opens the menu of an entry of ROOT, or of one of its buttons. */
static void
open_menu(GtkWidget *root)
{
  GtkWidget *entry = shown(root, GTK_TYPE_TEXT);
  if (entry == NULL) {
    cap_ui_click(&x, shown(root, GTK_TYPE_MENU_BUTTON));
  } else {
    int at_x, at_y;
    cap_ui_place_of(&x, entry, 0.5, 0.5, &at_x, &at_y);
    cap_xtest_point(&x, at_x, at_y);
    cap_ui_spin(50);
    cap_xtest_button(&x, CAP_RIGHT, True);
    cap_xtest_button(&x, CAP_RIGHT, False);
  }
  CAP_UI_WAIT(open_popover(root) != NULL);
  cap_ui_spin(100);
}

/* A click reaches what it is on. */
static void
check_input(void)
{
  int n_clicks = 0;
  GtkWidget *button = gtk_button_new_with_label("Go on");
  g_signal_connect_swapped(button, "clicked", G_CALLBACK(count), &n_clicks);
  GtkWindow *other = cap_ui_show(button, 300, 200);
  cap_ui_take_keys(other);
  cap_ui_click(&x, button);
  CAP_UI_WAIT(n_clicks == 1);
  gtk_window_destroy(other);
}

/* As window managers ask at the end of a session, or as ours do that are done.
 * Other windows go on. */
START_TEST(a_window_goes_while_its_menu_is_open)
{
  static const char *const states[] = {
      "nothing open", "archive", "set-up of an archive",
      "preferences",  "reader",  "report",
      "keys"};
  cap_ui_setup();
  gpointer goes =
      cap_viewer_state_enter(&w, cap_viewer_state_find(states[_i / 2]));
  g_object_add_weak_pointer(goes, &goes);
  x = w.input;
  open_menu(goes);
  if (_i % 2 == 0)
    gtk_window_close(goes);
  else
    gtk_window_destroy(goes);
  CAP_UI_WAIT(goes == NULL);
  check_input();
}
END_TEST

/* ---- pastes ---- */

/* The program that has the text may take its time: here all of what is asked
 * for comes after the window has gone. */
START_TEST(a_paste_comes_when_its_window_has_gone)
{
  static const char *const states[] = {"list of studies",
                                       "archive",
                                       "set-up of an archive",
                                       "preferences",
                                       "reader",
                                       "report",
                                       "keys"};
  cap_ui_setup();
  gpointer goes = cap_viewer_state_enter(&w, cap_viewer_state_find(states[_i]));
  g_object_add_weak_pointer(goes, &goes);
  GtkWidget *entry = shown(goes, GTK_TYPE_TEXT);
  ck_assert_ptr_nonnull(entry);
  gdk_clipboard_set_text(gtk_widget_get_clipboard(entry), "late");
  ck_assert(gtk_widget_activate_action(entry, "clipboard.paste", NULL));
  gtk_window_destroy(goes);
  cap_ui_spin(300);
  ck_assert_ptr_null(goes);
  x = w.input;
  check_input();
}
END_TEST

START_TEST(a_line_is_no_longer_than_anybody_means_it)
{
  cap_ui_setup();
  GtkWidget *const entries[] = {cap_line_entry_new(),
                                cap_line_entry_search_new("Search"),
                                cap_line_entry_row_new("Name", FALSE),
                                cap_line_entry_row_new("Key", TRUE)};
  g_autofree char *much = g_strnfill(2 * CAP_LINE_CHARS, 'x');
  for (guint i = 0; i < G_N_ELEMENTS(entries); i++) {
    g_autoptr(GtkWidget) entry = g_object_ref_sink(entries[i]);
    gtk_editable_set_text(GTK_EDITABLE(entry), much);
    ck_assert_uint_eq(strlen(gtk_editable_get_text(GTK_EDITABLE(entry))),
                      CAP_LINE_CHARS);
  }
}
END_TEST

int
main(void)
{
  cap_prior_window_make_case(&w);
  Suite *suite = suite_create("closing");
  TCase *tests = tcase_create("closing");
  tcase_add_checked_fixture(tests, show_views, NULL);
  tcase_add_loop_test(tests, a_window_closes_while_a_button_is_down_in_it, 0,
                      3 * (N_KEPT - 1));
  tcase_add_loop_test(tests, a_view_goes_while_a_button_is_down_in_it, 0, 3);
  tcase_add_test(tests, views_that_somebody_holds_keep_no_study);
  tcase_add_test(tests, a_stroke_in_a_view_that_goes_is_not_made);
  tcase_add_test(tests, a_double_click_is_for_the_view_under_it);
  tcase_add_loop_test(tests, a_file_chooser_stays_no_longer_than_who_asks, 0,
                      6);
  suite_add_tcase(suite, tests);
  TCase *menus = tcase_create("menus");
  tcase_set_timeout(menus, 150);
  tcase_add_loop_test(menus, a_window_goes_while_its_menu_is_open, 0, 7 * 2);
  tcase_add_loop_test(menus, a_paste_comes_when_its_window_has_gone, 0, 7);
  tcase_add_test(menus, a_line_is_no_longer_than_anybody_means_it);
  suite_add_tcase(suite, menus);
  const int failed = cap_suite_run(suite);
  cap_prior_window_remove_case(&w);
  return failed;
}
