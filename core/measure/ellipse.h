/* Ellipses in the patient, and the HU inside them. */
#pragma once

#include "core/measure/region.h"

typedef struct {
  CapPoint center_mm;
  CapPoint half_mm[2]; /* to the ends of its axes, at a right angle */
} CapEllipse;

/* The ellipse whose two axes have these ENDS (patient LPS mm). */
CapEllipse cap_ellipse_of_ends(const CapPoint ends_mm[4]);

/* Measures VOLUME in ELLIPSE (borrows both), as cap_region_measure. */
CapRegionContent cap_ellipse_measure(const CapVolume *volume,
                                     const CapEllipse *ellipse);
