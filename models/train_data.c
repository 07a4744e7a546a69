/* Training data: see train_data.h. */
#include "models/train_data.h"

#include "core/error.h"
#include "datasets/crops.h"
#include "datasets/cubes.h"
#include "datasets/scan.h"
#include "models/candidates.h"

enum { OWN_POINTS = 1500 }; /* lung and pleura points of a host, each */
static const double host_validation = 0.1; /* slab of a host along z */

static void
add_hash(GString *hashes, const char *name, const char *path)
{
  g_autofree char *bytes = NULL;
  gsize n = 0;
  if (!g_file_get_contents(path, &bytes, &n, NULL))
    return; /* whoever reads it next says what is wrong */
  g_autofree char *hash = g_compute_checksum_for_data(
      G_CHECKSUM_SHA256, (const guchar *)bytes, n);
  g_string_append_printf(hashes, "%s %s\n", name, hash);
}

static CapHost *
read_host(const CapTrainConfig *config, const char *folder, const char *patient,
          const CapProgress *progress, GError **error)
{
  g_autoptr(CapHost) host = cap_scan_read(folder, patient, progress, error);
  if (host == NULL)
    return NULL;
  const CapCandidatesOptions options = cap_candidates_options_default();
  g_autoptr(GArray) candidates = cap_candidates_find(
      host->volume, host->lungs, &options, progress, error);
  if (candidates == NULL)
    return NULL;
  g_autofree CapPoint *points = g_new(CapPoint, MAX(candidates->len, 1));
  for (guint i = 0; i < candidates->len; i++)
    points[i] = g_array_index(candidates, CapCandidate, i).center_mm;
  cap_host_add_candidates(host, points, (int)candidates->len);
  if (!cap_host_add_points(host, OWN_POINTS, (guint64)config->seed, error))
    return NULL;
  cap_host_split(host, config->pool.validation < 1 ? host_validation : 1);
  return g_steal_pointer(&host);
}

static GPtrArray *
read_hosts(const CapTrainConfig *config, const char *data_dir, GString *hashes,
           const CapProgress *progress, GError **error)
{
  g_autoptr(GPtrArray) hosts =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_host_free);
  g_autofree char *folder = g_build_filename(data_dir, config->scans, NULL);
  for (char **patient = config->hosts; *patient != NULL; patient++) {
    if (g_strv_contains((const char *const *)config->held_out, *patient))
      continue;
    CapHost *host = read_host(config, folder, *patient, progress, error);
    if (host == NULL)
      return NULL;
    g_ptr_array_add(hosts, host);
    g_string_append_printf(hashes, "%s/%s %d points\n", config->scans,
                           *patient, host->points->len);
  }
  return g_steal_pointer(&hosts);
}

CapPool *
cap_train_data_read(const CapTrainConfig *config, const char *data_dir,
                    char **hashes, const CapProgress *progress, GError **error)
{
  g_autoptr(GString) hashed = g_string_new(NULL);
  g_autofree char *crops_path =
      g_build_filename(data_dir, config->crops, NULL);
  const CapCropsOptions options = {.without_patients = config->held_out,
                                   .limit = config->limit};
  add_hash(hashed, config->crops, crops_path);
  g_autoptr(GPtrArray) crops =
      cap_crops_read(crops_path, &options, progress, error);
  if (crops == NULL)
    return NULL;
  g_autoptr(GPtrArray) cubes = NULL;
  if (*config->cubes != '\0') {
    g_autofree char *path = g_build_filename(data_dir, config->cubes, NULL);
    add_hash(hashed, config->cubes, path);
    cubes = cap_cubes_read(path, config->held_out, crops, progress, error);
    if (cubes == NULL)
      return NULL;
  } else {
    cubes = g_ptr_array_new();
  }
  GPtrArray *hosts = read_hosts(config, data_dir, hashed, progress, error);
  if (hosts == NULL)
    return NULL;
  if (hashes != NULL)
    *hashes = g_strdup(hashed->str);
  return cap_pool_new(g_steal_pointer(&crops), g_steal_pointer(&cubes), hosts,
                      &config->pool, error);
}
