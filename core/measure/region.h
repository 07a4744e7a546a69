/* Flat regions of the patient, whatever their shape, and the HU inside them. */
#pragma once

#include "core/image/volume.h"

typedef struct {
  CapPoint on_mm, normal; /* of its plane; NORMAL is a unit vector */
  double area_mm2;
  gconstpointer shape; /* what the functions below are given */
  /* AT_MM, of that plane, lies inside; the edge counts as inside. */
  gboolean (*contains)(gconstpointer shape, CapPoint at_mm);
  /* From where to where the region reaches along the unit vector DIRECTION:
   * products with its points. */
  void (*extent)(gconstpointer shape, CapPoint direction, double *least,
                 double *most);
} CapRegion;

/* What a region holds. */
typedef struct {
  double area_mm2;                       /* of the region itself */
  int n_voxels;                          /* whose centres lie in it; of them: */
  double hu_mean, hu_sd, hu_min, hu_max; /* 0 without a voxel; the standard
                                            deviation is that of all voxels */
} CapRegionContent;

/* Measures VOLUME in the plane of REGION (borrows both). A grid line of the
 * axis that stands most upright on that plane takes part where it meets it
 * inside the region, with the voxel nearest to that place: on a plane of the
 * grid's own these are the voxels whose centres lie in the region, and an
 * oblique one is sampled once a line. Absent planes and what lies outside the
 * volume do not count. */
CapRegionContent cap_region_measure(const CapVolume *volume,
                                    const CapRegion *region);
