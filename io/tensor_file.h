/* CapTensorFile: a safetensors file that is read (see safetensors.h for the
 * format). Nothing in it is trusted: header, shapes, places and values are
 * checked before they are handed out. */
#pragma once

#include "core/nn/graph.h"

typedef struct CapTensorFile CapTensorFile;

/* Reads PATH into memory. WHAT is it to the user, in messages ("these
 * weights"). Returns; NULL with CAP_ERROR_NO_INPUT or CAP_ERROR_WEIGHTS. */
CapTensorFile *cap_tensor_file_open(const char *path, const char *what,
                                    GError **error);
void cap_tensor_file_free(CapTensorFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapTensorFile, cap_tensor_file_free)

/* Tensor NAME, float32 and finite, of SHAPE, whose zeros stand for any length
 * and are filled in. BYTES receives its values, borrowed and not aligned. FALSE
 * with CAP_ERROR_WEIGHTS. */
gboolean cap_tensor_file_find(const CapTensorFile *file, const char *name,
                              CapShape *shape, const char **bytes,
                              GError **error);
/* String to string; the caller's. */
GHashTable *cap_tensor_file_metadata(const CapTensorFile *file);
/* Of the whole file, hexadecimal. Returns. */
char *cap_tensor_file_sha256(const CapTensorFile *file);
/* FALSE, with CAP_ERROR_WEIGHTS and the reason. */
gboolean cap_tensor_file_refuse(const CapTensorFile *file, GError **error,
                                const char *format, ...) G_GNUC_PRINTF(3, 4);
