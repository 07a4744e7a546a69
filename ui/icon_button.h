/* Buttons that show an icon and have their words where they are asked for. */
#pragma once

#include <gtk/gtk.h>

/* A flat button of ICON. WORDS are its tooltip and what assistive tools call
 * it; both can be told otherwise afterwards, as with a key. Returns a floating
 * widget. */
GtkWidget *cap_icon_button_new(const char *icon, const char *words);
/* The same, which stays pressed. */
GtkWidget *cap_icon_toggle_new(const char *icon, const char *words);
