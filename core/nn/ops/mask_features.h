/* Size and density of a predicted mask, as numbers. No gradient flows. */
#pragma once

#include "core/nn/graph.h"

#define CAP_MASK_FEATURES 6

/* From MASK (1,D,H,W), probabilities, and PATCH (same shape, 0 … 2 as the
 * network's input, voxels of 1 mm), over voxels with probability > 0.5:
 * ln(d / 8 mm), d the diameter of the sphere of equal volume, then the 5th,
 * 25th, 50th, 75th and 95th percentile of PATCH minus 1 (HU / 1000). Without
 * such voxels, of the eight in the middle. Returns the features (6). */
CapTensor cap_mask_features_add(CapGraph *graph, const char *name,
                                CapTensor mask, CapTensor patch);
