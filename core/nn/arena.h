/* Where a graph's activations and gradients lie: one block of memory. */
#pragma once

#include <glib.h>

/* N_FLOATS zeroed floats on a 64-byte boundary, for free(); NULL without
 * memory. */
float *cap_arena_alloc(gsize n_floats);

/* What the memory has to last for. */
typedef struct {
  int n_ops, max_batch;
  gboolean train; /* forward, then backward */
} CapArenaRun;

/* Places TENSORS (of CapTensorInfo) that are no parameters for RUN's batch and
 * sets their data and grad. What is not alive at the same time shares memory,
 * apart from inputs and tensors marked keep. BYTES receives the size. Returns
 * memory for free(); NULL with CAP_ERROR_MEMORY. */
float *cap_arena_plan(GPtrArray *tensors, const CapArenaRun *run, gsize *bytes,
                      GError **error);
