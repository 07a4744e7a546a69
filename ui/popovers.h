/* Menus and other popovers that are open when their window closes. */
#pragma once

#include <gtk/gtk.h>

/* To be called once, when the class of widgets is there. From then on a popover
 * closes when what it is over goes from the screen, in GTK's own windows too:
 * where a window goes with an open one, which has the grab, GTK 4.8 under X11
 * gives no more events to any window of the process. */
void cap_popovers_close_with_windows(void);
