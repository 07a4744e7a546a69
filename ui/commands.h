/* What the window can be told to do: its actions ("win.open", "win.preset", …),
 * for menus, buttons and keys alike. */
#pragma once

#include "ui/window.h"

void cap_commands_install(CapWindow *window);
/* Which of them make sense now. */
void cap_commands_update(CapWindow *window);
