/* Finding windows and widgets: see ui_tree.h. */
#include "tests/support/ui_tree.h"

#include <string.h>

GtkWidget *
cap_ui_find_match(GtkWidget *in, CapUiMatch match, const char *text)
{
  if (match(in, text))
    return in;
  GtkWidget *found = NULL;
  for (GtkWidget *child = gtk_widget_get_first_child(in);
       child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling(child))
    found = cap_ui_find_match(child, match, text);
  return found;
}

gboolean
cap_ui_is_button(GtkWidget *widget, const char *text)
{
  return GTK_IS_BUTTON(widget) &&
         g_strcmp0(gtk_button_get_label(GTK_BUTTON(widget)), text) == 0;
}

static gboolean
is_label(GtkWidget *widget, const char *part)
{
  return GTK_IS_LABEL(widget) &&
         strstr(gtk_label_get_text(GTK_LABEL(widget)), part) != NULL;
}

gboolean
cap_ui_is_visible_label(GtkWidget *widget, const char *text)
{
  return is_label(widget, text) && gtk_widget_get_mapped(widget);
}

static gboolean
is_row(GtkWidget *widget, const char *title)
{
  return ADW_IS_PREFERENCES_ROW(widget) &&
         g_str_equal(adw_preferences_row_get_title(ADW_PREFERENCES_ROW(widget)),
                     title);
}

static void
collect(GtkWidget *widget, GType type, GPtrArray *found)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE(widget, type)) {
    g_ptr_array_add(found, widget);
    return;
  }
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
       child = gtk_widget_get_next_sibling(child))
    collect(child, type, found);
}

GPtrArray *
cap_ui_find_all(GtkWidget *in, GType type)
{
  GPtrArray *found = g_ptr_array_new();
  collect(in, type, found);
  return found;
}

GtkWidget *
cap_ui_find(GtkWidget *in, GType type)
{
  g_autoptr(GPtrArray) all = cap_ui_find_all(in, type);
  return all->len > 0 ? all->pdata[0] : NULL;
}

GtkWidget *
cap_ui_find_label(GtkWidget *in, const char *part)
{
  return cap_ui_find_match(in, is_label, part);
}

GtkWidget *
cap_ui_find_row(GtkWidget *in, const char *title)
{
  return cap_ui_find_match(in, is_row, title);
}

char *
cap_ui_text(GtkWidget *in)
{
  GString *text = g_string_new(NULL);
  g_autoptr(GPtrArray) labels = cap_ui_find_all(in, GTK_TYPE_LABEL);
  for (guint i = 0; i < labels->len; i++)
    if (gtk_widget_get_mapped(labels->pdata[i]))
      g_string_append_printf(text, "%s\n",
                             gtk_label_get_text(labels->pdata[i]));
  return g_string_free(text, FALSE);
}

GtkWindow *
cap_ui_dialog(gpointer main, GType type)
{
  GListModel *list = gtk_window_get_toplevels();
  for (guint i = 0; i < g_list_model_get_n_items(list); i++) {
    g_autoptr(GtkWindow) at = g_list_model_get_item(list, i);
    if ((gpointer)at != main && G_TYPE_CHECK_INSTANCE_TYPE(at, type))
      return at;
  }
  return NULL;
}
