/* What a graph knows about one tensor; shared by graph.c and arena.c alone. */
#pragma once

#include "core/nn/graph.h"

typedef enum {
  CAP_TENSOR_INPUT,
  CAP_TENSOR_PARAM,
  CAP_TENSOR_BUFFER,
  CAP_TENSOR_ACTIVATION,
} CapTensorKind;

typedef struct {
  char *name;
  CapShape shape;
  gsize size; /* floats per sample, or of the whole parameter */
  CapTensorKind kind;
  gboolean channels_last; /* D,H,W,C: see CapLay */
  gboolean keep;          /* readable after a run */
  double pace;            /* see cap_graph_set_pace; 0 is 1 */
  gboolean needs_grad;    /* a gradient is laid out for it */
  gboolean written;       /* its gradient was, in this backward pass */
  int first, last;        /* ops that write and last read it; -1 none */
  int read_back;      /* first op whose backward reads its values; -1 none */
  float *data, *grad; /* in the arena; parameters own theirs */
} CapTensorInfo;

static inline gboolean
cap_tensor_is_param(const CapTensorInfo *t)
{
  return t->kind == CAP_TENSOR_PARAM || t->kind == CAP_TENSOR_BUFFER;
}
