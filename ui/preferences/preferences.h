/* What the viewer remembers from one start to the next. */
#pragma once

#include <gio/gio.h>

/* The settings of org.capsight.Viewer. Returns a new reference; NULL when the
 * schema is not installed: then nothing is remembered. */
GSettings *cap_preferences_new(void);
