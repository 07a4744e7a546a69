/* Recently opened studies, kept by the desktop's list of recent files. */
#pragma once

#include <gtk/gtk.h>

/* PATH was opened. */
void cap_recent_add(const char *path);
/* PATH could not be opened: it is not added, and where it is in the list, the
 * list says so until it can be. */
void cap_recent_add_failed(const char *path);
/* Up to MAX rows; each activates "win.open-path" with its path, says when that
 * is no longer there, and has a button that removes it. NULL when there is
 * none. */
GtkWidget *cap_recent_list_new(guint max);
