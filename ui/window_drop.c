/* Dropping files on the window: see window_drop.h. */
#include "ui/window_drop.h"

#include "core/language.h"

static gboolean
on_drop(GtkDropTarget *target, const GValue *value, double x, double y,
        gpointer data)
{
  GdkFileList *list = g_value_get_boxed(value);
  g_autoptr(GSList) files = gdk_file_list_get_files(list);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
  for (const GSList *file = files; file != NULL; file = file->next) {
    g_autofree char *path = g_file_get_path(file->data);
    if (path != NULL)
      g_strv_builder_add(builder, path);
  }
  g_auto(GStrv) paths = g_strv_builder_end(builder);
  if (paths[0] == NULL) {
    cap_window_toast(data, _("Only files on this computer can be opened."));
    return FALSE;
  }
  cap_window_open(data, (const char *const *)paths, NULL);
  return TRUE;
}

void
cap_window_drop_attach(CapWindow *self)
{
  GtkDropTarget *target =
      gtk_drop_target_new(GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  g_signal_connect(target, "drop", G_CALLBACK(on_drop), self);
  gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(target));
}
