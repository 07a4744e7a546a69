/* Nodule cubes: see cubes.h. */
#include "datasets/cubes.h"

#include "core/error.h"
#include "io/csv.h"
#include "io/volume_file.h"

#include <math.h>
#include <string.h>

enum { FILE_NAME, MASK_FILE, PATIENT, DIAMETER, N_COLUMNS };
static const char *const column_names[N_COLUMNS] = {"file", "mask_file",
                                                    "patient",
                                                    "eq_diameter_mm"};

static const CapNodule *
find_known(const GPtrArray *known, const char *key)
{
  for (guint i = 0; known != NULL && i < known->len; i++) {
    const CapExample *example = known->pdata[i];
    if (g_str_equal(example->nodule->key, key))
      return example->nodule;
  }
  return NULL;
}

/* The block, and the mask's centre of mass as the nodule's centre. */
static gboolean
read_block(CapExample *example, const char *path, const char *mask_path,
           GError **error)
{
  g_autoptr(CapVolume) volume = cap_volume_file_read(path, NULL, error);
  g_autoptr(CapVolume) mask =
      volume ? cap_volume_file_read(mask_path, NULL, error) : NULL;
  if (mask == NULL)
    return FALSE;
  const int size[3] = {volume->columns, volume->rows, volume->slices};
  if (mask->columns != size[0] || mask->rows != size[1] ||
      mask->slices != size[2]) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s has another size than %s", mask_path, path);
    return FALSE;
  }
  CapBlock *block = cap_block_new(size, volume->spacing_mm, error);
  example->block = block;
  if (block == NULL)
    return FALSE;
  const gsize n = cap_block_n_voxels(block);
  memcpy(block->hu, volume->voxels_hu, n * sizeof *block->hu);
  block->readers = g_malloc0(n); /* 51³ bytes by the format, checked above */
  double sum[3] = {0}, count = 0;
  gsize i = 0;
  for (int s = 0; s < size[2]; s++) {
    for (int r = 0; r < size[1]; r++) {
      for (int c = 0; c < size[0]; c++, i++) {
        if (mask->voxels_hu[i] <= 0)
          continue;
        block->readers[i] = 255;
        sum[0] += c;
        sum[1] += r;
        sum[2] += s;
        count++;
      }
    }
  }
  if (count == 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA, "%s marks no voxel",
                mask_path);
    return FALSE;
  }
  example->center =
      (CapPoint){sum[0] / count, sum[1] / count, sum[2] / count};
  if (!cap_block_make_cut(block, error))
    return FALSE;
  cap_example_measure(example);
  return TRUE;
}

static CapNodule *
read_nodule(const CapCsv *csv, int row, const int *columns, const char *key,
            GError **error)
{
  g_autoptr(CapNodule) nodule =
      cap_nodule_new(key, cap_csv_text(csv, row, columns[PATIENT]));
  nodule->n_readers = 1;
  if (!cap_csv_number(csv, row, columns[DIAMETER], &nodule->diameter_mm,
                      error))
    return NULL;
  for (int a = 0; a <= CAP_N_ATTRIBUTES; a++) {
    const char *name = a < CAP_N_ATTRIBUTES
                           ? cap_attribute_name((CapAttributeKind)a)
                           : "malignancy";
    const int column = cap_csv_find(csv, name);
    if (column >= 0 && a != CAP_CALCIFICATION)
      cap_nodule_set_ratings(nodule, a, cap_csv_text(csv, row, column));
  }
  return g_steal_pointer(&nodule);
}

/* Ratings of four readers instead of one, calcification still left out. */
static void
take_ratings(CapNodule *nodule, const CapNodule *known)
{
  nodule->n_readers = known->n_readers;
  memcpy(nodule->malignancy, known->malignancy, sizeof known->malignancy);
  nodule->malignancy_median = known->malignancy_median;
  const int unrated = nodule->n_ratings[CAP_CALCIFICATION];
  memcpy(nodule->n_ratings, known->n_ratings, sizeof known->n_ratings);
  nodule->n_ratings[CAP_CALCIFICATION] = unrated;
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++) {
    if (a == CAP_CALCIFICATION)
      continue;
    memcpy(nodule->attributes[a], known->attributes[a],
           sizeof known->attributes[a]);
    nodule->attribute_means[a] = known->attribute_means[a];
  }
}

GPtrArray *
cap_cubes_read(const char *index_path, char **without_patients,
               const GPtrArray *known, const CapProgress *progress,
               GError **error)
{
  g_autoptr(CapCsv) csv = cap_csv_read(index_path, error);
  if (csv == NULL)
    return NULL;
  int columns[N_COLUMNS];
  for (int i = 0; i < N_COLUMNS; i++) {
    columns[i] = cap_csv_require(csv, column_names[i], error);
    if (columns[i] < 0)
      return NULL;
  }
  g_autofree char *folder = g_path_get_dirname(index_path);
  g_autoptr(GPtrArray) examples =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_example_free);
  const int n_rows = cap_csv_n_rows(csv);
  for (int row = 0; row < n_rows; row++) {
    if (without_patients != NULL &&
        g_strv_contains((const char *const *)without_patients,
                        cap_csv_text(csv, row, columns[PATIENT])))
      continue;
    if (!cap_progress_step(progress, "reading cubes", (double)row / n_rows,
                           error))
      return NULL;
    const char *file = cap_csv_text(csv, row, columns[FILE_NAME]);
    g_autofree char *key = g_str_has_suffix(file, ".mha")
                               ? g_strndup(file, strlen(file) - 4)
                               : g_strdup(file);
    g_autofree char *path = g_build_filename(folder, file, NULL);
    g_autofree char *mask_path = g_build_filename(
        folder, cap_csv_text(csv, row, columns[MASK_FILE]), NULL);
    g_autoptr(CapExample) example = g_new0(CapExample, 1);
    example->nodule = read_nodule(csv, row, columns, key, error);
    if (example->nodule == NULL ||
        !read_block(example, path, mask_path, error))
      return NULL;
    const CapNodule *same = find_known(known, key);
    if (same != NULL)
      take_ratings(example->nodule, same);
    g_ptr_array_add(examples, g_steal_pointer(&example));
  }
  cap_progress_step(progress, "reading cubes", 1, NULL);
  return g_steal_pointer(&examples);
}
