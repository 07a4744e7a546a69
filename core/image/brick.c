/* CapBrick: see brick.h. */
#include "core/image/brick.h"

#define AHEAD 24 /* rows that are asked for before they are needed */

struct CapBrick {
  const CapVolume *volume; /* compared only */
  int first;               /* column of plane 0 */
  gsize size;              /* voxels of a plane that there is room for */
  int16_t *voxels;         /* plane after plane */
};

CapBrick *
cap_brick_new(void)
{
  return g_new0(CapBrick, 1);
}

void
cap_brick_free(CapBrick *brick)
{
  if (brick == NULL)
    return;
  g_free(brick->voxels);
  g_free(brick);
}

void
cap_brick_forget(CapBrick *brick)
{
  brick->volume = NULL;
}

/* N lines of STRIDE voxels at FROM, the first voxels of each, to planes of SIZE
 * voxels at TO. */
static void
take_apart(const int16_t *from, gsize stride, gsize n, int16_t *to, gsize size)
{
  for (gsize i = 0; i < n; i++, from += stride) {
    __builtin_prefetch(from + AHEAD * stride, 0, 0);
    for (int k = 0; k < CAP_BRICK_PLANES; k++)
      to[k * size + i] = from[k];
  }
}

static void
fill(CapBrick *brick, const CapVolume *volume)
{
  const gsize columns = volume->columns;
  const gsize size = (gsize)volume->rows * volume->slices;
  const int16_t *from = volume->voxels_hu + brick->first;
  if (brick->first + CAP_BRICK_PLANES <= volume->columns) {
    take_apart(from, columns, size, brick->voxels, size);
    return;
  }
  const int n = volume->columns - brick->first;
  for (gsize i = 0; i < size; i++)
    for (int k = 0; k < n; k++)
      brick->voxels[k * size + i] = from[i * columns + k];
}

static gboolean
make_room(CapBrick *brick, gsize size)
{
  if (brick->voxels != NULL && brick->size == size)
    return TRUE;
  g_free(brick->voxels);
  brick->voxels = g_try_new(int16_t, CAP_BRICK_PLANES * size);
  brick->size = size;
  return brick->voxels != NULL;
}

const int16_t *
cap_brick_plane(CapBrick *brick, const CapVolume *volume, int column)
{
  g_return_val_if_fail(column >= 0 && column < volume->columns, NULL);
  const gsize size = (gsize)volume->rows * volume->slices;
  const int first = column / CAP_BRICK_PLANES * CAP_BRICK_PLANES;
  if (brick->volume != volume || brick->first != first) {
    cap_brick_forget(brick);
    if (!make_room(brick, size))
      return NULL;
    brick->first = first;
    fill(brick, volume);
    brick->volume = volume;
  }
  return brick->voxels + (column - first) * size;
}
