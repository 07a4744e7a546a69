/* The row of the preferences in which the network's weights are chosen. */
#pragma once

#include <adwaita.h>

/* Keeps the choice in SETTINGS, once the file has been found to work; what is
 * wrong with another one is said in a toast, and the ones before stay. */
GtkWidget *cap_weights_row_new(GSettings *settings);
