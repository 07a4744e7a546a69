/* Folders that output goes to. */
#pragma once

#include <glib.h>

/* PATH and every folder above it, where they are not there yet. FALSE with
 * CAP_ERROR_OUTPUT, which names PATH and the cause. */
gboolean cap_folder_make(const char *path, GError **error);
