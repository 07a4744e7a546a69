/* Training data: see train_data.h. */
#include "models/train_data.h"

#include "core/error.h"
#include "datasets/crops.h"
#include "datasets/cubes.h"
#include "datasets/own.h"
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
  g_autofree char *hash =
      g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, n);
  g_string_append_printf(hashes, "%s %s\n", name, hash);
}

/* Adds the points that every host gives: the detector's candidates and its own;
 * leaves a slab of them for validation. */
static gboolean
fill_host(CapHost *host, const CapTrainConfig *config,
          const CapProgress *progress, GError **error)
{
  const CapCandidatesOptions options = cap_candidates_options_default();
  g_autoptr(GArray) candidates =
      cap_candidates_find(host->volume, host->lungs, &options, progress, error);
  if (candidates == NULL)
    return FALSE;
  g_autofree CapPoint *points = g_new(CapPoint, MAX(candidates->len, 1));
  for (guint i = 0; i < candidates->len; i++)
    points[i] = g_array_index(candidates, CapCandidate, i).center_mm;
  cap_host_add_candidates(host, points, (int)candidates->len);
  if (!cap_host_add_points(host, OWN_POINTS, (guint64)config->seed, error))
    return FALSE;
  cap_host_split(host, config->pool.validation < 1 ? host_validation : 1);
  return TRUE;
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
    CapHost *host = cap_scan_read(folder, *patient, progress, error);
    if (host == NULL)
      return NULL;
    g_ptr_array_add(hosts, host);
    if (!fill_host(host, config, progress, error))
      return NULL;
    g_string_append_printf(hashes, "%s/%s %d points\n", config->scans, *patient,
                           host->points->len);
  }
  return g_steal_pointer(&hosts);
}

static char *
in_folder(const char *data_dir, const char *name)
{
  return g_path_is_absolute(name) ? g_strdup(name)
                                  : g_build_filename(data_dir, name, NULL);
}

static GPtrArray *
read_crops(const CapTrainConfig *config, const char *data_dir, GString *hashes,
           const CapProgress *progress, GError **error)
{
  if (*config->crops == '\0')
    return g_ptr_array_new_with_free_func((GDestroyNotify)cap_example_free);
  g_autofree char *path = in_folder(data_dir, config->crops);
  const CapCropsOptions options = {.without_patients = config->held_out,
                                   .limit = config->limit};
  add_hash(hashes, config->crops, path);
  return cap_crops_read(path, &options, progress, error);
}

static GPtrArray *
read_cubes(const CapTrainConfig *config, const char *data_dir,
           const GPtrArray *crops, GString *hashes, const CapProgress *progress,
           GError **error)
{
  if (*config->cubes == '\0')
    return g_ptr_array_new();
  g_autofree char *path = in_folder(data_dir, config->cubes);
  add_hash(hashes, config->cubes, path);
  return cap_cubes_read(path, config->held_out, crops, progress, error);
}

/* Adds what the user's own index gives to CROPS and HOSTS. */
static gboolean
read_own(const CapTrainConfig *config, const char *data_dir, GPtrArray *crops,
         GPtrArray *hosts, GString *hashes, const CapProgress *progress,
         GError **error)
{
  if (*config->index == '\0')
    return TRUE;
  g_autofree char *path = in_folder(data_dir, config->index);
  const CapOwnOptions options = {config->held_out, config->index_hosts};
  add_hash(hashes, config->index, path);
  g_autoptr(CapOwn) own = cap_own_read(path, &options, progress, error);
  if (own == NULL)
    return FALSE;
  for (guint i = 0; i < own->hosts->len; i++)
    if (!fill_host(own->hosts->pdata[i], config, progress, error))
      return FALSE;
  g_ptr_array_extend_and_steal(crops, g_steal_pointer(&own->examples));
  g_ptr_array_extend_and_steal(hosts, g_steal_pointer(&own->hosts));
  return TRUE;
}

CapPool *
cap_train_data_read(const CapTrainConfig *config, const char *data_dir,
                    char **hashes, const CapProgress *progress, GError **error)
{
  g_autoptr(GString) hashed = g_string_new(NULL);
  g_autoptr(GPtrArray) crops =
      read_crops(config, data_dir, hashed, progress, error);
  g_autoptr(GPtrArray) cubes =
      crops ? read_cubes(config, data_dir, crops, hashed, progress, error)
            : NULL;
  g_autoptr(GPtrArray) hosts =
      cubes ? read_hosts(config, data_dir, hashed, progress, error) : NULL;
  if (hosts == NULL ||
      !read_own(config, data_dir, crops, hosts, hashed, progress, error))
    return NULL;
  if (hashes != NULL)
    *hashes = g_strdup(hashed->str);
  return cap_pool_new(g_steal_pointer(&crops), g_steal_pointer(&cubes),
                      g_steal_pointer(&hosts), &config->pool, error);
}
