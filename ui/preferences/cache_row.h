/* The row of the preferences that says how large the cache of headers is, and
 * empties it. */
#pragma once

#include <adwaita.h>

GtkWidget *cap_cache_row_new(void);
