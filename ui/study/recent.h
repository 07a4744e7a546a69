/* Recently opened studies, kept by the desktop's list of recent files. */
#pragma once

#include <gtk/gtk.h>

void cap_recent_add(const char *path);
/* Up to MAX rows; each activates "win.open-path" with its path. NULL when there
 * is none that still exists. */
GtkWidget *cap_recent_list_new(guint max);
