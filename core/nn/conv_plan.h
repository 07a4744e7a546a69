/* One pass of a convolution, for one batch size, as a oneDNN primitive. */
#pragma once

#include "core/nn/conv_kernel.h"

typedef struct CapConvPlan CapConvPlan;

/* What a pass reads and writes, in the caller's order (see CapConvSpec): of the
 * three the result is dst, src or weights. Gradients have their values' places.
 */
typedef struct {
  const float *src, *weights, *dst, *bias;
} CapConvData;

/* With BFLOAT16, volumes and weights that are read are rounded and multiplied
 * as such; sums and what is written are float32, and the weights' pass leaves
 * the bias out. Returns, caller frees; NULL without memory or when oneDNN has
 * nothing (in bfloat16: nothing but reference code) for it on this processor.
 */
CapConvPlan *cap_conv_plan_new(const CapConvSpec *spec, CapConvPass pass,
                               int batch, gboolean bfloat16);
void cap_conv_plan_free(CapConvPlan *plan);

/* GENERATION as for cap_conv_kernel_forward. */
void cap_conv_plan_run(CapConvPlan *plan, const CapConvData *data,
                       guint64 generation);

/* oneDNN's name of the implementation, "jit:avx2"; never freed. */
const char *cap_conv_plan_name(const CapConvPlan *plan);
