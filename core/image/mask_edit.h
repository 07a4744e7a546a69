/* Changes to a nodule's mask by hand: brush, copy, move, size, cut, join.
 *
 * Masks are boxes of the volume's grid (any label is inside) and come back
 * cropped with 1 inside; they are borrowed, and what is returned is the
 * caller's. Points are patient LPS millimetres. NULL without an error means
 * that nothing is left; memory that runs out is CAP_ERROR_MEMORY. */
#pragma once

#include "core/image/mask.h"
#include "core/image/slice.h"

/* One stroke on one slice: a disc drawn along a line. */
typedef struct {
  CapPlane plane;
  CapPoint from_mm, to_mm; /* the slice goes through FROM_MM */
  double radius_mm;
  gboolean erase; /* else it adds */
} CapMaskStroke;

/* MASK may be NULL: then the stroke is the beginning of one. At least the voxel
 * under each end is painted, however thin the brush. */
CapMask *cap_mask_edit_brush(const CapVolume *volume, const CapMask *mask,
                             const CapMaskStroke *stroke, GError **error);
/* What slice FROM of PLANE has, on slice TO in the place of what is there. */
CapMask *cap_mask_edit_copy_slice(const CapVolume *volume, const CapMask *mask,
                                  CapPlane plane, const int from_to[2],
                                  GError **error);
/* Moved by BY_MM, to the nearest whole voxels (*MOVED_MM, may be NULL); what
 * leaves the volume is cut off. */
CapMask *cap_mask_edit_move(const CapVolume *volume, const CapMask *mask,
                            CapPoint by_mm, CapPoint *moved_mm, GError **error);
/* Grown or shrunk about its centre by FACTOR (0.1 … 10) in all directions. */
CapMask *cap_mask_edit_scale(const CapVolume *volume, const CapMask *mask,
                             double factor, GError **error);
/* Both in one. */
CapMask *cap_mask_edit_join(const CapMask *a, const CapMask *b, GError **error);
/* Cut by the plane that holds the line A_MM – B_MM and stands upright on
 * views of PLANE. Returns two masks (a GPtrArray of CapMask, the larger first);
 * NULL without an error when all of it lies on one side. */
GPtrArray *cap_mask_edit_cut(const CapVolume *volume, const CapMask *mask,
                             CapPlane plane, const CapPoint line_mm[2],
                             GError **error);
/* Its connected parts (26-neighbourhood), the largest first: a GPtrArray of
 * CapMask, with one of them when it hangs together. */
GPtrArray *cap_mask_edit_parts(const CapMask *mask, GError **error);

/* Centre of mass, in voxels of the volume that MASK lies on and in its patient;
 * MASK must not be empty. */
CapPoint cap_mask_center_index(const CapMask *mask);
CapPoint cap_mask_center(const CapVolume *volume, const CapMask *mask);
