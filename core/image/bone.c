/* Bone: see bone.h. */
#include "core/image/bone.h"

#include "core/error.h"
#include "core/image/blood_pool.h"
#include "core/image/itk_filters.h"

#include <math.h>
#include <string.h>

#define BONE_HU 180
#define ABOVE_BLOOD_HU 100
#define MIN_MM 36.0 /* nodules have up to 30 */

/* OUT = voxels of IN all of whose six neighbours (those there are) are set. */
static void
erode(const uint8_t *in, const int size[3], uint8_t *out)
{
  const gsize row = (gsize)size[0], plane = row * (gsize)size[1];
#pragma omp parallel for schedule(static)
  for (int s = 0; s < size[2]; s++)
    for (int r = 0; r < size[1]; r++) {
      const uint8_t *v = in + s * plane + r * row;
      uint8_t *to = out + s * plane + r * row;
      for (int c = 0; c < size[0]; c++, v++, to++)
        *to = *v && (c == 0 || *(v - 1)) && (c == size[0] - 1 || v[1]) &&
              (r == 0 || *(v - row)) && (r == size[1] - 1 || v[row]) &&
              (s == 0 || *(v - plane)) && (s == size[2] - 1 || v[plane]);
    }
}

/* OUT = voxels of DENSE that are set in CORE or beside a voxel that is. */
static void
dilate_within(const uint8_t *core, const uint8_t *dense, const int size[3],
              uint8_t *out)
{
  const gsize row = (gsize)size[0], plane = row * (gsize)size[1];
#pragma omp parallel for schedule(static)
  for (int s = 0; s < size[2]; s++)
    for (int r = 0; r < size[1]; r++) {
      const gsize at = s * plane + r * row;
      const uint8_t *v = core + at;
      for (int c = 0; c < size[0]; c++, v++)
        out[at + c] =
            dense[at + c] &&
            (*v || (c > 0 && *(v - 1)) || (c < size[0] - 1 && v[1]) ||
             (r > 0 && *(v - row)) || (r < size[1] - 1 && v[row]) ||
             (s > 0 && *(v - plane)) || (s < size[2] - 1 && v[plane]));
    }
}

/* KEEP[label] = 1 for the parts that are longer than any nodule, along an axis
 * of the grid. */
static uint8_t *
find_long(const CapVolume *iso, const int32_t *labels, int n)
{
  typedef struct {
    int low[3], high[3];
  } Box;
  g_autofree Box *boxes = g_new(Box, n + 1);
  uint8_t *keep = g_new0(uint8_t, n + 1);
  for (int i = 0; i <= n; i++)
    boxes[i] = (Box){{G_MAXINT, G_MAXINT, G_MAXINT}, {-1, -1, -1}};
  const int32_t *label = labels;
  for (int s = 0; s < iso->slices; s++)
    for (int r = 0; r < iso->rows; r++)
      for (int c = 0; c < iso->columns; c++, label++) {
        if (*label == 0)
          continue;
        const int at[3] = {c, r, s};
        for (int i = 0; i < 3; i++) {
          boxes[*label].low[i] = MIN(boxes[*label].low[i], at[i]);
          boxes[*label].high[i] = MAX(boxes[*label].high[i], at[i]);
        }
      }
  for (int k = 1; k <= n; k++)
    for (int i = 0; i < 3; i++)
      keep[k] |=
          (boxes[k].high[i] - boxes[k].low[i] + 1) * iso->spacing_mm[i] >=
          MIN_MM;
  return keep;
}

static gboolean
keep_long(const CapVolume *iso, uint8_t *core, GError **error)
{
  const int size[3] = {iso->columns, iso->rows, iso->slices};
  const gsize n_voxels = cap_volume_n_voxels(iso);
  g_autofree int32_t *labels = g_try_new(int32_t, n_voxels);
  g_autofree gsize *volumes = NULL;
  int n = 0;
  if (labels == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory to find the bones");
    return FALSE;
  }
  if (!cap_itk_label_parts(core, size, labels, &n, &volumes, error))
    return FALSE;
  g_autofree uint8_t *keep = find_long(iso, labels, n);
  for (gsize i = 0; i < n_voxels; i++)
    core[i] = keep[labels[i]];
  return TRUE;
}

gboolean
cap_bone_find(const CapVolume *iso, const CapMask *lungs, uint8_t *bone,
              GError **error)
{
  const int size[3] = {iso->columns, iso->rows, iso->slices};
  const gsize n = cap_volume_n_voxels(iso);
  g_autofree uint8_t *dense = g_try_malloc(n);
  g_autofree uint8_t *core = g_try_malloc(n);
  if (dense == NULL || core == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory to find the bones");
    return FALSE;
  }
  const double blood = cap_blood_pool_hu(iso, lungs);
  const int least_hu =
      isnan(blood) ? BONE_HU : MAX(BONE_HU, (int)blood + ABOVE_BLOOD_HU);
  for (gsize i = 0; i < n; i++)
    dense[i] = iso->voxels_hu[i] >= least_hu;
  erode(dense, size, core);
  if (!keep_long(iso, core, error))
    return FALSE;
  dilate_within(core, dense, size, bone);
  memcpy(core, bone, n); /* once more, for what hangs on by a bridge */
  dilate_within(core, dense, size, bone);
  return TRUE;
}
