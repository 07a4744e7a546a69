/* Ellipses in the patient, and the HU inside them. */
#pragma once

#include "core/image/volume.h"

typedef struct {
  CapPoint center_mm;
  CapPoint half_mm[2]; /* to the ends of its axes, at a right angle */
} CapEllipse;

/* What an ellipse holds. */
typedef struct {
  double area_mm2;                       /* of the ellipse itself */
  int n_voxels;                          /* whose centres lie in it; of them: */
  double hu_mean, hu_sd, hu_min, hu_max; /* 0 without a voxel; the standard
                                            deviation is that of all voxels */
} CapEllipseContent;

/* The ellipse whose two axes have these ENDS (patient LPS mm). */
CapEllipse cap_ellipse_of_ends(const CapPoint ends_mm[4]);

/* Measures VOLUME in the plane of ELLIPSE. A grid line of the axis that stands
 * most upright on that plane takes part where it meets it inside the ellipse,
 * with the voxel nearest to that place: on a plane of the grid's own these are
 * the voxels whose centres lie in the ellipse, and an oblique one is sampled
 * once a line. Absent planes and what lies outside the volume do not count. */
CapEllipseContent cap_ellipse_measure(const CapVolume *volume,
                                      const CapEllipse *ellipse);
