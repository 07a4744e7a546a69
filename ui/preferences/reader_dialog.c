/* Asks who reads: see reader_dialog.h. */
#include "ui/preferences/reader_dialog.h"

#include "core/language.h"
#include "ui/line_entry.h"
#include "ui/preferences/reader.h"

#include <adwaita.h>

static void
on_response(AdwMessageDialog *dialog, const char *response, gpointer data)
{
  CapSession *session = data;
  GtkWidget *entry = adw_message_dialog_get_extra_child(dialog);
  g_autofree char *name =
      g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(entry))));
  if (!g_str_equal(response, "keep") || *name == '\0')
    return;
  cap_session_set_reader(session, name);
  cap_reader_set_name(name);
}

void
cap_reader_dialog_show(GtkWindow *parent, CapSession *session)
{
  GtkWidget *dialog = adw_message_dialog_new(
      parent, _("Who reads?"),
      _("The name stands beside every action in a review, and in reports."));
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG(dialog);
  adw_message_dialog_add_responses(message, "cancel", _("_Cancel"), "keep",
                                   _("_Keep"), NULL);
  adw_message_dialog_set_response_appearance(message, "keep",
                                             ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response(message, "keep");
  adw_message_dialog_set_close_response(message, "cancel");
  GtkWidget *entry = cap_line_entry_new();
  gtk_editable_set_text(GTK_EDITABLE(entry), cap_session_reader(session));
  gtk_entry_set_activates_default(GTK_ENTRY(entry), TRUE);
  gtk_accessible_update_property(GTK_ACCESSIBLE(entry),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Name of the reader"), -1);
  adw_message_dialog_set_extra_child(message, entry);
  g_signal_connect_object(dialog, "response", G_CALLBACK(on_response), session,
                          0);
  gtk_window_present(GTK_WINDOW(dialog));
}
