/* A slice view through a map: see slice_mapped.h. */
#include "core/image/slice_mapped.h"

#include "core/image/slice_layout.h"

#include <math.h>
#include <string.h>

/* Voxel index of FROM at pixel (X, Y) of the view. */
static CapPoint
index_at(const CapVolume *volume, const CapSliceView *view,
         const CapSliceSource *from, int width, int height, double x, double y)
{
  return cap_volume_to_index(
      from->volume,
      cap_transform_apply(
          from->map, cap_slice_to_patient(volume, view, width, height, x, y)));
}

static CapPoint
step(CapPoint a, CapPoint b)
{
  return (CapPoint){b.x - a.x, b.y - a.y, b.z - a.z};
}

/* HU at a fractional index, edges repeated; FALSE outside and where a plane is
 * absent. */
static gboolean
sample(const CapVolume *v, CapPoint at, float *hu)
{
  if (!(at.x > -0.5 && at.y > -0.5 && at.z > -0.5 && at.x < v->columns - 0.5 &&
        at.y < v->rows - 0.5 && at.z < v->slices - 0.5) ||
      !v->valid[(int)lround(at.z)])
    return FALSE;
  const double p[3] = {CLAMP(at.x, 0, v->columns - 1),
                       CLAMP(at.y, 0, v->rows - 1),
                       CLAMP(at.z, 0, v->slices - 1)};
  const int size[3] = {v->columns, v->rows, v->slices};
  int low[3], high[3];
  double part[3];
  for (int i = 0; i < 3; i++) {
    low[i] = (int)p[i];
    high[i] = MIN(low[i] + 1, size[i] - 1);
    part[i] = p[i] - low[i];
  }
  if (!v->valid[high[2]])
    high[2] = low[2];
  if (!v->valid[low[2]])
    low[2] = high[2];
  double planes[2];
  for (int k = 0; k < 2; k++) {
    const int16_t *plane =
        v->voxels_hu + (gsize)(k ? high[2] : low[2]) * v->rows * v->columns;
    const int16_t *above = plane + (gsize)low[1] * v->columns;
    const int16_t *below = plane + (gsize)high[1] * v->columns;
    const double a = above[low[0]] + part[0] * (above[high[0]] - above[low[0]]);
    const double b = below[low[0]] + part[0] * (below[high[0]] - below[low[0]]);
    planes[k] = a + part[1] * (b - a);
  }
  *hu = (float)(planes[0] + part[2] * (planes[1] - planes[0]));
  return TRUE;
}

void
cap_slice_render_mapped(const CapVolume *volume, const CapSliceView *view,
                        const CapSliceSource *from, int width, int height,
                        uint8_t *pixels)
{
  float scale, offset;
  cap_slice_grey(view, &scale, &offset);
  const CapPoint first = index_at(volume, view, from, width, height, 0, 0);
  const CapPoint right =
      step(first, index_at(volume, view, from, width, height, 1, 0));
  const CapPoint down =
      step(first, index_at(volume, view, from, width, height, 0, 1));
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      const CapPoint at = {first.x + x * right.x + y * down.x,
                           first.y + x * right.y + y * down.y,
                           first.z + x * right.z + y * down.z};
      uint8_t *pixel = pixels + ((gsize)y * width + x) * 4;
      float hu;
      if (!sample(from->volume, at, &hu)) {
        memset(pixel, 0, 4);
        continue;
      }
      const float grey = CLAMP(hu * scale + offset, 0.0F, 255.0F);
      memset(pixel, (int)(grey + 0.5F), 3);
      pixel[3] = 255;
    }
}
