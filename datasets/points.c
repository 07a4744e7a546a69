/* Indices of points: see points.h. */
#include "datasets/points.h"

#include "core/error.h"
#include "io/csv.h"
#include "io/series/series.h"
#include "io/volume_file.h"

#include <math.h>
#include <string.h>

enum { DEFAULT_READERS = 4 };

typedef struct {
  CapCsv *csv;
  const char *path;
  char *folder;
  gboolean in_mm;
  int file, at[3];
  /* −1 where absent */
  int label, diameter, mask, mask_label, patient, uid, n_readers;
  int ratings[CAP_N_ATTRIBUTES + 1]; /* malignancy last */
} Index;

static void
index_clear(Index *index)
{
  g_clear_pointer(&index->csv, cap_csv_free);
  g_clear_pointer(&index->folder, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Index, index_clear)

void
cap_index_point_free(CapIndexPoint *point)
{
  if (point == NULL)
    return;
  g_free(point->file);
  g_free(point->path);
  g_free(point->fault);
  g_free(point->mask_path);
  g_free(point->series_uid);
  g_free(point->image_uid);
  cap_nodule_free(point->nodule);
  g_free(point);
}

static gboolean
open_index(Index *index, const char *path, GError **error)
{
  static const char *const voxels[] = {"cx_px", "cy_px", "cz_slice"};
  static const char *const patient[] = {"coordX", "coordY", "coordZ"};
  index->path = path;
  index->folder = g_path_get_dirname(path);
  index->csv = cap_csv_read(path, error);
  if (index->csv == NULL)
    return FALSE;
  index->in_mm = cap_csv_find(index->csv, patient[0]) >= 0 &&
                 cap_csv_find(index->csv, voxels[0]) < 0;
  index->file = cap_csv_require(index->csv, "file", error);
  if (index->file < 0)
    return FALSE;
  for (int i = 0; i < 3; i++) {
    index->at[i] = cap_csv_require(index->csv,
                                   (index->in_mm ? patient : voxels)[i], error);
    if (index->at[i] < 0)
      return FALSE;
  }
  int *const columns[] = {&index->label,      &index->diameter, &index->mask,
                          &index->mask_label, &index->patient,  &index->uid,
                          &index->n_readers};
  const char *const names[] = {"label",      "diameter_mm", "mask",
                               "mask_label", "patient",     "seriesuid",
                               "n_readers"};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    *columns[i] = cap_csv_find(index->csv, names[i]);
  for (int a = 0; a <= CAP_N_ATTRIBUTES; a++)
    index->ratings[a] =
        cap_csv_find(index->csv, a < CAP_N_ATTRIBUTES
                                     ? cap_attribute_name((CapAttributeKind)a)
                                     : "malignancy");
  return TRUE;
}

/* The field without blanks around it; "" where the column is missing. */
static char *
field(const Index *index, int row, int column)
{
  return g_strstrip(
      g_strdup(column >= 0 ? cap_csv_text(index->csv, row, column) : ""));
}

static gboolean
fault(const Index *index, int row, const char *what, const char *text,
      GError **error)
{
  g_set_error(error, CAP_ERROR, CAP_ERROR_DATA, "%s, line %d: “%s” is no %s",
              index->path, cap_csv_line(index->csv, row), text, what);
  return FALSE;
}

/* A number in COLUMN that lies between LEAST and MOST; where the field is empty
 * VALUE stays. */
static gboolean
read_number(const Index *index, int row, int column, double least, double most,
            double *value, GError **error)
{
  g_autofree char *text = field(index, row, column);
  double number;
  if (*text == '\0')
    return TRUE;
  if (!cap_csv_number(index->csv, row, column, &number, error))
    return FALSE;
  if (!(number >= least && number <= most)) {
    char low[G_ASCII_DTOSTR_BUF_SIZE], high[G_ASCII_DTOSTR_BUF_SIZE];
    g_autofree char *what =
        g_strdup_printf("%s: it lies between %s and %s",
                        cap_csv_column_name(index->csv, column),
                        g_ascii_formatd(low, sizeof low, "%g", least),
                        g_ascii_formatd(high, sizeof high, "%g", most));
    return fault(index, row, what, text, error);
  }
  *value = number;
  return TRUE;
}

static gboolean
read_place(const Index *index, int row, CapIndexPoint *point, GError **error)
{
  double at[3] = {0};
  int n_empty = 0;
  for (int i = 0; i < 3; i++) {
    g_autofree char *text = field(index, row, index->at[i]);
    n_empty += *text == '\0';
  }
  if (n_empty == 3)
    return TRUE;
  for (int i = 0; i < 3; i++)
    if (!cap_csv_number(index->csv, row, index->at[i], &at[i], error))
      return FALSE;
  point->has_point = TRUE;
  point->at = (CapPoint){at[0], at[1], at[2]};
  return TRUE;
}

static gboolean
read_label(const Index *index, int row, CapIndexPoint *point, GError **error)
{
  static const struct {
    const char *text;
    CapIndexLabel label;
  } labels[] = {
      {"", CAP_LABEL_NODULE},           {"nodule", CAP_LABEL_NODULE},
      {"1", CAP_LABEL_NODULE},          {"excluded", CAP_LABEL_EXCLUDED},
      {"negative", CAP_LABEL_NEGATIVE}, {"0", CAP_LABEL_NEGATIVE}};
  g_autofree char *text = field(index, row, index->label);
  for (gsize i = 0; i < G_N_ELEMENTS(labels); i++)
    if (g_ascii_strcasecmp(text, labels[i].text) == 0) {
      point->label = labels[i].label;
      return TRUE;
    }
  return fault(index, row,
               "label: it takes nodule (1), excluded or negative (0)", text,
               error);
}

static gboolean
read_nodule(const Index *index, int row, CapIndexPoint *point, GError **error)
{
  g_autofree char *patient = field(index, row, index->patient);
  g_autofree char *key = g_strdup_printf("%s:%d", point->file, point->line);
  CapNodule *nodule = cap_nodule_new(key, *patient ? patient : point->file);
  double readers = DEFAULT_READERS;
  point->nodule = nodule;
  for (int a = 0; a <= CAP_N_ATTRIBUTES; a++) {
    g_autofree char *text = field(index, row, index->ratings[a]);
    if (!cap_nodule_set_ratings(nodule, a, text))
      return fault(index, row, "list of whole levels", text, error);
  }
  if (!read_number(index, row, index->n_readers, 1, 16, &readers, error))
    return FALSE;
  nodule->n_readers = (int)readers;
  nodule->diameter_mm = point->diameter_mm;
  return TRUE;
}

static char *
resolve(const Index *index, const char *name)
{
  return g_path_is_absolute(name) ? g_strdup(name)
                                  : g_build_filename(index->folder, name, NULL);
}

static gboolean
read_row(const Index *index, int row, CapIndexPoint *point, GError **error)
{
  g_autofree char *mask = field(index, row, index->mask);
  double mask_label = 0;
  if (*point->file == '\0')
    return fault(index, row, "file", point->file, error);
  point->mask_path = *mask != '\0' ? resolve(index, mask) : NULL;
  if (!read_place(index, row, point, error) ||
      !read_label(index, row, point, error) ||
      !read_number(index, row, index->diameter, 0.1, 1000, &point->diameter_mm,
                   error) ||
      !read_number(index, row, index->mask_label, 0, G_MAXINT16, &mask_label,
                   error))
    return FALSE;
  point->mask_label = (int)mask_label;
  return read_nodule(index, row, point, error);
}

/* The file's name in results; a DICOM folder's is its own. */
static char *
name_of(const CapIndexPoint *point)
{
  return cap_volume_file_is_name(point->path)
             ? cap_volume_file_series_uid(point->path)
             : g_path_get_basename(point->path);
}

GPtrArray *
cap_index_points_read(const char *index_path, GError **error)
{
  g_auto(Index) index = {0};
  if (!open_index(&index, index_path, error))
    return NULL;
  g_autoptr(GPtrArray) points =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_index_point_free);
  for (int row = 0; row < cap_csv_n_rows(index.csv); row++) {
    CapIndexPoint *point = g_new0(CapIndexPoint, 1);
    g_ptr_array_add(points, point);
    g_autoptr(GError) cause = NULL;
    point->line = cap_csv_line(index.csv, row);
    point->file = field(&index, row, index.file);
    point->path = resolve(&index, point->file);
    point->in_mm = index.in_mm;
    point->diameter_mm = -1;
    point->series_uid = field(&index, row, index.uid);
    if (*point->series_uid == '\0') {
      g_free(point->series_uid);
      point->series_uid = name_of(point);
    } else if (!cap_volume_file_is_name(point->path)) {
      point->image_uid = g_strdup(point->series_uid);
    }
    if (!read_row(&index, row, point, &cause)) {
      point->fault = g_strdup(cause->message);
      g_clear_pointer(&point->nodule, cap_nodule_free);
    }
  }
  return g_steal_pointer(&points);
}

CapVolume *
cap_index_point_volume(const CapIndexPoint *point, const CapProgress *progress,
                       GError **error)
{
  if (cap_volume_file_is_name(point->path))
    return cap_volume_file_read(point->path, progress, error);
  g_autoptr(CapSeriesList) list = cap_series_scan(point->path, progress, error);
  const CapSeries *series =
      list ? cap_series_choose(list, point->image_uid, error) : NULL;
  return series ? cap_series_load(series, NULL, progress, error) : NULL;
}

/* Voxel indices are the file's own: its axes may run otherwise than ours. */
static gboolean
voxel_to_patient(const CapIndexPoint *point, const CapVolume *volume,
                 CapPoint *at_mm, GError **error)
{
  if (!cap_volume_file_is_name(point->path)) {
    *at_mm = cap_volume_to_patient(volume, point->at);
    return TRUE;
  }
  g_auto(CapVolumeFile) file = {0};
  if (!cap_volume_file_read_header(point->path, &file, error))
    return FALSE;
  *at_mm = cap_volume_file_to_patient(&file, point->at);
  return TRUE;
}

gboolean
cap_index_point_place(const CapIndexPoint *point, const CapVolume *volume,
                      CapPoint *at_mm, GError **error)
{
  if (point->fault != NULL) {
    g_set_error_literal(error, CAP_ERROR, CAP_ERROR_DATA, point->fault);
    return FALSE;
  }
  if (!point->has_point) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s (line %d of the index): there is no point", point->file,
                point->line);
    return FALSE;
  }
  *at_mm = point->at;
  if (!point->in_mm && !voxel_to_patient(point, volume, at_mm, error))
    return FALSE;
  const CapPoint index = cap_volume_to_index(volume, *at_mm);
  if (index.x >= -0.5 && index.y >= -0.5 && index.z >= -0.5 &&
      index.x <= volume->columns - 0.5 && index.y <= volume->rows - 0.5 &&
      index.z <= volume->slices - 0.5)
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
              "%s (line %d of the index): the point lies outside the volume",
              point->file, point->line);
  return FALSE;
}
