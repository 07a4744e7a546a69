/* The file of measured choices: see choices.h. */
#include "core/nn/choices.h"

#include <omp.h>
#include <string.h>

static char *
file_path(void)
{
  return g_build_filename(g_get_user_cache_dir(), "capsight", "choices.ini",
                          NULL);
}

gboolean
cap_choices_find(const char *machine, const char *key, CapWay *way)
{
  g_autofree char *path = file_path();
  g_autoptr(GKeyFile) file = g_key_file_new();
  if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL))
    return FALSE;
  g_autofree char *name = g_key_file_get_string(file, machine, key, NULL);
  return name != NULL && cap_way_parse(name, way);
}

/* By rename: whoever reads at the same time sees the old or the new file. */
void
cap_choices_keep(const char *machine, const char *key, CapWay way)
{
  g_autofree char *path = file_path();
  g_autofree char *folder = g_path_get_dirname(path);
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_key_file_load_from_file(file, path, G_KEY_FILE_KEEP_COMMENTS, NULL);
  g_key_file_set_string(file, machine, key, cap_way_name(way));
  if (g_mkdir_with_parents(folder, 0700) == 0)
    g_key_file_save_to_file(file, path, NULL);
}

/* "model name" of the first processor, "" where the system does not say. */
static char *
processor_name(void)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents("/proc/cpuinfo", &text, NULL, NULL))
    return g_strdup("");
  const char *at = strstr(text, "model name");
  const char *colon = at != NULL ? strchr(at, ':') : NULL;
  if (colon == NULL)
    return g_strdup("");
  return g_strstrip(g_strndup(colon + 1, strcspn(colon + 1, "\n")));
}

char *
cap_choices_machine(const char *isa, const char *library)
{
  g_autofree char *processor = processor_name();
  char *machine = g_strdup_printf("%s, %s, %d threads, %s", processor, isa,
                                  omp_get_max_threads(), library);
  return g_strdelimit(machine, "[]=\n", ' ');
}
