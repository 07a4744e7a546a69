/* Every regular file below a folder, whatever is in there: symlink loops,
 * FIFOs, unreadable folders and 10^5 files included. */
#pragma once

#include "core/progress.h"

/* Absolute paths of the files in FOLDER (and below it when RECURSIVE), sorted;
 * of char *. Folders that cannot be opened are passed over, apart from FOLDER
 * itself, and so is what begins with ".capsight-". Returns; NULL with
 * CAP_ERROR_NO_INPUT or CAP_ERROR_CANCELLED. */
GPtrArray *cap_file_walk(const char *folder, gboolean recursive,
                         const CapProgress *progress, GError **error);
