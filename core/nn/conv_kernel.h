/* One 3D convolution's three passes, prepared once per batch size.
 *
 * A transposed convolution is the same kernel with its passes exchanged: its
 * forward is backward_data. Weights come and go plain (out, in, D, H, W); the
 * blocked copies that oneDNN wants are made here. Volumes lie as the spec says:
 * channels last suits all passes; the blocked orders of oneDNN have no fast
 * weight gradient in 3D on AVX2 (2.6.3). */
#pragma once

#include "core/nn/precision.h"

/* A cubic kernel, the same stride and padding along all axes. */
typedef struct {
  int in_channels, out_channels;
  int in_size[3], out_size[3]; /* D, H, W */
  int kernel, stride, pad;
  gboolean in_last, out_last; /* channels last, else plain */
  gboolean bias, relu;        /* of the forward pass */
  gboolean train; /* all three passes, else forward and backward_data */
} CapConvSpec;

typedef struct CapConvKernel CapConvKernel;

/* Returns; caller frees. */
CapConvKernel *cap_conv_kernel_new(const CapConvSpec *spec, int max_batch);
void cap_conv_kernel_free(CapConvKernel *kernel);

typedef enum {
  CAP_CONV_FORWARD,
  CAP_CONV_BACKWARD_DATA,
  CAP_CONV_BACKWARD_WEIGHTS,
  CAP_CONV_N_PASSES,
} CapConvPass;

/* The way that float32 takes by rule, alike on all machines of one kind. */
CapWay cap_conv_kernel_rule(const CapConvSpec *spec, CapConvPass pass);
/* How PASS is run from now on; before this, by the rule for float32. A way that
 * the pass does not have becomes oneDNN's. In bfloat16, bias and its gradient
 * stay float32. */
void cap_conv_kernel_set_way(CapConvKernel *kernel, CapConvPass pass,
                             CapWay way);
CapWay cap_conv_kernel_way(const CapConvKernel *kernel, CapConvPass pass);
/* Whether oneDNN multiplies in bfloat16 on this processor. */
gboolean cap_conv_kernel_has_bfloat16(const CapConvSpec *spec, CapConvPass pass,
                                      int batch);
/* Name of what runs PASS at the largest batch: oneDNN's, or "own"; with ",
 * rounded" when bfloat16 is float32 on rounded operands. Never freed. */
const char *cap_conv_kernel_implementation(CapConvKernel *kernel,
                                           CapConvPass pass);

/* Makes PASS ready for BATCH now instead of at first use. FALSE with
 * CAP_ERROR_MEMORY. */
gboolean cap_conv_kernel_prepare(CapConvKernel *kernel, CapConvPass pass,
                                 int batch, GError **error);

/* GENERATION names the weights' values: equal and not 0 means unchanged since
 * the last call, so the blocked copy is used again. BIAS may be NULL. */
void cap_conv_kernel_forward(CapConvKernel *kernel, int batch, const float *src,
                             const float *weights, const float *bias,
                             float *dst, guint64 generation);
void cap_conv_kernel_backward_data(CapConvKernel *kernel, int batch,
                                   const float *diff_dst, const float *weights,
                                   float *diff_src, guint64 generation);
/* Adds into DIFF_WEIGHTS and, with spec.bias, DIFF_BIAS. */
void cap_conv_kernel_backward_weights(CapConvKernel *kernel, int batch,
                                      const float *src, const float *diff_dst,
                                      float *diff_weights, float *diff_bias);
