/* Making folders: see folder.h. */
#include "core/folder.h"

#include "core/error.h"

#include <errno.h>
#include <glib/gstdio.h>

static gboolean
make(const char *path, int mode, GError **error)
{
  if (g_mkdir_with_parents(path, mode) == 0)
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT,
              "the folder %s cannot be made: %s", path, g_strerror(errno));
  return FALSE;
}

gboolean
cap_folder_make(const char *path, GError **error)
{
  return make(path, 0777, error);
}

gboolean
cap_folder_make_private(const char *path, GError **error)
{
  return make(path, 0700, error);
}
