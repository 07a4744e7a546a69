/* The window's actions that change findings by hand. */
#pragma once

#include "ui/window.h"

void cap_edit_commands_install(CapWindow *window);
/* Enables what can be done now. */
void cap_edit_commands_update(CapWindow *window);
