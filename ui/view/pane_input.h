/* What mouse and arrow keys do in a CapPane. */
#pragma once

#include "ui/view/pane.h"

/* Adds the controllers: wheel slices, Ctrl-wheel zooms, left places the
 * cross-hair or picks a mark, middle pans, right sets the window, double click
 * fits; arrows, Page Up/Down, Home, End, + and - while the pane has the focus.
 */
void cap_pane_input_attach(CapPane *pane);
