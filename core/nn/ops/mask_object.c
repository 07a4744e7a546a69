/* The object in a mask: see mask_object.h. */
#include "core/nn/ops/mask_object.h"

#include "core/symmetric.h"

#include <string.h>

enum { SHELL_STEPS = 2 };
/* While marking only: reached in the step at work. */
enum { NEW = 16 };

/* Axes of the three mixed moments. */
static const int pairs[3][2] = {{0, 1}, {0, 2}, {1, 2}};

typedef struct {
  int depth, height, width;
} Size;

static gsize
offset(const Size *s, int z, int y, int x)
{
  return ((gsize)z * s->height + y) * s->width + x;
}

/* Probable voxels become OTHER; how many. */
static int
mark_probable(const float *mask, gsize voxels, guint8 *marks)
{
  int n = 0;
  for (gsize i = 0; i < voxels; i++) {
    marks[i] = mask[i] > 0.5f ? CAP_MASK_OTHER : CAP_MASK_NOTHING;
    n += mask[i] > 0.5f;
  }
  return n;
}

static void
mark_middle(const Size *s, guint8 *marks)
{
  for (int z = (s->depth - 1) / 2; z <= s->depth / 2; z++)
    for (int y = (s->height - 1) / 2; y <= s->height / 2; y++)
      for (int x = (s->width - 1) / 2; x <= s->width / 2; x++)
        marks[offset(s, z, y, x)] = CAP_MASK_OBJECT;
}

/* The probable voxel nearest to the middle; of equals the first. */
static gsize
find_nearest(const Size *s, const guint8 *marks)
{
  gsize best = 0;
  int least = G_MAXINT;
  for (int z = 0; z < s->depth; z++)
    for (int y = 0; y < s->height; y++)
      for (int x = 0; x < s->width; x++) {
        const int dz = 2 * z - s->depth + 1, dy = 2 * y - s->height + 1,
                  dx = 2 * x - s->width + 1;
        const int distance = dz * dz + dy * dy + dx * dx;
        if (marks[offset(s, z, y, x)] == CAP_MASK_OTHER && distance < least) {
          least = distance;
          best = offset(s, z, y, x);
        }
      }
  return best;
}

static gboolean
touches_object(const Size *s, const guint8 *marks, int z, int y, int x)
{
  for (int k = MAX(z - 1, 0); k <= MIN(z + 1, s->depth - 1); k++)
    for (int j = MAX(y - 1, 0); j <= MIN(y + 1, s->height - 1); j++)
      for (int i = MAX(x - 1, 0); i <= MIN(x + 1, s->width - 1); i++)
        if (marks[offset(s, k, j, i)] == CAP_MASK_OBJECT)
          return TRUE;
  return FALSE;
}

/* Grows the object through the probable voxels, forth and back until nothing
 * changes: no queue, and a few passes for what nodules look like. */
static void
grow_object(const Size *s, guint8 *marks)
{
  const int n = s->depth * s->height * s->width;
  for (gboolean changed = TRUE; changed;) {
    changed = FALSE;
    for (int pass = 0; pass < 2; pass++)
      for (int k = 0; k < n; k++) {
        const int i = pass == 0 ? k : n - 1 - k;
        if (marks[i] != CAP_MASK_OTHER)
          continue;
        const int plane = s->height * s->width;
        if (touches_object(s, marks, i / plane, i % plane / s->width,
                           i % s->width)) {
          marks[i] = CAP_MASK_OBJECT;
          changed = TRUE;
        }
      }
  }
}

/* How many of the six neighbours do not carry MARK; outside the patch nothing
 * does. */
static int
faces_without(const Size *s, const guint8 *marks, int z, int y, int x,
              guint8 mark)
{
  const gsize i = offset(s, z, y, x), row = (gsize)s->width,
              plane = row * s->height;
  int n = 0;
  n += z == 0 || marks[i - plane] != mark;
  n += z == s->depth - 1 || marks[i + plane] != mark;
  n += y == 0 || marks[i - row] != mark;
  n += y == s->height - 1 || marks[i + row] != mark;
  n += x == 0 || marks[i - 1] != mark;
  n += x == s->width - 1 || marks[i + 1] != mark;
  return n;
}

/* Voxels that are not of the object, a step over a face at a time. */
static void
mark_shell(const Size *s, guint8 *marks)
{
  const gsize voxels = (gsize)s->depth * s->height * s->width;
  for (int step = 0; step < SHELL_STEPS; step++) {
    const guint8 from = step == 0 ? CAP_MASK_OBJECT : CAP_MASK_SHELL;
    for (int z = 0; z < s->depth; z++)
      for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++) {
          const gsize i = offset(s, z, y, x);
          if ((marks[i] == CAP_MASK_NOTHING || marks[i] == CAP_MASK_OTHER) &&
              faces_without(s, marks, z, y, x, from) < 6)
            marks[i] = NEW;
        }
    for (gsize i = 0; i < voxels; i++)
      if (marks[i] == NEW)
        marks[i] = CAP_MASK_SHELL;
  }
}

void
cap_mask_object_find(const float *mask, const int size[3], gboolean nearest,
                     guint8 *marks)
{
  const Size s = {size[0], size[1], size[2]};
  const gsize voxels = (gsize)s.depth * s.height * s.width;
  if (mark_probable(mask, voxels, marks) == 0)
    mark_middle(&s, marks);
  else if (nearest) {
    marks[find_nearest(&s, marks)] = CAP_MASK_OBJECT;
    grow_object(&s, marks);
  } else
    for (gsize i = 0; i < voxels; i++)
      if (marks[i] == CAP_MASK_OTHER)
        marks[i] = CAP_MASK_OBJECT;
  if (nearest)
    mark_shell(&s, marks);
}

/* ---- shape ---- */

/* Sums over voxels of the object; places along z, y, x. */
typedef struct {
  double n, first[3], second[3], mixed[3];
  double slope;
  int faces, border;
} Sums;

static double
slope_at(const Size *s, const float *patch, int z, int y, int x)
{
  const int at[3] = {z, y, x}, size[3] = {s->depth, s->height, s->width};
  double squares = 0;
  for (int a = 0; a < 3; a++) {
    int low[3] = {z, y, x}, high[3] = {z, y, x};
    low[a] = MAX(at[a] - 1, 0);
    high[a] = MIN(at[a] + 1, size[a] - 1);
    const double d = (double)patch[offset(s, high[0], high[1], high[2])] -
                     (double)patch[offset(s, low[0], low[1], low[2])];
    const int apart = high[a] - low[a];
    squares += apart > 0 ? d * d / (apart * apart) : 0;
  }
  return sqrt(squares);
}

static void
add_voxel(Sums *sums, const Size *s, const guint8 *marks, const float *patch,
          const int at[3])
{
  sums->n++;
  for (int a = 0; a < 3; a++) {
    sums->first[a] += at[a];
    sums->second[a] += (double)at[a] * at[a];
    sums->mixed[a] += (double)at[pairs[a][0]] * at[pairs[a][1]];
  }
  const int faces =
      faces_without(s, marks, at[0], at[1], at[2], CAP_MASK_OBJECT);
  sums->faces += faces;
  if (faces > 0) {
    sums->border++;
    sums->slope += slope_at(s, patch, at[0], at[1], at[2]);
  }
}

static void
principal_variances(const Sums *sums, double variance[3])
{
  double mean[3], diagonal[3], off[3], values[3];
  for (int a = 0; a < 3; a++) {
    mean[a] = sums->first[a] / sums->n;
    diagonal[a] = sums->second[a] / sums->n - mean[a] * mean[a] + 1.0 / 12;
  }
  for (int a = 0; a < 3; a++)
    off[a] = sums->mixed[a] / sums->n - mean[pairs[a][0]] * mean[pairs[a][1]];
  cap_symmetric_eigenvalues(diagonal, off, values);
  for (int a = 0; a < 3; a++)
    variance[a] = fmax(values[2 - a], 1.0 / 12);
}

CapMaskShape
cap_mask_object_shape(const guint8 *marks, const float *patch,
                      const int size[3])
{
  const Size s = {size[0], size[1], size[2]};
  Sums sums = {0};
  for (int z = 0; z < s.depth; z++)
    for (int y = 0; y < s.height; y++)
      for (int x = 0; x < s.width; x++) {
        const int at[3] = {z, y, x};
        if (marks[offset(&s, z, y, x)] == CAP_MASK_OBJECT)
          add_voxel(&sums, &s, marks, patch, at);
      }
  CapMaskShape shape = {.faces = sums.faces,
                        .border_slope = sums.slope / MAX(sums.border, 1)};
  principal_variances(&sums, shape.variance);
  return shape;
}
