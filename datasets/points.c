/* Indices of points: see points.h. */
#include "datasets/points.h"

#include "core/error.h"
#include "io/csv.h"

void
cap_index_point_free(CapIndexPoint *point)
{
  if (point == NULL)
    return;
  g_free(point->file);
  g_free(point->path);
  g_free(point);
}

GPtrArray *
cap_index_points_read(const char *index_path, GError **error)
{
  static const char *const voxels[] = {"cx_px", "cy_px", "cz_slice"};
  static const char *const patient[] = {"coordX", "coordY", "coordZ"};
  g_autoptr(CapCsv) csv = cap_csv_read(index_path, error);
  if (csv == NULL)
    return NULL;
  const gboolean in_mm = cap_csv_find(csv, voxels[0]) < 0 &&
                         cap_csv_find(csv, patient[0]) >= 0;
  const int file = cap_csv_require(csv, "file", error);
  if (file < 0)
    return NULL;
  int columns[3];
  for (int i = 0; i < 3; i++) {
    columns[i] = cap_csv_require(csv, (in_mm ? patient : voxels)[i], error);
    if (columns[i] < 0)
      return NULL;
  }
  g_autofree char *folder = g_path_get_dirname(index_path);
  g_autoptr(GPtrArray) points =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_index_point_free);
  for (int row = 0; row < cap_csv_n_rows(csv); row++) {
    double at[3];
    for (int i = 0; i < 3; i++)
      if (!cap_csv_number(csv, row, columns[i], &at[i], error))
        return NULL;
    CapIndexPoint *point = g_new0(CapIndexPoint, 1);
    point->file = g_strdup(cap_csv_text(csv, row, file));
    point->path = g_path_is_absolute(point->file)
                      ? g_strdup(point->file)
                      : g_build_filename(folder, point->file, NULL);
    point->at = (CapPoint){at[0], at[1], at[2]};
    point->in_mm = in_mm;
    g_ptr_array_add(points, point);
  }
  return g_steal_pointer(&points);
}
