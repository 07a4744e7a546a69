/* Dropout. */
#pragma once

#include "core/nn/graph.h"

/* In a training step an element is left out (0) with probability RATE, 0 … 1
 * (excluded), the others are divided by 1 - RATE; otherwise nothing happens.
 * Element i of sample n, in memory's order, is left out when the 16-bit part
 * i % 4, low parts first, of number i / 4 of the stream (key, hash of NAME, n)
 * is below RATE x 65536: key and n are those of cap_graph_set_draw, so ranks
 * agree and a continued run does what an unbroken one does. Returns the output,
 * shaped like INPUT. Source: Srivastava et al., 2014. */
CapTensor cap_dropout_add(CapGraph *graph, const char *name, CapTensor input,
                          double rate);
