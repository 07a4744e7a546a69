/* Weights files: safetensors, the parameters and buffers of one CapGraph.
 *
 * Format: little-endian u64 header length, JSON header {name: {dtype, shape,
 * data_offsets}, "__metadata__": {string: string}}, then the tensors' bytes
 * (https://github.com/huggingface/safetensors). Only F32 is written. */
#pragma once

#include "core/nn/graph.h"

/* Writes GRAPH's parameters and buffers with METADATA (string to string, may
 * be NULL) by rename. FALSE with CAP_ERROR_OUTPUT or CAP_ERROR_WRITE. */
gboolean cap_weights_save(CapGraph *graph, GHashTable *metadata,
                          const char *path, GError **error);

/* Fills GRAPH from PATH: every parameter must be there with its shape. METADATA
 * (may be NULL) receives a new table, SHA256 (may be NULL) the file's hash;
 * both are the caller's. FALSE with CAP_ERROR_NO_INPUT or CAP_ERROR_WEIGHTS; the
 * graph is unchanged then. */
gboolean cap_weights_load(CapGraph *graph, const char *path,
                          GHashTable **metadata, char **sha256, GError **error);
