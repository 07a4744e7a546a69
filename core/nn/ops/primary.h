/* Primary capsules, and capsule lengths. */
#pragma once

#include "core/nn/graph.h"

/* INPUT (types x DIM,D,H,W), any layout: at every voxel, each run of DIM
 * channels is squashed, v = |s| / (1 + |s|^2) s. Returns the capsules, shaped
 * alike and plain: type, then dimension, then position. */
CapTensor cap_primary_add(CapGraph *graph, const char *name, CapTensor input,
                          int dim);

/* |pose| of each row of POSES (capsules,dim). Returns the lengths (capsules).
 */
CapTensor cap_length_add(CapGraph *graph, const char *name, CapTensor poses);
