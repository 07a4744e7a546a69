/* One small linear head for each of several capsules. */
#pragma once

#include "core/nn/graph.h"

/* Row g of the output (heads,levels) is W_g (pose, SHARED) + b_g of capsule
 * FIRST + g of POSES (capsules,dim) and of what all heads see, SHARED (n; -1:
 * nothing, n = 0). Parameters NAME.weight (heads,levels,dim+n), Glorot, and
 * NAME.bias (heads,levels). Returns the logits. */
CapTensor cap_rating_heads_add(CapGraph *graph, const char *name,
                               CapTensor poses, CapTensor shared, int first,
                               int heads, int levels);
