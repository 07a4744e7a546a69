/* Output that is complete or absent: a temporary name in the same folder,
 * renamed when everything has been written. */
#pragma once

#include <gio/gio.h>

typedef struct CapAtomicFile CapAtomicFile;

/* Opens a temporary file beside PATH. Returns; NULL with CAP_ERROR_OUTPUT. */
CapAtomicFile *cap_atomic_file_new(const char *path, GError **error);
/* CAP_ERROR_WRITE names PATH and the cause (disk full, …). */
gboolean cap_atomic_file_write(CapAtomicFile *file, const void *bytes,
                               gsize n_bytes, GError **error);
/* Renames to PATH; CAP_ERROR_WRITE. The file still has to be freed. */
gboolean cap_atomic_file_commit(CapAtomicFile *file, GError **error);
/* All three at once: N_BYTES of BYTES become the file PATH. FALSE with
 * CAP_ERROR_OUTPUT or CAP_ERROR_WRITE. */
gboolean cap_atomic_file_save(const char *path, const void *bytes,
                              gsize n_bytes, GError **error);
/* The same, readable and writable by its owner alone. */
gboolean cap_atomic_file_save_private(const char *path, const void *bytes,
                                      gsize n_bytes, GError **error);
/* Removes the temporary file unless it was committed. */
void cap_atomic_file_free(CapAtomicFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapAtomicFile, cap_atomic_file_free)
