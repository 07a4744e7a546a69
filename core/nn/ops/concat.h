/* Joining and cutting along the first dimension. */
#pragma once

#include "core/nn/graph.h"

/* Volumes (C_i,D,H,W) of one size give (sum C_i,D,H,W); other tensors give one
 * vector of all their elements. Returns the output; at most
 * CAP_OP_MAX_TENSORS inputs. */
CapTensor cap_concat_add(CapGraph *graph, const char *name,
                         const CapTensor *inputs, int n_inputs);

/* Elements FIRST … FIRST + N - 1 of the flattened, plain INPUT, as a vector. */
CapTensor cap_slice_add(CapGraph *graph, const char *name, CapTensor input,
                        int first, int n);
