/* Axes: see axes.h. */
#include "core/measure/axes.h"

#include <math.h>

typedef struct {
  double x, y; /* mm along the volume's columns and rows */
} Point;

/* A straight piece of the outline. */
typedef struct {
  Point a, b;
} Piece;

static int
section_size(const CapMask *mask, int slice)
{
  const gsize n = (gsize)mask->columns * mask->rows;
  const uint8_t *plane = mask->voxels + slice * n;
  int count = 0;
  for (gsize i = 0; i < n; i++)
    count += plane[i] != 0;
  return count;
}

/* Slice of the mask's box with the largest section, -1 when there is none. */
static int
largest_section(const CapVolume *volume, const CapMask *mask)
{
  int best = -1, best_size = 0;
  for (int s = 0; s < mask->slices; s++) {
    const int in_volume = s + mask->first[2];
    if (in_volume < 0 || in_volume >= volume->slices ||
        !volume->valid[in_volume])
      continue;
    const int size = section_size(mask, s);
    if (size > best_size) {
      best_size = size;
      best = s;
    }
  }
  return best;
}

static gboolean
is_set(const CapMask *m, int c, int r, int slice)
{
  return c >= 0 && r >= 0 && c < m->columns && r < m->rows &&
         m->voxels[((gsize)slice * m->rows + r) * m->columns + c] != 0;
}

/* Pieces of the outline within the cell of the four pixels around (c+½, r+½):
 * marching squares on the mask itself, corners of a saddle kept apart. */
static void
add_cell(const CapMask *mask, int c, int r, int slice, const double spacing[2],
         GArray *pieces)
{
  static const int corner[4][2] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
  gboolean in[4];
  int n_in = 0;
  for (int i = 0; i < 4; i++)
    n_in += in[i] = is_set(mask, c + corner[i][0], r + corner[i][1], slice);
  if (n_in == 0 || n_in == 4)
    return;
  Point middle[4]; /* of the cell's edge from corner i to the next */
  for (int i = 0; i < 4; i++) {
    const int *p = corner[i], *q = corner[(i + 1) % 4];
    middle[i] = (Point){(c + 0.5 * (p[0] + q[0])) * spacing[0],
                        (r + 0.5 * (p[1] + q[1])) * spacing[1]};
  }
  const gboolean saddle = n_in == 2 && in[0] == in[2];
  Point ends[2];
  int n = 0;
  for (int i = 0; i < 4; i++) {
    const int before = (i + 3) % 4;
    if (saddle && in[i]) {
      const Piece piece = {middle[before], middle[i]};
      g_array_append_val(pieces, piece);
    } else if (!saddle && in[i] != in[(i + 1) % 4]) {
      ends[n++] = middle[i];
    }
  }
  if (!saddle) {
    const Piece piece = {ends[0], ends[1]};
    g_array_append_val(pieces, piece);
  }
}

static GArray *
outline_of(const CapMask *mask, int slice, const double spacing[2])
{
  GArray *pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
  for (int r = -1; r < mask->rows; r++)
    for (int c = -1; c < mask->columns; c++)
      add_cell(mask, c, r, slice, spacing, pieces);
  return pieces;
}

static int
by_place(const void *a, const void *b)
{
  const Point *p = a, *q = b;
  if (p->x != q->x)
    return p->x < q->x ? -1 : 1;
  return (p->y > q->y) - (p->y < q->y);
}

static double
turn(Point a, Point b, Point c)
{
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/* Convex hull of the outline's points. Source: Andrew, "Another efficient
 * algorithm for convex hulls in two dimensions", 1979. */
static GArray *
hull_of(const GArray *pieces)
{
  g_autoptr(GArray) points = g_array_new(FALSE, FALSE, sizeof(Point));
  for (guint i = 0; i < pieces->len; i++)
    g_array_append_vals(points, &g_array_index(pieces, Piece, i), 2);
  g_array_sort(points, by_place);
  GArray *hull = g_array_new(FALSE, FALSE, sizeof(Point));
  for (int pass = 0; pass < 2; pass++) {
    const guint start = hull->len;
    for (guint i = 0; i < points->len; i++) {
      const Point p =
          g_array_index(points, Point, pass ? points->len - 1 - i : i);
      while (hull->len >= start + 2 &&
             turn(g_array_index(hull, Point, hull->len - 2),
                  g_array_index(hull, Point, hull->len - 1), p) <= 0)
        g_array_set_size(hull, hull->len - 1);
      g_array_append_val(hull, p);
    }
    g_array_set_size(hull, hull->len - 1); /* the other pass begins with it */
  }
  return hull;
}

static Piece
longest(const GArray *hull)
{
  Piece best = {{0, 0}, {0, 0}};
  double best_length = -1;
  for (guint i = 0; i < hull->len; i++)
    for (guint j = i + 1; j < hull->len; j++) {
      const Point p = g_array_index(hull, Point, i),
                  q = g_array_index(hull, Point, j);
      const double length = hypot(p.x - q.x, p.y - q.y);
      if (length > best_length + 1e-9) {
        best_length = length;
        best = (Piece){p, q};
      }
    }
  return best;
}

/* Extent of the outline across AXIS (unit) on the line at ALONG: the ends are
 * given as distances to the side. */
static void
extent_at(const GArray *pieces, Point axis, double along, double *low,
          double *high)
{
  *low = G_MAXDOUBLE;
  *high = -G_MAXDOUBLE;
  for (guint i = 0; i < pieces->len; i++) {
    const Piece *p = &g_array_index(pieces, Piece, i);
    const double t0 = p->a.x * axis.x + p->a.y * axis.y - along;
    const double t1 = p->b.x * axis.x + p->b.y * axis.y - along;
    const double u0 = p->a.y * axis.x - p->a.x * axis.y;
    const double u1 = p->b.y * axis.x - p->b.x * axis.y;
    if (fabs(t0) < 1e-9) {
      *low = fmin(*low, u0);
      *high = fmax(*high, u0);
    }
    if (t0 * t1 < 0) {
      const double u = u0 + (u1 - u0) * t0 / (t0 - t1);
      *low = fmin(*low, u);
      *high = fmax(*high, u);
    }
  }
}

/* The extent is piecewise linear between the outline's points, so its largest
 * value is found at one of them. */
static Piece
widest_across(const GArray *pieces, const Piece *axis)
{
  const double length = hypot(axis->b.x - axis->a.x, axis->b.y - axis->a.y);
  const Point unit = {(axis->b.x - axis->a.x) / length,
                      (axis->b.y - axis->a.y) / length};
  Piece best = {axis->a, axis->a};
  double widest = -1;
  for (guint i = 0; i < pieces->len; i++) {
    const Point p = g_array_index(pieces, Piece, i).a;
    const double along = p.x * unit.x + p.y * unit.y;
    double low, high;
    extent_at(pieces, unit, along, &low, &high);
    if (high - low > widest + 1e-9) {
      widest = high - low;
      best = (Piece){
          {along * unit.x - low * unit.y, along * unit.y + low * unit.x},
          {along * unit.x - high * unit.y, along * unit.y + high * unit.x}};
    }
  }
  return best;
}

static void
set_ends(const CapVolume *volume, const CapMask *mask, int slice,
         const Piece *piece, CapPoint ends[2])
{
  const Point points[2] = {piece->a, piece->b};
  for (int i = 0; i < 2; i++)
    ends[i] = cap_volume_to_patient(
        volume, (CapPoint){points[i].x / volume->spacing_mm[0] + mask->first[0],
                           points[i].y / volume->spacing_mm[1] + mask->first[1],
                           slice + mask->first[2]});
}

gboolean
cap_axes_measure(const CapVolume *volume, const CapMask *mask, CapAxes *axes)
{
  const int slice = largest_section(volume, mask);
  if (slice < 0)
    return FALSE;
  g_autoptr(GArray) pieces = outline_of(mask, slice, volume->spacing_mm);
  g_autoptr(GArray) hull = hull_of(pieces);
  const Piece along = longest(hull);
  const Piece across = widest_across(pieces, &along);
  axes->slice = slice + mask->first[2];
  axes->long_mm = hypot(along.b.x - along.a.x, along.b.y - along.a.y);
  axes->short_mm = hypot(across.b.x - across.a.x, across.b.y - across.a.y);
  set_ends(volume, mask, slice, &along, axes->ends_mm[0]);
  set_ends(volume, mask, slice, &across, axes->ends_mm[1]);
  return TRUE;
}
