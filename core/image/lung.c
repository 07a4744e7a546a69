/* Lung mask: see lung.h.
 *
 * Everything happens at 2 mm: the mask says where to look for nodules, so its
 * edge needs no more. Air inside the body is found slice by slice (what cannot
 * be reached from the image border, or is no gas), parts that look like lung
 * are kept, large airways go, the two lungs are told apart and each is closed
 * with a ball that brings nodules attached to the pleura or the mediastinum
 * back in. */
#include "core/image/lung.h"

#include "core/error.h"
#include "core/image/airway.h"
#include "core/image/closing.h"
#include "core/image/itk_filters.h"
#include "core/image/resample.h"
#include "core/image/sides.h"
#include "core/language.h"

#include <math.h>
#include <string.h>

#define WORK_MM 2.0
#define AIR_HU (-400) /* below: air or lung */
#define GAS_HU (-965) /* below: gas without tissue */
#define LUNG_MIN_MM3 50000.0
#define LUNG_MIN_SHARE 0.05 /* of the largest part */
#define GAS_MAX_SHARE 0.6   /* bowel gas and air under blankets have more */
#define CUT_GAS_MAX_SHARE                                                      \
  0.2                  /* of a lung at the border; emphysema has less          \
                        */
#define FLAT_RATIO 0.3 /* depth to width: below, it is the table */
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

/* One plane of the scan and of the air in it (0 none, 1 air, 2 looked at). */
typedef struct {
  const int16_t *hu;
  uint8_t *air;
  int columns, rows;
  int *queue; /* as many as voxels */
} Plane;

static void
push(const Plane *p, int i, int highest_hu, int *n)
{
  if (p->air[i] == 1 && p->hu[i] <= highest_hu) {
    p->air[i] = 2;
    p->queue[(*n)++] = i;
  }
}

/* Lists in the queue, from FROM on, the air up to HIGHEST_HU that voxel SEED
 * reaches. Returns where the list ends. */
static int
flood(const Plane *p, int seed, int highest_hu, int from)
{
  int n = from;
  push(p, seed, highest_hu, &n);
  for (int i = from; i < n; i++) {
    const int at = p->queue[i], c = at % p->columns, r = at / p->columns;
    if (c > 0)
      push(p, at - 1, highest_hu, &n);
    if (c < p->columns - 1)
      push(p, at + 1, highest_hu, &n);
    if (r > 0)
      push(p, at - p->columns, highest_hu, &n);
    if (r < p->rows - 1)
      push(p, at + p->columns, highest_hu, &n);
  }
  return n;
}

/* Around the patient is gas; a lung that the field of view cuts reaches the
 * border too, but holds tissue. */
static gboolean
is_cut_lung(const Plane *p, int from, int to)
{
  int n_gas = 0;
  for (int i = from; i < to; i++)
    n_gas += p->hu[p->queue[i]] < GAS_HU;
  return n_gas <= CUT_GAS_MAX_SHARE * (to - from);
}

/* Clears the air that reaches SEED unless it is cut lung. The queue keeps its
 * first N entries. */
static void
clear_part(const Plane *p, int seed, int n)
{
  const int end = flood(p, seed, AIR_HU, n);
  if (end > n && !is_cut_lung(p, n, end))
    for (int i = n; i < end; i++)
      p->air[p->queue[i]] = 0;
}

static int
border_voxel(const Plane *p, int i)
{
  const int side = 2 * p->columns;
  return i < p->columns ? i
         : i < side     ? (p->rows - 1) * p->columns + i - p->columns
                        : (i - side) / 2 * p->columns +
                          ((i - side) % 2 ? p->columns - 1 : 0);
}

/* Clears what lies outside the patient: the padding around a round field of
 * view, then the air that reaches it or the border. */
static void
clear_outside(const Plane *p)
{
  const int n_border = 2 * (p->columns + p->rows);
  int n = 0;
  for (int i = 0; i < n_border; i++)
    n = flood(p, border_voxel(p, i), CAP_HU_AIR, n);
  for (int i = 0; i < n_border; i++)
    clear_part(p, border_voxel(p, i), n);
  for (int i = 0; i < n; i++) {
    const int at = p->queue[i], c = at % p->columns, r = at / p->columns;
    p->air[at] = 0;
    if (c > 0)
      clear_part(p, at - 1, n);
    if (c < p->columns - 1)
      clear_part(p, at + 1, n);
    if (r > 0)
      clear_part(p, at - p->columns, n);
    if (r < p->rows - 1)
      clear_part(p, at + p->columns, n);
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
      const Plane plane = {cap_volume_slice(iso, s), inside + (gsize)s * n,
                           iso->columns, iso->rows, queue};
      for (int i = 0; i < n; i++)
        plane.air[i] = plane.hu[i] < AIR_HU;
      clear_outside(&plane);
      for (int i = 0; i < n; i++)
        plane.air[i] = plane.air[i] != 0;
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
  if (!cap_progress_step(progress, N_("finding the lungs"), 0.4, error) ||
      !cap_sides_label(iso, lungs, error) ||
      !cap_progress_step(progress, N_("finding the lungs"), 0.6, error) ||
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
  if (!cap_progress_step(progress, N_("finding the lungs"), 0.0, error))
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
  cap_progress_step(progress, N_("finding the lungs"), 1.0, NULL);
  return mask;
}
