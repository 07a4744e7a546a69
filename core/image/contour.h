/* The outline of a mask where a slice view cuts it. */
#pragma once

#include "core/image/mask.h"
#include "core/image/slice.h"

/* One straight piece, in pixels of the view (pixel centres are whole). */
typedef struct {
  float x0, y0, x1, y1;
} CapSegment;

/* Pieces of the outline of MASK (any label) on VIEW's plane, drawn WIDTH by
 * HEIGHT pixels: marching squares (Lorensen and Cline 1987, in two dimensions)
 * at one half of the mask interpolated linearly in the plane. The plane is the
 * volume's nearest, as in cap_slice_render. Returns a GArray of CapSegment,
 * empty where the plane misses the mask; caller unrefs. */
GArray *cap_contour_cut(const CapVolume *volume, const CapMask *mask,
                        const CapSliceView *view, int width, int height);

/* The outline of MASK (any label) on SLICE of the volume as closed loops, in
 * voxels of the volume (centres are whole): the same marching squares at full
 * resolution, so that each loop runs half a voxel from the centres on both of
 * its sides. Around the inside it goes clockwise as the image is seen, around a
 * hole the other way; parts that touch at a corner stay apart. Returns a
 * GPtrArray of GArray of double, x and y by turns, the first point once more
 * at the end; what lies between on a straight run is left out. Caller unrefs.
 */
GPtrArray *cap_contour_loops(const CapMask *mask, int slice);

/* Radius in pixels of the smallest circle around (X, Y) that holds SEGMENTS; 0
 * when there are none. */
double cap_contour_radius(const GArray *segments, double x, double y);
