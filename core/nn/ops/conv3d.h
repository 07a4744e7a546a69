/* 3D convolution and its transpose, cubic kernels, over volumes (C,D,H,W). */
#pragma once

#include "core/nn/graph.h"

typedef struct {
  int channels;       /* of the output */
  int kernel, stride; /* default 3, 1 */
  int pad;            /* default 1 */
  gboolean bias;      /* default TRUE */
  gboolean relu;      /* of cap_conv3d_bn_add alone; default TRUE */
} CapConv3dOptions;

CapConv3dOptions cap_conv3d_options_default(void);

/* y = W * x + b, parameters NAME.weight (out, in, k, k, k) and NAME.bias (out);
 * He initialisation. Returns the output (out, D', H', W'),
 * D' = (D + 2 pad - kernel) / stride + 1. */
CapTensor cap_conv3d_add(CapGraph *graph, const char *name, CapTensor input,
                         const CapConv3dOptions *options);

/* The transpose of that convolution: weights NAME.weight (in, out, k, k, k),
 * output edge D' = (D - 1) stride + kernel - 2 pad. */
CapTensor cap_deconv3d_add(CapGraph *graph, const char *name, CapTensor input,
                           const CapConv3dOptions *options);

/* Convolution without bias, batch normalisation (batchnorm.h; NAME.bn.*) and
 * ReLU. In CAP_GRAPH_INFER they are one convolution whose weights have the
 * normalisation folded in. */
CapTensor cap_conv3d_bn_relu_add(CapGraph *graph, const char *name,
                                 CapTensor input,
                                 const CapConv3dOptions *options);
/* The same without a ReLU where OPTIONS say so. */
CapTensor cap_conv3d_bn_add(CapGraph *graph, const char *name, CapTensor input,
                            const CapConv3dOptions *options);
