/* Recently opened studies: see recent.h. */
#include "ui/study/recent.h"

#include "core/language.h"
#include "ui/icon_button.h"
#include "ui/label.h"

#define APPLICATION "Capsight"

/* URIs that could not be opened since the program began. */
static GHashTable *
failed(void)
{
  static GHashTable *set;
  if (set == NULL)
    set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  return set;
}

void
cap_recent_add_failed(const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename(path, NULL);
  char *uri = g_filename_to_uri(absolute, NULL, NULL);
  if (uri != NULL)
    g_hash_table_add(failed(), uri);
}

void
cap_recent_add(const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename(path, NULL);
  g_autofree char *uri = g_filename_to_uri(absolute, NULL, NULL);
  if (uri == NULL)
    return;
  g_hash_table_remove(failed(), uri);
  const gboolean folder = g_file_test(absolute, G_FILE_TEST_IS_DIR);
  GtkRecentData data = {
      .mime_type = folder ? "inode/directory" : "application/dicom",
      .app_name = APPLICATION,
      .app_exec = "capsight-viewer %u",
  };
  gtk_recent_manager_add_full(gtk_recent_manager_get_default(), uri, &data);
}

static int
newest_first(gconstpointer a, gconstpointer b)
{
  return g_date_time_compare(gtk_recent_info_get_modified((GtkRecentInfo *)b),
                             gtk_recent_info_get_modified((GtkRecentInfo *)a));
}

/* Why INFO cannot be opened; NULL when nothing is known against it. */
static const char *
objection_to(GtkRecentInfo *info)
{
  if (!gtk_recent_info_exists(info))
    return _("No longer there");
  return g_hash_table_contains(failed(), gtk_recent_info_get_uri(info))
             ? _("Could not be opened")
             : NULL;
}

static GtkWidget *
open_button_new(GtkRecentInfo *info, const char *path)
{
  g_autofree char *name = g_filename_display_basename(path);
  g_autofree char *folder = g_path_get_dirname(path);
  g_autofree char *shown = g_filename_display_name(folder);
  const char *objection = objection_to(info);
  GtkWidget *button = gtk_button_new();
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *title = cap_label_new(name, NULL);
  GtkWidget *subtitle = cap_label_new(shown, "quiet");
  gtk_label_set_ellipsize(GTK_LABEL(title), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_ellipsize(GTK_LABEL(subtitle), PANGO_ELLIPSIZE_START);
  gtk_box_append(GTK_BOX(box), title);
  gtk_box_append(GTK_BOX(box), subtitle);
  if (objection != NULL)
    gtk_box_append(GTK_BOX(box), cap_label_new(objection, "grave"));
  gtk_button_set_child(GTK_BUTTON(button), box);
  gtk_widget_set_hexpand(button, TRUE);
  gtk_widget_add_css_class(button, "flat");
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.open-path");
  gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "s", path);
  return button;
}

static void
on_remove(GtkWidget *button, gpointer unused)
{
  const char *uri = g_object_get_data(G_OBJECT(button), "cap-uri");
  GtkWidget *row = gtk_widget_get_parent(button);
  gtk_recent_manager_remove_item(gtk_recent_manager_get_default(), uri, NULL);
  gtk_widget_child_focus(gtk_widget_get_parent(row), GTK_DIR_TAB_FORWARD);
  gtk_widget_set_visible(row, FALSE);
}

static GtkWidget *
row_new(GtkRecentInfo *info)
{
  const char *uri = gtk_recent_info_get_uri(info);
  g_autofree char *path = g_filename_from_uri(uri, NULL, NULL);
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *remove =
      cap_icon_button_new("window-close-symbolic", _("Remove from this list"));
  gtk_widget_set_valign(remove, GTK_ALIGN_CENTER);
  g_object_set_data_full(G_OBJECT(remove), "cap-uri", g_strdup(uri), g_free);
  g_signal_connect(remove, "clicked", G_CALLBACK(on_remove), NULL);
  gtk_box_append(GTK_BOX(row), open_button_new(info, path));
  gtk_box_append(GTK_BOX(row), remove);
  return row;
}

GtkWidget *
cap_recent_list_new(guint max)
{
  GtkWidget *box = NULL;
  guint n = 0;
  GList *items = g_list_sort(
      gtk_recent_manager_get_items(gtk_recent_manager_get_default()),
      newest_first);
  for (GList *l = items; l != NULL && n < max; l = l->next) {
    GtkRecentInfo *info = l->data;
    if (!gtk_recent_info_has_application(info, APPLICATION) ||
        !gtk_recent_info_is_local(info))
      continue;
    if (box == NULL) {
      box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
      gtk_box_append(GTK_BOX(box), cap_label_new(_("Recent"), "section-title"));
    }
    gtk_box_append(GTK_BOX(box), row_new(info));
    n++;
  }
  g_list_free_full(items, (GDestroyNotify)gtk_recent_info_unref);
  return box;
}
