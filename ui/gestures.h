/* Presses and drags that never come to their end. */
#pragma once

#include <gtk/gtk.h>

/* Cancels, from now on, what gestures of WIDGET are doing when WIDGET goes from
 * the screen. Every widget that has gestures of its own and owns more than
 * itself does so: GTK 4.8 neither cancels them nor brings them the release, and
 * a gesture that waits for one holds the widget that was pressed, which holds
 * its gestures (PointData.target in gtkgesture.c): the two would stay for good.
 */
void cap_gestures_end_unseen(GtkWidget *widget);
