/* What everybody can use: in every state of the viewer each control has a name
 * and a role, images that mean something say what, the keyboard reaches all of
 * it; and all of it is German for a German reader. */
#include "core/language.h"
#include "tests/support/viewer_states.h"
#include "ui/label.h"

#include <stdio.h>
#include <string.h>

static CapPriorWindow w;

/* ---- names and roles ---- */

static gboolean
has_label(GtkWidget *widget)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE(widget);
  if (gtk_test_accessible_has_relation(accessible,
                                       GTK_ACCESSIBLE_RELATION_LABELLED_BY))
    return TRUE;
  if (!gtk_test_accessible_has_property(accessible,
                                        GTK_ACCESSIBLE_PROPERTY_LABEL))
    return FALSE;
  /* It tells what it is where that is not what was asked for. */
  g_autofree char *other = gtk_test_accessible_check_property(
      accessible, GTK_ACCESSIBLE_PROPERTY_LABEL, "");
  return other != NULL;
}

/* Words in WIDGET, or something with a label. */
static gboolean
has_words(GtkWidget *widget)
{
  if ((GTK_IS_LABEL(widget) && *gtk_label_get_text(GTK_LABEL(widget)) != 0) ||
      (GTK_IS_INSCRIPTION(widget) &&
       gtk_inscription_get_text(GTK_INSCRIPTION(widget)) != NULL) ||
      has_label(widget))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
       child = gtk_widget_get_next_sibling(child))
    if (has_words(child))
      return TRUE;
  return FALSE;
}

/* Roles that take their name from what is in them (WAI-ARIA 1.2, 5.2.8.6). */
static gboolean
speaks_for_itself(GtkWidget *widget)
{
  switch (gtk_accessible_get_accessible_role(GTK_ACCESSIBLE(widget))) {
  case GTK_ACCESSIBLE_ROLE_BUTTON:
  case GTK_ACCESSIBLE_ROLE_CHECKBOX:
  case GTK_ACCESSIBLE_ROLE_RADIO:
  case GTK_ACCESSIBLE_ROLE_LABEL:
  case GTK_ACCESSIBLE_ROLE_LINK:
  case GTK_ACCESSIBLE_ROLE_LIST_ITEM:
  case GTK_ACCESSIBLE_ROLE_MENU_ITEM:
  case GTK_ACCESSIBLE_ROLE_MENU_ITEM_CHECKBOX:
  case GTK_ACCESSIBLE_ROLE_MENU_ITEM_RADIO:
  case GTK_ACCESSIBLE_ROLE_OPTION:
  case GTK_ACCESSIBLE_ROLE_ROW:
  case GTK_ACCESSIBLE_ROLE_COLUMN_HEADER:
  case GTK_ACCESSIBLE_ROLE_TAB:
  case GTK_ACCESSIBLE_ROLE_TREE_ITEM:
    return has_words(widget);
  default:
    return GTK_IS_WINDOW(widget) &&
           gtk_window_get_title(GTK_WINDOW(widget)) != NULL;
  }
}

/* Where WIDGET is, for messages. Caller frees. */
static char *
place_of(GtkWidget *widget)
{
  GString *text = g_string_new(NULL);
  const char *tooltip = gtk_widget_get_tooltip_text(widget);
  if (tooltip != NULL)
    g_string_append_printf(text, " “%s”", tooltip);
  for (; widget != NULL; widget = gtk_widget_get_parent(widget))
    g_string_append_printf(text, " < %s", G_OBJECT_TYPE_NAME(widget));
  return g_string_free(text, FALSE);
}

/* What GTK and libadwaita make by themselves: whose parts are theirs. */
static gboolean
is_made_by_gtk(GtkWidget *widget)
{
  const GType types[] = {GTK_TYPE_DROP_DOWN,
                         GTK_TYPE_SPIN_BUTTON,
                         GTK_TYPE_ENTRY,
                         GTK_TYPE_SEARCH_ENTRY,
                         GTK_TYPE_SWITCH,
                         GTK_TYPE_EDITABLE_LABEL,
                         GTK_TYPE_SCALE,
                         GTK_TYPE_WINDOW_CONTROLS,
                         ADW_TYPE_ENTRY_ROW,
                         ADW_TYPE_COMBO_ROW,
                         ADW_TYPE_ABOUT_WINDOW,
                         ADW_TYPE_VIEW_SWITCHER_TITLE,
                         ADW_TYPE_VIEW_SWITCHER_BAR,
                         ADW_TYPE_BUTTON_CONTENT,
                         GTK_TYPE_FILE_CHOOSER_DIALOG};
  for (guint i = 0; i < G_N_ELEMENTS(types); i++)
    if (G_TYPE_CHECK_INSTANCE_TYPE(widget, types[i]))
      return TRUE;
  return g_str_equal(G_OBJECT_TYPE_NAME(widget), "GtkTooltipWindow");
}

/* What only holds what is acted on. */
static gboolean
only_holds(GtkWidget *widget)
{
  return GTK_IS_SCROLLED_WINDOW(widget) || GTK_IS_WINDOW(widget) ||
         (GTK_IS_LABEL(widget) && !has_words(widget)) ||
         g_str_equal(G_OBJECT_TYPE_NAME(widget), "GtkColumnListView");
}

static gboolean
is_control(GtkWidget *widget)
{
  return GTK_IS_COLUMN_VIEW(widget) ||
         (gtk_widget_get_focusable(widget) && !only_holds(widget));
}

/* What is shown has a minus sign before a number; what is told beside it, not a
 * hyphen. */
static gboolean
tells_hyphen(GtkWidget *widget)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE(widget);
  static const GtkAccessibleProperty properties[] = {
      GTK_ACCESSIBLE_PROPERTY_LABEL, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION};
  const char *tooltip = gtk_widget_get_tooltip_text(widget);
  g_autoptr(GString) told = g_string_new(tooltip);
  if (GTK_IS_LABEL(widget))
    g_string_append_printf(told, " %s", gtk_label_get_text(GTK_LABEL(widget)));
  for (guint i = 0; i < G_N_ELEMENTS(properties); i++) {
    if (!gtk_test_accessible_has_property(accessible, properties[i]))
      continue;
    g_autofree char *is =
        gtk_test_accessible_check_property(accessible, properties[i], "");
    g_string_append_printf(told, " %s", is != NULL ? is : "");
  }
  g_autofree char *shown = cap_label_minus(told->str);
  return !g_str_equal(shown, told->str);
}

/* What is wrong with WIDGET; NULL. */
static const char *
fault_of(GtkWidget *widget)
{
  const GtkAccessibleRole role =
      gtk_accessible_get_accessible_role(GTK_ACCESSIBLE(widget));
  const gboolean named = has_label(widget);
  const gboolean is_image = GTK_IS_IMAGE(widget) || GTK_IS_PICTURE(widget) ||
                            GTK_IS_DRAWING_AREA(widget) ||
                            GTK_IS_SPINNER(widget) ||
                            role == GTK_ACCESSIBLE_ROLE_IMG;
  if (role == GTK_ACCESSIBLE_ROLE_PRESENTATION)
    return gtk_widget_get_focusable(widget) ? "focus on decoration" : NULL;
  if (is_image && !gtk_widget_get_visible(widget))
    return NULL; /* such as the icon of a row that has none */
  if (is_image && !named)
    return "image without words";
  if ((is_image || is_control(widget) ||
       g_str_has_prefix(G_OBJECT_TYPE_NAME(widget), "Cap")) &&
      (role == GTK_ACCESSIBLE_ROLE_WIDGET || role == GTK_ACCESSIBLE_ROLE_NONE))
    return "no role";
  if (tells_hyphen(widget))
    return "a hyphen for a minus sign";
  return is_control(widget) && !named && !speaks_for_itself(widget) ? "no name"
                                                                    : NULL;
}

/* Adds what is wrong in and below WIDGET to FAULTS; returns how many controls
 * were seen. */
static int
walk(GtkWidget *widget, GString *faults)
{
  const char *fault = fault_of(widget);
  int n = is_control(widget);
  if (fault != NULL) {
    g_autofree char *place = place_of(widget);
    g_string_append_printf(faults, "\n%s:%s", fault, place);
  }
  if (is_made_by_gtk(widget))
    return n;
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
       child = gtk_widget_get_next_sibling(child))
    n += walk(child, faults);
  return n;
}

/* ---- keyboard ---- */

static void
walk_focus(GtkWidget *root, GHashTable *reached)
{
  const GtkWidget *first = NULL;
  for (int i = 0; i < 600; i++) {
    gtk_widget_child_focus(root, GTK_DIR_TAB_FORWARD);
    const GtkWidget *now = gtk_window_get_focus(GTK_WINDOW(root));
    if (i > 1 && now == first)
      return; /* all the way round */
    if (i == 1)
      first = now;
    for (GtkWidget *at = gtk_window_get_focus(GTK_WINDOW(root)); at != NULL;
         at = gtk_widget_get_parent(at))
      g_hash_table_add(reached, at);
  }
}

/* Tab goes to a list, arrows to its rows; a list without any has nothing to go
 * to. Borders are moved to with F8. */
static gboolean
is_tab_stop(GtkWidget *widget)
{
  if (GTK_IS_LIST_VIEW(widget))
    return g_list_model_get_n_items(G_LIST_MODEL(
               gtk_list_view_get_model(GTK_LIST_VIEW(widget)))) > 0;
  if (GTK_IS_LIST_BOX(widget))
    return gtk_list_box_get_row_at_index(GTK_LIST_BOX(widget), 0) != NULL;
  return !GTK_IS_LIST_BOX_ROW(widget) && !GTK_IS_PANED(widget) &&
         !GTK_IS_TREE_EXPANDER(widget) &&
         !g_str_equal(G_OBJECT_TYPE_NAME(widget), "GtkListItemWidget") &&
         !g_str_equal(G_OBJECT_TYPE_NAME(widget), "GtkColumnViewTitle");
}

static void
check_reached(GtkWidget *widget, GHashTable *reached, GString *missed)
{
  if (!gtk_widget_get_mapped(widget))
    return;
  if (is_control(widget) && is_tab_stop(widget) &&
      gtk_widget_is_sensitive(widget) &&
      !g_hash_table_contains(reached, widget)) {
    g_autofree char *place = place_of(widget);
    g_string_append_printf(missed, "\n%s", place);
  }
  if (is_made_by_gtk(widget))
    return;
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
       child = gtk_widget_get_next_sibling(child))
    check_reached(child, reached, missed);
}

/* ---- language ---- */

/* Labels that show a word as the source has it although German has another. */
static void
check_language(GtkWidget *widget, GString *english)
{
  const char *text =
      GTK_IS_LABEL(widget) ? gtk_label_get_text(GTK_LABEL(widget)) : "";
  if (*text != '\0' && !g_str_equal(_(text), text))
    g_string_append_printf(english, "\n%s", text);
  if (ADW_IS_ABOUT_WINDOW(widget))
    return; /* libadwaita's words */
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
       child = gtk_widget_get_next_sibling(child))
    check_language(child, english);
}

/* ---- each state ---- */

START_TEST(everything_is_named_reached_and_german)
{
  const CapViewerState *state = &cap_viewer_states[_i];
  g_autoptr(GHashTable) reached = g_hash_table_new(NULL, NULL);
  g_autoptr(GString) faults = g_string_new(NULL);
  g_autoptr(GString) missed = g_string_new(NULL);
  g_autoptr(GString) english = g_string_new(NULL);
  GtkWidget *root = cap_viewer_state_enter(&w, _i);
  const char *title = gtk_window_get_title(GTK_WINDOW(root));
  const int n = walk(root, faults);
  walk_focus(root, reached);
  check_reached(root, reached, missed);
  check_language(root, english);
  printf("# %s: %d controls\n", state->name, n);
  fflush(stdout);
  ck_assert_msg(title != NULL && *title != '\0', "%s: no title", state->name);
  ck_assert_msg(faults->len == 0, "%s:%s", state->name, faults->str);
  ck_assert_msg(missed->len == 0, "%s: Tab does not reach%s", state->name,
                missed->str);
  ck_assert_msg(english->len == 0, "%s: in English are%s", state->name,
                english->str);
  ck_assert_msg(n >= state->n_controls, "%s: only %d controls were seen",
                state->name, n);
  cap_viewer_state_leave(&w);
}
END_TEST

/* Of the list of series: what has a unit is not cut before it. */
START_TEST(lengths_of_series_are_whole)
{
  g_object_set(gtk_settings_get_default(), "gtk-xft-dpi", 96 * 1024, NULL);
  GtkWidget *root =
      cap_viewer_state_enter(&w, cap_viewer_state_find("not searched"));
  cap_ui_shoot("series");
  g_autoptr(GPtrArray) lists = cap_ui_find_all(root, GTK_TYPE_LIST_VIEW);
  int n = 0;
  for (guint i = 0; i < lists->len; i++) {
    GtkWidget *label = cap_ui_find_label(lists->pdata[i], "\u00a0mm");
    if (label == NULL || !gtk_widget_get_mapped(label))
      continue;
    PangoLayout *layout = gtk_label_get_layout(GTK_LABEL(label));
    ck_assert_msg(!pango_layout_is_ellipsized(layout), "%s is cut",
                  gtk_label_get_text(GTK_LABEL(label)));
    n++;
  }
  ck_assert_int_gt(n, 0);
  cap_viewer_state_leave(&w);
}
END_TEST

START_TEST(keys_are_told_apart)
{
  GtkWidget *root = cap_viewer_state_enter(&w, cap_viewer_state_find("keys"));
  if (!g_str_equal(_("Backspace"), "Backspace"))
    ck_assert_ptr_nonnull(cap_ui_find_label(root, "Rücktaste"));
  cap_viewer_state_leave(&w);
}
END_TEST

START_TEST(the_language_is_there)
{
  if (g_str_equal(_("Threshold"), "Threshold"))
    cap_test_skip("the language", "no German on this machine");
}
END_TEST

int
main(void)
{
  cap_prior_window_make_case(&w);
  cap_ui_german(w.folder); /* before GTK has begun */
  const int n = (int)cap_n_viewer_states;
  Suite *suite = suite_create("accessible");
  TCase *tests = tcase_create("accessible");
  tcase_set_timeout(tests, 240);
  tcase_add_checked_fixture(tests, cap_ui_setup, NULL);
  tcase_add_test(tests, the_language_is_there);
  tcase_add_test(tests, lengths_of_series_are_whole);
  tcase_add_test(tests, keys_are_told_apart);
  tcase_add_loop_test(tests, everything_is_named_reached_and_german, 0, n);
  suite_add_tcase(suite, tests);
  const int failed = cap_suite_run(suite);
  cap_prior_window_remove_case(&w);
  return failed;
}
