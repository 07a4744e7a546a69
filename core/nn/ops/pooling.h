/* Average and maximum over windows of a volume. */
#pragma once

#include "core/nn/graph.h"

typedef struct {
  gboolean average;   /* else the maximum */
  int kernel, stride; /* cubic windows */
  int pad;            /* less than kernel; what lies outside takes no part */
} CapPoolingOptions;

/* INPUT (C,D,H,W). Returns (C,D',H',W'), D' = (D + 2 pad - kernel) / stride
 * + 1. Of equal maxima the first, in the order z, y, x, gets the gradient. */
CapTensor cap_pooling_add(CapGraph *graph, const char *name, CapTensor input,
                          const CapPoolingOptions *options);
