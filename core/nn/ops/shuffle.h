/* Exchanging resolution for channels: 2 x 2 x 2 voxels <-> 8 channels, after
 * the sub-pixel layer of Shi et al., 2016. Channel 8 c + 4 dz + 2 dy + dx of
 * the coarse volume is voxel (2z + dz, 2y + dy, 2x + dx) of channel c. */
#pragma once

#include "core/nn/graph.h"

/* (C,D,H,W), even sizes -> (8C,D/2,H/2,W/2). */
CapTensor cap_space_to_depth_add(CapGraph *graph, const char *name,
                                 CapTensor input);
/* (8C,D,H,W) -> (C,2D,2H,2W). */
CapTensor cap_depth_to_space_add(CapGraph *graph, const char *name,
                                 CapTensor input);
