/* Escape closes a window that has no class of its own to bind it. */
#pragma once

#include <gtk/gtk.h>

void cap_escape_closes(GtkWidget *window);
