/* Full scans as hosts: see scan.h. */
#include "datasets/scan.h"

#include "core/error.h"
#include "core/image/lung.h"
#include "io/series/series.h"
#include "io/volume_file.h"

/* The first .xml of FOLDER, by name; NULL when there is none. */
static char *
find_annotations(const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  g_autofree char *first = NULL;
  const char *name;
  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
    if (g_str_has_suffix(name, ".xml") &&
        (first == NULL || g_strcmp0(name, first) < 0)) {
      g_free(first);
      first = g_strdup(name);
    }
  }
  return first != NULL ? g_build_filename(folder, first, NULL) : NULL;
}

static CapVolume *
read_series(const char *path, const char *series_uid,
            const CapProgress *progress, GError **error)
{
  g_autoptr(CapSeriesList) list = cap_series_scan(path, progress, error);
  const CapSeries *series =
      list ? cap_series_choose(list, series_uid, error) : NULL;
  return series ? cap_series_load(series, NULL, progress, error) : NULL;
}

CapHost *
cap_scan_read(const char *folder, const char *patient,
              const CapProgress *progress, GError **error)
{
  g_autofree char *path = g_build_filename(folder, patient, NULL);
  g_autofree char *file = g_strconcat(path, ".mha", NULL);
  const gboolean one_file = g_file_test(file, G_FILE_TEST_IS_REGULAR);
  g_autofree char *annotations =
      one_file ? g_strconcat(path, ".xml", NULL) : find_annotations(path);
  if (annotations == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "%s holds no scan with an annotation file (.xml)", path);
    return NULL;
  }
  g_autoptr(CapLidcReads) reads = cap_lidc_read(annotations, error);
  if (reads == NULL)
    return NULL;
  g_autoptr(CapVolume) volume =
      one_file ? cap_volume_file_read(file, progress, error)
               : read_series(path, reads->series_uid, progress, error);
  CapMask *lungs = volume ? cap_lung_mask(volume, progress, error) : NULL;
  if (lungs == NULL)
    return NULL;
  return cap_host_new(patient, g_steal_pointer(&volume), lungs, reads);
}
