/* Scaled dot-product self-attention over tokens, in several heads. */
#pragma once

#include "core/nn/graph.h"

/* INPUT (tokens, 3 width): of each token its query, key and value, each of
 * HEADS parts of width / heads, as one linear layer over rows makes them. Each
 * head: softmax(Q K^T / sqrt(width / heads)) V. Returns (tokens,width), heads
 * side by side; a linear layer over rows projects them. Source: Vaswani et al.,
 * "Attention is all you need", 2017, equation 1. */
CapTensor cap_attention_add(CapGraph *graph, const char *name, CapTensor input,
                            int heads);
