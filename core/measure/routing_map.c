/* Routing heat map in patient space: see routing_map.h. */
#include "core/measure/routing_map.h"

#include <math.h>

#define CELL_MM ((double)CAP_PATCH / CAP_GRID) /* patches have 1 mm voxels */

static double
along(CapPoint axis, CapPoint p)
{
  return axis.x * p.x + axis.y * p.y + axis.z * p.z;
}

double
cap_routing_map_sample(const float *map, const double mm[3])
{
  int low[3];
  double weight[3];
  for (int i = 0; i < 3; i++) {
    if (!(fabs(mm[i]) <= CAP_PATCH / 2.0))
      return 0;
    const double cell =
        CLAMP(mm[i] / CELL_MM + (CAP_GRID - 1) / 2.0, 0.0, CAP_GRID - 1.0);
    low[i] = MIN((int)cell, CAP_GRID - 2);
    weight[i] = cell - low[i];
  }
  double sum = 0;
  for (int corner = 0; corner < 8; corner++) {
    double share = 1;
    int place[3];
    for (int i = 0; i < 3; i++) {
      const int high = corner >> i & 1;
      share *= high ? weight[i] : 1 - weight[i];
      place[i] = low[i] + high;
    }
    sum += share * map[(place[2] * CAP_GRID + place[1]) * CAP_GRID + place[0]];
  }
  return sum;
}

double
cap_routing_map_at(const CapFinding *finding, int capsule, CapPoint at)
{
  const CapPoint offset = {at.x - finding->center_mm.x,
                           at.y - finding->center_mm.y,
                           at.z - finding->center_mm.z};
  double mm[3];
  for (int i = 0; i < 3; i++)
    mm[i] = along(finding->patch_axis[i], offset);
  return cap_routing_map_sample(finding->capsules[capsule].routing, mm);
}

double
cap_routing_map_max(const CapFinding *finding, int capsule)
{
  double largest = 0;
  for (int i = 0; i < CAP_GRID * CAP_GRID * CAP_GRID; i++)
    largest = fmax(largest, finding->capsules[capsule].routing[i]);
  return largest;
}

void
cap_routing_map_render(const CapVolume *volume, const CapFinding *finding,
                       int capsule, const CapSliceView *view, int width,
                       int height, float *map)
{
  const double largest = cap_routing_map_max(finding, capsule);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      const CapPoint at =
          cap_slice_to_patient(volume, view, width, height, x, y);
      map[(gsize)y * width + x] =
          largest > 0
              ? (float)(cap_routing_map_at(finding, capsule, at) / largest)
              : 0;
    }
}
