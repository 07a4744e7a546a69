/* How much each child counts: what it was given as activation, or its length.
 */
#pragma once

#include "core/nn/routing.h"

/* A [type][lane], zero where there is no voxel. */
void cap_active_rows(const CapRoutingTask *task, const CapRoutingInput *in,
                     float *a);
/* Adds DA, the gradient of A, to that of the activations or the children. */
void cap_active_gradient(const CapRoutingTask *task, const CapRoutingInput *in,
                         const float *a, const float *da,
                         const CapRoutingGradient *gradient);
