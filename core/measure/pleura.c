/* Distance to the pleura: see pleura.h.
 *
 * Voxels are boxes, and two boxes n steps apart along an axis have n - 1 voxels
 * between them. The squares of these gaps add up over the axes, so the nearest
 * voxel that is not lung is found axis by axis: along the columns for every
 * line of a box around the nodule, then along rows and slices for the nodule's
 * columns only. The box grows until nothing outside it can be nearer. */
#include "core/measure/pleura.h"

#include "core/image/point.h"

#define FIRST_MM 12.0 /* reach of the first box */

/* A box of the volume, and the square of the gap along the columns from each of
 * its voxels to the nearest one on its line that is not lung. */
typedef struct {
  const CapVolume *volume;
  const CapMask *lungs, *nodule;
  int low[3], high[3]; /* inclusive */
  int n[3];
  float *gap; /* [slice][row][column] of the box; infinite without any */
} Box;

static double
gap_mm(const CapVolume *v, int axis, int steps)
{
  return MAX(0, ABS(steps) - 1) * v->spacing_mm[axis];
}

static gboolean
is_edge(const Box *box, int c, int r, int s)
{
  return box->volume->valid[s] && cap_mask_at(box->lungs, c, r, s) == 0 &&
         cap_mask_at(box->nodule, c, r, s) == 0;
}

/* The box that reaches REACH_MM around the nodule. TRUE when it is the whole
 * volume. */
static gboolean
set_box(Box *box, double reach_mm)
{
  const CapVolume *v = box->volume;
  const int size[3] = {v->columns, v->rows, v->slices};
  const int extent[3] = {box->nodule->columns, box->nodule->rows,
                         box->nodule->slices};
  gboolean whole = TRUE;
  for (int i = 0; i < 3; i++) {
    const int reach = (int)ceil(reach_mm / v->spacing_mm[i]) + 1;
    box->low[i] = MAX(box->nodule->first[i] - reach, 0);
    box->high[i] =
        MIN(box->nodule->first[i] + extent[i] - 1 + reach, size[i] - 1);
    box->n[i] = MAX(box->high[i] - box->low[i] + 1, 0);
    whole = whole && box->low[i] == 0 && box->high[i] == size[i] - 1;
  }
  return whole;
}

static float *
gap_at(const Box *box, int c, int r, int s)
{
  return box->gap +
         ((gsize)(s - box->low[2]) * box->n[1] + r - box->low[1]) * box->n[0] +
         c - box->low[0];
}

/* Both ways along a line, counting steps from the last edge. */
static void
fill_line(const Box *box, int r, int s)
{
  for (int way = 0; way < 2; way++) {
    int steps = -1;
    for (int i = 0; i < box->n[0]; i++) {
      const int c = way == 0 ? box->low[0] + i : box->high[0] - i;
      steps = is_edge(box, c, r, s) ? 0 : steps >= 0 ? steps + 1 : -1;
      const double mm = steps < 0 ? INFINITY : gap_mm(box->volume, 0, steps);
      float *gap = gap_at(box, c, r, s);
      if (way == 0 || mm * mm < *gap)
        *gap = (float)(mm * mm);
    }
  }
}

/* The square of the shortest gap from voxel (C, R, S) to an edge in the box, or
 * LEAST if none is shorter. */
static double
least_from(const Box *box, int c, int r, int s, double least)
{
  for (int t = box->low[2]; t <= box->high[2]; t++) {
    const double z = gap_mm(box->volume, 2, t - s);
    for (int q = box->low[1]; z * z < least && q <= box->high[1]; q++) {
      const double y = gap_mm(box->volume, 1, q - r);
      const double sum = (double)*gap_at(box, c, q, t) + y * y + z * z;
      least = fmin(least, sum);
    }
  }
  return least;
}

static gboolean
is_surface(const CapMask *nodule, int c, int r, int s)
{
  return cap_mask_at(nodule, c, r, s) != 0 &&
         !(cap_mask_at(nodule, c - 1, r, s) &&
           cap_mask_at(nodule, c + 1, r, s) &&
           cap_mask_at(nodule, c, r - 1, s) &&
           cap_mask_at(nodule, c, r + 1, s) &&
           cap_mask_at(nodule, c, r, s - 1) &&
           cap_mask_at(nodule, c, r, s + 1));
}

/* The voxel of the nodule's surface that is nearest to an edge in the box, and
 * the square of that gap. */
static double
nearest_surface(const Box *box, int at[3])
{
  const CapMask *nodule = box->nodule;
  double least = INFINITY;
  for (int k = 0; k < nodule->slices; k++)
    for (int j = 0; j < nodule->rows; j++)
      for (int i = 0; i < nodule->columns; i++) {
        const int c = i + nodule->first[0], r = j + nodule->first[1],
                  s = k + nodule->first[2];
        if (least <= 0 || !is_surface(nodule, c, r, s))
          continue;
        const double gap = least_from(box, c, r, s, least);
        if (gap < least) {
          least = gap;
          at[0] = c, at[1] = r, at[2] = s;
        }
      }
  return least;
}

/* The edge that is nearest to voxel FROM of the nodule. */
static void
nearest_edge(const Box *box, const int from[3], int at[3])
{
  double least = INFINITY;
  for (int s = box->low[2]; s <= box->high[2]; s++)
    for (int r = box->low[1]; r <= box->high[1]; r++)
      for (int c = box->low[0]; c <= box->high[0]; c++) {
        const double x = gap_mm(box->volume, 0, c - from[0]),
                     y = gap_mm(box->volume, 1, r - from[1]),
                     z = gap_mm(box->volume, 2, s - from[2]);
        const double gap = x * x + y * y + z * z;
        if (gap < least && is_edge(box, c, r, s)) {
          least = gap;
          at[0] = c, at[1] = r, at[2] = s;
        }
      }
}

/* Where the boxes of two voxels are nearest to each other. */
static void
set_ends(const CapVolume *v, const int nodule[3], const int edge[3],
         CapPleura *pleura)
{
  double index[2][3];
  for (int i = 0; i < 3; i++) {
    const int way = (edge[i] > nodule[i]) - (edge[i] < nodule[i]);
    index[0][i] = nodule[i] + 0.5 * way;
    index[1][i] = edge[i] - 0.5 * way;
  }
  for (int k = 0; k < 2; k++)
    pleura->ends_mm[k] = cap_volume_to_patient(
        v, (CapPoint){index[k][0], index[k][1], index[k][2]});
  pleura->distance_mm =
      cap_point_distance(pleura->ends_mm[0], pleura->ends_mm[1]);
}

/* Looks no further than REACH_MM, or everywhere where the box is the volume.
 * FALSE when no edge is as near; *WHOLE: nor anywhere. */
static gboolean
look(Box *box, double reach_mm, gboolean *whole, CapPleura *pleura)
{
  int nodule[3], edge[3];
  *whole = set_box(box, reach_mm);
  g_autofree float *gap =
      g_try_new(float, (gsize)box->n[0] * box->n[1] * box->n[2]);
  box->gap = gap;
  if (gap == NULL) {
    *whole = TRUE;
    return FALSE;
  }
  for (int s = box->low[2]; s <= box->high[2]; s++)
    for (int r = box->low[1]; r <= box->high[1]; r++)
      fill_line(box, r, s);
  const double least = nearest_surface(box, nodule);
  if (!isfinite(least) || (!*whole && least > reach_mm * reach_mm))
    return FALSE;
  nearest_edge(box, nodule, edge);
  set_ends(box->volume, nodule, edge, pleura);
  return TRUE;
}

gboolean
cap_pleura_measure(const CapVolume *volume, const CapMask *lungs,
                   const CapMask *nodule, CapPleura *pleura)
{
  Box box = {.volume = volume, .lungs = lungs, .nodule = nodule};
  gboolean whole = FALSE;
  for (double reach = FIRST_MM; !whole; reach *= 2)
    if (look(&box, reach, &whole, pleura))
      return TRUE;
  return FALSE;
}
