/* File choosers: see chooser.h. */
#include "ui/chooser.h"

/* A chooser whose parent goes loses its parent, for GTK, and stays; one whose
 * asker goes would ask for nobody. */
void
cap_chooser_show(GtkFileChooserNative *native, CapChooserResponse response,
                 gpointer asker)
{
  GtkNativeDialog *dialog = GTK_NATIVE_DIALOG(native);
  gtk_native_dialog_set_modal(dialog, TRUE);
  g_signal_connect_object(native, "response", G_CALLBACK(response), asker, 0);
  g_signal_connect_object(asker, "destroy", G_CALLBACK(g_object_unref), native,
                          G_CONNECT_SWAPPED);
  gpointer parent = gtk_native_dialog_get_transient_for(dialog);
  if (parent != asker)
    g_signal_connect_object(parent, "destroy", G_CALLBACK(g_object_unref),
                            native, G_CONNECT_SWAPPED);
  gtk_native_dialog_show(dialog);
}

char *
cap_chooser_take_path(GtkNativeDialog *native, int response)
{
  g_autoptr(GFile) file =
      response == GTK_RESPONSE_ACCEPT
          ? gtk_file_chooser_get_file(GTK_FILE_CHOOSER(native))
          : NULL;
  g_object_unref(native);
  return file != NULL ? g_file_get_path(file) : NULL;
}
