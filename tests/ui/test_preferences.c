/* What is chosen in the preferences holds in the window at once; the threshold
 * says what is listed while it is dragged. */
#include "tests/support/ui.h"
#include "ui/preferences/preferences.h"
#include "ui/preferences/preferences_window.h"
#include "ui/session/session_guidelines.h"
#include "ui/window.h"

static CapWindow *window;
static GSettings *settings;

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
  gtk_window_present(GTK_WINDOW(window));
  cap_ui_spin(200);
}

static void
teardown(void)
{
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
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
