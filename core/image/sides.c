/* Left and right: see sides.h. */
#include "core/image/sides.h"

#include "core/error.h"
#include "core/image/itk_filters.h"
#include "core/image/lung.h"

#include <math.h>
#include <string.h>

#define BALANCE 0.2   /* the smaller lung is at least this part of the larger */
#define APART_MM 60.0 /* centres of the two lungs, across the body */
#define CRUMB 0.01    /* of the lungs: what airways left behind, not lung */
#define MARK                                                                   \
  (1 << 7) /* label bit of voxels whose neighbours are still to do             \
            */

static const double erosions_mm[] = {0, 2, 4, 6, 8, 11, 14, 18, 22};

/* Buffers of one volume. */
typedef struct {
  const CapVolume *iso;
  int size[3];
  gsize n;
  float *depth; /* voxels below the surface of the lungs */
  int32_t *labels;
  uint8_t *eroded;
} Work;

/* Patient x of the centre of each of the first N_PARTS labels. */
static void
centres_x(const Work *w, int n_parts, double *x)
{
  g_autofree double *sum = g_new0(double, 4 * (n_parts + 1));
  for (int s = 0; s < w->size[2]; s++)
    for (int r = 0; r < w->size[1]; r++) {
      const int32_t *row = w->labels + ((gsize)s * w->size[1] + r) * w->size[0];
      for (int c = 0; c < w->size[0]; c++) {
        const int label = row[c];
        if (label < 1 || label > n_parts)
          continue;
        sum[4 * label] += c;
        sum[4 * label + 1] += r;
        sum[4 * label + 2] += s;
        sum[4 * label + 3]++;
      }
    }
  for (int i = 1; i <= n_parts; i++) {
    const double k = fmax(sum[4 * i + 3], 1);
    const CapPoint at = {sum[4 * i] / k, sum[4 * i + 1] / k,
                         sum[4 * i + 2] / k};
    x[i] = cap_volume_to_patient(w->iso, at).x;
  }
}

/* Patient x of the middle of the body: mean of soft tissue. */
static double
body_x(const CapVolume *iso)
{
  double sum[3] = {0}, n = 0;
  const int16_t *hu = iso->voxels_hu;
  for (int s = 0; s < iso->slices; s++)
    for (int r = 0; r < iso->rows; r++)
      for (int c = 0; c < iso->columns; c++)
        if (*hu++ > -300) {
          sum[0] += c, sum[1] += r, sum[2] += s;
          n++;
        }
  n = fmax(n, 1);
  return cap_volume_to_patient(iso,
                               (CapPoint){sum[0] / n, sum[1] / n, sum[2] / n})
      .x;
}

/* Looks for two balanced parts side by side among the eroded lungs and leaves
 * them in LUNGS as right and left; TRUE in *FOUND when there are. */
static gboolean
find_markers(Work *w, double erosion_vox, uint8_t *lungs, gboolean *found,
             GError **error)
{
  g_autofree gsize *volumes = NULL;
  int n = 0;
  double x[3];
  *found = FALSE;
  for (gsize i = 0; i < w->n; i++)
    w->eroded[i] = w->depth[i] >= erosion_vox;
  if (!cap_itk_label_parts(w->eroded, w->size, w->labels, &n, &volumes, error))
    return FALSE;
  if (n < 2 || volumes[2] < BALANCE * volumes[1])
    return TRUE;
  centres_x(w, 2, x);
  if (fabs(x[1] - x[2]) < APART_MM)
    return TRUE;
  const uint8_t first = x[1] < x[2] ? CAP_LUNG_RIGHT : CAP_LUNG_LEFT;
  const uint8_t other =
      first == CAP_LUNG_RIGHT ? CAP_LUNG_LEFT : CAP_LUNG_RIGHT;
  for (gsize i = 0; i < w->n; i++)
    lungs[i] = w->labels[i] == 1   ? first
               : w->labels[i] == 2 ? other
               : lungs[i]          ? MARK
                                   : 0;
  *found = TRUE;
  return TRUE;
}

/* Both markers grow back, layer by layer, through voxels that say MARK. */
static void
grow_back(const Work *w, uint8_t *lungs)
{
  const gsize row = w->size[0], plane = row * w->size[1];
  g_autoptr(GArray) queue = g_array_new(FALSE, FALSE, sizeof(gsize));
  for (gsize i = 0; i < w->n; i++)
    if (lungs[i] && lungs[i] != MARK)
      g_array_append_val(queue, i);
  for (guint i = 0; i < queue->len; i++) {
    const gsize at = g_array_index(queue, gsize, i);
    const int c = (int)(at % row), r = (int)(at / row % w->size[1]),
              s = (int)(at / plane);
    const gsize next[6] = {at - 1,   at + 1,     at - row,
                           at + row, at - plane, at + plane};
    const gboolean exists[6] = {c > 0, c<w->size[0] - 1, r> 0,
                                r<w->size[1] - 1, s> 0, s < w->size[2] - 1};
    for (int k = 0; k < 6; k++)
      if (exists[k] && lungs[next[k]] == MARK) {
        lungs[next[k]] = lungs[at];
        g_array_append_val(queue, next[k]);
      }
  }
}

/* What is left without a side: by the side of X on which each part lies; a part
 * that lies on both sides is cut at X, and crumbs go. */
static gboolean
label_by_position(Work *w, uint8_t *lungs, double x, GError **error)
{
  g_autofree gsize *volumes = NULL;
  int n = 0;
  for (gsize i = 0; i < w->n; i++)
    w->eroded[i] = lungs[i] == MARK;
  if (!cap_itk_label_parts(w->eroded, w->size, w->labels, &n, &volumes, error))
    return FALSE;
  g_autofree gsize *right = g_new0(gsize, n + 1);
  gsize n_lung = 0;
  for (gsize i = 0; i < w->n; i++)
    n_lung += lungs[i] != 0;
  for (int pass = 0; pass < 2; pass++) {
    gsize i = 0;
    for (int s = 0; s < w->size[2]; s++)
      for (int r = 0; r < w->size[1]; r++)
        for (int c = 0; c < w->size[0]; c++, i++) {
          const int part = w->labels[i];
          if (part == 0)
            continue;
          const CapPoint at =
              cap_volume_to_patient(w->iso, (CapPoint){c, r, s});
          const double share = (double)right[part] / volumes[part];
          if (pass == 0)
            right[part] += at.x < x;
          else if (volumes[part] < CRUMB * n_lung)
            lungs[i] = 0;
          else
            lungs[i] = (share > 0.75 || (share > 0.25 && at.x < x))
                           ? CAP_LUNG_RIGHT
                           : CAP_LUNG_LEFT;
        }
  }
  return TRUE;
}

static gboolean
label_with(Work *w, uint8_t *lungs, GError **error)
{
  for (gsize i = 0; i < w->n; i++)
    lungs[i] = lungs[i] ? MARK : 0;
  if (!cap_itk_distance(lungs, w->size, w->depth, error))
    return FALSE;
  for (gsize i = 0; i < w->n; i++)
    w->depth[i] = lungs[i] ? -w->depth[i] : -1.0f;
  gboolean found = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(erosions_mm) && !found; i++)
    if (!find_markers(w, erosions_mm[i] / w->iso->spacing_mm[0], lungs, &found,
                      error))
      return FALSE;
  if (found)
    grow_back(w, lungs);
  return label_by_position(w, lungs, body_x(w->iso), error);
}

gboolean
cap_sides_label(const CapVolume *iso, uint8_t *lungs, GError **error)
{
  Work w = {.iso = iso,
            .size = {iso->columns, iso->rows, iso->slices},
            .n = cap_volume_n_voxels(iso)};
  w.depth = g_try_new(float, w.n);
  w.labels = g_try_new(int32_t, w.n);
  w.eroded = g_try_malloc(w.n);
  gboolean ok = w.depth != NULL && w.labels != NULL && w.eroded != NULL;
  if (ok)
    ok = label_with(&w, lungs, error);
  else
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory to tell the lungs apart");
  g_free(w.depth);
  g_free(w.labels);
  g_free(w.eroded);
  return ok;
}
