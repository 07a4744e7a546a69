/* A slice that the reader marked, as a picture: what was seen of the plane, in
 * the window and through the slab that it was looked at with, with the findings
 * and the measurements that it touches, orientation letters and a scale. Nobody
 * is named in it. */
#pragma once

#include "io/report/report.h"

#include <cairo.h>

/* Pixels of its picture. The report has a volume. */
void cap_key_picture_size(const CapReport *report, const CapReviewImage *marked,
                          int *width, int *height);
/* Draws it from the origin of CR on, a pixel a unit. */
void cap_key_picture_draw(cairo_t *cr, const CapReport *report,
                          const CapReviewImage *marked);
