/* The two diameters of a mask's largest axial section. */
#pragma once

#include "core/image/mask.h"
#include "core/image/volume.h"

typedef struct {
  int slice; /* of the volume */
  double long_mm, short_mm;
  CapPoint ends_mm[2][2]; /* of the long, then of the short axis; patient LPS */
} CapAxes;

/* Measures MASK (any label) on the slice, among valid ones, where it covers the
 * most pixels (the lowest of equals). The outline runs half-way between pixels
 * inside and out; the long axis joins its two points furthest apart, the short
 * axis is the longest extent perpendicular to it (Fleischner Society: Bankier
 * et al., "Recommendations for measuring pulmonary nodules at CT", 2017).
 * FALSE when no valid slice has a pixel. */
gboolean cap_axes_measure(const CapVolume *volume, const CapMask *mask,
                          CapAxes *axes);
