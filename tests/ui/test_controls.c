/* Controls by pointer and keyboard: the threshold is dragged, clicked and
 * stepped, drop-downs sort and filter the findings, the window of keys is
 * opened, searched and closed. */
#include "tests/support/ui.h"
#include "tests/support/ui_input.h"
#include "ui/application.h"
#include "ui/findings/finding_panel.h"
#include "ui/findings/findings_list.h"
#include "ui/keys.h"
#include "ui/view/views.h"
#include "ui/window.h"

#include <math.h>
#include <string.h>

static CapWindow *window;
static CapSession *session;
static CapXtest input;

static void
set_up(void)
{
  cap_ui_setup();
  AdwApplication *application = cap_application_new();
  ck_assert(g_application_register(G_APPLICATION(application), NULL, NULL));
  window = cap_window_new(application);
  session = cap_window_session(window);
  CapShared *volume =
      cap_shared_new(cap_ui_volume(), (GDestroyNotify)cap_volume_free);
  cap_session_set_volume(session, volume, TRUE);
  cap_session_set_phase(session, CAP_PHASE_READY);
  cap_shared_unref(volume);
  /* Of probability 0.98, 0.90, 0.82, 0.74, 0.66. */
  cap_session_set_findings(session,
                           cap_ui_findings(cap_session_volume(session), 5));
  gtk_window_set_default_size(GTK_WINDOW(window), 1400, 850);
  input = cap_xtest_open(20000);
  cap_ui_take_keys(window);
}

static void
tear_down(void)
{
  cap_xtest_close(&input);
  gtk_window_destroy(GTK_WINDOW(window));
}

static void
key(KeySym symbol, unsigned modifiers)
{
  cap_xtest_key(&input, symbol, modifiers);
  gdk_display_sync(gtk_widget_get_display(GTK_WIDGET(window)));
  cap_ui_spin(60);
}

static GListModel *
shown(void)
{
  return cap_session_visible_items(session);
}

static guint
n_shown(void)
{
  return g_list_model_get_n_items(shown());
}

/* ---- the threshold ---- */

static GtkRange *
threshold(void)
{
  return GTK_RANGE(cap_ui_find(GTK_WIDGET(window), GTK_TYPE_SCALE));
}

/* Points at the line of the threshold, FRACTION of it from its start. */
static void
point_at(double fraction)
{
  GdkRectangle line;
  int x, y;
  gtk_range_get_range_rect(threshold(), &line);
  cap_ui_on_screen(&input, GTK_WIDGET(threshold()),
                   line.x + fraction * line.width, line.y + line.height / 2.0,
                   &x, &y);
  cap_xtest_point(&input, x, y);
  cap_ui_spin(80);
}

/* With the button down, until it shows VALUE, as an eye and a hand do. */
static void
pull_to(double value)
{
  double fraction = value;
  for (int i = 0; i < 5; i++) {
    point_at(fraction);
    fraction += value - gtk_range_get_value(threshold());
  }
  ck_assert_double_eq_tol(gtk_range_get_value(threshold()), value, 0.015);
}

START_TEST(the_threshold_is_dragged)
{
  ck_assert_uint_eq(n_shown(), 5);
  point_at(0.02);
  cap_xtest_button(&input, CAP_LEFT, TRUE);
  static const struct {
    double value;
    guint n;
  } rows[] = {{0.3, 5}, {0.7, 4}, {0.86, 2}, {0.78, 3}, {1, 0}, {0.94, 1}};
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    pull_to(rows[i].value); /* and the list follows while it is held */
    ck_assert_uint_eq(n_shown(), rows[i].n);
  }
  cap_xtest_button(&input, CAP_LEFT, FALSE);
  cap_ui_spin(50);
  point_at(0.1); /* it has been let go */
  ck_assert_uint_eq(n_shown(), 1);
  cap_xtest_click(&input, CAP_LEFT); /* on the line: there it goes */
  cap_ui_spin(50);
  ck_assert_double_eq_tol(gtk_range_get_value(threshold()), 0.1, 0.05);
  ck_assert_uint_eq(n_shown(), 5);
}
END_TEST

START_TEST(the_threshold_is_stepped_by_keys)
{
  gtk_widget_grab_focus(GTK_WIDGET(threshold()));
  for (int i = 0; i < 14; i++)
    key(XK_Right, 0); /* by 0.05 */
  ck_assert_double_eq_tol(gtk_range_get_value(threshold()), 0.7, 1e-6);
  ck_assert_uint_eq(n_shown(), 4);
  key(XK_Right, 0);
  key(XK_Right, 0);
  key(XK_Right, 0);
  ck_assert_uint_eq(n_shown(), 2); /* 0.85 */
  key(XK_Left, 0);
  key(XK_Left, 0);
  ck_assert_uint_eq(n_shown(), 3); /* 0.75 */
  key(XK_End, 0);
  ck_assert_double_eq(gtk_range_get_value(threshold()), 1);
  ck_assert_uint_eq(n_shown(), 0);
  key(XK_Home, 0);
  ck_assert_double_eq(gtk_range_get_value(threshold()), 0);
  ck_assert_uint_eq(n_shown(), 5);
}
END_TEST

/* ---- the list ---- */

static int
id_at(guint i)
{
  g_autoptr(CapFindingItem) item = g_list_model_get_item(shown(), i);
  return item != NULL ? cap_finding_item_get(item)->id : 0;
}

static GtkWidget *
drop_down(const char *tooltip)
{
  g_autoptr(GPtrArray) all =
      cap_ui_find_all(GTK_WIDGET(window), GTK_TYPE_DROP_DOWN);
  for (guint i = 0; i < all->len; i++)
    if (g_strcmp0(gtk_widget_get_tooltip_text(all->pdata[i]), tooltip) == 0)
      return all->pdata[i];
  ck_abort_msg("no drop-down “%s”", tooltip);
}

START_TEST(drop_downs_sort_and_filter)
{
  ck_assert_int_eq(id_at(0), 1);
  cap_ui_choose(&input, drop_down("Sort by"), CAP_SORT_SIZE);
  for (guint i = 0; i + 1 < n_shown(); i++) {
    g_autoptr(CapFindingItem) a = g_list_model_get_item(shown(), i);
    g_autoptr(CapFindingItem) b = g_list_model_get_item(shown(), i + 1);
    ck_assert_double_ge(cap_finding_item_get(a)->mean_diameter_mm,
                        cap_finding_item_get(b)->mean_diameter_mm);
  }
  ck_assert_int_ne(id_at(1), 2); /* it is not the order of before */
  key(XK_space, 0);              /* the keys are the window's again */
  key(XK_space, 0);
  const int second = id_at(1);
  ck_assert_int_eq(cap_finding_item_get(cap_session_selected(session))->id,
                   second);
  key(XK_a, 0);
  cap_ui_choose(&input, drop_down("Show status"), 2);
  ck_assert_uint_eq(n_shown(), 1);
  ck_assert_int_eq(id_at(0), second);
  cap_ui_choose(&input, drop_down("Show status"), 0);
  ck_assert_uint_eq(n_shown(), 5);
}
END_TEST

/* ---- the window of keys ---- */

static GtkWindow *
keys_window(void)
{
  return cap_ui_dialog(window, ADW_TYPE_WINDOW);
}

static gboolean
says(const char *text)
{
  return cap_ui_find_match(GTK_WIDGET(keys_window()), cap_ui_is_visible_label,
                           text) != NULL;
}

START_TEST(keys_are_listed_in_order)
{
  key(XK_question, GDK_SHIFT_MASK);
  cap_ui_take_keys(keys_window());
  cap_ui_shoot("keys");
  g_autofree char *text = cap_ui_text(GTK_WIDGET(keys_window()));
  const char *at = text;
  for (const CapKey *k = cap_keys; k->accelerator != NULL; k++) {
    if (k->title == NULL)
      continue;
    g_autofree char *line = g_strdup_printf("\n%s\n", k->title);
    ck_assert_msg(strstr(text, line) != NULL, "no key “%s”", k->title);
    if (k > cap_keys && g_str_equal(k->group, k[-1].group)) {
      at = strstr(at, line); /* below the one before */
      ck_assert_msg(at != NULL, "“%s” is out of order", k->title);
    } else
      at = strstr(text, line);
  }
  ck_assert(says("Page Up"));
  ck_assert_ptr_null(strchr(text, '_'));
  key(XK_Escape, 0);
  CAP_UI_WAIT(keys_window() == NULL);
}
END_TEST

START_TEST(keys_are_shown_searched_and_closed)
{
  key(XK_question, GDK_SHIFT_MASK);
  ck_assert_ptr_nonnull(keys_window());
  cap_ui_take_keys(keys_window());
  ck_assert(gtk_window_get_modal(keys_window()));
  ck_assert(says("Write a report"));
  ck_assert(says("Lung window"));
  cap_xtest_text(&input, "repor");
  CAP_UI_WAIT(!says("Lung window"));
  ck_assert(says("Write a report"));
  ck_assert_ptr_null(cap_session_selected(session)); /* “r” was a letter */
  ck_assert(!says("Measuring"));                     /* a group that is empty */
  key(XK_Escape, 0);                                 /* the search ends */
  ck_assert_ptr_nonnull(keys_window());
  CAP_UI_WAIT(says("Lung window"));
  cap_xtest_text(&input, "ctrl z"); /* what a key does */
  CAP_UI_WAIT(!says("Lung window"));
  ck_assert(says("Undo"));
  cap_xtest_text(&input, "zebra");
  CAP_UI_WAIT(says("No key is like this"));
  key(XK_Escape, 0);
  key(XK_Escape, 0);
  CAP_UI_WAIT(keys_window() == NULL);
  cap_ui_take_keys(window);
  key(XK_F1, 0);
  ck_assert_ptr_nonnull(keys_window());
  cap_ui_take_keys(keys_window());
  key(XK_Escape, 0);
  CAP_UI_WAIT(keys_window() == NULL);
  cap_ui_take_keys(window);
  key(XK_space, 0); /* and the keys do what they did */
  ck_assert_ptr_nonnull(cap_session_selected(session));
}
END_TEST

/* ---- the number pad ---- */

START_TEST(arrows_of_the_number_pad_are_arrows)
{
  const double z = cap_session_position(session).z;
  key(XK_KP_Down, 0);
  const double below = cap_session_position(session).z;
  ck_assert_double_ne(below, z);
  key(XK_Up, 0);
  ck_assert_double_eq(cap_session_position(session).z, z);
  key(XK_KP_Next, 0);
  ck_assert_double_gt(fabs(cap_session_position(session).z - z),
                      fabs(below - z));
}
END_TEST

/* ---- actions without a subject ---- */

static int
n_menus(void)
{
  int n = 0;
  g_autoptr(GPtrArray) all =
      cap_ui_find_all(cap_ui_find(GTK_WIDGET(window), ADW_TYPE_HEADER_BAR),
                      GTK_TYPE_MENU_BUTTON);
  for (guint i = 0; i < all->len; i++)
    n += gtk_widget_is_sensitive(all->pdata[i]);
  return n;
}

static gboolean
can(const char *action)
{
  return g_action_group_get_action_enabled(G_ACTION_GROUP(window), action);
}

static gboolean
is_inverted(void)
{
  gboolean inverted;
  g_object_get(cap_session_look(session), "invert", &inverted, NULL);
  return inverted;
}

START_TEST(what_is_about_nothing_cannot_be_used)
{
  static const char *const actions[] = {"show-series", "show-findings",
                                        "invert",      "crosshair",
                                        "slab",        "image-only"};
  ck_assert(!can("explain")); /* none is selected */
  key(XK_space, 0);
  ck_assert(can("explain"));
  ck_assert_int_eq(n_menus(), 5);
  for (guint i = 0; i < G_N_ELEMENTS(actions); i++)
    ck_assert_msg(can(actions[i]), "%s", actions[i]);
  key(XK_i, 0);
  ck_assert(is_inverted());
  cap_session_set_phase(session, CAP_PHASE_EMPTY);
  cap_ui_spin(50);
  ck_assert(!can("explain"));
  ck_assert_int_eq(n_menus(), 2); /* to open something, and the main one */
  for (guint i = 0; i < G_N_ELEMENTS(actions); i++)
    ck_assert_msg(!can(actions[i]), "%s", actions[i]);
  key(XK_i, 0);
  ck_assert(is_inverted());
}
END_TEST

/* ---- findings that are there already ---- */

static const CapFinding *
selected(void)
{
  CapFindingItem *item = cap_session_selected(session);
  return item != NULL ? cap_finding_item_get(item) : NULL;
}

static gboolean
window_says(const char *text)
{
  return cap_ui_find_match(GTK_WIDGET(window), cap_ui_is_visible_label, text) !=
         NULL;
}

START_TEST(a_finding_is_not_added_twice)
{
  key(XK_space, 0);
  const int id = selected()->id;
  key(XK_Escape, 0);
  ck_assert_ptr_null(selected());
  key(XK_n, 0); /* the cross-hair is still there */
  CAP_UI_WAIT(window_says("This is finding 1 already."));
  cap_ui_shoot("added_twice");
  ck_assert_int_eq(selected()->id, id);
  ck_assert_int_eq(selected()->status, CAP_STATUS_UNREVIEWED);
  cap_ui_spin(300);
  ck_assert_uint_eq(n_shown(), 5);
  ck_assert(!can("undo"));
}
END_TEST

/* Paints on the axial view, from (FX, FY) of it. */
static void
paint(double fx, double fy)
{
  int x, y;
  CapViews *views = CAP_VIEWS(cap_ui_find(GTK_WIDGET(window), CAP_TYPE_VIEWS));
  cap_ui_place_of(&input, GTK_WIDGET(cap_views_pane(views, CAP_PLANE_AXIAL)),
                  fx, fy, &x, &y);
  cap_xtest_drag(&input, CAP_LEFT, x, y, 12, 0);
  cap_ui_spin(100);
}

START_TEST(a_stroke_elsewhere_is_not_the_findings)
{
  key(XK_space, 0); /* it is in the middle now */
  const double volume = selected()->volume_mm3;
  key(XK_b, 0);
  paint(0.2, 0.8);
  ck_assert(
      window_says("The stroke does not touch finding 1. N adds a new one; to "
                  "draw one, press Esc twice, then B."));
  cap_ui_shoot("stroke_elsewhere");
  ck_assert_double_eq(selected()->volume_mm3, volume);
  ck_assert(!can("undo"));
  paint(0.5, 0.5); /* on it */
  ck_assert(can("undo"));
  ck_assert_int_eq(selected()->id, 1);
  key(XK_Escape, 0);
  key(XK_Escape, 0);
  key(XK_b, 0);
  paint(0.2, 0.8);
  ck_assert_uint_eq(n_shown(), 6);
  ck_assert_int_eq(selected()->id, 6);
  key(XK_z, GDK_CONTROL_MASK);
  ck_assert_uint_eq(n_shown(), 5);
}
END_TEST

/* ---- tools that would do nothing ---- */

static GtkWidget *
tool_button(const char *label)
{
  return cap_ui_find_match(GTK_WIDGET(window), cap_ui_is_button, label);
}

START_TEST(tools_without_a_finding_are_off)
{
  static const char *const labels[] = {"Move", "Cut", "Join"};
  for (guint i = 0; i < G_N_ELEMENTS(labels); i++) {
    GtkWidget *button = tool_button(labels[i]);
    ck_assert(!gtk_widget_is_sensitive(button));
    ck_assert_ptr_nonnull(
        strstr(gtk_widget_get_tooltip_text(gtk_widget_get_parent(button)),
               "No finding is selected."));
  }
  ck_assert(gtk_widget_is_sensitive(tool_button("Brush")));
  cap_ui_shoot("tools_off");
  key(XK_v, 0);
  ck_assert_int_eq(cap_session_tool(session), CAP_TOOL_NONE);
  ck_assert(window_says("No finding is selected."));
  key(XK_space, 0);
  cap_ui_click(&input, tool_button("Move"));
  cap_ui_spin(50);
  ck_assert_int_eq(cap_session_tool(session), CAP_TOOL_MOVE);
  key(XK_Escape, 0);
  key(XK_j, 0);
  ck_assert_int_eq(cap_session_tool(session), CAP_TOOL_MERGE);
  key(XK_Escape, 0);
  cap_session_set_findings(session,
                           cap_ui_findings(cap_session_volume(session), 1));
  key(XK_space, 0);
  ck_assert(gtk_widget_is_sensitive(tool_button("Cut")));
  ck_assert(!gtk_widget_is_sensitive(tool_button("Join")));
}
END_TEST

/* ---- the panel ---- */

static GtkAdjustment *
panel_place(void)
{
  GtkWidget *panel = cap_ui_find(GTK_WIDGET(window), CAP_TYPE_FINDING_PANEL);
  return gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(
      gtk_widget_get_ancestor(panel, GTK_TYPE_SCROLLED_WINDOW)));
}

START_TEST(the_wheel_over_an_empty_comment_scrolls_the_panel)
{
  key(XK_space, 0);
  cap_ui_spin(100);
  GtkWidget *panel = cap_ui_find(GTK_WIDGET(window), CAP_TYPE_FINDING_PANEL);
  GtkWidget *comment = cap_ui_find(panel, GTK_TYPE_TEXT_VIEW);
  ck_assert_double_eq(gtk_adjustment_get_value(panel_place()), 0);
  cap_ui_wheel(&input, comment, CAP_WHEEL_DOWN);
  CAP_UI_WAIT(gtk_adjustment_get_value(panel_place()) > 0);
  gtk_adjustment_set_value(panel_place(), 0);
  g_autofree char *lines = g_strnfill(40, '\n');
  gtk_text_buffer_set_text(gtk_text_view_get_buffer(GTK_TEXT_VIEW(comment)),
                           lines, -1);
  cap_ui_spin(200);
  cap_ui_wheel(&input, comment, CAP_WHEEL_DOWN); /* it has its own to scroll */
  cap_ui_spin(200);
  ck_assert_double_eq(gtk_adjustment_get_value(panel_place()), 0);
}
END_TEST

/* A label with TEXT is where it can be read. */
static gboolean
in_sight(const char *text)
{
  g_autoptr(GPtrArray) labels =
      cap_ui_find_all(GTK_WIDGET(window), GTK_TYPE_LABEL);
  for (guint i = 0; i < labels->len; i++) {
    GtkWidget *label = labels->pdata[i];
    GtkWidget *scroller =
        gtk_widget_get_ancestor(label, GTK_TYPE_SCROLLED_WINDOW);
    GtkWidget *in = scroller != NULL ? scroller : GTK_WIDGET(window);
    graphene_rect_t at;
    if (gtk_widget_get_mapped(label) &&
        strstr(gtk_label_get_text(GTK_LABEL(label)), text) != NULL &&
        gtk_widget_compute_bounds(label, in, &at) && at.origin.y >= 0 &&
        at.origin.y + at.size.height <= gtk_widget_get_height(in))
      return TRUE;
  }
  return FALSE;
}

START_TEST(what_is_explained_is_still_not_to_be_trusted)
{
  CapFindings *findings = cap_ui_findings(cap_session_volume(session), 2);
  CapFinding *first = findings->items->pdata[0];
  first->doubts[CAP_DOUBT_THICK_SLICES] =
      (CapDoubt){.raised = TRUE, .value = 5, .limit = 3};
  cap_session_set_findings(session, findings);
  key(XK_space, 0);
  cap_ui_spin(100);
  ck_assert(in_sight("Do not trust"));
  key(XK_e, 0);
  CAP_UI_WAIT(gtk_adjustment_get_value(panel_place()) > 100);
  cap_ui_spin(100);
  cap_ui_shoot("explained_doubt");
  ck_assert(in_sight("Do not trust"));
  key(XK_space, 0); /* the next one is trusted */
  cap_ui_spin(100);
  ck_assert(!in_sight("Do not trust"));
}
END_TEST

/* ---- keys in menus ---- */

START_TEST(menus_show_the_keys_of_what_they_do)
{
  static const char *const keys[] = {
      "<Ctrl>z", "<Ctrl><Shift>z", "<Ctrl>comma", "question", "<Ctrl>q", "p"};
  GtkWidget *header = cap_ui_find(GTK_WIDGET(window), ADW_TYPE_HEADER_BAR);
  g_autoptr(GPtrArray) all = cap_ui_find_all(header, GTK_TYPE_MENU_BUTTON);
  GtkWidget *menu = NULL;
  for (guint i = 0; i < all->len; i++)
    if (gtk_menu_button_get_primary(all->pdata[i]))
      menu = all->pdata[i];
  cap_ui_click(&input, menu);
  cap_ui_spin(300);
  cap_ui_shoot("menu_keys");
  for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
    guint k;
    GdkModifierType modifiers;
    ck_assert(gtk_accelerator_parse(keys[i], &k, &modifiers));
    g_autofree char *label = gtk_accelerator_get_label(k, modifiers);
    ck_assert_msg(cap_ui_find_match(menu, cap_ui_is_visible_label, label) !=
                      NULL,
                  "%s", label);
  }
  key(XK_Escape, 0);
}
END_TEST

/* ---- high contrast ---- */

/* Lines of ROOT that are white for more than a third. */
static int
n_white_lines(GtkWidget *root)
{
  int width, height, n = 0;
  g_autofree uint8_t *pixels = cap_ui_pixels(root, &width, &height);
  for (int y = 0; y < height; y++) {
    int n_white = 0;
    for (int i = 0; i < width; i++)
      n_white += pixels[4 * (y * width + i) + 1] == 255;
    n += n_white > width / 3;
  }
  return n;
}

START_TEST(only_what_has_the_focus_is_framed)
{
  g_setenv("ADW_DEBUG_HIGH_CONTRAST", "1", TRUE);
  set_up();
  g_action_group_activate_action(G_ACTION_GROUP(window), "shortcuts", NULL);
  GtkWidget *keys = GTK_WIDGET(cap_ui_dialog(window, GTK_TYPE_WINDOW));
  cap_ui_take_keys(keys);
  key(XK_Tab, 0); /* from the search to the first row */
  ck_assert(GTK_IS_LIST_BOX_ROW(gtk_window_get_focus(GTK_WINDOW(keys))));
  cap_ui_spin(200);
  ck_assert_int_eq(n_white_lines(keys), 4); /* above and below it, 2 px each */
  cap_ui_shoot("focus");
  tear_down();
}
END_TEST

/* Each in a window of its own: sentences wait until earlier ones have gone. */
START_TEST(stepping_says_why_there_is_no_finding)
{
  static const char *const sentences[] = {
      "What the software found is hidden until you have looked.",
      "This series has not been searched for nodules yet.",
      "The search for nodules is still running.",
      "There are no findings to step through."};
  if (_i == 0)
    cap_session_set_first_reading(session, TRUE);
  else
    cap_session_set_findings(session, NULL);
  cap_session_set_detecting(session, _i == 2);
  if (_i == 3)
    cap_session_set_findings(session,
                             cap_ui_findings(cap_session_volume(session), 0));
  cap_ui_take_keys(window);
  key(XK_space, 0);
  cap_ui_spin(300);
  g_autofree char *text = cap_ui_text(GTK_WIDGET(window));
  ck_assert_msg(strstr(text, sentences[_i]) != NULL, "no %s in %s",
                sentences[_i], text);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("controls");
  TCase *tests = tcase_create("controls");
  tcase_set_timeout(tests, 120);
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, the_threshold_is_dragged);
  tcase_add_test(tests, the_threshold_is_stepped_by_keys);
  tcase_add_test(tests, drop_downs_sort_and_filter);
  tcase_add_test(tests, keys_are_listed_in_order);
  tcase_add_test(tests, keys_are_shown_searched_and_closed);
  tcase_add_test(tests, arrows_of_the_number_pad_are_arrows);
  tcase_add_test(tests, what_is_about_nothing_cannot_be_used);
  tcase_add_test(tests, a_finding_is_not_added_twice);
  tcase_add_loop_test(tests, stepping_says_why_there_is_no_finding, 0, 4);
  tcase_add_test(tests, a_stroke_elsewhere_is_not_the_findings);
  tcase_add_test(tests, tools_without_a_finding_are_off);
  tcase_add_test(tests, the_wheel_over_an_empty_comment_scrolls_the_panel);
  tcase_add_test(tests, what_is_explained_is_still_not_to_be_trusted);
  tcase_add_test(tests, menus_show_the_keys_of_what_they_do);
  suite_add_tcase(suite, tests);
  TCase *contrast = tcase_create("contrast");
  tcase_set_timeout(contrast, 120);
  tcase_add_test(contrast, only_what_has_the_focus_is_framed);
  suite_add_tcase(suite, contrast);
  return cap_suite_run(suite);
}
