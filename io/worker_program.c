/* Finding worker programs: see worker_program.h. */
#include "io/worker_program.h"

char *
cap_worker_program_find(const char *name, const char *variable)
{
  const char *chosen = g_getenv(variable);
  if (chosen != NULL && *chosen != '\0')
    return g_strdup(chosen);
  g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
  g_autofree char *folder = self ? g_path_get_dirname(self) : NULL;
  const char *const places[] = {"", "../app", "../libexec/capsight",
                                "../lib/capsight"};
  for (gsize i = 0; folder != NULL && i < G_N_ELEMENTS(places); i++) {
    char *path = g_build_filename(folder, places[i], name, NULL);
    if (g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
      return path;
    g_free(path);
  }
  g_autofree char *installed = g_build_filename(CAP_LIBEXEC_DIR, name, NULL);
  return g_file_test(installed, G_FILE_TEST_IS_EXECUTABLE)
             ? g_steal_pointer(&installed)
             : NULL;
}
