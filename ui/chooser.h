/* Choosing a file or a folder, as all rooms do it. */
#pragma once

#include <gtk/gtk.h>

typedef void (*CapChooserResponse)(GtkNativeDialog *native, int response,
                                   gpointer object);

/* Shows NATIVE over its parent. RESPONSE is called with OBJECT unless that is
 * gone by then, and lets NATIVE go. */
void cap_chooser_show(GtkFileChooserNative *native, CapChooserResponse response,
                      gpointer object);
/* Lets NATIVE go. Returns what was chosen, caller frees; NULL when nothing was,
 * or nothing on this computer. */
char *cap_chooser_take_path(GtkNativeDialog *native, int response);
