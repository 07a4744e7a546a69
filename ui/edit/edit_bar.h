/* The tools that change findings, as a row of buttons. */
#pragma once

#include <gtk/gtk.h>

/* Its buttons are the actions of ui/edit/edit_commands.h. */
GtkWidget *cap_edit_bar_new(void);
