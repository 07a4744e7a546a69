/* Short words at the bottom of the preferences. */
#pragma once

#include <adwaita.h>

/* Shows TEXT (no markup) below the page that WIDGET is on. */
void cap_preferences_toast(GtkWidget *widget, const char *text);
