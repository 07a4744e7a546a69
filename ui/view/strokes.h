/* Lines on an image: over a dark one, so that they are seen on any grey. */
#pragma once

#include "ui/view/label_layout.h"

#include <gtk/gtk.h>

/* The current path in COLOR, WIDTH wide, over a dark line two pixels wider. */
void cap_stroke_with_halo(cairo_t *cr, const GdkRGBA *color, double width);
/* From the point (X, Y) of what a LABEL is about to the label, when it lies so
 * far off that a line has to say it. */
void cap_stroke_leader(GtkSnapshot *snapshot, double x, double y, CapBox label,
                       const GdkRGBA *color);
