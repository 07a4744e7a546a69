/* Connected parts: see parts.h. */
#include "core/image/parts.h"

#include <string.h>

#define KEPT 255 /* mark of the part that stays, while the others go */
#define SEEN 254 /* mark of parts that are counted but smaller */

static gsize
offset_of(const CapMask *m, int c, int r, int s)
{
  return ((gsize)s * m->rows + r) * m->columns + c;
}

static double
squared(double d)
{
  return d * d;
}

/* Index into the mask's voxels of the set voxel nearest to AT, or -1. */
static gssize
nearest_voxel(const CapMask *m, CapPoint at, const double spacing_mm[3])
{
  double best = G_MAXDOUBLE;
  gssize found = -1;
  for (int s = 0; s < m->slices; s++)
    for (int r = 0; r < m->rows; r++)
      for (int c = 0; c < m->columns; c++) {
        if (!m->voxels[offset_of(m, c, r, s)])
          continue;
        const double d = squared((c + m->first[0] - at.x) * spacing_mm[0]) +
                         squared((r + m->first[1] - at.y) * spacing_mm[1]) +
                         squared((s + m->first[2] - at.z) * spacing_mm[2]);
        if (d < best) {
          best = d;
          found = (gssize)offset_of(m, c, r, s);
        }
      }
  return found;
}

/* Marks the part of SEED, made of voxels that are neither 0 nor MARK. Returns
 * its size. */
static gsize
flood(CapMask *m, gsize seed, uint8_t mark)
{
  gsize n = 1;
  g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(gsize));
  m->voxels[seed] = mark;
  g_array_append_val(stack, seed);
  while (stack->len > 0) {
    const gsize at = g_array_index(stack, gsize, stack->len - 1);
    g_array_set_size(stack, stack->len - 1);
    const int c = (int)(at % m->columns), r = (int)(at / m->columns % m->rows),
              s = (int)(at / m->columns / m->rows);
    for (int z = MAX(s - 1, 0); z <= MIN(s + 1, m->slices - 1); z++)
      for (int y = MAX(r - 1, 0); y <= MIN(r + 1, m->rows - 1); y++)
        for (int x = MAX(c - 1, 0); x <= MIN(c + 1, m->columns - 1); x++) {
          const gsize next = offset_of(m, x, y, z);
          if (m->voxels[next] == 0 || m->voxels[next] == mark)
            continue;
          m->voxels[next] = mark;
          g_array_append_val(stack, next);
          n++;
        }
  }
  return n;
}

/* Only what is marked KEPT stays, with LABEL. */
static void
keep_marked(CapMask *m, uint8_t label)
{
  const gsize n = (gsize)m->columns * m->rows * m->slices;
  for (gsize i = 0; i < n; i++)
    m->voxels[i] = m->voxels[i] == KEPT ? label : 0;
}

gboolean
cap_parts_keep_nearest(CapMask *mask, CapPoint at, const double spacing_mm[3])
{
  const gssize seed = nearest_voxel(mask, at, spacing_mm);
  if (seed < 0)
    return FALSE;
  const uint8_t label = mask->voxels[seed];
  flood(mask, (gsize)seed, KEPT);
  keep_marked(mask, label);
  return TRUE;
}

gboolean
cap_parts_keep_largest(CapMask *mask)
{
  const gsize n = (gsize)mask->columns * mask->rows * mask->slices;
  gsize largest = 0, seed = 0;
  uint8_t label = 0;
  for (gsize i = 0; i < n; i++) {
    const uint8_t here = mask->voxels[i];
    if (here == 0 || here == SEEN)
      continue;
    const gsize size = flood(mask, i, SEEN);
    if (size > largest) {
      largest = size;
      seed = i;
      label = here;
    }
  }
  if (largest == 0)
    return FALSE;
  flood(mask, seed, KEPT);
  keep_marked(mask, label);
  return TRUE;
}

CapMask *
cap_parts_crop(const CapMask *mask)
{
  int low[3] = {mask->columns, mask->rows, mask->slices},
      high[3] = {-1, -1, -1};
  for (int s = 0; s < mask->slices; s++)
    for (int r = 0; r < mask->rows; r++)
      for (int c = 0; c < mask->columns; c++) {
        if (!mask->voxels[offset_of(mask, c, r, s)])
          continue;
        const int at[3] = {c, r, s};
        for (int i = 0; i < 3; i++) {
          low[i] = MIN(low[i], at[i]);
          high[i] = MAX(high[i], at[i]);
        }
      }
  if (high[0] < 0)
    return NULL;
  CapMask *crop = cap_mask_new(high[0] - low[0] + 1, high[1] - low[1] + 1,
                               high[2] - low[2] + 1, NULL);
  if (crop == NULL)
    return NULL;
  for (int i = 0; i < 3; i++)
    crop->first[i] = mask->first[i] + low[i];
  for (int s = 0; s < crop->slices; s++)
    for (int r = 0; r < crop->rows; r++)
      memcpy(crop->voxels + offset_of(crop, 0, r, s),
             mask->voxels + offset_of(mask, low[0], low[1] + r, low[2] + s),
             crop->columns);
  return crop;
}
