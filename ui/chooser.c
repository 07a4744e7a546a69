/* File choosers: see chooser.h. */
#include "ui/chooser.h"

void
cap_chooser_show(GtkFileChooserNative *native, CapChooserResponse response,
                 gpointer object)
{
  gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(native), TRUE);
  g_signal_connect_object(native, "response", G_CALLBACK(response), object, 0);
  gtk_native_dialog_show(GTK_NATIVE_DIALOG(native));
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
