/* Size, density and shape of a predicted mask, as numbers. No gradient flows.
 */
#pragma once

#include "core/nn/graph.h"

/* Over the voxels with probability > 0.5, voxels of 1 mm; without such voxels,
 * over the eight in the middle.
 *
 * Density: ln(d / 8 mm), d the diameter of the sphere of equal volume, then the
 * 5th, 25th, 50th, 75th and 95th percentile of the patch minus 1 (HU / 1000).
 *
 * Shape: the same of the object nearest to the middle alone (voxels that touch,
 * corners included), then
 *   - the 99th percentile, minus 1;
 *   - the standard deviation, HU / 1000;
 *   - the mean over the two voxels around the object, minus 1;
 *   - ln of the second and of the third principal variance of its voxels'
 *     positions over the first, each variance with a voxel's own 1/12 mm²;
 *   - ln(faces^1.5 / voxels) - ln(6^1.5): 0 for a cube, more for what is
 *     rough, lobed or long;
 *   - the mean slope of the patch, HU / 1000 a mm, over the voxels at the
 *     object's border. */
typedef enum {
  CAP_MASK_FEATURES_DENSITY,
  CAP_MASK_FEATURES_SHAPE,
} CapMaskFeatures;

int cap_mask_features_count(CapMaskFeatures kind); /* 6, 13 */
/* As configurations and weights name it: "density", "shape". Static. */
const char *cap_mask_features_name(CapMaskFeatures kind);
/* FALSE when no kind has NAME. */
gboolean cap_mask_features_find(const char *name, CapMaskFeatures *kind);

/* From MASK (1,D,H,W), probabilities, and PATCH (same shape, 0 … 2 as the
 * network's input). Returns the features. */
CapTensor cap_mask_features_add(CapGraph *graph, const char *name,
                                CapTensor mask, CapTensor patch,
                                CapMaskFeatures kind);
