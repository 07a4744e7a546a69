/* Areas that a function draws. */
#pragma once

#include <gtk/gtk.h>

/* At least WIDTH x HEIGHT. LABEL says what is seen; NULL for what only repeats
 * words beside it, which nobody needs to be told. */
GtkWidget *cap_drawing_new(const char *label, int width, int height,
                           GtkDrawingAreaDrawFunc draw, gpointer data);
