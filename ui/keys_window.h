/* The list of keys, in a window with a search. (GtkShortcutsWindow of GTK 4.8
 * shows its pages in a changing order, and with large text is larger than the
 * screen.) */
#pragma once

#include <gtk/gtk.h>

/* Lists cap_keys. Caller presents it. */
GtkWidget *cap_keys_window_new(GtkWindow *parent);
