/* Ellipses: see ellipse.h. */
#include "core/measure/ellipse.h"

#include "core/image/point.h"

#define ON_THE_EDGE 1e-9 /* of the half-axes: counts as inside */

CapEllipse
cap_ellipse_of_ends(const CapPoint ends_mm[4])
{
  CapEllipse ellipse = {.center_mm =
                            cap_point_between(ends_mm[0], ends_mm[1], 0.5)};
  for (int i = 0; i < 2; i++)
    ellipse.half_mm[i] =
        cap_point_scale(cap_point_sub(ends_mm[2 * i + 1], ends_mm[2 * i]), 0.5);
  return ellipse;
}

static gboolean
contains(gconstpointer shape, CapPoint at_mm)
{
  const CapEllipse *ellipse = shape;
  const CapPoint d = cap_point_sub(at_mm, ellipse->center_mm);
  double sum = 0;
  for (int i = 0; i < 2; i++) {
    const CapPoint half = ellipse->half_mm[i];
    const double share = cap_point_dot(d, half) / cap_point_dot(half, half);
    sum += share * share;
  }
  return sum <= 1 + ON_THE_EDGE;
}

static void
extent(gconstpointer shape, CapPoint direction, double *least, double *most)
{
  const CapEllipse *ellipse = shape;
  const double middle = cap_point_dot(ellipse->center_mm, direction);
  const double reach = hypot(cap_point_dot(ellipse->half_mm[0], direction),
                             cap_point_dot(ellipse->half_mm[1], direction));
  *least = middle - reach;
  *most = middle + reach;
}

CapRegionContent
cap_ellipse_measure(const CapVolume *volume, const CapEllipse *ellipse)
{
  const CapRegion region = {
      .on_mm = ellipse->center_mm,
      .normal = cap_point_unit(
          cap_point_cross(ellipse->half_mm[0], ellipse->half_mm[1])),
      .area_mm2 = G_PI * cap_point_length(ellipse->half_mm[0]) *
                  cap_point_length(ellipse->half_mm[1]),
      .shape = ellipse,
      .contains = contains,
      .extent = extent};
  return cap_region_measure(volume, &region);
}
