/* Finding worker programs: see worker_program.h. */
#include "io/worker_program.h"

#include "core/program.h"

char *
cap_worker_program_find(const char *name, const char *variable)
{
  const char *chosen = g_getenv(variable);
  if (chosen != NULL && *chosen != '\0')
    return g_strdup(chosen);
  const char *const places[] = {".", "../app", "../libexec/capsight",
                                "../lib/capsight"};
  for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
    g_autofree char *place = g_build_filename(places[i], name, NULL);
    char *path = cap_program_find(place);
    if (path != NULL && g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
      return path;
    g_free(path);
  }
  g_autofree char *installed = g_build_filename(CAP_LIBEXEC_DIR, name, NULL);
  return g_file_test(installed, G_FILE_TEST_IS_EXECUTABLE)
             ? g_steal_pointer(&installed)
             : NULL;
}
