/* Signals for plain structs that a widget owns, which GObject's own connections
 * (g_signal_connect_object) cannot end in time. */
#pragma once

#include <gtk/gtk.h>

/* Calls CALLBACK(DATA) at every SIGNAL of OBJECT as long as the widget OWNER
 * lives, whose death frees DATA. */
void cap_follow(gpointer owner, gpointer object, const char *signal,
                GCallback callback, gpointer data);
