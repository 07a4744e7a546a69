/* Layer normalisation of rows. */
#pragma once

#include "core/nn/graph.h"

#define CAP_LAYERNORM_EPSILON 1e-6

/* y = scale (x - mean) / sqrt(variance + epsilon) + shift over each row of
 * INPUT (rows,width). Parameters NAME.scale, NAME.shift (width). Returns the
 * output, shaped like INPUT. Source: Ba, Kiros, Hinton, "Layer normalization",
 * 2016. */
CapTensor cap_layernorm_add(CapGraph *graph, const char *name, CapTensor input);
