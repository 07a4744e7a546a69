/* Actions of the window that measure: "measure" (picks up the tool, or puts it
 * down), "measure-kind" (picks up one tool), "measure-pleura",
 * "copy-measurements", "delete-measurement", those of measure_grip.h; "tool"
 * (see edit_commands.h) has the tools too. */
#pragma once

#include "ui/window.h"

void cap_measure_commands_install(CapWindow *window);
/* Which of them can be used now. */
void cap_measure_commands_update(CapWindow *window);
/* What keys do while the reader measures, or has gripped a measurement: the
 * action of KEY, or NULL.
 */
const char *cap_measure_commands_key(CapWindow *window, guint key,
                                     GdkModifierType state);
/* The button beside the status line: the header bar has no room for it when
 * text is large. */
GtkWidget *cap_measure_button_new(void);
