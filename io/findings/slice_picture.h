/* A plane of a volume as a picture, and what is written on every one. */
#pragma once

#include "core/image/mask.h"
#include "core/image/slice.h"

#include <cairo.h>

typedef struct {
  const CapVolume *volume; /* borrowed */
  CapSliceView view;
  int width, height; /* pixels */
} CapSlicePicture;

/* Its pixels, RGBA. Returns; g_free. */
uint8_t *cap_slice_picture_render(const CapSlicePicture *picture);
/* Draws RGBA, that many pixels, from the origin of CR on. */
void cap_slice_picture_paint(cairo_t *cr, const CapSlicePicture *picture,
                             const uint8_t *rgba);
/* Strokes the outline of MASK where the plane cuts it; returns its pieces (of
 * CapSegment), which the caller unrefs. */
GArray *cap_slice_picture_outline(cairo_t *cr, const CapSlicePicture *picture,
                                  const CapMask *mask, guint colour);
/* Orientation letters on the four edges. */
void cap_slice_picture_letters(cairo_t *cr, const CapSlicePicture *picture);
/* 10, 20 or 50 mm, at the bottom right; nothing where pixels have no size. */
void cap_slice_picture_scale(cairo_t *cr, const CapSlicePicture *picture);

/* SURFACE as a PNG in base64. Returns; g_free; NULL when it cannot be encoded.
 */
char *cap_picture_base64(cairo_surface_t *surface);
