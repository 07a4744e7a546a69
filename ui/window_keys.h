/* Keys of the window at work: the table of ui/keys.h, what holds while its key
 * is held, and arrows for the active view wherever the focus is. */
#pragma once

#include "ui/window.h"

void cap_window_keys_attach(CapWindow *window);
