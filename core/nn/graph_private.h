/* What a graph holds, for core/nn/graph*.c alone. */
#pragma once

#include "core/nn/graph.h"
#include "core/nn/tensor.h"

struct CapGraph {
  CapGraphMode mode;
  int max_batch, batch, whole_batch;
  guint64 draw_key;
  gint64 draw_first;
  const CapRanks *ranks, *split;
  gboolean training, planned;
  GPtrArray *tensors; /* of CapTensorInfo */
  GPtrArray *ops;     /* of CapOp */
  GArray *params;     /* of CapTensor: parameters and buffers */
  GArray *losses;     /* of CapGraphLoss */
  guint64 random, generation;
  CapPrecision precision;
  CapWays *ways;
  float loss_scale;
  float *arena;
  gsize arena_bytes;
};

typedef struct {
  CapTensor tensor;
  float weight;
} CapGraphLoss;

static inline CapTensorInfo *
cap_graph_info(const CapGraph *graph, CapTensor tensor)
{
  return g_ptr_array_index(graph->tensors, tensor);
}
