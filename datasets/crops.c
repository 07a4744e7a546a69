/* Nodule crops: see crops.h. */
#include "datasets/crops.h"

#include "core/error.h"
#include "io/csv.h"
#include "io/volume_file.h"

#include <math.h>
#include <string.h>

enum { FILE_NAME, READERS_FILE, PATIENT, CX, CY, CZ, N_READERS, DIAMETER,
       N_COLUMNS };
static const char *const column_names[N_COLUMNS] = {
    "file", "readers_file", "patient", "cx_px", "cy_px", "cz_slice",
    "n_readers", "eq_diameter_mm"};

typedef struct {
  CapCsv *csv;
  char *folder;
  int columns[N_COLUMNS];
  int kernel;                        /* -1 where absent, as what follows */
  int ratings[CAP_N_ATTRIBUTES + 1]; /* malignancy last */
} Index;

static gboolean
find_columns(Index *index, GError **error)
{
  for (int i = 0; i < N_COLUMNS; i++) {
    index->columns[i] = cap_csv_require(index->csv, column_names[i], error);
    if (index->columns[i] < 0)
      return FALSE;
  }
  index->kernel = cap_csv_find(index->csv, "kernel");
  for (int a = 0; a <= CAP_N_ATTRIBUTES; a++)
    index->ratings[a] = cap_csv_find(
        index->csv, a < CAP_N_ATTRIBUTES
                        ? cap_attribute_name((CapAttributeKind)a)
                        : "malignancy");
  return TRUE;
}

static CapNodule *
read_nodule(const Index *index, int row, GError **error)
{
  const char *file = cap_csv_text(index->csv, row, index->columns[FILE_NAME]);
  g_autofree char *key = g_str_has_suffix(file, ".mha")
                             ? g_strndup(file, strlen(file) - 4)
                             : g_strdup(file);
  g_autoptr(CapNodule) nodule = cap_nodule_new(
      key, cap_csv_text(index->csv, row, index->columns[PATIENT]));
  double n_readers = 0;
  if (!cap_csv_number(index->csv, row, index->columns[N_READERS], &n_readers,
                      error) ||
      !cap_csv_number(index->csv, row, index->columns[DIAMETER],
                      &nodule->diameter_mm, error))
    return NULL;
  if (n_readers < 1 || n_readers > 16) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s/index, line %d: n_readers is %g, not 1 … 16", index->folder,
                cap_csv_line(index->csv, row), n_readers);
    return NULL;
  }
  nodule->n_readers = (int)n_readers;
  if (index->kernel >= 0) {
    g_free(nodule->kernel);
    nodule->kernel = g_strdup(cap_csv_text(index->csv, row, index->kernel));
  }
  for (int a = 0; a <= CAP_N_ATTRIBUTES; a++) {
    if (index->ratings[a] < 0)
      continue;
    const char *text = cap_csv_text(index->csv, row, index->ratings[a]);
    if (!cap_nodule_set_ratings(nodule, a, text)) {
      g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                  "%s/index, line %d: “%s” is not a list of ratings",
                  index->folder, cap_csv_line(index->csv, row), text);
      return NULL;
    }
  }
  return g_steal_pointer(&nodule);
}

/* The crop's HU and how many readers marked each voxel, as one block. */
static CapBlock *
read_block(const char *path, const char *readers_path, int n_readers,
           GError **error)
{
  g_autoptr(CapVolume) volume = cap_volume_file_read(path, NULL, error);
  g_autoptr(CapVolume) readers =
      volume ? cap_volume_file_read(readers_path, NULL, error) : NULL;
  if (readers == NULL)
    return NULL;
  if (readers->columns != volume->columns || readers->rows != volume->rows ||
      readers->slices != volume->slices) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s has another size than %s", readers_path, path);
    return NULL;
  }
  const int size[3] = {volume->columns, volume->rows, volume->slices};
  g_autoptr(CapBlock) block = cap_block_new(size, volume->spacing_mm, error);
  if (block == NULL)
    return NULL;
  const gsize n = cap_block_n_voxels(block);
  block->readers = g_try_malloc(n);
  if (block->readers == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory for %s", readers_path);
    return NULL;
  }
  memcpy(block->hu, volume->voxels_hu, n * sizeof *block->hu);
  for (gsize i = 0; i < n; i++)
    block->readers[i] =
        (guint8)(CLAMP(readers->voxels_hu[i], 0, n_readers) * 255 / n_readers);
  return cap_block_make_cut(block, error) ? g_steal_pointer(&block) : NULL;
}

static CapExample *
read_example(const Index *index, int row, GError **error)
{
  g_autoptr(CapExample) example = g_new0(CapExample, 1);
  example->nodule = read_nodule(index, row, error);
  if (example->nodule == NULL)
    return NULL;
  double center[3];
  for (int i = 0; i < 3; i++)
    if (!cap_csv_number(index->csv, row, index->columns[CX + i], &center[i],
                        error))
      return NULL;
  example->center = (CapPoint){center[0], center[1], center[2]};
  g_autofree char *path = g_build_filename(
      index->folder, cap_csv_text(index->csv, row, index->columns[FILE_NAME]),
      NULL);
  g_autofree char *readers_path = g_build_filename(
      index->folder,
      cap_csv_text(index->csv, row, index->columns[READERS_FILE]), NULL);
  example->block =
      read_block(path, readers_path, example->nodule->n_readers, error);
  if (example->block == NULL)
    return NULL;
  cap_example_measure(example);
  return g_steal_pointer(&example);
}

GPtrArray *
cap_crops_read(const char *index_path, const CapCropsOptions *options,
               const CapProgress *progress, GError **error)
{
  g_autoptr(CapCsv) csv = cap_csv_read(index_path, error);
  g_autofree char *folder = g_path_get_dirname(index_path);
  Index index = {.csv = csv, .folder = folder};
  if (csv == NULL || !find_columns(&index, error))
    return NULL;
  g_autoptr(GPtrArray) examples =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_example_free);
  const int n_rows = cap_csv_n_rows(csv);
  for (int row = 0; row < n_rows; row++) {
    if (options != NULL && options->limit > 0 &&
        (int)examples->len == options->limit)
      break;
    const char *patient = cap_csv_text(csv, row, index.columns[PATIENT]);
    if (options != NULL && options->without_patients != NULL &&
        g_strv_contains((const char *const *)options->without_patients,
                        patient))
      continue;
    if (!cap_progress_step(progress, "reading crops", (double)row / n_rows,
                           error))
      return NULL;
    CapExample *example = read_example(&index, row, error);
    if (example == NULL)
      return NULL;
    g_ptr_array_add(examples, example);
  }
  cap_progress_step(progress, "reading crops", 1, NULL);
  return g_steal_pointer(&examples);
}

GPtrArray *
cap_crops_read_labels(const char *index_path, GError **error)
{
  g_autoptr(CapCsv) csv = cap_csv_read(index_path, error);
  g_autofree char *folder = g_path_get_dirname(index_path);
  Index index = {.csv = csv, .folder = folder};
  if (csv == NULL || !find_columns(&index, error))
    return NULL;
  g_autoptr(GPtrArray) nodules =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_nodule_free);
  for (int row = 0; row < cap_csv_n_rows(csv); row++) {
    CapNodule *nodule = read_nodule(&index, row, error);
    if (nodule == NULL)
      return NULL;
    g_ptr_array_add(nodules, nodule);
  }
  return g_steal_pointer(&nodules);
}
