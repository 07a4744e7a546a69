/* One small linear head for each of several capsules. */
#pragma once

#include "core/nn/graph.h"

/* Row g of the output (heads,levels) is W_g pose + b_g of capsule FIRST + g of
 * POSES (capsules,dim). Parameters NAME.weight (heads,levels,dim), Glorot, and
 * NAME.bias (heads,levels). Returns the logits. */
CapTensor cap_rating_heads_add(CapGraph *graph, const char *name,
                               CapTensor poses, int first, int heads,
                               int levels);
