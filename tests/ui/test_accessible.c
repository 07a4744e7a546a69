/* What everybody can use: every control has a name, the keyboard reaches all of
 * them, text of twice its size fits a small screen, a German window is German.
 */
#include "core/language.h"
#include "tests/support/ui.h"
#include "ui/application.h"
#include "ui/keys.h"
#include "ui/preferences/preferences_window.h"
#include "ui/preferences/reader_dialog.h"
#include "ui/report/report_dialog.h"
#include "ui/study/archive_dialog.h"
#include "ui/translations.h"
#include "ui/window.h"

#include <stdio.h>

static CapWindow *window;

static void
setup(void)
{
  cap_ui_setup();
  window = cap_window_new(NULL);
  CapSession *session = cap_window_session(window);
  CapShared *volume =
      cap_shared_new(cap_ui_volume(), (GDestroyNotify)cap_volume_free);
  cap_session_set_volume(session, volume, TRUE);
  cap_session_set_phase(session, CAP_PHASE_READY);
  cap_shared_unref(volume);
  cap_session_set_findings(session,
                           cap_ui_findings(cap_session_volume(session), 6));
  cap_session_select_step(session, 1);
  gtk_window_set_default_size(GTK_WINDOW(window), 1280, 800);
  gtk_window_present(GTK_WINDOW(window));
  cap_ui_spin(300);
}

static void
teardown(void)
{
  gtk_window_destroy(GTK_WINDOW(window));
}

/* ---- names ---- */

static gboolean
has_text(GtkWidget *widget)
{
  if (GTK_IS_LABEL(widget) && *gtk_label_get_text(GTK_LABEL(widget)) != '\0')
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
       child = gtk_widget_get_next_sibling(child))
    if (has_text(child))
      return TRUE;
  return FALSE;
}

static gboolean
has_name(GtkWidget *widget)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE(widget);
  return gtk_test_accessible_has_property(accessible,
                                          GTK_ACCESSIBLE_PROPERTY_LABEL) ||
         gtk_test_accessible_has_relation(accessible,
                                          GTK_ACCESSIBLE_RELATION_LABELLED_BY);
}

/* Parts of lists and windows that GTK and libadwaita make by themselves. */
static gboolean
is_inside(GtkWidget *widget)
{
  GtkWidget *parent = gtk_widget_get_parent(widget);
  return gtk_widget_get_ancestor(widget, ADW_TYPE_COMBO_ROW) != NULL ||
         (parent != NULL &&
          gtk_widget_get_ancestor(parent, GTK_TYPE_DROP_DOWN) != NULL) ||
         (parent != NULL && GTK_IS_COLUMN_VIEW(parent)) ||
         (GTK_IS_LIST_BOX(widget) &&
          gtk_widget_get_ancestor(widget, ADW_TYPE_PREFERENCES_GROUP) != NULL);
}

/* What a reader or a finger acts on, apart from the parts that GTK's own
 * widgets are made of. */
static gboolean
is_control(GtkWidget *widget)
{
  GtkWidget *parent = gtk_widget_get_parent(widget);
  if (is_inside(widget))
    return FALSE;
  if (GTK_IS_SPIN_BUTTON(parent) || ADW_IS_ENTRY_ROW(widget) ||
      GTK_IS_WINDOW_CONTROLS(parent) ||
      gtk_widget_get_ancestor(widget, ADW_TYPE_ENTRY_ROW) != NULL)
    return FALSE;
  if (GTK_IS_TOGGLE_BUTTON(widget) && GTK_IS_MENU_BUTTON(parent))
    return FALSE; /* its inside: the menu button has the name */
  if (gtk_widget_get_ancestor(widget, GTK_TYPE_MENU_BUTTON) == parent &&
      parent != NULL && GTK_IS_MENU_BUTTON(parent))
    return FALSE;
  return GTK_IS_BUTTON(widget) || GTK_IS_MENU_BUTTON(widget) ||
         GTK_IS_ENTRY(widget) || GTK_IS_SEARCH_ENTRY(widget) ||
         GTK_IS_SPIN_BUTTON(widget) || GTK_IS_DROP_DOWN(widget) ||
         GTK_IS_SCALE(widget) || GTK_IS_SWITCH(widget) ||
         GTK_IS_CHECK_BUTTON(widget) || GTK_IS_TEXT_VIEW(widget) ||
         GTK_IS_LIST_VIEW(widget) || GTK_IS_COLUMN_VIEW(widget) ||
         GTK_IS_LIST_BOX(widget) || GTK_IS_LEVEL_BAR(widget) ||
         GTK_IS_PROGRESS_BAR(widget) ||
         g_str_has_prefix(G_OBJECT_TYPE_NAME(widget), "CapPane") ||
         g_str_has_prefix(G_OBJECT_TYPE_NAME(widget), "CapGlyph") ||
         g_str_has_prefix(G_OBJECT_TYPE_NAME(widget), "CapRating");
}

/* Words on it are a name for what is pressed; the others need one. */
static gboolean
speaks_for_itself(GtkWidget *widget)
{
  return (GTK_IS_BUTTON(widget) || GTK_IS_MENU_BUTTON(widget) ||
          GTK_IS_CHECK_BUTTON(widget)) &&
         has_text(widget);
}

/* Where WIDGET is, for messages. Caller frees. */
static char *
place_of(GtkWidget *widget)
{
  GString *text = g_string_new(NULL);
  for (; widget != NULL; widget = gtk_widget_get_parent(widget))
    g_string_append_printf(text, " < %s", G_OBJECT_TYPE_NAME(widget));
  return g_string_free(text, FALSE);
}

static int
check_names(GtkWidget *widget, GString *nameless)
{
  int n = 0;
  if (is_control(widget)) {
    n++;
    if (!has_name(widget) && !speaks_for_itself(widget)) {
      g_autofree char *place = place_of(widget);
      const char *tooltip = gtk_widget_get_tooltip_text(widget);
      g_string_append_printf(nameless, "%s%s (%s)",
                             nameless->len > 0 ? "\n" : "", place,
                             tooltip ? tooltip : "");
    }
  }
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
       child = gtk_widget_get_next_sibling(child))
    n += check_names(child, nameless);
  return n;
}

static void
assert_names(GtkWidget *root, int least, const char *what)
{
  g_autoptr(GString) nameless = g_string_new(NULL);
  const int n = check_names(root, nameless);
  if (nameless->len > 0)
    printf("# no name:\n%s\n", nameless->str);
  fflush(stdout);
  ck_assert_msg(nameless->len == 0, "%s: controls without a name", what);
  ck_assert_msg(n >= least, "%s: only %d controls were seen", what, n);
}

START_TEST(every_control_of_the_window_has_a_name)
{
  assert_names(GTK_WIDGET(window), 60, "the window");
}
END_TEST

static GtkWidget *
preferences(void)
{
  return cap_preferences_window_new(GTK_WINDOW(window));
}

static GtkWidget *
report(void)
{
  return GTK_WIDGET(
      cap_report_dialog_new(GTK_WINDOW(window), cap_window_session(window)));
}

static GtkWidget *
archive(void)
{
  return cap_archive_dialog_new(GTK_WINDOW(window), NULL, NULL);
}

static GtkWidget *
reader(void)
{
  cap_reader_dialog_show(GTK_WINDOW(window), cap_window_session(window));
  return GTK_WIDGET(cap_ui_dialog(window, GTK_TYPE_WINDOW));
}

static const struct {
  const char *name;
  GtkWidget *(*open)(void);
  int controls;
} dialogs[] = {{"preferences", preferences, 12},
               {"report", report, 8},
               {"archive", archive, 4},
               {"reader", reader, 3}};

START_TEST(every_control_of_the_dialogs_has_a_name)
{
  GtkWidget *dialog = dialogs[_i].open();
  gtk_window_present(GTK_WINDOW(dialog));
  cap_ui_spin(150);
  assert_names(dialog, dialogs[_i].controls, dialogs[_i].name);
  gtk_window_destroy(GTK_WINDOW(dialog));
}
END_TEST

/* ---- keyboard ---- */

static void
walk_focus(GHashTable *reached)
{
  for (int i = 0; i < 600; i++) {
    gtk_widget_child_focus(GTK_WIDGET(window), GTK_DIR_TAB_FORWARD);
    for (GtkWidget *w = gtk_window_get_focus(GTK_WINDOW(window)); w != NULL;
         w = gtk_widget_get_parent(w))
      g_hash_table_add(reached, w);
  }
}

/* A list without rows has nothing to go to. */
static gboolean
is_empty(GtkWidget *widget)
{
  return GTK_IS_LIST_VIEW(widget) &&
         g_list_model_get_n_items(
             G_LIST_MODEL(gtk_list_view_get_model(GTK_LIST_VIEW(widget)))) == 0;
}

static void
check_reached(GtkWidget *widget, GHashTable *reached, GString *missed)
{
  if (!gtk_widget_get_mapped(widget))
    return;
  const gboolean wanted =
      is_control(widget) && gtk_widget_is_sensitive(widget) &&
      !is_empty(widget) && !GTK_IS_LEVEL_BAR(widget) &&
      !GTK_IS_PROGRESS_BAR(widget) &&
      !g_str_has_prefix(G_OBJECT_TYPE_NAME(widget), "CapRating");
  if (wanted && !g_hash_table_contains(reached, widget)) {
    g_autofree char *place = place_of(widget);
    g_string_append_printf(missed, "\n%s", place);
  }
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
       child = gtk_widget_get_next_sibling(child))
    check_reached(child, reached, missed);
}

START_TEST(tab_reaches_everything)
{
  g_action_group_change_action_state(G_ACTION_GROUP(window), "show-series",
                                     g_variant_new_boolean(TRUE));
  cap_ui_spin(200);
  g_autoptr(GHashTable) reached = g_hash_table_new(NULL, NULL);
  g_autoptr(GString) missed = g_string_new(NULL);
  walk_focus(reached);
  check_reached(GTK_WIDGET(window), reached, missed);
  ck_assert_msg(missed->len == 0, "Tab does not reach%s", missed->str);
  ck_assert_uint_gt(g_hash_table_size(reached), 40);
}
END_TEST

/* ---- large text ---- */

/* The widest part of WIDGET, of which the widest part, …: who needs the room.
 */
static void
print_widest(GtkWidget *widget)
{
  while (widget != NULL) {
    GtkWidget *widest = NULL;
    int most = 0, width;
    for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
         child = gtk_widget_get_next_sibling(child)) {
      gtk_widget_measure(child, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL,
                         NULL, NULL);
      if (width > most) {
        most = width;
        widest = child;
      }
    }
    if (widest != NULL)
      printf("# %s %d\n", G_OBJECT_TYPE_NAME(widest), most);
    widget = widest;
  }
  fflush(stdout);
}

static void
assert_fits(GtkWidget *widget, const char *what)
{
  int width, height;
  gtk_widget_measure(widget, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL,
                     NULL);
  gtk_widget_measure(widget, GTK_ORIENTATION_VERTICAL, -1, &height, NULL, NULL,
                     NULL);
  if (width > 1280)
    print_widest(widget);
  ck_assert_msg(width <= 1280 && height <= 800,
                "%s needs %d x %d where there are 1280 x 800", what, width,
                height);
}

START_TEST(text_of_twice_its_size_fits)
{
  GtkSettings *settings = gtk_settings_get_default();
  int dpi;
  g_object_get(settings, "gtk-xft-dpi", &dpi, NULL);
  g_object_set(settings, "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  cap_ui_spin(300);
  assert_fits(GTK_WIDGET(window), "the window");
  for (guint i = 0; i < G_N_ELEMENTS(dialogs); i++) {
    GtkWidget *dialog = dialogs[i].open();
    gtk_window_present(GTK_WINDOW(dialog));
    cap_ui_spin(150);
    assert_fits(dialog, dialogs[i].name);
    gtk_window_destroy(GTK_WINDOW(dialog));
  }
  g_object_set(settings, "gtk-xft-dpi", dpi, NULL);
}
END_TEST

/* ---- language ---- */

/* Labels that show a word as the source has it although German has another. */
static void
check_language(GtkWidget *widget, GString *english)
{
  const char *text =
      GTK_IS_LABEL(widget) ? gtk_label_get_text(GTK_LABEL(widget)) : "";
  if (*text != '\0' && !g_str_equal(_(text), text))
    g_string_append_printf(english, "\n%s", text);
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
       child = gtk_widget_get_next_sibling(child))
    check_language(child, english);
}

START_TEST(nothing_is_left_in_english)
{
  char *folder = cap_test_folder();
  g_autofree char *command = g_strdup_printf(
      "localedef --no-archive -i de_DE -f UTF-8 '%s/de_DE.UTF-8'", folder);
  g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL);
  g_setenv("LOCPATH", folder, TRUE);
  g_setenv("LC_ALL", "de_DE.UTF-8", TRUE);
  cap_translations_bind();
  if (g_str_equal(_("Threshold"), "Threshold")) {
    cap_test_skip("nothing_is_left_in_english", "no German on this machine");
    cap_test_remove(folder);
    return;
  }
  teardown();
  setup();
  g_autoptr(GString) english = g_string_new(NULL);
  check_language(GTK_WIDGET(window), english);
  for (guint i = 0; i < G_N_ELEMENTS(dialogs); i++) {
    GtkWidget *dialog = dialogs[i].open();
    check_language(dialog, english);
    gtk_window_destroy(GTK_WINDOW(dialog));
  }
  ck_assert_msg(english->len == 0, "in English are%s", english->str);
  cap_test_remove(folder);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("accessible");
  TCase *tests = tcase_create("accessible");
  tcase_set_timeout(tests, 120);
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, every_control_of_the_window_has_a_name);
  tcase_add_loop_test(tests, every_control_of_the_dialogs_has_a_name, 0,
                      G_N_ELEMENTS(dialogs));
  tcase_add_test(tests, tab_reaches_everything);
  tcase_add_test(tests, text_of_twice_its_size_fits);
  tcase_add_test(tests, nothing_is_left_in_english);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
