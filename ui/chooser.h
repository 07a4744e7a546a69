/* Choosing a file or a folder, as all rooms do it. */
#pragma once

#include <gtk/gtk.h>

typedef void (*CapChooserResponse)(GtkNativeDialog *native, int response,
                                   gpointer asker);

/* Shows NATIVE over its parent, and owns it. RESPONSE is called with ASKER, a
 * widget, and lets NATIVE go, which goes without it when ASKER or the parent
 * does. */
void cap_chooser_show(GtkFileChooserNative *native, CapChooserResponse response,
                      gpointer asker);
/* Lets NATIVE go. Returns what was chosen, caller frees; NULL when nothing was,
 * or nothing on this computer. */
char *cap_chooser_take_path(GtkNativeDialog *native, int response);
