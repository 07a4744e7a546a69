/* Files that are dropped on the window are opened. */
#pragma once

#include "ui/window.h"

void cap_window_drop_attach(CapWindow *window);
