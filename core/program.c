/* The running program's own files: see program.h. */
#include "core/program.h"

char *
cap_program_find(const char *path)
{
  g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
  g_autofree char *folder = self ? g_path_get_dirname(self) : NULL;
  if (folder == NULL)
    return NULL;
  g_autofree char *joined = g_build_filename(folder, path, NULL);
  char *found = g_canonicalize_filename(joined, NULL);
  if (g_file_test(found, G_FILE_TEST_EXISTS))
    return found;
  g_free(found);
  return NULL;
}
