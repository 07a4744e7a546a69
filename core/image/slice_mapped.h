/* A slice view of one volume filled from another, through a map between them:
 * to see whether two scans lie on each other. */
#pragma once

#include "core/image/slice.h"
#include "core/image/transform.h"

/* Another volume, and where points of the first lie in it; borrowed. */
typedef struct {
  const CapVolume *volume;
  const CapTransform *map;
} CapSliceSource;

/* Renders the plane of VIEW, of VOLUME's grid, into PIXELS (width*height*4
 * bytes, premultiplied BGRA in memory as cairo's ARGB32 on little endian has
 * it): each pixel is FROM at the place that its map leads to, linear between
 * voxels, opaque; where FROM has no image it is transparent. Slabs do not
 * count. */
void cap_slice_render_mapped(const CapVolume *volume, const CapSliceView *view,
                             const CapSliceSource *from, int width, int height,
                             uint8_t *pixels);
