/* The file of measured choices: see choices.h. */
#include "core/nn/choices.h"

#include <omp.h>
#include <string.h>

#include "core/folder.h"
#include "core/nn/arena.h"
#include "core/nn/onednn.h"

#define RUNS 5 /* the shortest counts */

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
  if (cap_folder_make_private(folder, NULL))
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
cap_choices_machine(void)
{
  g_autofree char *processor = processor_name();
  g_autofree char *library = cap_onednn_version();
  char *machine =
      g_strdup_printf("%s, %s, %d threads, %s", processor, cap_onednn_isa(),
                      omp_get_max_threads(), library);
  return g_strdelimit(machine, "[]=\n", ' ');
}

float *
cap_choices_numbers(gsize n, GRand *random)
{
  float *values = cap_arena_alloc(n);
  for (gsize i = 0; values != NULL && i < n; i++)
    values[i] = (float)g_rand_double_range(random, -1.0, 1.0);
  return values;
}

/* Shortest of some runs, us; -1 where WAY cannot run. */
static gint64
time_way(CapWay way, CapWayRun run, gpointer data)
{
  gint64 best = -1;
  if (!run(way, data)) /* code and caches */
    return -1;
  for (int i = 0; i < RUNS; i++) {
    const gint64 start = g_get_monotonic_time();
    run(way, data);
    const gint64 took = g_get_monotonic_time() - start;
    best = best < 0 || took < best ? took : best;
  }
  return best;
}

CapWay
cap_choices_fastest(const char *key, const CapWay *ways, int n, CapWayRun run,
                    gpointer data)
{
  CapWay chosen = ways[0];
  if (n == 1)
    return chosen;
  g_autofree char *machine = cap_choices_machine();
  if (cap_choices_find(machine, key, &chosen))
    return chosen;
  gint64 best = -1;
  for (int i = 0; i < n; i++) {
    const gint64 took = time_way(ways[i], run, data);
    if (took < 0 || (best >= 0 && took >= best))
      continue;
    best = took;
    chosen = ways[i];
  }
  cap_choices_keep(machine, key, chosen);
  return chosen;
}
