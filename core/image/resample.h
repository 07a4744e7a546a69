/* Resampling of CapVolume: isotropic volumes and patches, trilinear in mm. */
#pragma once

#include "core/image/mask.h"
#include "core/image/volume.h"

/* A copy on an isotropic grid of SPACING_MM with the same axes and extent;
 * anti-aliased in plane when it shrinks. A new plane that touches only absent
 * source planes is flagged absent. Returns; NULL with CAP_ERROR_MEMORY. */
CapVolume *cap_resample_isotropic(const CapVolume *volume, double spacing_mm,
                                  GError **error);

/* Cuts an EDGE³ patch of SPACING_MM voxels centred on CENTER_MM (between the
 * two middle voxels for an even EDGE) along the unit vectors AXIS into HU
 * ([z][y][x], borrows). Outside the volume the edge voxel is replicated; absent
 * planes are bridged from the nearest valid ones. */
void cap_resample_patch(const CapVolume *volume, CapPoint center_mm,
                        const CapPoint axis[3], int edge, double spacing_mm,
                        float *hu);

/* The reverse for a probability patch of that geometry: a cropped mask on
 * VOLUME's grid of the voxels whose interpolated value is >= THRESHOLD, only
 * the connected part nearest to the centre. Returns; NULL (no error set) when
 * no voxel qualifies. */
CapMask *cap_resample_mask(const CapVolume *volume, CapPoint center_mm,
                           const CapPoint axis[3], int edge, double spacing_mm,
                           const float *probability, double threshold);
