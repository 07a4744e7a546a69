/* How slice views lie in the grid of a volume: for the files that draw them.
 * What everybody needs of it is declared in slice.h. */
#pragma once

#include "core/image/slice.h"

/* Grid axes (0 columns, 1 rows, 2 slices) of "to the image's right", "down" and
 * of the normal, with the sign of the first two. */
typedef struct {
  int right, down, normal;
  double right_sign, down_sign;
} CapSliceLayout;

CapSliceLayout cap_slice_layout(const CapVolume *volume, CapPlane plane);
/* So many voxels to the image's right, and down: the way in the patient, mm. */
CapPoint cap_slice_step(const CapVolume *volume, CapPlane plane, int right,
                        int down);
/* Voxels along a grid axis, and how far two neighbours lie apart in memory. */
int cap_slice_axis_size(const CapVolume *volume, int axis);
gsize cap_slice_axis_stride(const CapVolume *volume, int axis);
/* Grey of VIEW's window is HU · SCALE + OFFSET, unclamped. The window is as
 * DICOM PS3.3 C.11.2.1.2.1 defines it (LINEAR); a width of 1 or less is the
 * step it should be. Half an HU keeps grey within int. */
void cap_slice_grey(const CapSliceView *view, float *scale, float *offset);
/* x, y or z of a point. */
double cap_slice_component(CapPoint p, int axis);
