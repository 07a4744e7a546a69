/* How a measurement follows the pointer: drawn point by point in the plane of a
 * view, and changed by its ends afterwards. Points are patient LPS mm. */
#pragma once

#include "core/measure/measurement.h"

/* How many points draw one (0: as many as the reader likes, an outline): both
 * ends; both ends of the long axis and then of
 * the short one; two opposite corners of the box around the ellipse; arm,
 * vertex, arm. */
int cap_caliper_n_points(CapMeasureKind kind);

/* What the first N (2 or more) of those points, not of an outline, make, RIGHT
 * and DOWN being the
 * unit vectors of the view. The short axis stands at a right angle on the long
 * one, wherever its points lie, and between its ends. While a second line is
 * still to come the first one is a length. Not worked out. Returns. */
CapMeasurement *cap_caliper_draw(CapMeasureKind kind, const CapPoint *points_mm,
                                 int n, const CapPoint axis[2]);

/* Moves end I to TO. Two axes stay at a right angle: the short one turns with
 * the long one, and moving its end also slides it along; the ellipse turns and
 * keeps its middle and its other axis' length. */
void cap_caliper_move_end(CapMeasurement *measurement, int i, CapPoint to_mm);
void cap_caliper_move(CapMeasurement *measurement, CapPoint by_mm);
