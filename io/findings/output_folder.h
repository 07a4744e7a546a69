/* A folder of results that is complete or absent.
 *
 * Files are written into a temporary folder first. One that does not exist yet
 * is made beside its place and renamed into it. Into one that exists (it may be
 * a mount point, or somebody's working folder) the files are moved one by one,
 * after the earlier result was removed, the one that marks a result last. Files
 * there that are not ours are left alone. */
#pragma once

#include <gio/gio.h>

typedef struct {
  const char *marker;      /* "findings.json": its presence marks a result */
  const char *const *ours; /* glob patterns of all our files, NULL-ended */
} CapOutputKind;

typedef struct CapOutputFolder CapOutputFolder;

/* Prepares PATH (missing parents are made) for a result of KIND (borrows, must
 * outlive the folder). Returns; NULL with CAP_ERROR_OUTPUT when PATH is no
 * folder, cannot be written, or holds something but no earlier result. */
CapOutputFolder *cap_output_folder_new(const char *path,
                                       const CapOutputKind *kind,
                                       GError **error);
/* Path of file NAME while the folder is being filled; caller frees. */
char *cap_output_folder_file(const CapOutputFolder *folder, const char *name);
/* Puts everything into place. FALSE with CAP_ERROR_WRITE. */
gboolean cap_output_folder_commit(CapOutputFolder *folder, GError **error);
/* Removes whatever was not committed, and parents that were made for it. */
void cap_output_folder_free(CapOutputFolder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapOutputFolder, cap_output_folder_free)
