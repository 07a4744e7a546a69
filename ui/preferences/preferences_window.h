/* The window of preferences: what the viewer remembers, to be looked at and
 * changed. Every change holds at once, in all windows. */
#pragma once

#include <adwaita.h>

/* Returns a window over PARENT; NULL when nothing can be remembered. */
GtkWidget *cap_preferences_window_new(GtkWindow *parent);
