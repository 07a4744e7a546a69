/* Outlines to voxels: see lidc_mask.h. */
#include "datasets/lidc_mask.h"

#include "core/stats/rank.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

int
cap_lidc_mask_slice(const CapLidcContour *contour, const CapVolume *volume)
{
  char **uids = volume->source->sop_uids;
  for (int s = 0; uids != NULL && *contour->sop_uid && s < volume->slices; s++)
    if (g_str_equal(uids[s], contour->sop_uid))
      return s;
  const double at = (contour->z_mm - volume->origin_mm.z) /
                    (volume->spacing_mm[2] * volume->axis[2].z);
  const double nearest = round(at);
  if (!(nearest >= 0 && nearest < volume->slices) ||
      fabs(at - nearest) > 0.5 - 1e-6)
    return -1;
  return (int)nearest;
}

typedef struct {
  int low[3], high[3]; /* voxels, inclusive */
} Box;

static void
box_add(Box *box, const CapLidcContour *contour, int slice,
        const CapVolume *volume)
{
  const int last[2] = {volume->columns - 1, volume->rows - 1};
  box->low[2] = MIN(box->low[2], slice);
  box->high[2] = MAX(box->high[2], slice);
  for (guint i = 0; i < contour->points->len; i++) {
    const CapLidcPixel *p = &g_array_index(contour->points, CapLidcPixel, i);
    const int at[2] = {CLAMP(p->column, 0, last[0]), CLAMP(p->row, 0, last[1])};
    for (int a = 0; a < 2; a++) {
      box->low[a] = MIN(box->low[a], at[a]);
      box->high[a] = MAX(box->high[a], at[a]);
    }
  }
}

/* Columns at which the outline crosses the line through the pixels of ROW. */
static void
crossings(const GArray *points, int row, GArray *at)
{
  g_array_set_size(at, 0);
  for (guint i = 0; i < points->len; i++) {
    const CapLidcPixel *p = &g_array_index(points, CapLidcPixel, i);
    const CapLidcPixel *q =
        &g_array_index(points, CapLidcPixel, (i + 1) % points->len);
    if ((p->row <= row) == (q->row <= row))
      continue;
    const double x = p->column + ((double)row - p->row) *
                                     ((double)q->column - p->column) /
                                     ((double)q->row - p->row);
    g_array_append_val(at, x);
  }
  g_array_sort(at, cap_rank_compare);
}

/* Sets the pixels of one slice between crossings of CONTOUR, by even and odd.
 */
static void
fill(CapMask *mask, const CapLidcContour *contour, int slice, uint8_t value)
{
  g_autoptr(GArray) at = g_array_new(FALSE, FALSE, sizeof(double));
  uint8_t *plane = mask->voxels +
                   (gsize)(slice - mask->first[2]) * mask->rows * mask->columns;
  for (int r = 0; r < mask->rows; r++) {
    crossings(contour->points, r + mask->first[1], at);
    for (guint k = 0; k + 1 < at->len; k += 2) {
      const double from =
          fmax(ceil(g_array_index(at, double, k)) - mask->first[0], 0);
      const double to =
          fmin(floor(g_array_index(at, double, k + 1)) - mask->first[0],
               mask->columns - 1);
      for (int c = (int)from; c <= to; c++)
        plane[(gsize)r * mask->columns + c] = value;
    }
  }
}

static void
erase_pixel(CapMask *mask, double column, double row, int slice)
{
  const double c = column - mask->first[0], r = row - mask->first[1];
  if (c >= 0 && c < mask->columns && r >= 0 && r < mask->rows)
    mask->voxels[((gsize)(slice - mask->first[2]) * mask->rows + (gsize)r) *
                     mask->columns +
                 (gsize)c] = 0;
}

/* Takes the outline's own pixels away: those named, and the straight line
 * between two that are not neighbours. */
static void
erase_outline(CapMask *mask, const CapLidcContour *contour, int slice)
{
  enum { LONGEST = 4096 }; /* of an image; nothing longer is an outline */
  const GArray *points = contour->points;
  for (guint i = 0; i < points->len; i++) {
    const CapLidcPixel *p = &g_array_index(points, CapLidcPixel, i);
    const CapLidcPixel *q =
        &g_array_index(points, CapLidcPixel, (i + 1) % points->len);
    const double dx = (double)q->column - p->column,
                 dy = (double)q->row - p->row;
    const double length = fmax(fabs(dx), fabs(dy));
    const int n = length > LONGEST ? 0 : (int)length;
    erase_pixel(mask, p->column, p->row, slice);
    for (int k = 1; k < n; k++)
      erase_pixel(mask, p->column + round(dx * k / n),
                  p->row + round(dy * k / n), slice);
  }
}

/* Included outlines first, each without its own pixels, then the holes. */
static void
draw(CapMask *mask, const CapLidcMark *mark, const int *slices)
{
  for (int holes = 0; holes < 2; holes++) {
    for (guint i = 0; i < mark->contours->len; i++) {
      const CapLidcContour *c = mark->contours->pdata[i];
      if (slices[i] < 0 || c->hole != holes || c->points->len == 0)
        continue;
      fill(mask, c, slices[i], holes ? 0 : 1);
      erase_outline(mask, c, slices[i]);
    }
  }
}

CapMask *
cap_lidc_mask_mark(const CapLidcMark *mark, const CapVolume *volume,
                   int *unplaced, GError **error)
{
  g_autofree int *slices = g_new(int, MAX(mark->contours->len, 1));
  Box box = {{G_MAXINT, G_MAXINT, G_MAXINT}, {-1, -1, -1}};
  for (guint i = 0; i < mark->contours->len; i++) {
    const CapLidcContour *contour = mark->contours->pdata[i];
    slices[i] = cap_lidc_mask_slice(contour, volume);
    if (slices[i] < 0 && unplaced != NULL)
      ++*unplaced;
    if (slices[i] >= 0 && contour->points->len > 0)
      box_add(&box, contour, slices[i], volume);
  }
  if (box.high[2] < 0)
    return NULL;
  g_autoptr(CapMask) mask =
      cap_mask_new(box.high[0] - box.low[0] + 1, box.high[1] - box.low[1] + 1,
                   box.high[2] - box.low[2] + 1, error);
  if (mask == NULL)
    return NULL;
  memcpy(mask->first, box.low, sizeof mask->first);
  draw(mask, mark, slices);
  return cap_mask_count(mask) > 0 ? g_steal_pointer(&mask) : NULL;
}

/* A box that holds all of MASKS, empty. */
static CapMask *
common_box(const GPtrArray *masks, GError **error)
{
  Box box = {{G_MAXINT, G_MAXINT, G_MAXINT}, {-1, -1, -1}};
  for (guint i = 0; i < masks->len; i++) {
    const CapMask *m = masks->pdata[i];
    const int size[3] = {m->columns, m->rows, m->slices};
    for (int a = 0; a < 3; a++) {
      box.low[a] = MIN(box.low[a], m->first[a]);
      box.high[a] = MAX(box.high[a], m->first[a] + size[a] - 1);
    }
  }
  CapMask *all =
      cap_mask_new(box.high[0] - box.low[0] + 1, box.high[1] - box.low[1] + 1,
                   box.high[2] - box.low[2] + 1, error);
  if (all != NULL)
    memcpy(all->first, box.low, sizeof all->first);
  return all;
}

CapMask *
cap_lidc_mask_consensus(const CapLidcNodule *nodule, const CapVolume *volume,
                        int *unplaced, GError **error)
{
  g_autoptr(GPtrArray) masks =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_mask_free);
  for (guint i = 0; i < nodule->marks->len; i++) {
    GError *cause = NULL;
    CapMask *mask =
        cap_lidc_mask_mark(nodule->marks->pdata[i], volume, unplaced, &cause);
    if (cause != NULL) {
      g_propagate_error(error, cause);
      return NULL;
    }
    if (mask != NULL)
      g_ptr_array_add(masks, mask);
  }
  if (masks->len == 0)
    return NULL;
  g_autoptr(CapMask) all = common_box(masks, error);
  if (all == NULL)
    return NULL;
  uint8_t *voxel = all->voxels;
  for (int s = 0; s < all->slices; s++)
    for (int r = 0; r < all->rows; r++)
      for (int c = 0; c < all->columns; c++, voxel++) {
        guint n = 0;
        for (guint i = 0; i < masks->len; i++)
          n += cap_mask_at(masks->pdata[i], c + all->first[0],
                           r + all->first[1], s + all->first[2]) != 0;
        *voxel = 2 * n >= nodule->marks->len;
      }
  return cap_mask_count(all) > 0 ? g_steal_pointer(&all) : NULL;
}

double
cap_lidc_mask_volume_mm3(const CapMask *mask, const CapVolume *volume)
{
  return (double)cap_mask_count(mask) * volume->spacing_mm[0] *
         volume->spacing_mm[1] * volume->spacing_mm[2];
}

double
cap_lidc_mask_diameter_mm(const CapMask *mask, const CapVolume *volume)
{
  return cbrt(cap_lidc_mask_volume_mm3(mask, volume) * 6 / G_PI);
}
