/* Bright blobs of one scale: maxima of the negative Laplacian of a Gaussian. */
#pragma once

#include "core/image/field.h"

#include <stdint.h>

typedef struct {
  double at[3]; /* column, row, slice in voxels, sub-voxel */
  double
      response; /* -sigma^2 * Laplacian: about 0.93 of the contrast of a ball
                   of diameter 2 * sqrt(3) * sigma, 0.74 at most for a tube */
  double
      eigen[3]; /* sigma^2 * eigenvalues of the Hessian, most negative first */
} CapBlob;

/* All 26-neighbour maxima of at least MIN_RESPONSE in SMOOTHED (a field already
 * smoothed with SIGMA voxels) where MASK, a byte per voxel, is set. Returns a
 * GArray of CapBlob in order of position; NULL with CAP_ERROR_MEMORY. Source:
 * Lindeberg, "Feature detection with automatic scale selection", 1998. */
GArray *cap_blobs_find(const CapField *smoothed, double sigma,
                       const uint8_t *mask, double min_response,
                       GError **error);
