/* Planes through the middle of a 32³ patch as small pictures: the patient's
 * right on the left, anterior on the left in sagittal planes, head up. */
#pragma once

#include "core/image/slice.h"
#include "models/network.h"

#include <cairo.h>

typedef struct {
  const float *hu;      /* 32³, [z][y][x]; borrowed */
  const guint8 *inside; /* where it means something: the rest is faint; NULL:
                           everywhere; borrowed */
  double window_hu, level_hu;
} CapPatchPicture;

/* Draws PLANE into the square of SIZE at the origin. */
void cap_patch_picture_draw(cairo_t *cr, const CapPatchPicture *picture,
                            CapPlane plane, double size);
/* What a difference of HU looks like: blue below, orange above, black at 0,
 * full at ± CAP_PATCH_DIFFERENCE_HU. */
#define CAP_PATCH_DIFFERENCE_HU 500.0
void cap_patch_picture_color(double difference_hu, double rgb[3]);
/* REBUILT minus ORIGINAL where INSIDE. */
void cap_patch_picture_difference(cairo_t *cr, const float *original,
                                  const float *rebuilt, const guint8 *inside,
                                  CapPlane plane, double size);
