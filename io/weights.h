/* Weights files: safetensors, the parameters and buffers of one CapGraph.
 *
 * Format: little-endian u64 header length, JSON header {name: {dtype, shape,
 * data_offsets}, "__metadata__": {string: string}}, then the tensors' bytes
 * (https://github.com/huggingface/safetensors). Only F32 is written. */
#pragma once

#include "core/nn/graph.h"
#include "core/nn/optim.h"

/* Writes GRAPH's parameters and buffers with METADATA (string to string, may
 * be NULL) by rename. FALSE with CAP_ERROR_OUTPUT or CAP_ERROR_WRITE. */
gboolean cap_weights_save(CapGraph *graph, GHashTable *metadata,
                          const char *path, GError **error);

/* Fills GRAPH from PATH: every parameter must be there with its shape. METADATA
 * (may be NULL) receives a new table, SHA256 (may be NULL) the file's hash;
 * both are the caller's. FALSE with CAP_ERROR_NO_INPUT or CAP_ERROR_WEIGHTS;
 * the graph is unchanged then. */
gboolean cap_weights_load(CapGraph *graph, const char *path,
                          GHashTable **metadata, char **sha256, GError **error);

/* The metadata of PATH alone, string to string; the caller's. NULL with
 * CAP_ERROR_NO_INPUT or CAP_ERROR_WEIGHTS. */
GHashTable *cap_weights_metadata(const char *path, GError **error);

/* A checkpoint is a weights file with the optimiser's moments as further
 * tensors ("optim.m.NAME", "optim.v.NAME") and its step, loss scale and the
 * graph's random state in the metadata ("optim.step", "optim.loss_scale",
 * "optim.good_steps", "graph.random"), so cap_weights_load reads it too. A
 * caller's own state (epoch, its random numbers) goes into METADATA. Errors as
 * for cap_weights_save. */
gboolean cap_weights_save_checkpoint(CapOptim *optim, GHashTable *metadata,
                                     const char *path, GError **error);

/* Continues exactly where the checkpoint at PATH stopped: parameters, buffers,
 * moments, step, random state, and the loss scale (a file without one is older
 * than it: the options' stays). METADATA (may be NULL) receives a new table,
 * the caller's. FALSE with CAP_ERROR_NO_INPUT or CAP_ERROR_WEIGHTS; nothing is
 * changed then. */
gboolean cap_weights_load_checkpoint(CapOptim *optim, const char *path,
                                     GHashTable **metadata, GError **error);
