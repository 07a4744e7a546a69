/* Lines of text that are typed: see line_entry.h. */
#include "ui/line_entry.h"

#include <adwaita.h>

static GtkWidget *
limited(GtkWidget *entry)
{
  GtkEditable *text = gtk_editable_get_delegate(GTK_EDITABLE(entry));
  gtk_text_set_max_length(GTK_TEXT(text), CAP_LINE_CHARS);
  return entry;
}

GtkWidget *
cap_line_entry_new(void)
{
  return limited(gtk_entry_new());
}

/* A paste that comes late holds the text only, and that of GTK 4.8 tells an
 * entry that has gone of it (gtksearchentry.c, gtk_search_entry_changed). */
static void
on_search_gone(GtkWidget *search)
{
  g_signal_handlers_disconnect_by_data(
      gtk_editable_get_delegate(GTK_EDITABLE(search)), search);
}

GtkWidget *
cap_line_entry_search_new(const char *name)
{
  GtkWidget *search = limited(gtk_search_entry_new());
  g_object_set(search, "placeholder-text", name, NULL);
  gtk_accessible_update_property(GTK_ACCESSIBLE(search),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect(search, "destroy", G_CALLBACK(on_search_gone), NULL);
  return search;
}

GtkWidget *
cap_line_entry_row_new(const char *title, gboolean secret)
{
  GtkWidget *row =
      limited(secret ? adw_password_entry_row_new() : adw_entry_row_new());
  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
  return row;
}
