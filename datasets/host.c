/* Host scans: see host.h. */
#include "datasets/host.h"

#include "core/error.h"

#include <math.h>
#include <string.h>

/* A sphere around an annotated nodule. */
typedef struct {
  CapPoint index;
  double radius_mm;
} Avoid;

static const double margin_mm = 6;

CapHost *
cap_host_new(const char *patient, CapVolume *volume, CapMask *lungs,
             const CapLidcReads *reads)
{
  CapHost *host = g_new0(CapHost, 1);
  host->patient = g_strdup(patient);
  host->volume = volume;
  host->lungs = lungs;
  host->avoid = g_array_new(FALSE, FALSE, sizeof(Avoid));
  host->points = g_array_new(FALSE, FALSE, sizeof(CapHostPoint));
  for (guint i = 0; reads != NULL && i < reads->marks->len; i++) {
    const CapLidcMark *mark = reads->marks->pdata[i];
    Avoid avoid;
    if (mark->is_nodule &&
        cap_lidc_locate(mark, volume, &avoid.index, &avoid.radius_mm)) {
      avoid.radius_mm += margin_mm;
      g_array_append_val(host->avoid, avoid);
    }
  }
  return host;
}

void
cap_host_avoid(CapHost *host, CapPoint center_mm, double radius_mm)
{
  const Avoid avoid = {cap_volume_to_index(host->volume, center_mm),
                       radius_mm + margin_mm};
  g_array_append_val(host->avoid, avoid);
}

void
cap_host_free(CapHost *host)
{
  if (host == NULL)
    return;
  g_free(host->patient);
  cap_volume_free(host->volume);
  cap_mask_free(host->lungs);
  g_array_unref(host->avoid);
  g_array_unref(host->points);
  g_free(host);
}

static double
distance_mm(const CapHost *host, CapPoint a, CapPoint b)
{
  const double *mm = host->volume->spacing_mm;
  const double dx = (a.x - b.x) * mm[0], dy = (a.y - b.y) * mm[1],
               dz = (a.z - b.z) * mm[2];
  return sqrt(dx * dx + dy * dy + dz * dz);
}

double
cap_host_mean_hu(const CapHost *host, CapPoint index, double radius_mm)
{
  const CapVolume *v = host->volume;
  int reach[3], at[3] = {(int)lround(index.x), (int)lround(index.y),
                         (int)lround(index.z)};
  for (int i = 0; i < 3; i++)
    reach[i] = (int)floor(radius_mm / v->spacing_mm[i]);
  double sum = 0;
  int n = 0;
  for (int s = -reach[2]; s <= reach[2]; s++) {
    for (int r = -reach[1]; r <= reach[1]; r++) {
      for (int c = -reach[0]; c <= reach[0]; c++) {
        const CapPoint p = {at[0] + c, at[1] + r, at[2] + s};
        if (distance_mm(host, p, (CapPoint){at[0], at[1], at[2]}) > radius_mm)
          continue;
        sum += cap_volume_at(v, at[0] + c, at[1] + r, at[2] + s);
        n++;
      }
    }
  }
  return n > 0 ? sum / n : CAP_HU_AIR;
}

/* Appends a point unless it lies on a nodule or outside the scan. */
static void
add_point(CapHost *host, CapPoint index, CapPointKind kind)
{
  const CapVolume *v = host->volume;
  if (index.x < 0 || index.y < 0 || index.z < 0 || index.x > v->columns - 1 ||
      index.y > v->rows - 1 || index.z > v->slices - 1)
    return;
  for (guint i = 0; i < host->avoid->len; i++) {
    const Avoid *avoid = &g_array_index(host->avoid, Avoid, i);
    if (distance_mm(host, index, avoid->index) < avoid->radius_mm)
      return;
  }
  const CapHostPoint point = {index, kind,
                              (float)cap_host_mean_hu(host, index, 3), FALSE};
  g_array_append_val(host->points, point);
}

void
cap_host_add_candidates(CapHost *host, const CapPoint *points_mm, int n)
{
  for (int i = 0; i < n; i++)
    add_point(host, cap_volume_to_index(host->volume, points_mm[i]),
              CAP_POINT_CANDIDATE);
}

/* ---- points of its own ---- */

/* Three passes of a box mean along one axis, in place; LINE holds N floats. */
static void
blur_axis(float *v, const int size[3], int axis, int reach)
{
  const gsize stride[3] = {1, size[0], (gsize)size[0] * size[1]};
  const int n = size[axis], a = axis == 0 ? 1 : 0, b = axis == 2 ? 1 : 2;
  g_autofree double *sums = g_new(double, n + 1);
  for (int i = 0; i < size[a]; i++) {
    for (int j = 0; j < size[b]; j++) {
      float *line = v + i * stride[a] + j * stride[b];
      sums[0] = 0;
      for (int k = 0; k < n; k++)
        sums[k + 1] = sums[k] + line[k * stride[axis]];
      for (int k = 0; k < n; k++) {
        const int low = MAX(k - reach, 0), high = MIN(k + reach, n - 1);
        line[k * stride[axis]] =
            (float)((sums[high + 1] - sums[low]) / (high - low + 1));
      }
    }
  }
}

static gboolean
is_local_maximum(const float *v, const int size[3], int c, int r, int s,
                 int reach)
{
  const float here = v[((gsize)s * size[1] + r) * size[0] + c];
  for (int dz = -1; dz <= 1; dz++)
    for (int dy = -reach; dy <= reach; dy++)
      for (int dx = -reach; dx <= reach; dx++)
        if (v[((gsize)(s + dz) * size[1] + r + dy) * size[0] + c + dx] > here)
          return FALSE;
  return TRUE;
}

/* Maxima of the image smoothed over about 4 mm that stand out of the lung. */
static gboolean
add_bright_points(CapHost *host, GError **error)
{
  const CapVolume *v = host->volume;
  const int size[3] = {v->columns, v->rows, v->slices};
  const gsize n = cap_volume_n_voxels(v);
  g_autofree float *smooth = g_try_new(float, n);
  if (smooth == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory to search scan %s for vessels",
                host->patient);
    return FALSE;
  }
  for (gsize i = 0; i < n; i++)
    smooth[i] = v->voxels_hu[i];
  for (int axis = 0; axis < 3; axis++)
    for (int pass = 0; pass < 2; pass++)
      blur_axis(smooth, size, axis,
                MAX(1, (int)lround(1.4 / v->spacing_mm[axis])));
  const int reach = MAX(1, (int)lround(2.5 / v->spacing_mm[0]));
  for (int s = 1; s < size[2] - 1; s++)
    for (int r = reach; r < size[1] - reach; r++)
      for (int c = reach; c < size[0] - reach; c++)
        if (smooth[((gsize)s * size[1] + r) * size[0] + c] > -750 &&
            cap_mask_at(host->lungs, c, r, s) &&
            is_local_maximum(smooth, size, c, r, s, reach))
          add_point(host, (CapPoint){c, r, s}, CAP_POINT_BRIGHT);
  return TRUE;
}

/* TRUE when a voxel within about 3 mm in plane is not lung. */
static gboolean
is_border(const CapHost *host, int c, int r, int s)
{
  const int d = MAX(1, (int)lround(3 / host->volume->spacing_mm[0]));
  return !cap_mask_at(host->lungs, c - d, r, s) ||
         !cap_mask_at(host->lungs, c + d, r, s) ||
         !cap_mask_at(host->lungs, c, r - d, s) ||
         !cap_mask_at(host->lungs, c, r + d, s);
}

gboolean
cap_host_add_points(CapHost *host, int n, guint64 seed, GError **error)
{
  if (!add_bright_points(host, error))
    return FALSE;
  const CapVolume *v = host->volume;
  CapRandom random = cap_random_start(seed, 0x4057, 0);
  int lung = 0, pleura = 0;
  for (int i = 0; i < 2000 * n && (lung < n || pleura < n); i++) {
    const int c = cap_random_below(&random, v->columns);
    const int r = cap_random_below(&random, v->rows);
    const int s = cap_random_below(&random, v->slices);
    if (!cap_mask_at(host->lungs, c, r, s))
      continue;
    const gboolean border = is_border(host, c, r, s);
    int *count = border ? &pleura : &lung;
    if (*count < n) {
      add_point(host, (CapPoint){c, r, s},
                border ? CAP_POINT_PLEURA : CAP_POINT_LUNG);
      (*count)++;
    }
  }
  return TRUE;
}

void
cap_host_split(CapHost *host, double fraction)
{
  if (host->points->len == 0 || fraction <= 0)
    return;
  double low = INFINITY, high = -INFINITY;
  for (guint i = 0; i < host->points->len; i++) {
    const double z = g_array_index(host->points, CapHostPoint, i).index.z;
    low = fmin(low, z);
    high = fmax(high, z);
  }
  /* The slab sits a little below the middle, where hila, bases and lung are
   * all within reach of it. */
  const double span = high - low;
  const double from = low + span * (0.5 - fraction / 2),
               to = from + span * fraction;
  const double guard = 24 / host->volume->spacing_mm[2];
  guint kept = 0;
  for (guint i = 0; i < host->points->len; i++) {
    CapHostPoint point = g_array_index(host->points, CapHostPoint, i);
    point.validation = point.index.z >= from && point.index.z <= to;
    if (!point.validation && point.index.z > from - guard &&
        point.index.z < to + guard)
      continue;
    g_array_index(host->points, CapHostPoint, kept++) = point;
  }
  g_array_set_size(host->points, kept);
}
