/* The magnifier: what lies under the pointer, several times as large. */
#pragma once

#include "ui/view/viewport.h"

#include <gtk/gtk.h>

#define CAP_MAGNIFIER_TIMES 3
#define CAP_MAGNIFIER_SIDE 240 /* logical pixels */

/* Draws it around (X, Y) of the view PORT, from the volume itself: finer than
 * the view where that shows less than there is. */
void cap_magnifier_snapshot(GtkSnapshot *snapshot, const CapSliceKept *kept,
                            const CapViewport *port, double x, double y);
