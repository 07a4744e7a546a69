/* Resampling: see resample.h. */
#include "core/image/resample.h"

#include "core/error.h"
#include "core/image/parts.h"

#include <math.h>

/* One output sample along an axis: TAPS weights from source index FIRST on. */
typedef struct {
  int n_out, taps;
  int *first;
  float *weight; /* n_out * taps, each row sums to 1 */
} Kernel;

/* A tent as wide as the larger of the two spacings: linear interpolation when
 * the grid gets finer, anti-aliased when it gets coarser. Sources with valid[i]
 * = 0 take no part (VALID may be NULL). */
static Kernel
kernel_new(int n_in, int n_out, double start, double step, const uint8_t *valid)
{
  const double radius = fmax(1.0, step);
  const int taps = MIN(2 * (int)ceil(radius) + 1, n_in);
  Kernel k = {n_out, taps, g_new(int, n_out),
              g_new0(float, (gsize)n_out *taps)};
  for (int o = 0; o < n_out; o++) {
    const double at = CLAMP(start + step * o, 0.0, n_in - 1.0);
    float *weight = k.weight + (gsize)o * taps;
    const int low = CLAMP((int)ceil(at - radius), 0, n_in - taps);
    double sum = 0;
    for (int t = 0; t < taps; t++) {
      const double w = fmax(0.0, 1.0 - fabs(low + t - at) / radius);
      weight[t] = valid == NULL || valid[low + t] ? (float)w : 0.0f;
      sum += weight[t];
    }
    for (int t = 0; t < taps && sum > 1e-6; t++)
      weight[t] = (float)(weight[t] / sum);
    if (sum <= 1e-6) /* nothing valid within reach */
      weight[0] = -1.0f;
    k.first[o] = low;
  }
  return k;
}

static void
kernel_clear(Kernel *k)
{
  g_free(k->first);
  g_free(k->weight);
}

static gboolean
kernel_is_empty(const Kernel *k, int o)
{
  return k->weight[(gsize)o * k->taps] < 0;
}

/* PLANE (columns*rows floats) = the mix of source planes for output plane O. */
static void
mix_planes(const CapVolume *v, const Kernel *along, int o, float *plane)
{
  const gsize n = (gsize)v->columns * v->rows;
  const float *weight = along->weight + (gsize)o * along->taps;
  gboolean first = TRUE;
  for (int t = 0; t < along->taps; t++) {
    if (weight[t] == 0.0f)
      continue;
    const int16_t *from = cap_volume_slice(v, along->first[o] + t);
    const float w = weight[t];
    if (first)
      for (gsize i = 0; i < n; i++)
        plane[i] = from[i] * w;
    else
      for (gsize i = 0; i < n; i++)
        plane[i] += from[i] * w;
    first = FALSE;
  }
}

/* OUT row of one output line: rows mixed first (contiguous), then columns. */
static void
resample_row(const float *plane, int n_columns, const Kernel *k[2], int row,
             float *mixed, int16_t *out)
{
  const float *weight = k[1]->weight + (gsize)row * k[1]->taps;
  for (int c = 0; c < n_columns; c++)
    mixed[c] = 0;
  for (int t = 0; t < k[1]->taps; t++) {
    const float w = weight[t];
    if (w == 0.0f)
      continue;
    const float *from = plane + (gsize)(k[1]->first[row] + t) * n_columns;
    for (int c = 0; c < n_columns; c++)
      mixed[c] += from[c] * w;
  }
  for (int o = 0; o < k[0]->n_out; o++) {
    const float *w = k[0]->weight + (gsize)o * k[0]->taps;
    const float *from = mixed + k[0]->first[o];
    float sum = 0;
    for (int t = 0; t < k[0]->taps; t++)
      sum += from[t] * w[t];
    out[o] = (int16_t)lrintf(CLAMP(sum, -32768.0f, 32767.0f));
  }
}

/* TRUE when every buffer could be had. */
static gboolean
fill_isotropic(const CapVolume *volume, CapVolume *out, const Kernel kernel[3])
{
  const Kernel *in_plane[2] = {&kernel[0], &kernel[1]};
  gboolean enough = TRUE;
#pragma omp parallel
  {
    float *plane = g_try_new(float, (gsize)volume->columns * volume->rows);
    float *mixed = g_new(float, volume->columns);
    if (plane == NULL) {
#pragma omp atomic write
      enough = FALSE;
    }
#pragma omp for schedule(static)
    for (int s = 0; s < out->slices; s++) {
      out->valid[s] = !kernel_is_empty(&kernel[2], s);
      if (plane == NULL || !out->valid[s])
        continue;
      mix_planes(volume, &kernel[2], s, plane);
      int16_t *to = cap_volume_slice(out, s);
      for (int r = 0; r < out->rows; r++)
        resample_row(plane, volume->columns, in_plane, r, mixed,
                     to + (gsize)r * out->columns);
    }
    g_free(plane);
    g_free(mixed);
  }
  return enough;
}

CapVolume *
cap_resample_isotropic(const CapVolume *volume, double spacing_mm,
                       GError **error)
{
  g_return_val_if_fail(spacing_mm > 0, NULL);
  const int n_in[3] = {volume->columns, volume->rows, volume->slices};
  int n_out[3];
  double start[3], step[3];
  for (int i = 0; i < 3; i++) {
    step[i] = spacing_mm / volume->spacing_mm[i];
    n_out[i] = (int)fmin(fmax(1.0, floor(n_in[i] / step[i] + 0.5)), 1e6);
    /* The two grids share their middle, so neither end is favoured. */
    start[i] = (n_in[i] - 1) / 2.0 - step[i] * (n_out[i] - 1) / 2.0;
  }
  CapVolume *out = cap_volume_new(n_out[0], n_out[1], n_out[2], error);
  if (out == NULL)
    return NULL;
  for (int i = 0; i < 3; i++) {
    out->spacing_mm[i] = spacing_mm;
    out->axis[i] = volume->axis[i];
  }
  out->origin_mm =
      cap_volume_to_patient(volume, (CapPoint){start[0], start[1], start[2]});
  out->usable = volume->usable;

  Kernel kernel[3];
  for (int i = 0; i < 3; i++)
    kernel[i] = kernel_new(n_in[i], n_out[i], start[i], step[i],
                           i == 2 ? volume->valid : NULL);
  if (!fill_isotropic(volume, out, kernel)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory to resample a volume of %d x %d x %d",
                volume->columns, volume->rows, volume->slices);
    g_clear_pointer(&out, cap_volume_free);
  }
  for (int i = 0; i < 3; i++)
    kernel_clear(&kernel[i]);
  return out;
}

/* Nearest valid plane at or below, and at or above, S (-1 when none). */
static void
valid_around(const CapVolume *v, int s, int *below, int *above)
{
  for (*below = s; *below >= 0 && !v->valid[*below];)
    (*below)--;
  for (*above = s; *above < v->slices && !v->valid[*above];)
    (*above)++;
  if (*above >= v->slices)
    *above = -1;
}

/* The two planes that a fractional slice index mixes, bridging absent ones;
 * FALSE when the volume has no valid plane. */
static gboolean
planes_at(const CapVolume *v, double z, int planes[2], float *weight)
{
  int low, high, ignored;
  const double at = CLAMP(z, 0.0, v->slices - 1.0);
  valid_around(v, (int)floor(at), &low, &ignored);
  valid_around(v, (int)ceil(at), &ignored, &high);
  if (low < 0)
    low = high;
  if (high < 0)
    high = low;
  planes[0] = low;
  planes[1] = high;
  *weight = low == high ? 0.0f : (float)((at - low) / (high - low));
  return low >= 0;
}

static float
bilinear(const CapVolume *v, int slice, const int column[2], const int row[2],
         const float weight[2])
{
  const int16_t *plane = cap_volume_slice(v, slice);
  const int16_t *a = plane + (gsize)row[0] * v->columns;
  const int16_t *b = plane + (gsize)row[1] * v->columns;
  const float top = a[column[0]] + (a[column[1]] - a[column[0]]) * weight[0];
  const float bottom = b[column[0]] + (b[column[1]] - b[column[0]]) * weight[0];
  return top + (bottom - top) * weight[1];
}

static float
trilinear(const CapVolume *v, CapPoint at)
{
  const double x = CLAMP(at.x, 0.0, v->columns - 1.0);
  const double y = CLAMP(at.y, 0.0, v->rows - 1.0);
  const int column[2] = {(int)x, MIN((int)x + 1, v->columns - 1)};
  const int row[2] = {(int)y, MIN((int)y + 1, v->rows - 1)};
  const float weight[2] = {(float)(x - column[0]), (float)(y - row[0])};
  int plane[2];
  float w;
  if (!planes_at(v, at.z, plane, &w))
    return CAP_HU_AIR;
  const float low = bilinear(v, plane[0], column, row, weight);
  if (plane[0] == plane[1])
    return low;
  return low + (bilinear(v, plane[1], column, row, weight) - low) * w;
}

void
cap_resample_patch(const CapVolume *volume, CapPoint center_mm,
                   const CapPoint axis[3], int edge, double spacing_mm,
                   float *hu)
{
  const double half = (edge - 1) / 2.0;
  for (int z = 0; z < edge; z++)
    for (int y = 0; y < edge; y++)
      for (int x = 0; x < edge; x++) {
        const double a = (x - half) * spacing_mm, b = (y - half) * spacing_mm,
                     c = (z - half) * spacing_mm;
        const CapPoint p = {
            center_mm.x + a * axis[0].x + b * axis[1].x + c * axis[2].x,
            center_mm.y + a * axis[0].y + b * axis[1].y + c * axis[2].y,
            center_mm.z + a * axis[0].z + b * axis[1].z + c * axis[2].z};
        *hu++ = trilinear(volume, cap_volume_to_index(volume, p));
      }
}

/* A probability patch and its place. */
typedef struct {
  CapPoint center_mm;
  const CapPoint *axis;
  int edge;
  double spacing_mm;
  const float *probability;
} Patch;

/* Patch value at fractional voxels (x,y,z); 0 outside its outermost voxels'
 * cells, which are replicated over their outer half. */
static double
patch_value(const Patch *p, const double at[3])
{
  int low[3], high[3];
  double w[3];
  for (int i = 0; i < 3; i++) {
    if (at[i] < -0.5 || at[i] > p->edge - 0.5)
      return 0.0;
    const double x = CLAMP(at[i], 0.0, p->edge - 1.0);
    low[i] = (int)x;
    high[i] = MIN(low[i] + 1, p->edge - 1);
    w[i] = x - low[i];
  }
  double sum = 0;
  for (int corner = 0; corner < 8; corner++) {
    const int x = corner & 1 ? high[0] : low[0],
              y = corner & 2 ? high[1] : low[1],
              z = corner & 4 ? high[2] : low[2];
    sum += (corner & 1 ? w[0] : 1 - w[0]) * (corner & 2 ? w[1] : 1 - w[1]) *
           (corner & 4 ? w[2] : 1 - w[2]) *
           p->probability[((gsize)z * p->edge + y) * p->edge + x];
  }
  return sum;
}

static double
patch_value_at(const Patch *p, const CapVolume *volume, int c, int r, int s)
{
  const CapPoint q = cap_volume_to_patient(volume, (CapPoint){c, r, s});
  const CapPoint d = {q.x - p->center_mm.x, q.y - p->center_mm.y,
                      q.z - p->center_mm.z};
  double at[3];
  for (int i = 0; i < 3; i++)
    at[i] = (d.x * p->axis[i].x + d.y * p->axis[i].y + d.z * p->axis[i].z) /
                p->spacing_mm +
            (p->edge - 1) / 2.0;
  return patch_value(p, at);
}

/* The volume's voxels that the patch may cover: the box around its sphere. */
static CapMask *
mask_around(const CapVolume *volume, const Patch *p)
{
  const double reach = 0.5 * p->edge * p->spacing_mm * sqrt(3.0);
  const CapPoint center = cap_volume_to_index(volume, p->center_mm);
  const double at[3] = {center.x, center.y, center.z};
  const int size[3] = {volume->columns, volume->rows, volume->slices};
  int low[3], high[3];
  for (int i = 0; i < 3; i++) {
    const double r = reach / volume->spacing_mm[i];
    if (!(at[i] + r >= 0 && at[i] - r <= size[i] - 1))
      return NULL;
    low[i] = (int)fmax(0.0, ceil(at[i] - r));
    high[i] = (int)fmin(size[i] - 1.0, floor(at[i] + r));
    if (low[i] > high[i])
      return NULL;
  }
  CapMask *mask = cap_mask_new(high[0] - low[0] + 1, high[1] - low[1] + 1,
                               high[2] - low[2] + 1, NULL);
  for (int i = 0; i < 3 && mask != NULL; i++)
    mask->first[i] = low[i];
  return mask;
}

CapMask *
cap_resample_mask(const CapVolume *volume, CapPoint center_mm,
                  const CapPoint axis[3], int edge, double spacing_mm,
                  const float *probability, double threshold)
{
  const Patch patch = {center_mm, axis, edge, spacing_mm, probability};
  g_autoptr(CapMask) mask = mask_around(volume, &patch);
  if (mask == NULL)
    return NULL;
  uint8_t *voxel = mask->voxels;
  for (int s = 0; s < mask->slices; s++)
    for (int r = 0; r < mask->rows; r++)
      for (int c = 0; c < mask->columns; c++)
        *voxel++ =
            patch_value_at(&patch, volume, c + mask->first[0],
                           r + mask->first[1], s + mask->first[2]) >= threshold;
  if (!cap_parts_keep_nearest(mask, cap_volume_to_index(volume, center_mm),
                              volume->spacing_mm))
    return NULL;
  return cap_parts_crop(mask);
}
