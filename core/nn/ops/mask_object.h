/* The object in a predicted mask, and what shape it has. Voxels of 1 mm,
 * [z][y][x]; sizes are depth, height, width. */
#pragma once

#include <glib.h>

typedef enum {
  CAP_MASK_NOTHING,
  CAP_MASK_OBJECT,
  CAP_MASK_SHELL, /* within two steps over voxel faces of the object */
  CAP_MASK_OTHER, /* probable, but not of the object */
} CapMaskMark;

/* Fills MARKS (one byte a voxel). The object is all voxels of MASK above 0.5,
 * or with NEAREST those of them that hang together, corners included, with the
 * one nearest to the middle; without any, the voxels in the very middle. The
 * shell is marked with NEAREST only. */
void cap_mask_object_find(const float *mask, const int size[3],
                          gboolean nearest, guint8 *marks);

typedef struct {
  double variance[3]; /* mm², principal, largest first, a voxel's own 1/12 each
                         included */
  int faces;          /* between the object and what is not; the patch's edge
                         counts */
  double border_slope; /* mean gradient of PATCH, a mm, at voxels with a face */
} CapMaskShape;

/* Of the voxels that MARKS calls the object (at least one). */
CapMaskShape cap_mask_object_shape(const guint8 *marks, const float *patch,
                                   const int size[3]);
