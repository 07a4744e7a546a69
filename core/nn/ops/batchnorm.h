/* Batch normalisation of volumes, with ReLU. Source: Ioffe & Szegedy, 2015. */
#pragma once

#include "core/nn/graph.h"

#define CAP_BATCHNORM_EPSILON 1e-5
#define CAP_BATCHNORM_MOMENTUM                                                 \
  0.1 /* weight of a new batch in the running sums */

/* Over batch and voxels of each channel of INPUT (C,D,H,W): y = g (x - mean) /
 * sqrt(var + eps) + b, then max(y, 0) with RELU. Parameters NAME.scale and
 * NAME.shift (C), buffers NAME.mean and NAME.variance (C) for runs that do not
 * train; the running variance is the unbiased one. Returns the output. */
CapTensor cap_batchnorm_add(CapGraph *graph, const char *name, CapTensor input,
                            gboolean relu);

/* Creates those four for whoever folds them: scale, shift, mean, variance. */
void cap_batchnorm_params(CapGraph *graph, const char *name, int channels,
                          CapTensor params[4]);
