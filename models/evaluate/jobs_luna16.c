/* The scans of LUNA16 as an evaluation's jobs: see jobs.h. */
#include "models/evaluate/jobs.h"

#include "core/error.h"
#include "io/series/file_walk.h"
#include "io/volume_file.h"

#include <string.h>

/* The first of FILES called NAME. */
static char *
find_table(const GPtrArray *files, const char *asked, const char *name)
{
  if (asked != NULL)
    return g_strdup(asked);
  for (guint i = 0; i < files->len; i++) {
    g_autofree char *base = g_path_get_basename(files->pdata[i]);
    if (g_str_equal(base, name))
      return g_strdup(files->pdata[i]);
  }
  return NULL;
}

/* Whether PATH lies in one of the SUBSETS that are asked for. */
static gboolean
is_asked_for(const char *path, guint subsets)
{
  for (int i = 0; i < CAP_EVAL_N_SUBSETS; i++) {
    g_autofree char *part = g_strdup_printf("/subset%d/", i);
    if ((subsets >> i & 1) != 0 && strstr(path, part) != NULL)
      return TRUE;
  }
  return subsets == 0;
}

/* The volumes among FILES (borrows), and their names. */
static void
find_volumes(const GPtrArray *files, guint subsets, GPtrArray *volumes,
             GPtrArray *names)
{
  for (guint i = 0; i < files->len; i++) {
    char *path = files->pdata[i];
    if (!cap_volume_file_is_name(path) || !is_asked_for(path, subsets))
      continue;
    g_ptr_array_add(volumes, path);
    g_ptr_array_add(names, cap_volume_file_series_uid(path));
  }
}

static void
add_volumes(CapEvalJobs *jobs, const GPtrArray *volumes, const GPtrArray *names,
            gboolean all, const char *folder)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  guint n_unknown = 0;
  for (guint i = 0; i < volumes->len; i++) {
    const char *uid = names->pdata[i];
    const int scan = cap_luna16_find(jobs->luna, uid);
    const char *first = g_hash_table_lookup(seen, uid);
    n_unknown += scan < 0;
    if (first != NULL)
      cap_eval_jobs_warn(jobs, "scan %s is there twice: %s counts, %s does not",
                         uid, first, (char *)volumes->pdata[i]);
    if (scan < 0 || first != NULL)
      continue;
    g_hash_table_insert(seen, (gpointer)uid, volumes->pdata[i]);
    CapEvalJob *job = cap_eval_jobs_add(jobs, uid, NULL, volumes->pdata[i]);
    job->scan = scan;
    job->fault = g_strdup(
        g_hash_table_lookup(jobs->luna->faults, GINT_TO_POINTER(scan)));
  }
  const guint n_listed = jobs->luna->series->len, n = jobs->jobs->len;
  if (all && n < n_listed)
    cap_eval_jobs_warn(jobs, "%u of %u scans have no volume below %s",
                       n_listed - n, n_listed, folder);
  if (n_unknown > 0)
    cap_eval_jobs_warn(jobs, "%u volumes below %s are of no listed scan",
                       n_unknown, folder);
}

static CapLuna16 *
read_tables(const GPtrArray *files, const GPtrArray *names,
            const CapEvalLuna16 *asked, const char *folder, GError **error)
{
  g_autofree char *nodules =
      find_table(files, asked->annotations, "annotations.csv");
  g_autofree char *others =
      find_table(files, asked->excluded, "annotations_excluded.csv");
  g_autofree char *scans = find_table(files, asked->series, "seriesuids.csv");
  const CapLuna16Tables tables = {.annotations = nodules,
                                  .excluded = others,
                                  .series = scans,
                                  .scans = names,
                                  .isolate_faults = TRUE};
  if (nodules != NULL)
    return cap_luna16_read(&tables, error);
  g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
              "there is no annotations.csv below %s; name it with "
              "--annotations",
              folder);
  return NULL;
}

CapEvalJobs *
cap_eval_jobs_luna16(const char *folder, const CapEvalLuna16 *asked,
                     const CapProgress *progress, GError **error)
{
  g_autoptr(GPtrArray) files = cap_file_walk(folder, TRUE, progress, error);
  if (files == NULL)
    return NULL;
  g_autoptr(GPtrArray) volumes = g_ptr_array_new();
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  find_volumes(files, asked->subsets, volumes, names);
  g_autoptr(CapEvalJobs) jobs = cap_eval_jobs_new(CAP_EVAL_LUNA16);
  jobs->luna = read_tables(files, names, asked, folder, error);
  if (jobs->luna == NULL)
    return NULL;
  for (guint i = 0; i < jobs->luna->warnings->len; i++)
    cap_eval_jobs_warn(jobs, "%s", (char *)jobs->luna->warnings->pdata[i]);
  add_volumes(jobs, volumes, names, asked->subsets == 0, folder);
  if (jobs->jobs->len == 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "no volume of a listed scan was found below %s%s", folder,
                asked->subsets != 0 ? " in the subsets that are asked for"
                                    : "");
    return NULL;
  }
  cap_eval_jobs_sort(jobs);
  return g_steal_pointer(&jobs);
}
