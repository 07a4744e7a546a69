/* The geometry of slice views: see slice_layout.h and slice.h. */
#include "core/image/slice_layout.h"

#include "core/image/point.h"
#include "core/image/unit.h"
#include "core/language.h"

#include <math.h>
#include <string.h>

#define LETTER_MIN 0.1 /* a direction cosine below this earns no letter */

double
cap_slice_component(CapPoint p, int i)
{
  return i == 0 ? p.x : i == 1 ? p.y : p.z;
}

int
cap_slice_axis_size(const CapVolume *volume, int axis)
{
  return axis == 0   ? volume->columns
         : axis == 1 ? volume->rows
                     : volume->slices;
}

gsize
cap_slice_axis_stride(const CapVolume *volume, int axis)
{
  return axis == 0   ? 1
         : axis == 1 ? (gsize)volume->columns
                     : (gsize)volume->columns * volume->rows;
}

/* Which grid axis stands for patient x, y and z: the assignment with the
 * largest sum of cosines, so that oblique grids still get three planes. */
static void
assign_axes(const CapVolume *volume, int grid[3])
{
  static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                   {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  double best = -1;
  for (int o = 0; o < 6; o++) {
    double sum = 0;
    for (int i = 0; i < 3; i++)
      sum += fabs(cap_slice_component(volume->axis[orders[o][i]], i));
    if (sum > best + 1e-9) {
      best = sum;
      memcpy(grid, orders[o], sizeof orders[o]);
    }
  }
}

static double
sign_along(const CapVolume *volume, int axis, int patient)
{
  return cap_slice_component(volume->axis[axis], patient) < 0 ? -1.0 : 1.0;
}

CapSliceLayout
cap_slice_layout(const CapVolume *volume, CapPlane plane)
{
  int grid[3];
  assign_axes(volume, grid);
  const int right = plane == CAP_PLANE_SAGITTAL ? 1 : 0;
  const int down = plane == CAP_PLANE_AXIAL ? 1 : 2;
  const int normal = 3 - right - down;
  CapSliceLayout layout = {
      .right = grid[right], .down = grid[down], .normal = grid[normal]};
  layout.right_sign = sign_along(volume, layout.right, right);
  layout.down_sign = sign_along(volume, layout.down, down);
  if (down == 2) /* +z is the head, which belongs at the top */
    layout.down_sign = -layout.down_sign;
  return layout;
}

CapPoint
cap_slice_step(const CapVolume *volume, CapPlane plane, int right, int down)
{
  const CapSliceLayout layout = cap_slice_layout(volume, plane);
  const double a = right * layout.right_sign * volume->spacing_mm[layout.right];
  const double b = down * layout.down_sign * volume->spacing_mm[layout.down];
  return cap_point_add(cap_point_scale(volume->axis[layout.right], a),
                       cap_point_scale(volume->axis[layout.down], b));
}

static CapPoint
moved(CapPoint p, CapPoint along, double mm)
{
  return (CapPoint){p.x + along.x * mm, p.y + along.y * mm, p.z + along.z * mm};
}

CapPoint
cap_slice_to_patient(const CapVolume *volume, const CapSliceView *view,
                     int width, int height, double x, double y)
{
  const CapSliceLayout l = cap_slice_layout(volume, view->plane);
  const double right =
      (x - (width - 1) / 2.0) * view->mm_per_pixel * l.right_sign;
  const double down =
      (y - (height - 1) / 2.0) * view->mm_per_pixel * l.down_sign;
  return moved(moved(view->center_mm, volume->axis[l.right], right),
               volume->axis[l.down], down);
}

void
cap_slice_to_pixel(const CapVolume *volume, const CapSliceView *view, int width,
                   int height, CapPoint p, double *x, double *y)
{
  const CapSliceLayout l = cap_slice_layout(volume, view->plane);
  const CapPoint d = {p.x - view->center_mm.x, p.y - view->center_mm.y,
                      p.z - view->center_mm.z};
  *x = (width - 1) / 2.0 + l.right_sign *
                               cap_point_dot(d, volume->axis[l.right]) /
                               view->mm_per_pixel;
  *y = (height - 1) / 2.0 + l.down_sign *
                                cap_point_dot(d, volume->axis[l.down]) /
                                view->mm_per_pixel;
}

gboolean
cap_slice_hu(const CapVolume *volume, CapPlane plane, CapSlab slab, CapPoint p,
             int *hu)
{
  const CapPoint index = cap_volume_to_index(volume, p);
  int at[3];
  for (int axis = 0; axis < 3; axis++) {
    const double place = floor(cap_slice_component(index, axis) + 0.5);
    if (!(place >= 0 && place < cap_slice_axis_size(volume, axis)))
      return FALSE;
    at[axis] = (int)place;
  }
  const int normal = cap_slice_layout(volume, plane).normal;
  if (!volume->valid[at[2]] && (slab.kind == CAP_SLAB_OFF || normal != 2))
    return FALSE;
  if (slab.kind != CAP_SLAB_OFF)
    return cap_slab_hu(volume,
                       &(CapSlabCut){.slab = slab,
                                     .axis = normal,
                                     .index = at[normal],
                                     .low = {at[normal == 0 ? 1 : 0],
                                             at[normal == 2 ? 1 : 2]}},
                       hu);
  *hu = cap_volume_at(volume, at[0], at[1], at[2]);
  return TRUE;
}

double
cap_slice_distance(const CapVolume *volume, const CapSliceView *view,
                   CapPoint p)
{
  const CapSliceLayout l = cap_slice_layout(volume, view->plane);
  const CapPoint d = {p.x - view->center_mm.x, p.y - view->center_mm.y,
                      p.z - view->center_mm.z};
  return cap_point_dot(d, volume->axis[l.normal]);
}

gboolean
cap_slice_is_stored(const CapVolume *volume, CapPlane plane)
{
  return cap_slice_layout(volume, plane).normal == 2;
}

CapPoint
cap_slice_extent(const CapVolume *volume, CapPlane plane, double *width_mm,
                 double *height_mm)
{
  const CapSliceLayout l = cap_slice_layout(volume, plane);
  *width_mm =
      cap_slice_axis_size(volume, l.right) * volume->spacing_mm[l.right];
  *height_mm = cap_slice_axis_size(volume, l.down) * volume->spacing_mm[l.down];
  return cap_volume_to_patient(volume, (CapPoint){(volume->columns - 1) / 2.0,
                                                  (volume->rows - 1) / 2.0,
                                                  (volume->slices - 1) / 2.0});
}

int
cap_slice_count(const CapVolume *volume, CapPlane plane)
{
  return cap_slice_axis_size(volume, cap_slice_layout(volume, plane).normal);
}

int
cap_slice_index(const CapVolume *volume, CapPlane plane, CapPoint at_mm)
{
  const double at = cap_slice_component(cap_volume_to_index(volume, at_mm),
                                        cap_slice_layout(volume, plane).normal);
  return isfinite(at) ? (int)floor(CLAMP(at, -1e6, 1e6) + 0.5) : -1;
}

CapPoint
cap_slice_at_index(const CapVolume *volume, CapPlane plane, int index,
                   CapPoint at_mm)
{
  const int normal = cap_slice_layout(volume, plane).normal;
  const double at =
      cap_slice_component(cap_volume_to_index(volume, at_mm), normal);
  return moved(at_mm, volume->axis[normal],
               (index - at) * volume->spacing_mm[normal]);
}

/* Letters of a direction, strongest component first. */
static void
name_direction(CapPoint direction, double sign, char letters[4])
{
  static const char positive[] = "LPH", negative[] = "RAF";
  gboolean used[3] = {FALSE};
  int n = 0;
  for (; n < 3; n++) {
    int best = -1;
    for (int i = 0; i < 3; i++)
      if (!used[i] && fabs(cap_slice_component(direction, i)) > LETTER_MIN &&
          (best < 0 || fabs(cap_slice_component(direction, i)) >
                           fabs(cap_slice_component(direction, best)) + 1e-9))
        best = i;
    if (best < 0)
      break;
    used[best] = TRUE;
    letters[n] =
        (cap_slice_component(direction, best) * sign > 0 ? positive
                                                         : negative)[best];
  }
  letters[n] = '\0';
}

const char *
cap_slice_plane_name(CapPlane plane, unsigned unknown)
{
  static const char *const names[][2] = {{N_("Axial"), N_("Image")},
                                         {N_("Coronal"), N_("Row")},
                                         {N_("Sagittal"), N_("Column")}};
  return names[plane][(unknown & CAP_UNKNOWN_PLACE) != 0];
}

void
cap_slice_letters(const CapVolume *volume, CapPlane plane, char letters[4][4])
{
  const CapSliceLayout l = cap_slice_layout(volume, plane);
  memset(letters, 0, sizeof(char[4][4]));
  if (volume->source->unknown & CAP_UNKNOWN_PLACE)
    return;
  name_direction(volume->axis[l.right], -l.right_sign, letters[0]);
  name_direction(volume->axis[l.right], l.right_sign, letters[1]);
  name_direction(volume->axis[l.down], -l.down_sign, letters[2]);
  name_direction(volume->axis[l.down], l.down_sign, letters[3]);
}

void
cap_slice_grey(const CapSliceView *view, float *scale, float *offset)
{
  const double width = fmax(view->window_hu - 1.0, 0.5);
  const double up = 255.0 / width;
  const double from = 127.5 - (view->level_hu - 0.5) * up;
  *scale = (float)(view->invert ? -up : up);
  *offset = (float)(view->invert ? 255.0 - from : from);
}
