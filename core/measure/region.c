/* Flat regions: see region.h. */
#include "core/measure/region.h"

#include "core/image/point.h"
#include "core/image/slice_layout.h"

/* A region on the grid lines of one axis. */
typedef struct {
  const CapVolume *volume;
  const CapRegion *region;
  int across[2], along; /* grid axes: those that lines are counted by */
} Lines;

static Lines
lines_of(const CapVolume *volume, const CapRegion *region)
{
  Lines lines = {.volume = volume, .region = region};
  for (int i = 1; i < 3; i++)
    if (fabs(cap_point_dot(region->normal, volume->axis[i])) >
        fabs(cap_point_dot(region->normal, volume->axis[lines.along])))
      lines.along = i;
  lines.across[0] = lines.along == 0 ? 1 : 0;
  lines.across[1] = lines.along == 2 ? 1 : 2;
  return lines;
}

/* The grid lines that may meet the region: indices LOW … HIGH of axis I of
 * ACROSS. */
static void
bounds(const Lines *lines, int i, int *low, int *high)
{
  const CapVolume *v = lines->volume;
  const int axis = lines->across[i];
  const int size = cap_slice_axis_size(v, axis);
  const double origin = cap_point_dot(v->origin_mm, v->axis[axis]);
  double least, most;
  lines->region->extent(lines->region->shape, v->axis[axis], &least, &most);
  *low =
      (int)fmin(fmax(0, floor((least - origin) / v->spacing_mm[axis])), size);
  *high = (int)fmax(fmin(size - 1, ceil((most - origin) / v->spacing_mm[axis])),
                    -1);
}

/* HU where line (A, B) meets the region; FALSE where it does not, or there is
 * none. */
static gboolean
read_line(const Lines *lines, int a, int b, int *hu)
{
  const CapVolume *v = lines->volume;
  const CapRegion *region = lines->region;
  double index[3] = {0};
  index[lines->across[0]] = a;
  index[lines->across[1]] = b;
  const CapPoint foot =
      cap_volume_to_patient(v, (CapPoint){index[0], index[1], index[2]});
  const CapPoint axis = v->axis[lines->along];
  const double along_mm =
      cap_point_dot(cap_point_sub(region->on_mm, foot), region->normal) /
      cap_point_dot(axis, region->normal);
  if (!region->contains(region->shape,
                        cap_point_add(foot, cap_point_scale(axis, along_mm))))
    return FALSE;
  index[lines->along] = floor(along_mm / v->spacing_mm[lines->along] + 0.5);
  if (index[lines->along] < 0 ||
      index[lines->along] >= cap_slice_axis_size(v, lines->along) ||
      !v->valid[(int)index[2]])
    return FALSE;
  *hu = cap_volume_at(v, (int)index[0], (int)index[1], (int)index[2]);
  return TRUE;
}

CapRegionContent
cap_region_measure(const CapVolume *volume, const CapRegion *region)
{
  CapRegionContent content = {.area_mm2 = region->area_mm2};
  if (content.area_mm2 <= 0)
    return content;
  const Lines lines = lines_of(volume, region);
  int low[2], high[2], hu;
  double sum = 0, square = 0; /* of whole numbers: exact */
  bounds(&lines, 0, &low[0], &high[0]);
  bounds(&lines, 1, &low[1], &high[1]);
  for (int j = low[1]; j <= high[1]; j++)
    for (int i = low[0]; i <= high[0]; i++) {
      if (!read_line(&lines, i, j, &hu))
        continue;
      if (content.n_voxels == 0)
        content.hu_min = content.hu_max = hu;
      content.n_voxels++;
      content.hu_min = fmin(content.hu_min, hu);
      content.hu_max = fmax(content.hu_max, hu);
      sum += hu;
      square += (double)hu * hu;
    }
  if (content.n_voxels == 0)
    return content;
  content.hu_mean = sum / content.n_voxels;
  content.hu_sd = sqrt(
      fmax(0.0, square / content.n_voxels - content.hu_mean * content.hu_mean));
  return content;
}
