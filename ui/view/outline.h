/* CapOutline: where the plane of a slice view cuts one finding's mask, as lines
 * in millimetres around the finding's centre: zooming and panning reuse it. */
#pragma once

#include "core/measure/finding.h"
#include "ui/view/viewport.h"

#include <cairo.h>

typedef struct CapOutline CapOutline;

/* FINDING's mask (which may be NULL) on plane INDEX of PORT's view. Borrows;
 * returns; caller frees. */
CapOutline *cap_outline_new(const CapFinding *finding, const CapViewport *port,
                            int index);
void cap_outline_free(CapOutline *outline);

/* The plane misses the mask. */
gboolean cap_outline_is_empty(const CapOutline *outline);
/* Of the smallest circle around the centre that holds it; 0 when empty. */
double cap_outline_radius_mm(const CapOutline *outline);
/* Adds it to the path of CR, ZOOM units a millimetre, centre at the origin. */
void cap_outline_path(const CapOutline *outline, cairo_t *cr, double zoom);
