/* A volume as a row of tokens, for transformers. */
#pragma once

#include "core/nn/graph.h"

/* Cuts INPUT (1,D,H,W), edges multiples of EDGE, into cubes of EDGE³ voxels.
 * Returns (cubes, EDGE³), cubes and voxels in the order z, y, x: a linear layer
 * over rows makes of it what a convolution of kernel and stride EDGE would. */
CapTensor cap_tokens_cut_add(CapGraph *graph, const char *name, CapTensor input,
                             int edge);

/* A learned token before those of INPUT (tokens,width), and a learned place
 * added to each. Parameters NAME.class (width), normal with sd 0.02,
 * and NAME.places (1 + tokens, width), with sd 0.7, as large as what tokens of
 * normalised voxels say: places are told apart from the first step on, which
 * short trainings have no time to learn. Returns (1 + tokens, width). Source:
 * Dosovitskiy et al., "An image is worth 16x16 words", 2021, equation 1. */
CapTensor cap_tokens_embed_add(CapGraph *graph, const char *name,
                               CapTensor input);
