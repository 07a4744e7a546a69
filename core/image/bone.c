/* Bone: see bone.h. */
#include "core/image/bone.h"

#include "core/error.h"
#include "core/image/itk_filters.h"

#define BONE_HU 180
#define MIN_MM3 3000.0

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

/* Keeps in CORE the parts of at least MIN_MM3, their lost rim not counted. */
static gboolean
keep_large(const CapVolume *iso, uint8_t *core, GError **error)
{
  const int size[3] = {iso->columns, iso->rows, iso->slices};
  const gsize n_voxels = cap_volume_n_voxels(iso);
  const double *mm = iso->spacing_mm;
  const double least = MIN_MM3 / (mm[0] * mm[1] * mm[2]);
  g_autofree int32_t *labels = g_try_new(int32_t, n_voxels);
  g_autofree gsize *volumes = NULL;
  int n = 0, n_large = 0;
  if (labels == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory to find the bones");
    return FALSE;
  }
  if (!cap_itk_label_parts(core, size, labels, &n, &volumes, error))
    return FALSE;
  while (n_large < n && (double)volumes[n_large + 1] >= least)
    n_large++; /* they come largest first */
  for (gsize i = 0; i < n_voxels; i++)
    core[i] = labels[i] >= 1 && labels[i] <= n_large;
  return TRUE;
}

gboolean
cap_bone_find(const CapVolume *iso, uint8_t *bone, GError **error)
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
  for (gsize i = 0; i < n; i++)
    dense[i] = iso->voxels_hu[i] >= BONE_HU;
  erode(dense, size, core);
  if (!keep_large(iso, core, error))
    return FALSE;
  dilate_within(core, dense, size, bone);
  return TRUE;
}
