/* The sum of two tensors, as behind a residual branch. */
#pragma once

#include "core/nn/graph.h"

/* A + B, shaped alike, with RELU max(A + B, 0). Returns the sum. */
CapTensor cap_sum_add(CapGraph *graph, const char *name, CapTensor a,
                      CapTensor b, gboolean relu);
