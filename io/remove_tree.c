/* Removing a folder: see remove_tree.h. */
#include "io/remove_tree.h"

#include <glib/gstdio.h>

void
cap_remove_tree(const char *path)
{
  GDir *dir = g_file_test(path, G_FILE_TEST_IS_SYMLINK)
                  ? NULL
                  : g_dir_open(path, 0, NULL);
  if (dir != NULL) {
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
      g_autofree char *child = g_build_filename(path, name, NULL);
      cap_remove_tree(child);
    }
    g_dir_close(dir);
  }
  g_remove(path);
}
