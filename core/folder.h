/* Folders that files are written to. */
#pragma once

#include <glib.h>

/* PATH and every folder above it, where they are not there yet. FALSE with
 * CAP_ERROR_OUTPUT, which names PATH and the cause. */
gboolean cap_folder_make(const char *path, GError **error);
/* The same for what names patients or is nobody else's business: its owner
 * alone can look into those that are made. One that is there stays as it is. */
gboolean cap_folder_make_private(const char *path, GError **error);
