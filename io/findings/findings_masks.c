/* masks.mha: see findings_masks.h. */
#include "io/findings/findings_masks.h"

#include "core/error.h"
#include "io/label_image.h"
#include "io/mask_box.h"
#include "io/metaimage.h"
#include "io/nifti_write.h"
#include "io/volume_file.h"

#include <string.h>

/* Sets one voxel of the label image. */
typedef void (*VoxelFunc)(gpointer image, gsize offset, int id);

static void
paint(const CapFindings *findings, const CapVolume *volume, VoxelFunc set,
      gpointer image)
{
  for (guint i = findings->items->len; i-- > 0;) { /* most probable last */
    const CapFinding *finding = findings->items->pdata[i];
    const CapMask *mask = finding->mask;
    if (mask == NULL)
      continue;
    for (int s = 0; s < mask->slices; s++)
      for (int r = 0; r < mask->rows; r++)
        for (int c = 0; c < mask->columns; c++) {
          const int at[3] = {c + mask->first[0], r + mask->first[1],
                             s + mask->first[2]};
          if (mask->voxels[((gsize)s * mask->rows + r) * mask->columns + c] ==
                  0 ||
              at[0] < 0 || at[0] >= volume->columns || at[1] < 0 ||
              at[1] >= volume->rows || at[2] < 0 || at[2] >= volume->slices)
            continue;
          set(image,
              ((gsize)at[2] * volume->rows + at[1]) * volume->columns + at[0],
              finding->id);
        }
  }
}

static void
set_byte(gpointer image, gsize offset, int id)
{
  ((CapMask *)image)->voxels[offset] = (uint8_t)id;
}

static void
set_short(gpointer image, gsize offset, int id)
{
  ((CapVolume *)image)->voxels_hu[offset] = (int16_t)id;
}

/* A volume of zeros on the grid of LIKE. */
static CapVolume *
label_volume(const CapVolume *like, GError **error)
{
  CapVolume *labels =
      cap_volume_new(like->columns, like->rows, like->slices, error);
  if (labels == NULL)
    return NULL;
  for (int i = 0; i < 3; i++) {
    labels->spacing_mm[i] = like->spacing_mm[i];
    labels->axis[i] = like->axis[i];
  }
  labels->origin_mm = like->origin_mm;
  memset(labels->voxels_hu, 0, cap_volume_n_voxels(labels) * sizeof(int16_t));
  return labels;
}

gboolean
cap_findings_masks_save(const CapFindings *findings, const CapVolume *volume,
                        const char *path, GError **error)
{
  const gboolean nifti = g_str_has_suffix(path, ".nii.gz");
  int highest = 0;
  for (guint i = 0; i < findings->items->len; i++)
    highest = MAX(highest, ((CapFinding *)findings->items->pdata[i])->id);
  if (highest <= UINT8_MAX) {
    g_autoptr(CapMask) image =
        cap_mask_new(volume->columns, volume->rows, volume->slices, error);
    if (image == NULL)
      return FALSE;
    paint(findings, volume, set_byte, image);
    return nifti ? cap_nifti_write_mask(image, volume, path, error)
                 : cap_metaimage_write_mask(image, volume, path, error);
  }
  g_autoptr(CapVolume) image = label_volume(volume, error);
  if (image == NULL)
    return FALSE;
  paint(findings, volume, set_short, image);
  return nifti ? cap_nifti_write_volume(image, path, error)
               : cap_metaimage_write_volume(image, path, error);
}

static void
grow_box(int label, const int at[3], gpointer user_data)
{
  GArray *boxes = user_data;
  if ((guint)label >= boxes->len)
    return;
  cap_mask_box_add(&g_array_index(boxes, CapMaskBox, label), at);
}

static void
fill_mask(int label, const int at[3], gpointer user_data)
{
  GPtrArray *masks = user_data;
  CapMask *mask = (guint)label < masks->len ? masks->pdata[label] : NULL;
  if (mask != NULL)
    cap_mask_box_set(mask, at);
}

/* One empty mask for every label that has voxels; borrowed from FINDINGS. */
static GPtrArray *
new_masks(CapFindings *findings, GArray *boxes, GError **error)
{
  g_autoptr(GPtrArray) masks = g_ptr_array_sized_new(boxes->len);
  g_ptr_array_set_size(masks, (int)boxes->len);
  for (guint i = 0; i < findings->items->len; i++) {
    CapFinding *finding = findings->items->pdata[i];
    const CapMaskBox *box = &g_array_index(boxes, CapMaskBox, finding->id);
    g_clear_pointer(&finding->mask, cap_mask_free);
    if (cap_mask_box_is_empty(box))
      continue;
    finding->mask = cap_mask_box_mask(box, error);
    if (finding->mask == NULL)
      return NULL;
    masks->pdata[finding->id] = finding->mask;
  }
  return g_steal_pointer(&masks);
}

gboolean
cap_findings_masks_load(CapFindings *findings, const CapVolume *volume,
                        const char *path, GError **error)
{
  int highest = 0;
  for (guint i = 0; i < findings->items->len; i++) {
    const int id = ((CapFinding *)findings->items->pdata[i])->id;
    if (id > highest && id <= INT16_MAX)
      highest = id;
    else if (id > INT16_MAX) {
      g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                  "%s cannot hold a mask for finding %d", path, id);
      return FALSE;
    }
  }
  g_autoptr(CapVolume) labels = cap_volume_file_read(path, NULL, error);
  if (labels == NULL)
    return FALSE;
  g_autoptr(GArray) boxes =
      g_array_sized_new(FALSE, FALSE, sizeof(CapMaskBox), (guint)highest + 1);
  const CapMaskBox none = cap_mask_box_empty();
  for (int i = 0; i <= highest; i++)
    g_array_append_val(boxes, none);
  if (!cap_label_image_each(labels, volume, grow_box, boxes)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s is not on the grid of this series", path);
    return FALSE;
  }
  g_autoptr(GPtrArray) masks = new_masks(findings, boxes, error);
  return masks != NULL &&
         cap_label_image_each(labels, volume, fill_mask, masks);
}
