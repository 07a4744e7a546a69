/* CapMask: see mask.h. */
#include "core/image/mask.h"

#include "core/error.h"

#include <string.h>

CapMask *
cap_mask_new(int columns, int rows, int slices, GError **error)
{
  g_return_val_if_fail(columns > 0 && rows > 0 && slices > 0, NULL);
  uint8_t *voxels = g_try_malloc0((gsize)columns * rows * slices);
  if (voxels == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory for a mask of %d x %d x %d", columns, rows,
                slices);
    return NULL;
  }
  CapMask *mask = g_new0(CapMask, 1);
  mask->columns = columns;
  mask->rows = rows;
  mask->slices = slices;
  mask->voxels = voxels;
  return mask;
}

CapMask *
cap_mask_copy(const CapMask *mask)
{
  const gsize n = (gsize)mask->columns * mask->rows * mask->slices;
  CapMask *copy = g_new(CapMask, 1);
  *copy = *mask;
  copy->voxels = g_malloc(n);
  memcpy(copy->voxels, mask->voxels, n);
  return copy;
}

void
cap_mask_free(CapMask *mask)
{
  if (mask == NULL)
    return;
  g_free(mask->voxels);
  g_free(mask);
}

uint8_t
cap_mask_at(const CapMask *m, int column, int row, int slice)
{
  const int c = column - m->first[0], r = row - m->first[1],
            s = slice - m->first[2];
  if (c < 0 || r < 0 || s < 0 || c >= m->columns || r >= m->rows ||
      s >= m->slices)
    return 0;
  return m->voxels[((gsize)s * m->rows + r) * m->columns + c];
}

gsize
cap_mask_count(const CapMask *m)
{
  const gsize n = (gsize)m->columns * m->rows * m->slices;
  gsize count = 0;
  for (gsize i = 0; i < n; i++)
    count += m->voxels[i] != 0;
  return count;
}

/* A has a voxel that is AT, or up to REACH away along each axis. */
static gboolean
has_near(const CapMask *a, const int at[3], int reach)
{
  for (int s = -reach; s <= reach; s++)
    for (int r = -reach; r <= reach; r++)
      for (int c = -reach; c <= reach; c++)
        if (cap_mask_at(a, at[0] + c, at[1] + r, at[2] + s) != 0)
          return TRUE;
  return FALSE;
}

/* Voxels of B that A has near. */
static gsize
count_near(const CapMask *a, const CapMask *b, int reach)
{
  const uint8_t *voxel = b->voxels;
  gsize count = 0;
  for (int s = 0; s < b->slices; s++)
    for (int r = 0; r < b->rows; r++)
      for (int c = 0; c < b->columns; c++)
        count += *voxel++ != 0 &&
                 has_near(a,
                          (const int[]){b->first[0] + c, b->first[1] + r,
                                        b->first[2] + s},
                          reach);
  return count;
}

gsize
cap_mask_shared(const CapMask *a, const CapMask *b)
{
  return count_near(a, b, 0);
}

gboolean
cap_mask_touch(const CapMask *a, const CapMask *b)
{
  return count_near(a, b, 1) > 0;
}

void
cap_mask_spread(const CapMask *mask, const CapVolume *volume, int slice,
                uint8_t *labels)
{
  memset(labels, 0, (gsize)volume->columns * volume->rows);
  const int z = slice - mask->first[2];
  const int from = MAX(0, -mask->first[0]);
  const int to = MIN(mask->columns, volume->columns - mask->first[0]);
  if (z < 0 || z >= mask->slices || from >= to)
    return;
  for (int y = 0; y < mask->rows; y++) {
    const int row = y + mask->first[1];
    if (row < 0 || row >= volume->rows)
      continue;
    const uint8_t *source =
        mask->voxels + ((gsize)z * mask->rows + y) * mask->columns;
    memcpy(labels + (gsize)row * volume->columns + mask->first[0] + from,
           source + from, to - from);
  }
}
