/* Own volumes and points as training data: see own.h. */
#include "datasets/own.h"

#include "core/error.h"
#include "core/image/lung.h"
#include "core/image/mask_edit.h"
#include "datasets/lidc_mask.h"
#include "datasets/points.h"
#include "io/label_image.h"

#include <math.h>
#include <string.h>

/* As lidc-crops: in plane there is room for negatives beside the nodule, along
 * z for a patch of 32 mm and its shift. */
static const double reach_mm[3] = {40, 40, 20};
static const double unknown_mm =
    10; /* kept away from where the size is unknown */

void
cap_own_free(CapOwn *own)
{
  if (own == NULL)
    return;
  g_clear_pointer(&own->examples, g_ptr_array_unref);
  g_clear_pointer(&own->hosts, g_ptr_array_unref);
  g_free(own);
}

/* ---- one nodule ---- */

/* The readers' mask as a ball around the centre. */
static void
paint_ball(CapExample *example, double diameter_mm)
{
  CapBlock *b = example->block;
  const double *mm = b->spacing_mm;
  const double c[3] = {example->center.x, example->center.y, example->center.z};
  guint8 *voxel = b->readers;
  for (int z = 0; z < b->size[2]; z++)
    for (int y = 0; y < b->size[1]; y++)
      for (int x = 0; x < b->size[0]; x++, voxel++) {
        const double d[3] = {(x - c[0]) * mm[0], (y - c[1]) * mm[1],
                             (z - c[2]) * mm[2]};
        const double r = sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
        *voxel = r <= diameter_mm / 2 ? 255 : 0;
      }
}

static void
paint_mask(CapExample *example, const CapMask *mask, const int first[3])
{
  CapBlock *b = example->block;
  guint8 *voxel = b->readers;
  for (int z = 0; z < b->size[2]; z++)
    for (int y = 0; y < b->size[1]; y++)
      for (int x = 0; x < b->size[0]; x++)
        *voxel++ = cap_mask_at(mask, x + first[0], y + first[1], z + first[2])
                       ? 255
                       : 0;
}

/* The box around voxel index AT, inside VOLUME, as a block without masks. */
static CapBlock *
cut_block(const CapVolume *volume, CapPoint at, int first[3], GError **error)
{
  const double center[3] = {at.x, at.y, at.z};
  const int all[3] = {volume->columns, volume->rows, volume->slices};
  int size[3];
  for (int i = 0; i < 3; i++) {
    const double reach = reach_mm[i] / volume->spacing_mm[i];
    first[i] = MAX(0, (int)ceil(center[i] - reach));
    size[i] = MIN(all[i] - 1, (int)floor(center[i] + reach)) - first[i] + 1;
  }
  g_autoptr(CapBlock) block = cap_block_new(size, volume->spacing_mm, error);
  if (block == NULL)
    return NULL;
  block->readers = g_try_malloc0(cap_block_n_voxels(block));
  if (block->readers == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory for %d x %d x %d voxels", size[0], size[1],
                size[2]);
    return NULL;
  }
  int16_t *row = block->hu;
  for (int z = 0; z < size[2]; z++)
    for (int y = 0; y < size[1]; y++, row += size[0])
      memcpy(row,
             cap_volume_slice(volume, first[2] + z) +
                 (gsize)(first[1] + y) * volume->columns + first[0],
             (gsize)size[0] * sizeof *row);
  return g_steal_pointer(&block);
}

/* The example of ROW, whose nodule it takes. Where a mask knows better, it
 * gives the place, AT_MM, and the size that ROW lacks. */
static CapExample *
make_example(CapIndexPoint *row, const CapVolume *volume, CapPoint *at_mm,
             const char *index_path, GError **error)
{
  g_autoptr(CapMask) mask = NULL;
  g_autoptr(CapExample) example = g_new0(CapExample, 1);
  CapPoint at = cap_volume_to_index(volume, *at_mm);
  int first[3];
  if (row->mask_path != NULL) {
    mask = cap_label_image_mask(row->mask_path, row->mask_label, volume, error);
    if (mask == NULL)
      return NULL;
    at = cap_mask_center_index(mask);
    *at_mm = cap_volume_to_patient(volume, at);
    if (row->diameter_mm < 0)
      row->diameter_mm = cap_lidc_mask_diameter_mm(mask, volume);
    row->nodule->diameter_mm = row->diameter_mm;
  } else if (row->diameter_mm < 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s, line %d: a nodule to train on needs diameter_mm or mask",
                index_path, row->line);
    return NULL;
  }
  example->block = cut_block(volume, at, first, error);
  if (example->block == NULL)
    return NULL;
  example->center =
      (CapPoint){at.x - first[0], at.y - first[1], at.z - first[2]};
  if (mask != NULL)
    paint_mask(example, mask, first);
  else
    paint_ball(example, row->diameter_mm);
  if (!cap_block_make_cut(example->block, error))
    return NULL;
  example->nodule = g_steal_pointer(&row->nodule);
  cap_example_measure(example);
  return g_steal_pointer(&example);
}

/* ---- one volume ---- */

/* The rows of one volume, placed. */
typedef struct {
  GPtrArray *rows; /* of CapIndexPoint, borrowed */
  CapPoint *at_mm;
} Placed;

static gboolean
place_rows(Placed *placed, const CapVolume *volume, GError **error)
{
  for (guint i = 0; i < placed->rows->len; i++) {
    const CapIndexPoint *row = placed->rows->pdata[i];
    if (row->has_point &&
        !cap_index_point_place(row, volume, &placed->at_mm[i], error))
      return FALSE;
  }
  return TRUE;
}

static CapHost *
make_host(const Placed *placed, const char *patient, CapVolume *volume,
          const CapProgress *progress, GError **error)
{
  g_autoptr(CapVolume) owned = volume;
  CapMask *lungs = cap_lung_mask(volume, progress, error);
  if (lungs == NULL)
    return NULL;
  CapHost *host = cap_host_new(patient, g_steal_pointer(&owned), lungs, NULL);
  for (guint i = 0; i < placed->rows->len; i++) {
    const CapIndexPoint *row = placed->rows->pdata[i];
    const double mm = row->diameter_mm > 0 ? row->diameter_mm : unknown_mm;
    if (row->has_point && row->label != CAP_LABEL_NEGATIVE)
      cap_host_avoid(host, placed->at_mm[i], mm / 2);
  }
  for (guint i = 0; i < placed->rows->len; i++) {
    const CapIndexPoint *row = placed->rows->pdata[i];
    if (row->has_point && row->label == CAP_LABEL_NEGATIVE)
      cap_host_add_candidates(host, &placed->at_mm[i], 1);
  }
  return host;
}

/* The volume of ROWS: its nodules and, when it is one, the host. */
static gboolean
add_volume(CapOwn *own, GPtrArray *rows, gboolean is_host,
           const char *index_path, const CapProgress *progress, GError **error)
{
  const CapIndexPoint *first = rows->pdata[0];
  g_autofree char *patient = g_strdup(first->nodule->patient);
  g_autoptr(CapVolume) volume = cap_index_point_volume(first, progress, error);
  if (volume == NULL)
    return FALSE;
  g_autofree CapPoint *at_mm = g_new0(CapPoint, rows->len);
  Placed placed = {rows, at_mm};
  if (!place_rows(&placed, volume, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++) {
    CapIndexPoint *row = rows->pdata[i];
    if (!row->has_point || row->label != CAP_LABEL_NODULE)
      continue;
    CapExample *example =
        make_example(row, volume, &at_mm[i], index_path, error);
    if (example == NULL)
      return FALSE;
    g_ptr_array_add(own->examples, example);
  }
  if (!is_host)
    return TRUE;
  CapHost *host =
      make_host(&placed, patient, g_steal_pointer(&volume), progress, error);
  if (host == NULL)
    return FALSE;
  g_ptr_array_add(own->hosts, host);
  return TRUE;
}

/* ---- the index ---- */

/* Rows by volume, volumes in the order of their first rows. NULL with
 * CAP_ERROR_DATA for a row with a fault. */
static GPtrArray *
group_rows(const GPtrArray *points, char **without_patients, GError **error)
{
  g_autoptr(GPtrArray) groups =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
  g_autoptr(GHashTable) by_path = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < points->len; i++) {
    CapIndexPoint *point = points->pdata[i];
    if (point->fault != NULL) {
      g_set_error_literal(error, CAP_ERROR, CAP_ERROR_DATA, point->fault);
      return NULL;
    }
    if (without_patients != NULL &&
        g_strv_contains((const char *const *)without_patients,
                        point->nodule->patient))
      continue;
    GPtrArray *rows = g_hash_table_lookup(by_path, point->path);
    if (rows == NULL) {
      rows = g_ptr_array_new();
      g_ptr_array_add(groups, rows);
      g_hash_table_insert(by_path, point->path, rows);
    }
    g_ptr_array_add(rows, point);
  }
  return g_steal_pointer(&groups);
}

CapOwn *
cap_own_read(const char *index_path, const CapOwnOptions *options,
             const CapProgress *progress, GError **error)
{
  g_autoptr(GPtrArray) points = cap_index_points_read(index_path, error);
  g_autoptr(GPtrArray) groups =
      points ? group_rows(points, options->without_patients, error) : NULL;
  if (groups == NULL)
    return NULL;
  const CapProgress quiet = {.cancellable =
                                 progress ? progress->cancellable : NULL};
  g_autoptr(CapOwn) own = g_new0(CapOwn, 1);
  own->examples =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_example_free);
  own->hosts = g_ptr_array_new_with_free_func((GDestroyNotify)cap_host_free);
  for (guint i = 0; i < groups->len; i++)
    if (!cap_progress_step(progress, "reading own volumes",
                           (double)i / groups->len, error) ||
        !add_volume(own, groups->pdata[i], (int)i < options->hosts, index_path,
                    &quiet, error))
      return NULL;
  cap_progress_step(progress, "reading own volumes", 1, NULL);
  return g_steal_pointer(&own);
}
