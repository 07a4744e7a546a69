/* The cache of headers: see cache_row.h. */
#include "ui/preferences/cache_row.h"

#include "core/language.h"
#include "io/series/header_cache.h"

#include <glib/gstdio.h>

static void
show_size(gpointer row)
{
  GStatBuf about;
  g_autofree char *path = cap_header_cache_path();
  const guint64 bytes = g_stat(path, &about) == 0 ? (guint64)about.st_size : 0;
  g_autofree char *size = g_format_size(bytes);
  g_autofree char *text =
      g_strdup_printf(_("Headers of large folders: %s"), size);
  adw_action_row_set_subtitle(row, text);
}

static void
clear(GtkButton *button, gpointer row)
{
  g_autofree char *path = cap_header_cache_path();
  g_unlink(path);
  show_size(row);
}

GtkWidget *
cap_cache_row_new(void)
{
  GtkWidget *row = adw_action_row_new();
  GtkWidget *button = gtk_button_new_with_label(_("Clear"));
  gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), _("Cache"));
  adw_action_row_add_suffix(ADW_ACTION_ROW(row), button);
  g_signal_connect(button, "clicked", G_CALLBACK(clear), row);
  show_size(row);
  return row;
}
