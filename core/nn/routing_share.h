/* Which part of a voxel's votes a parent took. */
#pragma once

#include "core/nn/routing.h"

/* Floats of scratch. */
gsize cap_routing_share_scratch(const CapRoutingTask *task);

/* SHARES [parent][voxel]: of the votes of a voxel's children, by length, the
 * part that the parent took: the sum of coupling x the vote's component along
 * the parent's pose (>= 0), over the sum of vote lengths. */
void cap_routing_share(const CapRoutingTask *task, const CapRoutingInput *in,
                       const CapRoutingOutput *out, float *shares,
                       float *scratch);
