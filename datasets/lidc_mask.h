/* Readers' outlines as voxels, and the consensus of several readers. */
#pragma once

#include "datasets/lidc_nodules.h"

/* Slice of VOLUME that CONTOUR lies on: by SOP instance UID, else by z within
 * half a slice; -1 when there is none. */
int cap_lidc_mask_slice(const CapLidcContour *contour, const CapVolume *volume);

/* Voxels inside the outlines of MARK on VOLUME, as a mask of label 1. An
 * outline runs through the first pixels outside the nodule, so its own pixels
 * do not count; a hole takes its inside and its outline away. Points outside
 * the image are left out. UNPLACED (may be NULL) counts outlines whose slice
 * VOLUME does not have. Returns, cropped to the outlines; NULL without an error
 * when no voxel is inside (an outline of one or two points), or with
 * CAP_ERROR_MEMORY.
 */
CapMask *cap_lidc_mask_mark(const CapLidcMark *mark, const CapVolume *volume,
                            int *unplaced, GError **error);

/* Voxels that at least half of NODULE's marks hold (50 % consensus). The same
 * errors. */
CapMask *cap_lidc_mask_consensus(const CapLidcNodule *nodule,
                                 const CapVolume *volume, int *unplaced,
                                 GError **error);

double cap_lidc_mask_volume_mm3(const CapMask *mask, const CapVolume *volume);
/* Of the sphere with that volume. */
double cap_lidc_mask_diameter_mm(const CapMask *mask, const CapVolume *volume);
