/* Making folders: see folder.h. */
#include "io/folder.h"

#include "core/error.h"

#include <errno.h>
#include <glib/gstdio.h>

gboolean
cap_folder_make(const char *path, GError **error)
{
  if (g_mkdir_with_parents(path, 0777) == 0)
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT,
              "the folder %s cannot be made: %s", path, g_strerror(errno));
  return FALSE;
}
