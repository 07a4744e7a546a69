/* Mask outlines: see contour.h. */
#include "core/image/contour.h"

#include "core/image/point.h"

#include <math.h>

/* A view whose plane goes through the voxel centres that it shows. */
static CapSliceView
snapped(const CapVolume *volume, const CapSliceView *view)
{
  CapSliceView snap = *view;
  snap.center_mm = cap_slice_at_index(
      volume, view->plane,
      cap_slice_index(volume, view->plane, view->center_mm), view->center_mm);
  return snap;
}

/* The mask at a fractional index of the volume, trilinear. */
static float
mask_value(const CapMask *mask, CapPoint index)
{
  const double x = floor(index.x), y = floor(index.y), z = floor(index.z);
  const double f[3] = {index.x - x, index.y - y, index.z - z};
  double sum = 0;
  for (int corner = 0; corner < 8; corner++) {
    const int dx = corner & 1, dy = corner >> 1 & 1, dz = corner >> 2;
    const double weight = (dx ? f[0] : 1 - f[0]) * (dy ? f[1] : 1 - f[1]) *
                          (dz ? f[2] : 1 - f[2]);
    if (weight > 0 && cap_mask_at(mask, (int)x + dx, (int)y + dy, (int)z + dz))
      sum += weight;
  }
  return (float)sum;
}

/* Fractional indices of the volume at a view's pixels: they are linear. */
typedef struct {
  CapPoint origin, right, down;
} Sampling;

static Sampling
sampling_of(const CapVolume *volume, const CapSliceView *view, int width,
            int height)
{
  CapPoint at[3];
  for (int i = 0; i < 3; i++)
    at[i] = cap_volume_to_index(
        volume,
        cap_slice_to_patient(volume, view, width, height, i == 1, i == 2));
  return (Sampling){.origin = at[0],
                    .right = cap_point_sub(at[1], at[0]),
                    .down = cap_point_sub(at[2], at[0])};
}

static CapPoint
index_of(const Sampling *s, int x, int y)
{
  return (CapPoint){s->origin.x + x * s->right.x + y * s->down.x,
                    s->origin.y + x * s->right.y + y * s->down.y,
                    s->origin.z + x * s->right.z + y * s->down.z};
}

/* Pixels that can show the mask: the bounds of its box's corners. FALSE when
 * they are outside the image. */
static gboolean
pixel_bounds(const CapVolume *volume, const CapMask *mask,
             const CapSliceView *view, const int size[2], int bounds[4])
{
  double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
  for (int corner = 0; corner < 8; corner++) {
    const CapPoint index = {mask->first[0] + (corner & 1 ? mask->columns : -1),
                            mask->first[1] + (corner & 2 ? mask->rows : -1),
                            mask->first[2] + (corner & 4 ? mask->slices : -1)};
    double at[2];
    cap_slice_to_pixel(volume, view, size[0], size[1],
                       cap_volume_to_patient(volume, index), &at[0], &at[1]);
    for (int i = 0; i < 2; i++) {
      low[i] = fmin(low[i], at[i]);
      high[i] = fmax(high[i], at[i]);
    }
  }
  for (int i = 0; i < 2; i++) {
    if (!(high[i] > 0 && low[i] < size[i] - 1))
      return FALSE;
    bounds[i] = (int)fmax(0, floor(low[i]));
    bounds[2 + i] = (int)fmin(size[i] - 1, ceil(high[i]));
  }
  return bounds[2] > bounds[0] && bounds[3] > bounds[1];
}

/* Where the edge from corner A to corner B of a cell crosses one half. */
static void
crossing(const float value[4], int a, int b, float x, float y, float *px,
         float *py)
{
  static const float cx[4] = {0, 1, 1, 0}, cy[4] = {0, 0, 1, 1};
  const float t = (0.5F - value[a]) / (value[b] - value[a]);
  *px = x + cx[a] + t * (cx[b] - cx[a]);
  *py = y + cy[a] + t * (cy[b] - cy[a]);
}

/* VALUE holds the corners clockwise from the top left; edge i joins corner i
 * and i + 1. Saddles are cut so that the inside stays apart. */
static void
march_cell(GArray *segments, const float value[4], int x, int y)
{
  int edges[4], n = 0;
  for (int i = 0; i < 4; i++)
    if ((value[i] >= 0.5F) != (value[(i + 1) % 4] >= 0.5F))
      edges[n++] = i;
  if (n == 4 && value[0] < 0.5F) { /* corners 1 and 3 are inside */
    edges[0] = 0, edges[1] = 1, edges[2] = 2, edges[3] = 3;
  } else if (n == 4) {
    edges[0] = 3, edges[1] = 0, edges[2] = 1, edges[3] = 2;
  }
  for (int i = 0; i + 1 < n; i += 2) {
    CapSegment s;
    crossing(value, edges[i], (edges[i] + 1) % 4, (float)x, (float)y, &s.x0,
             &s.y0);
    crossing(value, edges[i + 1], (edges[i + 1] + 1) % 4, (float)x, (float)y,
             &s.x1, &s.y1);
    g_array_append_val(segments, s);
  }
}

GArray *
cap_contour_cut(const CapVolume *volume, const CapMask *mask,
                const CapSliceView *view, int width, int height)
{
  GArray *segments = g_array_new(FALSE, FALSE, sizeof(CapSegment));
  const CapSliceView snap = snapped(volume, view);
  int bounds[4];
  if (!pixel_bounds(volume, mask, &snap, (int[]){width, height}, bounds))
    return segments;
  const Sampling at = sampling_of(volume, &snap, width, height);
  const int n = bounds[2] - bounds[0] + 1;
  g_autofree float *above = g_new0(float, n), *row = g_new0(float, n);
  for (int y = bounds[1]; y <= bounds[3]; y++) {
    for (int i = 0; i < n; i++)
      row[i] = mask_value(mask, index_of(&at, bounds[0] + i, y));
    for (int i = 0; y > bounds[1] && i + 1 < n; i++)
      march_cell(segments,
                 (float[]){above[i], above[i + 1], row[i + 1], row[i]},
                 bounds[0] + i, y - 1);
    float *swap = above;
    above = row;
    row = swap;
  }
  return segments;
}

/* ---- loops ---- */

/* A loop is a walk over cracks: the sides where a voxel of the mask meets one
 * that is not. Their middles are where marching squares cuts a binary image. */
typedef struct {
  int x, y; /* the voxel inside */
  int side; /* 0 right, 1 down, 2 left, 3 up */
} Crack;

static const int step_x[4] = {1, 0, -1, 0}, step_y[4] = {0, 1, 0, -1};

/* The next crack clockwise around the inside. */
static Crack
next_crack(const CapMask *mask, int slice, Crack at)
{
  const int ahead = (at.side + 1) % 4;
  const int x = at.x + step_x[ahead], y = at.y + step_y[ahead];
  if (!cap_mask_at(mask, x, y, slice))
    return (Crack){at.x, at.y, ahead};
  const int over_x = x + step_x[at.side], over_y = y + step_y[at.side];
  if (!cap_mask_at(mask, over_x, over_y, slice))
    return (Crack){x, y, at.side};
  return (Crack){over_x, over_y, (ahead + 2) % 4};
}

/* Adds a point; one that lay on the straight way to it is dropped. */
static void
add_point(GArray *loop, double x, double y)
{
  const guint n = loop->len;
  if (n >= 4) {
    const double *p = &g_array_index(loop, double, n - 4);
    if ((p[2] - p[0]) * (y - p[3]) == (p[3] - p[1]) * (x - p[2]))
      g_array_set_size(loop, n - 2);
  }
  g_array_append_val(loop, x);
  g_array_append_val(loop, y);
}

/* Walks the loop that START lies on and marks its upper cracks in SEEN (of the
 * mask's box). */
static GArray *
walk(const CapMask *mask, int slice, Crack start, uint8_t *seen)
{
  GArray *loop = g_array_new(FALSE, FALSE, sizeof(double));
  Crack at = start;
  do {
    add_point(loop, at.x + step_x[at.side] / 2.0, at.y + step_y[at.side] / 2.0);
    if (at.side == 3)
      seen[(gsize)(at.y - mask->first[1]) * mask->columns + at.x -
           mask->first[0]] = 1;
    at = next_crack(mask, slice, at);
  } while (at.x != start.x || at.y != start.y || at.side != start.side);
  add_point(loop, start.x, start.y - 0.5);
  return loop;
}

GPtrArray *
cap_contour_loops(const CapMask *mask, int slice)
{
  GPtrArray *loops =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
  g_autofree uint8_t *seen = g_malloc0((gsize)mask->columns * mask->rows);
  for (int r = 0; r < mask->rows; r++)
    for (int c = 0; c < mask->columns; c++) {
      const int x = c + mask->first[0], y = r + mask->first[1];
      if (!seen[(gsize)r * mask->columns + c] &&
          cap_mask_at(mask, x, y, slice) && !cap_mask_at(mask, x, y - 1, slice))
        g_ptr_array_add(loops, walk(mask, slice, (Crack){x, y, 3}, seen));
    }
  return loops;
}

double
cap_contour_radius(const GArray *segments, double x, double y)
{
  double radius = 0;
  for (guint i = 0; i < segments->len; i++) {
    const CapSegment *s = &g_array_index(segments, CapSegment, i);
    radius = fmax(
        radius, fmax(hypot(s->x0 - x, s->y0 - y), hypot(s->x1 - x, s->y1 - y)));
  }
  return radius;
}
