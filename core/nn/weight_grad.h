/* Weight gradients of convolutions over channels-last volumes.
 *
 * oneDNN 2.6.3 has only a general matrix product behind an image-to-column copy
 * for them in 3D on AVX2; this sums over voxels in registers instead. */
#pragma once

#include "core/nn/conv_kernel.h"

/* Whether cap_weight_grad_add handles SPEC: both volumes channels last, input
 * channels a multiple of 4, output channels of 8. */
gboolean cap_weight_grad_handles(const CapConvSpec *spec);

/* DIFF_WEIGHTS (out,in,k,k,k) += what SRC (N,D,H,W,in) and DIFF_DST
 * (N,d,h,w,out) say. SCRATCH holds as many floats as DIFF_WEIGHTS. The order of
 * the sums does not depend on the number of threads. */
void cap_weight_grad_add(const CapConvSpec *spec, int batch, const float *src,
                         const float *diff_dst, float *diff_weights,
                         float *scratch);
