/* Preferences as a window keeps to them: see preferences_window.h. */
#pragma once

#include "ui/view/cine.h"
#include "ui/window.h"

/* Begins as the preferences say and follows them when they change; what is
 * switched in the window is remembered. Returns the settings (a new reference);
 * NULL when there are none. */
GSettings *cap_window_preferences_bind(CapWindow *window, CapCine *cine);
