/* Menus and other popovers that are open when their window closes. */
#pragma once

#include <gtk/gtk.h>

/* Closes, from now on, the popovers over WINDOW before WINDOW when it is to
 * close, which a window manager may ask at any time: with one open, which has
 * the grab, GTK 4.8 under X11 gives no more events to any window of the
 * process. */
void cap_popovers_close_first(GtkWindow *window);
