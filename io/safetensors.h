/* safetensors: named arrays of floats in one file, as NumPy and PyTorch read
 * them.
 *
 * Format: little-endian u64 header length, JSON header {name: {dtype, shape,
 * data_offsets}, "__metadata__": {string: string}}, then the tensors' bytes
 * (https://github.com/huggingface/safetensors). Only F32 is written. */
#pragma once

#include "core/nn/graph.h"

typedef struct {
  const char *name;
  CapShape shape;
  const float *data; /* as many as SHAPE says, last axis fastest */
} CapNamedTensor;

/* Writes N tensors with METADATA (string to string, may be NULL), all borrowed,
 * by rename. FALSE with CAP_ERROR_OUTPUT, CAP_ERROR_WRITE or
 * CAP_ERROR_LIMIT (more than 4 GB). */
gboolean cap_safetensors_write(const CapNamedTensor *tensors, int n,
                               GHashTable *metadata, const char *path,
                               GError **error);
