/* Functions of one number, applied to every element of any tensor. */
#pragma once

#include "core/nn/graph.h"

/* max(x, 0). All return the output, shaped and laid out like INPUT. */
CapTensor cap_relu_add(CapGraph *graph, const char *name, CapTensor input);
/* SCALE / (1 + exp(-x)). */
CapTensor cap_sigmoid_add(CapGraph *graph, const char *name, CapTensor input,
                          float scale);
/* 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x³))). Source: Hendrycks, Gimpel,
 * "Gaussian error linear units", 2016. */
CapTensor cap_gelu_add(CapGraph *graph, const char *name, CapTensor input);
