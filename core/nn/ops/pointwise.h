/* Functions of one number, applied to every element of any tensor. */
#pragma once

#include "core/nn/graph.h"

/* max(x, 0). Both return the output, shaped and laid out like INPUT. */
CapTensor cap_relu_add(CapGraph *graph, const char *name, CapTensor input);
/* SCALE / (1 + exp(-x)). */
CapTensor cap_sigmoid_add(CapGraph *graph, const char *name, CapTensor input,
                          float scale);
