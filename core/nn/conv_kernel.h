/* One 3D convolution's three passes in oneDNN, prepared once per batch size.
 *
 * A transposed convolution is the same kernel with its passes exchanged: its
 * forward is backward_data. Weights come and go plain (out, in, D, H, W); the
 * blocked copies that oneDNN wants are made here. Volumes lie as the spec says:
 * channels last suits all passes; the blocked orders of oneDNN have no fast
 * weight gradient in 3D on AVX2 (2.6.3). */
#pragma once

#include <glib.h>

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
