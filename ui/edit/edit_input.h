/* The tools that change findings, with the mouse on a pane: brush, moving,
 * cutting, joining and adding by a click. Without a tool the pane's own input
 * is left alone. */
#pragma once

#include "ui/view/pane.h"

void cap_edit_input_attach(CapPane *pane);
