/* Outlines drawn by hand: points (patient LPS mm) in one plane, each joined to
 * the next and the last one to the first. */
#pragma once

#include "core/measure/region.h"

/* More are no outline that a hand draws. */
#define CAP_FREEHAND_MAX_POINTS 2000

/* N points, three or more, enclose an area, and no two parts of the outline
 * meet: what lies inside is defined. */
gboolean cap_freehand_is_simple(const CapPoint *points_mm, int n);

/* Ends a line that was drawn, POINTS_MM (of CapPoint). Where the last quarter
 * of it crosses the first one, the hand went too far: the ends beyond the
 * crossing are cut off, and it becomes the first point. */
void cap_freehand_close(GArray *points_mm);

/* ---- changing ---- */

/* The corners that it is changed by: the first one, and each that lies APART_MM
 * or more along the outline from the one before, and from the first. Indices,
 * ascending (of int). Caller unrefs. */
GArray *cap_freehand_handles(const CapPoint *points_mm, int n, double apart_mm);
/* Brings corner I, one of HANDLES, to TO_MM, or to what lies below that in the
 * plane of the outline. The other handles stay, and the corners between go
 * along, less the farther they are, so that a line that a hand drew bends; of
 * a single handle the whole goes along. */
void cap_freehand_pull(GArray *points_mm, const GArray *handles, int i,
                       CapPoint to_mm);

/* Measures VOLUME (borrows) in the outline, as cap_region_measure; nothing, not
 * even an area, where it is not simple. */
CapRegionContent cap_freehand_measure(const CapVolume *volume,
                                      const CapPoint *points_mm, int n);
