/* The list of keys: see keys_window.h. */
#include "ui/keys_window.h"

#include "core/language.h"
#include "ui/escape.h"
#include "ui/keys.h"
#include "ui/label.h"
#include "ui/row_search.h"

#include <adwaita.h>

typedef struct {
  GtkWidget *search, *columns[2];
} Keys;

/* ---- rows ---- */

/* The same words in the caps that GTK draws. */
static void
name_caps(GtkWidget *widget)
{
  if (GTK_IS_LABEL(widget)) {
    g_autofree char *name =
        cap_keys_name(gtk_label_get_text(GTK_LABEL(widget)));
    gtk_label_set_text(GTK_LABEL(widget), name);
    return;
  }
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
       child = gtk_widget_get_next_sibling(child))
    name_caps(child);
}

static GtkWidget *
row_new(const CapKey *k)
{
  GtkWidget *row = gtk_list_box_row_new();
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *title = cap_label_wrapped_new(_(k->title), NULL, 40);
  GtkWidget *keys = gtk_shortcut_label_new(k->accelerator);
  name_caps(keys);
  gtk_widget_set_hexpand(title, TRUE);
  gtk_widget_set_valign(keys, GTK_ALIGN_CENTER);
  gtk_box_append(GTK_BOX(box), title);
  gtk_box_append(GTK_BOX(box), keys);
  gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), box);
  gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(row), FALSE);
  g_autofree char *label = cap_keys_label(k);
  g_autofree char *name = g_strdup_printf("%s: %s", _(k->title), label);
  gtk_accessible_update_property(GTK_ACCESSIBLE(row),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return row;
}

/* All keys of GROUP below its name. */
static GtkWidget *
group_new(const Keys *keys, const char *group)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *list = gtk_list_box_new();
  gtk_widget_add_css_class(list, "key-list");
  gtk_list_box_set_selection_mode(GTK_LIST_BOX(list), GTK_SELECTION_NONE);
  gtk_accessible_update_property(GTK_ACCESSIBLE(list),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, _(group), -1);
  cap_row_search_add(keys->search, box, NULL, NULL);
  for (const CapKey *k = cap_keys; k->accelerator != NULL; k++) {
    if (k->title == NULL || !g_str_equal(k->group, group))
      continue;
    GtkWidget *row = row_new(k);
    g_autofree char *label = cap_keys_label(k);
    g_autofree char *words = g_strjoin(" ", _(k->title), _(group), label, NULL);
    gtk_list_box_append(GTK_LIST_BOX(list), row);
    cap_row_search_add(keys->search, row, box, words);
  }
  gtk_box_append(GTK_BOX(box), cap_label_wrapped_new(_(group), "heading", 40));
  gtk_box_append(GTK_BOX(box), list);
  return box;
}

/* Whether no row above K is of its group. */
static gboolean
begins_group(const CapKey *k)
{
  for (const CapKey *before = cap_keys; before < k; before++)
    if (g_str_equal(before->group, k->group))
      return FALSE;
  return TRUE;
}

static int
count(const char *group)
{
  int n = 0;
  for (const CapKey *k = cap_keys; k->accelerator != NULL; k++)
    n += k->title != NULL && (group == NULL || g_str_equal(k->group, group));
  return n;
}

/* The groups in their order, half of the keys a column. */
static void
fill(const Keys *keys)
{
  const int all = count(NULL);
  int n = 0;
  for (const CapKey *k = cap_keys; k->accelerator != NULL; k++) {
    if (!begins_group(k))
      continue;
    gtk_box_append(GTK_BOX(keys->columns[n >= all / 2]),
                   group_new(keys, k->group));
    n += count(k->group);
  }
}

/* ---- searching ---- */

/* Escape ends the search, and then closes the window. */
static void
on_stop(GtkWidget *search)
{
  if (*gtk_editable_get_text(GTK_EDITABLE(search)) != '\0')
    gtk_editable_set_text(GTK_EDITABLE(search), "");
  else
    gtk_widget_activate_action(search, "window.close", NULL);
}

/* ---- construction ---- */

static GtkWidget *
list_new(Keys *keys)
{
  GtkWidget *columns = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 36);
  GtkWidget *scroller = gtk_scrolled_window_new();
  gtk_box_set_homogeneous(GTK_BOX(columns), TRUE);
  gtk_widget_add_css_class(columns, "dialog-content");
  for (guint i = 0; i < G_N_ELEMENTS(keys->columns); i++) {
    keys->columns[i] = gtk_box_new(GTK_ORIENTATION_VERTICAL, 18);
    gtk_box_append(GTK_BOX(columns), keys->columns[i]);
  }
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller),
                                 GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), columns);
  fill(keys);
  return scroller;
}

GtkWidget *
cap_keys_window_new(GtkWindow *parent)
{
  Keys *keys = g_new0(Keys, 1);
  GtkWidget *window = adw_window_new();
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *header = adw_header_bar_new();
  keys->search = cap_row_search_new(_("Search the keys"));
  gtk_widget_set_size_request(keys->search, 320, -1);
  adw_header_bar_set_title_widget(ADW_HEADER_BAR(header), keys->search);
  gtk_box_append(GTK_BOX(box), header);
  gtk_box_append(GTK_BOX(box),
                 cap_row_search_stack_new(keys->search, list_new(keys),
                                          _("No key is like this")));
  adw_window_set_content(ADW_WINDOW(window), box);
  g_signal_connect(keys->search, "stop-search", G_CALLBACK(on_stop), NULL);
  gtk_search_entry_set_key_capture_widget(GTK_SEARCH_ENTRY(keys->search),
                                          window);
  g_object_set_data_full(G_OBJECT(window), "cap-keys", keys, g_free);
  gtk_window_set_title(GTK_WINDOW(window), _("Keys"));
  gtk_window_set_modal(GTK_WINDOW(window), TRUE);
  gtk_window_set_transient_for(GTK_WINDOW(window), parent);
  gtk_window_set_default_size(GTK_WINDOW(window), 960, 680);
  gtk_window_set_focus(GTK_WINDOW(window), keys->search);
  cap_escape_closes(window);
  return window;
}
