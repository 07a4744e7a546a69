/* Actions of the window that open and close: "open", "open-file",
 * "open-findings", "open-archive", "open-path", "choose-series", "studies" (the
 * list, shown or not), "cases" (of irregularities), "close-study". */
#pragma once

#include "ui/window.h"

void cap_study_commands_install(CapWindow *window);
/* Which of them make sense now. */
void cap_study_commands_update(CapWindow *window);
