/* Primary capsules of matrices: a 4 x 4 pose and an activation each. */
#pragma once

#include "core/nn/graph.h"

typedef struct {
  CapTensor poses;       /* (types x 16,D,H,W), plain */
  CapTensor activations; /* (types,D,H,W), plain, 0 ... 1 */
} CapPrimaryMatrices;

/* INPUT (types x 16 + types,D,H,W), any layout: the poses as they are, then the
 * logits of the activations. Source: Hinton et al. 2018, section 4. */
CapPrimaryMatrices cap_primary_matrix_add(CapGraph *graph, const char *name,
                                          CapTensor input);
