/* A fully connected layer. */
#pragma once

#include "core/nn/graph.h"

/* y = W x + b over INPUT in its order in memory. Parameters NAME.weight
 * (shape.size, in), Glorot, and NAME.bias. Returns the output, shaped SHAPE;
 * rows follow its order in memory, which for a volume is channels last. */
CapTensor cap_linear_add(CapGraph *graph, const char *name, CapTensor input,
                         CapShape shape);

/* The same layer for each row of INPUT (rows,in). Parameters NAME.weight
 * (width, in), Glorot, and NAME.bias (width). Returns (rows,width). */
CapTensor cap_linear_rows_add(CapGraph *graph, const char *name,
                              CapTensor input, int width);
