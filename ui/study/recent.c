/* Recently opened studies: see recent.h. */
#include "ui/study/recent.h"

#include "core/language.h"
#include "ui/label.h"

#define APPLICATION "Capsight"

void
cap_recent_add(const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename(path, NULL);
  g_autofree char *uri = g_filename_to_uri(absolute, NULL, NULL);
  if (uri == NULL)
    return;
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

static GtkWidget *
row_new(GtkRecentInfo *info)
{
  g_autofree char *path =
      g_filename_from_uri(gtk_recent_info_get_uri(info), NULL, NULL);
  g_autofree char *name = g_filename_display_basename(path);
  g_autofree char *folder = g_path_get_dirname(path);
  g_autofree char *shown = g_filename_display_name(folder);
  GtkWidget *button = gtk_button_new();
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *title = cap_label_new(name, NULL);
  GtkWidget *subtitle = cap_label_new(shown, "quiet");
  gtk_label_set_ellipsize(GTK_LABEL(title), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_ellipsize(GTK_LABEL(subtitle), PANGO_ELLIPSIZE_START);
  gtk_box_append(GTK_BOX(box), title);
  gtk_box_append(GTK_BOX(box), subtitle);
  gtk_button_set_child(GTK_BUTTON(button), box);
  gtk_widget_add_css_class(button, "flat");
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.open-path");
  gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "s", path);
  return button;
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
        !gtk_recent_info_is_local(info) || !gtk_recent_info_exists(info))
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
