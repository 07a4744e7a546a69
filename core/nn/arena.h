/* Where a graph's activations and gradients lie: one block of memory. */
#pragma once

#include <glib.h>

/* N_FLOATS zeroed floats on a 64-byte boundary, for free(); NULL without
 * memory. */
float *cap_arena_alloc(gsize n_floats);

/* Places TENSORS (of CapTensorInfo) that are no parameters for MAX_BATCH
 * samples and sets their data and grad. With REUSE, activations whose lifetimes
 * do not overlap share memory, apart from inputs and those marked keep. BYTES
 * receives the size. Returns memory for free(); NULL with CAP_ERROR_MEMORY. */
float *cap_arena_plan(GPtrArray *tensors, int max_batch, gboolean reuse,
                      gsize *bytes, GError **error);
