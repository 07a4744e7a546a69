/* The actions of the window that are about an earlier scan. */
#pragma once

#include "ui/window.h"

void cap_prior_commands_install(CapWindow *window);
/* Which of them make sense now. */
void cap_prior_commands_update(CapWindow *window);
