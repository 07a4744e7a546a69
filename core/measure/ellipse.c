/* Ellipses: see ellipse.h. */
#include "core/measure/ellipse.h"

#include "core/image/point.h"

#define ON_THE_EDGE 1e-9 /* of the half-axes: counts as inside */

/* An ellipse on the grid lines of one axis. */
typedef struct {
  const CapVolume *volume;
  const CapEllipse *ellipse;
  CapPoint normal;
  int across[2], along; /* grid axes: those that lines are counted by */
} Lines;

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
is_inside(const CapEllipse *ellipse, CapPoint at_mm)
{
  const CapPoint d = cap_point_sub(at_mm, ellipse->center_mm);
  double sum = 0;
  for (int i = 0; i < 2; i++) {
    const CapPoint half = ellipse->half_mm[i];
    const double share = cap_point_dot(d, half) / cap_point_dot(half, half);
    sum += share * share;
  }
  return sum <= 1 + ON_THE_EDGE;
}

static Lines
lines_of(const CapVolume *volume, const CapEllipse *ellipse)
{
  Lines lines = {.volume = volume,
                 .ellipse = ellipse,
                 .normal = cap_point_unit(cap_point_cross(
                     ellipse->half_mm[0], ellipse->half_mm[1]))};
  for (int i = 1; i < 3; i++)
    if (fabs(cap_point_dot(lines.normal, volume->axis[i])) >
        fabs(cap_point_dot(lines.normal, volume->axis[lines.along])))
      lines.along = i;
  lines.across[0] = lines.along == 0 ? 1 : 0;
  lines.across[1] = lines.along == 2 ? 1 : 2;
  return lines;
}

/* The grid lines that may meet the ellipse: indices LOW … HIGH of axis I of
 * ACROSS. */
static void
bounds(const Lines *lines, int i, int *low, int *high)
{
  const CapVolume *v = lines->volume;
  const int axis = lines->across[i];
  const int size[3] = {v->columns, v->rows, v->slices};
  const CapEllipse *e = lines->ellipse;
  const double middle =
      cap_point_dot(cap_point_sub(e->center_mm, v->origin_mm), v->axis[axis]) /
      v->spacing_mm[axis];
  const double reach = hypot(cap_point_dot(e->half_mm[0], v->axis[axis]),
                             cap_point_dot(e->half_mm[1], v->axis[axis])) /
                       v->spacing_mm[axis];
  *low = (int)fmin(fmax(0, floor(middle - reach)), size[axis]);
  *high = (int)fmax(fmin(size[axis] - 1, ceil(middle + reach)), -1);
}

/* HU where line (A, B) meets the ellipse; FALSE where it does not, or there is
 * none. */
static gboolean
read_line(const Lines *lines, int a, int b, int *hu)
{
  const CapVolume *v = lines->volume;
  double index[3] = {0};
  index[lines->across[0]] = a;
  index[lines->across[1]] = b;
  const CapPoint foot =
      cap_volume_to_patient(v, (CapPoint){index[0], index[1], index[2]});
  const CapPoint axis = v->axis[lines->along];
  const double along_mm =
      cap_point_dot(cap_point_sub(lines->ellipse->center_mm, foot),
                    lines->normal) /
      cap_point_dot(axis, lines->normal);
  if (!is_inside(lines->ellipse,
                 cap_point_add(foot, cap_point_scale(axis, along_mm))))
    return FALSE;
  index[lines->along] = floor(along_mm / v->spacing_mm[lines->along] + 0.5);
  const int size = lines->along == 0   ? v->columns
                   : lines->along == 1 ? v->rows
                                       : v->slices;
  if (index[lines->along] < 0 || index[lines->along] >= size ||
      !v->valid[(int)index[2]])
    return FALSE;
  *hu = cap_volume_at(v, (int)index[0], (int)index[1], (int)index[2]);
  return TRUE;
}

CapEllipseContent
cap_ellipse_measure(const CapVolume *volume, const CapEllipse *ellipse)
{
  const double a = cap_point_length(ellipse->half_mm[0]);
  const double b = cap_point_length(ellipse->half_mm[1]);
  CapEllipseContent content = {.area_mm2 = G_PI * a * b};
  if (content.area_mm2 <= 0)
    return content;
  const Lines lines = lines_of(volume, ellipse);
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
