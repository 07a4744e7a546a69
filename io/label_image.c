/* Label images: see label_image.h. */
#include "io/label_image.h"

#include "core/error.h"
#include "core/language.h"
#include "io/mask_box.h"
#include "io/volume_file.h"

#include <math.h>

/* Index of VOLUME at voxel INDEX of LABELS; FALSE when there is none near. */
static gboolean
match_voxel(const CapVolume *labels, const CapVolume *volume,
            const int index[3], int at[3])
{
  const CapPoint place = cap_volume_to_index(
      volume,
      cap_volume_to_patient(labels, (CapPoint){index[0], index[1], index[2]}));
  const double p[3] = {place.x, place.y, place.z};
  const int size[3] = {volume->columns, volume->rows, volume->slices};
  for (int i = 0; i < 3; i++) {
    if (!(fabs(p[i] - round(p[i])) <= 0.1) || p[i] < -0.5 ||
        p[i] > size[i] - 0.5)
      return FALSE;
    at[i] = (int)lround(p[i]);
  }
  return TRUE;
}

gboolean
cap_label_image_each(const CapVolume *labels, const CapVolume *volume,
                     CapLabelFunc visit, gpointer user_data)
{
  for (int s = 0; s < labels->slices; s++) {
    const int16_t *slice = cap_volume_slice(labels, s);
    for (int r = 0; r < labels->rows; r++)
      for (int c = 0; c < labels->columns; c++) {
        const int label = slice[(gsize)r * labels->columns + c];
        int at[3] = {c, r, s};
        if (label <= 0)
          continue;
        if (volume != NULL && !match_voxel(labels, volume, at, at))
          return FALSE;
        visit(label, at, user_data);
      }
  }
  return TRUE;
}

typedef struct {
  int wanted; /* 0: any */
  CapMaskBox box;
  CapMask *mask;
} Crop;

static void
grow(int label, const int at[3], gpointer user_data)
{
  Crop *crop = user_data;
  if (crop->wanted == 0 || label == crop->wanted)
    cap_mask_box_add(&crop->box, at);
}

static void
fill(int label, const int at[3], gpointer user_data)
{
  Crop *crop = user_data;
  if (crop->wanted == 0 || label == crop->wanted)
    cap_mask_box_set(crop->mask, at);
}

CapMask *
cap_label_image_mask(const char *path, int label, const CapVolume *volume,
                     GError **error)
{
  g_autoptr(CapVolume) labels = cap_volume_file_read(path, NULL, error);
  if (labels == NULL)
    return NULL;
  Crop crop = {label, cap_mask_box_empty(), NULL};
  const gboolean same_grid = cap_label_image_each(labels, volume, grow, &crop);
  if (!same_grid || cap_mask_box_is_empty(&crop.box)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                same_grid ? N_("%s has no voxel of the label that is asked for")
                          : N_("%s is not on the grid of its volume"),
                path);
    return NULL;
  }
  crop.mask = cap_mask_box_mask(&crop.box, error);
  if (crop.mask != NULL)
    cap_label_image_each(labels, volume, fill, &crop);
  return crop.mask;
}
