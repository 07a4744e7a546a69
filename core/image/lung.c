/* Lung mask: see lung.h.
 *
 * Everything happens at 2 mm: the mask says where to look for nodules, so its
 * edge needs no more. Air inside the body is found slice by slice (what cannot
 * be reached from the image border), parts that look like lung are kept, large
 * airways go, the two lungs are told apart and each is closed with a ball that
 * brings nodules attached to the pleura or the mediastinum back in. */
#include "core/image/lung.h"

#include "core/error.h"
#include "core/image/airway.h"
#include "core/image/closing.h"
#include "core/image/itk_filters.h"
#include "core/image/resample.h"
#include "core/image/sides.h"

#include <math.h>
#include <string.h>

#define WORK_MM 2.0
#define AIR_HU (-400) /* below: air or lung */
#define GAS_HU (-965) /* below: gas without tissue */
#define LUNG_MIN_MM3 50000.0
#define LUNG_MIN_SHARE 0.05 /* of the largest part */
#define GAS_MAX_SHARE 0.6   /* bowel gas and air under blankets have more */
#define FLAT_RATIO 0.3      /* depth to width: below, it is the table */
#define FLAT_MAX_MM 80.0
#define BALL_MM 15.0    /* closes over nodules of up to 30 mm */
#define GAP_MAX_MM 10.0 /* absent planes up to here are bridged */

/* Extent and content of one part of the air inside the body. */
typedef struct {
  int low[2], high[2]; /* columns, rows */
  gsize n, n_gas;
} Part;

/* Absent planes repeat their nearest valid neighbour, so that a gap does not
 * cut the lungs in two. FALSE when no plane is valid. */
static gboolean
bridge_gaps(CapVolume *iso)
{
  const gsize bytes = (gsize)iso->columns * iso->rows * sizeof(int16_t);
  for (int s = 0; s < iso->slices; s++) {
    if (iso->valid[s])
      continue;
    int from = -1;
    for (int d = 1; d < iso->slices && from < 0; d++)
      if (s - d >= 0 && iso->valid[s - d])
        from = s - d;
      else if (s + d < iso->slices && iso->valid[s + d])
        from = s + d;
    if (from < 0)
      return FALSE;
    memcpy(cap_volume_slice(iso, s), cap_volume_slice(iso, from), bytes);
  }
  return TRUE;
}

static void
push_air(uint8_t *air, int i, int *queue, int *n)
{
  if (air[i] == 1) {
    air[i] = 0;
    queue[(*n)++] = i;
  }
}

/* Clears from AIR (one plane of 0 and 1) what the image border reaches. */
static void
clear_outside(uint8_t *air, int columns, int rows, int *queue)
{
  int n = 0;
  for (int c = 0; c < columns; c++) {
    push_air(air, c, queue, &n);
    push_air(air, (rows - 1) * columns + c, queue, &n);
  }
  for (int r = 0; r < rows; r++) {
    push_air(air, r * columns, queue, &n);
    push_air(air, r * columns + columns - 1, queue, &n);
  }
  for (int i = 0; i < n; i++) {
    const int at = queue[i], c = at % columns, r = at / columns;
    if (c > 0)
      push_air(air, at - 1, queue, &n);
    if (c < columns - 1)
      push_air(air, at + 1, queue, &n);
    if (r > 0)
      push_air(air, at - columns, queue, &n);
    if (r < rows - 1)
      push_air(air, at + columns, queue, &n);
  }
}

static void
find_inside_air(const CapVolume *iso, uint8_t *inside)
{
  const int n = iso->columns * iso->rows;
#pragma omp parallel
  {
    g_autofree int *queue = g_new(int, n);
#pragma omp for schedule(static)
    for (int s = 0; s < iso->slices; s++) {
      const int16_t *hu = cap_volume_slice(iso, s);
      uint8_t *air = inside + (gsize)s * n;
      for (int i = 0; i < n; i++)
        air[i] = hu[i] < AIR_HU;
      clear_outside(air, iso->columns, iso->rows, queue);
    }
  }
}

/* The largest N parts as they are. */
static Part *
describe_parts(const CapVolume *iso, const int32_t *labels, int n)
{
  Part *parts = g_new0(Part, n + 1);
  for (int i = 0; i <= n; i++)
    parts[i].low[0] = parts[i].low[1] = G_MAXINT;
  gsize i = 0;
  for (int s = 0; s < iso->slices; s++)
    for (int r = 0; r < iso->rows; r++)
      for (int c = 0; c < iso->columns; c++, i++) {
        if (labels[i] < 1 || labels[i] > n)
          continue;
        Part *p = &parts[labels[i]];
        p->low[0] = MIN(p->low[0], c), p->high[0] = MAX(p->high[0], c);
        p->low[1] = MIN(p->low[1], r), p->high[1] = MAX(p->high[1], r);
        p->n++;
        p->n_gas += iso->voxels_hu[i] < GAS_HU;
      }
  return parts;
}

static gboolean
looks_like_lung(const Part *part)
{
  const double mm3 = part->n * WORK_MM * WORK_MM * WORK_MM;
  const double width = (part->high[0] - part->low[0] + 1) * WORK_MM;
  const double depth = (part->high[1] - part->low[1] + 1) * WORK_MM;
  return mm3 >= LUNG_MIN_MM3 && part->n_gas <= GAS_MAX_SHARE * part->n &&
         (depth >= FLAT_RATIO * width || depth >= FLAT_MAX_MM);
}

/* Keeps in INSIDE only the parts that look like lung. LABELS is scratch. */
static gboolean
keep_lungs(const CapVolume *iso, uint8_t *inside, int32_t *labels,
           gboolean *any, GError **error)
{
  const int size[3] = {iso->columns, iso->rows, iso->slices};
  const gsize n_voxels = cap_volume_n_voxels(iso);
  g_autofree gsize *volumes = NULL;
  int n = 0;
  if (!cap_itk_label_parts(inside, size, labels, &n, &volumes, error))
    return FALSE;
  n = MIN(n, 100); /* they come largest first */
  g_autofree Part *parts = describe_parts(iso, labels, n);
  g_autofree uint8_t *keep = g_new0(uint8_t, n + 1);
  gsize largest = 0;
  for (int i = 1; i <= n; i++)
    if (looks_like_lung(&parts[i])) {
      largest = MAX(largest, parts[i].n);
      keep[i] = parts[i].n >= LUNG_MIN_SHARE * largest;
    }
  for (gsize i = 0; i < n_voxels; i++)
    inside[i] = labels[i] >= 1 && labels[i] <= n && keep[labels[i]];
  *any = largest > 0;
  return TRUE;
}

/* Labels of the work grid, nearest voxel, on VOLUME's own grid. */
static void
spread(const CapVolume *volume, const CapVolume *iso, const uint8_t *lungs,
       CapMask *mask)
{
  const int n_out[3] = {volume->columns, volume->rows, volume->slices};
  const int n_in[3] = {iso->columns, iso->rows, iso->slices};
  const CapPoint first = cap_volume_to_index(volume, iso->origin_mm);
  const double start[3] = {first.x, first.y, first.z};
  int *from[3];
  for (int i = 0; i < 3; i++) {
    from[i] = g_new(int, n_out[i]);
    for (int o = 0; o < n_out[i]; o++) {
      const double at = (o - start[i]) * volume->spacing_mm[i] / WORK_MM;
      from[i][o] = CLAMP((int)floor(at + 0.5), 0, n_in[i] - 1);
    }
  }
#pragma omp parallel for schedule(static)
  for (int s = 0; s < n_out[2]; s++)
    for (int r = 0; r < n_out[1]; r++) {
      uint8_t *out = mask->voxels + ((gsize)s * n_out[1] + r) * n_out[0];
      const uint8_t *in =
          lungs + ((gsize)from[2][s] * n_in[1] + from[1][r]) * n_in[0];
      for (int c = 0; c < n_out[0]; c++)
        out[c] = in[from[0][c]];
    }
  for (int i = 0; i < 3; i++)
    g_free(from[i]);
}

/* Nothing is claimed about long gaps; short ones stay bridged, since a nodule
 * may sit across them. */
static void
clear_long_gaps(const CapVolume *volume, CapMask *mask)
{
  const gsize plane = (gsize)volume->columns * volume->rows;
  for (int s = 0; s < volume->slices;) {
    int end = s;
    while (end < volume->slices && !volume->valid[end])
      end++;
    if ((end - s) * volume->spacing_mm[2] > GAP_MAX_MM)
      memset(mask->voxels + s * plane, 0, (end - s) * plane);
    s = end + 1;
  }
}

/* Air inside the body -> lungs without airways, labelled and closed. */
static gboolean
find_lungs(const CapVolume *iso, uint8_t *lungs, const CapProgress *progress,
           GError **error)
{
  const int size[3] = {iso->columns, iso->rows, iso->slices};
  const gsize n = cap_volume_n_voxels(iso);
  g_autofree int32_t *labels = g_try_new(int32_t, n);
  g_autofree uint8_t *airway = g_try_malloc0(n);
  gboolean any = FALSE;
  if (labels == NULL || airway == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory for a lung mask");
    return FALSE;
  }
  find_inside_air(iso, lungs);
  if (!cap_airway_find(iso, lungs, airway, error) ||
      !keep_lungs(iso, lungs, labels, &any, error))
    return FALSE;
  if (!any)
    return TRUE;
  for (gsize i = 0; i < n; i++)
    lungs[i] &= !airway[i];
  if (!cap_progress_step(progress, "finding the lungs", 0.4, error) ||
      !cap_sides_label(iso, lungs, error) ||
      !cap_progress_step(progress, "finding the lungs", 0.6, error) ||
      !cap_closing_ball(lungs, size, CAP_LUNG_RIGHT, BALL_MM / WORK_MM,
                        error) ||
      !cap_closing_ball(lungs, size, CAP_LUNG_LEFT, BALL_MM / WORK_MM, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (airway[i])
      lungs[i] = 0;
  return TRUE;
}

CapMask *
cap_lung_mask(const CapVolume *volume, const CapProgress *progress,
              GError **error)
{
  if (!cap_progress_step(progress, "finding the lungs", 0.0, error))
    return NULL;
  g_autoptr(CapVolume) iso = cap_resample_isotropic(volume, WORK_MM, error);
  if (iso == NULL)
    return NULL;
  CapMask *mask =
      cap_mask_new(volume->columns, volume->rows, volume->slices, error);
  if (mask == NULL || !bridge_gaps(iso))
    return mask;
  g_autofree uint8_t *lungs = g_try_malloc0(cap_volume_n_voxels(iso));
  if (lungs == NULL)
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory for a lung mask");
  if (lungs == NULL || !find_lungs(iso, lungs, progress, error)) {
    cap_mask_free(mask);
    return NULL;
  }
  spread(volume, iso, lungs, mask);
  clear_long_gaps(volume, mask);
  cap_progress_step(progress, "finding the lungs", 1.0, NULL);
  return mask;
}
