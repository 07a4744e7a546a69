/* What is chosen in the preferences holds in the window at once, with real
 * input too: each kind of row, and the weights, which a dialog asks for; the
 * threshold says what is listed while it is dragged. */
#include "tests/support/ui.h"
#include "tests/support/ui_input.h"
#include "ui/preferences/preferences.h"
#include "ui/preferences/preferences_window.h"
#include "ui/session/session_guidelines.h"
#include "ui/session/session_weights.h"
#include "ui/window.h"

static CapWindow *window;
static GSettings *settings;
static CapXtest input;

static void
setup(void)
{
  cap_ui_setup();
  settings = cap_preferences_new();
  ck_assert_ptr_nonnull(settings);
  window = cap_window_new(NULL);
  CapSession *session = cap_window_session(window);
  CapShared *volume =
      cap_shared_new(cap_ui_volume(), (GDestroyNotify)cap_volume_free);
  cap_session_set_volume(session, volume, TRUE);
  cap_session_set_phase(session, CAP_PHASE_READY);
  cap_shared_unref(volume);
  input = cap_xtest_open(20000);
  gtk_window_present(GTK_WINDOW(window));
  cap_ui_spin(200);
}

static void
teardown(void)
{
  cap_xtest_close(&input);
  gtk_window_destroy(GTK_WINDOW(window));
  g_object_unref(settings);
}

static void
choose(GtkWidget *dialog, const char *title, guint which)
{
  GtkWidget *row = cap_ui_find_row(dialog, title);
  ck_assert_msg(row != NULL, "there is no row %s", title);
  adw_combo_row_set_selected(ADW_COMBO_ROW(row), which);
  cap_ui_spin(50);
}

START_TEST(choices_hold_at_once)
{
  GtkWidget *dialog = cap_preferences_window_new(GTK_WINDOW(window));
  CapSession *session = cap_window_session(window);
  gtk_window_present(GTK_WINDOW(dialog));
  choose(dialog, "Layout", 2);
  g_autoptr(GVariant) layout =
      g_action_group_get_action_state(G_ACTION_GROUP(window), "layout");
  ck_assert_str_eq(g_variant_get_string(layout, NULL), "four");
  choose(dialog, "Wheel towards you goes", 1);
  ck_assert(cap_look_wheel_to_head(cap_session_look(session)));
  choose(dialog, "Setting, where nothing is said", 1);
  ck_assert_int_eq(cap_session_context(session).setting, CAP_SETTING_SCREENING);
  GtkWidget *reader = cap_ui_find_row(dialog, "Name of the reader");
  gtk_editable_set_text(GTK_EDITABLE(reader), "Dr. Röntgen");
  cap_ui_spin(50);
  ck_assert_str_eq(cap_session_reader(session), "Dr. Röntgen");
  gtk_window_destroy(GTK_WINDOW(dialog));
}
END_TEST

static void
count_end(gpointer data, GObject *unused)
{
  ++*(int *)data;
}

START_TEST(rows_go_with_their_window)
{
  GtkWidget *dialog = cap_preferences_window_new(GTK_WINDOW(window));
  const char *const rows[] = {"Layout", "Cross-hair", "Name of the reader",
                              "Processors at work", "Cache"};
  int ended = 0;
  gtk_window_present(GTK_WINDOW(dialog));
  cap_ui_spin(100);
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
    g_object_weak_ref(G_OBJECT(cap_ui_find_row(dialog, rows[i])), count_end,
                      &ended);
  gtk_window_close(GTK_WINDOW(dialog));
  cap_ui_spin(100);
  ck_assert_int_eq(ended, G_N_ELEMENTS(rows));
}
END_TEST

START_TEST(the_next_window_begins_as_said)
{
  g_settings_set_string(settings, "preset", "mediastinum");
  g_settings_set_string(settings, "slab", "mip");
  g_autoptr(CapWindow) next = g_object_ref_sink(cap_window_new(NULL));
  CapLook *look = cap_session_look(cap_window_session(next));
  ck_assert_double_eq(cap_look_window(look), 400);
  ck_assert_double_eq(cap_look_level(look), 40);
  ck_assert_int_eq(cap_look_slab(look).kind, CAP_SLAB_MAX);
  CapLook *now = cap_session_look(cap_window_session(window));
  ck_assert_double_eq(cap_look_window(now), 1500); /* stays as it was */
  gtk_window_destroy(GTK_WINDOW(next));
}
END_TEST

START_TEST(the_threshold_follows_the_hand)
{
  CapSession *session = cap_window_session(window);
  cap_session_set_findings(session,
                           cap_ui_findings(cap_session_volume(session), 10));
  GListModel *visible = cap_session_visible_items(session);
  GtkWidget *pane =
      GTK_WIDGET(cap_views_pane(cap_window_views(window), CAP_PLANE_AXIAL));
  GtkWidget *scale = cap_ui_find(GTK_WIDGET(window), GTK_TYPE_SCALE);
  ck_assert_ptr_nonnull(scale);
  cap_ui_spin(300);
  ck_assert_uint_eq(g_list_model_get_n_items(visible), 10);
  int width, height;
  g_autofree uint8_t *all = cap_ui_pixels(pane, &width, &height);
  gtk_range_set_value(GTK_RANGE(scale), 0.8); /* 0.98, 0.94, … 0.62 */
  ck_assert_uint_eq(g_list_model_get_n_items(visible), 5);
  gtk_range_set_value(GTK_RANGE(scale), 0.99);
  ck_assert_uint_eq(g_list_model_get_n_items(visible), 0);
  g_autofree uint8_t *none = cap_ui_pixels(pane, &width, &height);
  ck_assert_int_gt(cap_ui_difference(all, none, width, height), 100);
  gtk_range_set_value(GTK_RANGE(scale), 0);
  ck_assert_uint_eq(g_list_model_get_n_items(visible), 10);
}
END_TEST

/* ---- by hand ---- */

static void
key(KeySym symbol, unsigned modifiers)
{
  cap_xtest_key(&input, symbol, modifiers);
  gdk_display_sync(gtk_widget_get_display(GTK_WIDGET(window)));
  cap_ui_spin(80);
}

/* By its key; returns the window. */
static GtkWidget *
open_by_key(void)
{
  cap_ui_take_keys(window);
  key(XK_comma, GDK_CONTROL_MASK);
  GtkWidget *dialog = GTK_WIDGET(cap_ui_dialog(window, ADW_TYPE_WINDOW));
  ck_assert_ptr_nonnull(dialog);
  cap_ui_take_keys(dialog);
  return dialog;
}

/* The row with TITLE, in sight. */
static GtkWidget *
row_of(GtkWidget *dialog, const char *title)
{
  GtkWidget *row = cap_ui_find_row(dialog, title);
  ck_assert_msg(row != NULL, "there is no row %s", title);
  cap_ui_roll_to(&input, row);
  return row;
}

static gboolean
is_page_button(GtkWidget *widget, const char *title)
{
  return GTK_IS_TOGGLE_BUTTON(widget) && gtk_widget_get_mapped(widget) &&
         cap_ui_find_label(widget, title) != NULL;
}

static void
turn_to(GtkWidget *dialog, const char *page)
{
  GtkWidget *button = cap_ui_find_match(dialog, is_page_button, page);
  ck_assert_msg(button != NULL, "there is no page %s", page);
  cap_ui_click(&input, button);
  cap_ui_spin(100);
}

static CapLook *
look(void)
{
  return cap_session_look(cap_window_session(window));
}

static gboolean
has_crosshair(void)
{
  gboolean shown;
  g_object_get(look(), "crosshair", &shown, NULL);
  return shown;
}

START_TEST(a_switch_is_switched)
{
  GtkWidget *dialog = open_by_key();
  GtkWidget *row = row_of(dialog, "Cross-hair");
  ck_assert(has_crosshair());
  cap_ui_click(&input, cap_ui_find(row, GTK_TYPE_SWITCH));
  ck_assert(!has_crosshair());
  cap_ui_click(&input, cap_ui_find_label(row, "Cross-hair"));
  ck_assert(has_crosshair());
  key(XK_space, 0); /* and no finding is stepped to */
  ck_assert(!has_crosshair());
  key(XK_Escape, 0);
  ck_assert_ptr_null(cap_ui_dialog(window, ADW_TYPE_WINDOW));
}
END_TEST

START_TEST(a_choice_is_chosen)
{
  GtkWidget *dialog = open_by_key();
  cap_ui_choose(&input, row_of(dialog, "Layout"), 2);
  g_autoptr(GVariant) layout =
      g_action_group_get_action_state(G_ACTION_GROUP(window), "layout");
  ck_assert_str_eq(g_variant_get_string(layout, NULL), "four");
  ck_assert(!cap_look_wheel_to_head(look()));
  cap_ui_choose(&input, row_of(dialog, "Wheel towards you goes"), 1);
  ck_assert(cap_look_wheel_to_head(look()));
  cap_ui_take_keys(dialog);
  key(XK_Return, 0); /* the row has the focus, and opens */
  key(XK_Up, 0);
  key(XK_Return, 0);
  ck_assert(!cap_look_wheel_to_head(look()));
}
END_TEST

START_TEST(a_number_is_typed_and_stepped)
{
  GtkWidget *dialog = open_by_key();
  GtkWidget *spin =
      cap_ui_find(row_of(dialog, "Slab thickness"), GTK_TYPE_SPIN_BUTTON);
  cap_ui_click(&input, cap_ui_find(spin, GTK_TYPE_TEXT));
  cap_ui_retype(&input, "12.5");
  key(XK_Return, 0);
  ck_assert_double_eq(g_settings_get_double(settings, "slab-thickness"), 12.5);
  cap_ui_click(&input, gtk_widget_get_last_child(spin)); /* more */
  ck_assert_double_eq(g_settings_get_double(settings, "slab-thickness"), 13);
  cap_ui_click(&input, cap_ui_find(spin, GTK_TYPE_TEXT));
  key(XK_Down, 0);
  key(XK_Down, 0);
  ck_assert_double_eq(g_settings_get_double(settings, "slab-thickness"), 12);
  cap_ui_retype(&input, "1000"); /* more than there may be */
  key(XK_Return, 0);
  ck_assert_double_eq(g_settings_get_double(settings, "slab-thickness"), 100);
  cap_ui_retype(&input, "7");
  key(XK_Escape, 0); /* goes as the window does, with what was typed */
  ck_assert_ptr_null(cap_ui_dialog(window, ADW_TYPE_WINDOW));
  ck_assert_double_eq(g_settings_get_double(settings, "slab-thickness"), 7);
}
END_TEST

START_TEST(a_name_is_typed)
{
  GtkWidget *dialog = open_by_key();
  turn_to(dialog, "Reading");
  cap_ui_click(&input, row_of(dialog, "Name of the reader"));
  cap_ui_retype(&input, "Dr. E. Rau, MD");
  CapSession *session = cap_window_session(window);
  ck_assert_str_eq(cap_session_reader(session), "Dr. E. Rau, MD");
  for (int i = 0; i < 4; i++)
    key(XK_BackSpace, 0);
  ck_assert_str_eq(cap_session_reader(session), "Dr. E. Rau");
  key(XK_Escape, 0);
  ck_assert_ptr_null(cap_ui_dialog(window, ADW_TYPE_WINDOW));
}
END_TEST

/* ---- searching ---- */

static gboolean
shows(GtkWidget *dialog, const char *title)
{
  GtkWidget *row = cap_ui_find_row(dialog, title);
  return row != NULL && gtk_widget_get_mapped(row);
}

START_TEST(rows_are_searched)
{
  GtkWidget *dialog = open_by_key();
  ck_assert(shows(dialog, "Layout"));
  key(XK_f, GDK_CONTROL_MASK);
  cap_xtest_text(&input, "inter");
  CAP_UI_WAIT(!shows(dialog, "Layout"));
  ck_assert(shows(dialog, "Interpolate slices"));
  ck_assert_ptr_null(
      cap_ui_find_match(dialog, cap_ui_is_visible_label, "Mouse"));
  cap_ui_retype(&input, "reader"); /* on another page */
  CAP_UI_WAIT(shows(dialog, "Name of the reader"));
  ck_assert(!shows(dialog, "Processors at work"));
  cap_ui_retype(&input, "zebra");
  CAP_UI_WAIT(cap_ui_find_match(dialog, cap_ui_is_visible_label,
                                "No preference is like this") != NULL);
  key(XK_Escape, 0); /* the search ends, and then the window */
  CAP_UI_WAIT(shows(dialog, "Layout"));
  key(XK_Escape, 0);
  CAP_UI_WAIT(cap_ui_dialog(window, ADW_TYPE_WINDOW) == NULL);
}
END_TEST

START_TEST(typing_begins_a_search)
{
  GtkWidget *dialog = open_by_key();
  cap_xtest_text(&input, "cache");
  CAP_UI_WAIT(shows(dialog, "Cache"));
}
END_TEST

/* ---- weights ---- */

static GtkWindow *
chooser(void)
{
  return cap_ui_dialog(window, GTK_TYPE_FILE_CHOOSER_DIALOG);
}

/* Chooses PATH in the dialog that the button opens. */
static void
choose_file(GtkWidget *dialog, const char *path)
{
  GtkWidget *row = row_of(dialog, "Weights of the network");
  cap_ui_click(&input, cap_ui_find_match(row, cap_ui_is_button, "Choose…"));
  CAP_UI_WAIT(chooser() != NULL);
  cap_ui_take_keys(chooser());
  cap_ui_spin(300);
  cap_xtest_text(&input, path); /* its "/" begins a path */
  cap_ui_spin(300);
  key(XK_Return, 0);
  CAP_UI_WAIT(chooser() == NULL);
  cap_ui_spin(200);
}

START_TEST(weights_are_chosen_refused_and_given_back)
{
  const char *weights = g_getenv("CAPSIGHT_TEST_WEIGHTS");
  if (weights == NULL) {
    cap_test_skip("weights_are_chosen", "no weights");
    return;
  }
  CapSession *session = cap_window_session(window);
  char *folder = cap_test_folder();
  g_autofree char *broken = g_build_filename(folder, "no.safetensors", NULL);
  ck_assert(g_file_set_contents(broken, "nothing", -1, NULL));
  GtkWidget *dialog = open_by_key();
  turn_to(dialog, "Reading");
  GtkWidget *row = cap_ui_find_row(dialog, "Weights of the network");
  ck_assert_ptr_null(cap_session_weights(session));
  choose_file(dialog, weights);
  ck_assert_str_eq(cap_session_weights(session), weights);
  ck_assert_ptr_nonnull(
      cap_ui_find_match(row, cap_ui_is_visible_label, weights));
  cap_ui_take_keys(dialog);
  choose_file(dialog, broken); /* says why, and keeps those of before */
  ck_assert_str_eq(cap_session_weights(session), weights);
  ck_assert_ptr_nonnull(
      cap_ui_find_match(dialog, cap_ui_is_visible_label, broken));
  cap_ui_take_keys(dialog);
  cap_ui_click(&input, cap_ui_find_match(row, cap_ui_is_button, "Choose…"));
  CAP_UI_WAIT(chooser() != NULL);
  cap_ui_take_keys(chooser());
  key(XK_Escape, 0);
  CAP_UI_WAIT(chooser() == NULL);
  ck_assert_str_eq(cap_session_weights(session), weights);
  cap_ui_take_keys(dialog);
  cap_ui_click(&input, cap_ui_find_match(row, cap_ui_is_button,
                                         "Use the program's own"));
  ck_assert_ptr_null(cap_session_weights(session));
  ck_assert_ptr_nonnull(
      cap_ui_find_match(row, cap_ui_is_visible_label, "Those that came"));
  cap_test_remove(folder);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("preferences");
  TCase *tests = tcase_create("preferences");
  tcase_set_timeout(tests, 120);
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, choices_hold_at_once);
  tcase_add_test(tests, rows_go_with_their_window);
  tcase_add_test(tests, the_next_window_begins_as_said);
  tcase_add_test(tests, the_threshold_follows_the_hand);
  tcase_add_test(tests, a_switch_is_switched);
  tcase_add_test(tests, a_choice_is_chosen);
  tcase_add_test(tests, a_number_is_typed_and_stepped);
  tcase_add_test(tests, a_name_is_typed);
  tcase_add_test(tests, rows_are_searched);
  tcase_add_test(tests, typing_begins_a_search);
  tcase_add_test(tests, weights_are_chosen_refused_and_given_back);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
