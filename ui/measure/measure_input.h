/* The left button of a pane on measurements: with a measuring tool it draws
 * them, pressed and dragged or point by point; without one, too, it selects
 * them and drags their ends or the whole. Enter places a point at the
 * cross-hair. */
#pragma once

#include "ui/view/pane.h"

void cap_measure_input_attach(CapPane *pane);
