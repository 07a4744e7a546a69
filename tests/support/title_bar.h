/* Title bars of windows of this process, with real input: they are GTK's, but
 * moving is the window manager's. */
#pragma once

#include "tests/support/xtest.h"

#include <gtk/gtk.h>

/* Drags WINDOW by its title bar; whether it has moved, which it does not when
 * something else has the pointer, or when it fills the screen. */
gboolean cap_title_bar_drag(const CapXtest *x, GtkWindow *window, int dx,
                            int dy);
/* Twice on it, which maximises WINDOW or takes that back; FALSE without a free
 * place to click on. */
gboolean cap_title_bar_double_click(const CapXtest *x, GtkWindow *window);
/* On its close button; FALSE without one. */
gboolean cap_title_bar_close(const CapXtest *x, GtkWindow *window);
