/* Blocks that several networks are made of. */
#pragma once

#include "core/nn/graph.h"

/* Convolution, batch norm, ReLU; the padding keeps the size but for STRIDE. */
CapTensor cap_blocks_conv(CapGraph *graph, const char *name, CapTensor input,
                          int channels, int kernel, int stride);
/* Twice the edge: a convolution that makes eight voxels' channels at each
 * place, then the shuffle. With kernel 1 it is the transposed convolution of 2³
 * kernels and stride 2. */
CapTensor cap_blocks_grow(CapGraph *graph, const char *name, CapTensor input,
                          int channels, int kernel);

/* Features of a 32³ patch on the way down. */
typedef struct {
  CapTensor half, quarter, eighth; /* 16³ (32), 8³ (64), 4³ (128) */
} CapStem;

/* Five convolutions, parameters "stem.1" to "stem.5", over PATCH (1,32,32,32).
 */
CapStem cap_blocks_stem(CapGraph *graph, CapTensor patch);

/* Mask head, parameters "mask.*": up from 4³ to 16³, meeting the stem on the
 * way and there the patch itself at full resolution, as eight channels; logits
 * for 2³ voxels at a time. Returns the logits (1,32,32,32). */
CapTensor cap_blocks_mask(CapGraph *graph, const CapStem *stem,
                          CapTensor patch);
/* Where its training starts from: a voxel's first guess of being nodule is its
 * share in the readers' masks, not a half, for biases move by no more than the
 * rate a step. */
void cap_blocks_mask_start(CapGraph *graph);
