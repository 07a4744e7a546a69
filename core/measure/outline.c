/* Measurements as lines: see outline.h. */
#include "core/measure/outline.h"

#include "core/image/point.h"
#include "core/image/slice_layout.h"
#include "core/measure/ellipse.h"

#define ELLIPSE_PIECES 72
#define EDGE_MM 1e-3 /* ends are kept to 1e-4 */

static void
add_line(GArray *lines, CapPoint a, CapPoint b)
{
  const CapMeasureLine line = {a, b};
  g_array_append_val(lines, line);
}

static void
add_ellipse(GArray *lines, const CapPoint ends_mm[4])
{
  const CapEllipse e = cap_ellipse_of_ends(ends_mm);
  CapPoint last = cap_point_add(e.center_mm, e.half_mm[0]);
  for (int i = 1; i <= ELLIPSE_PIECES; i++) {
    const double t = 2 * G_PI * i / ELLIPSE_PIECES;
    const CapPoint next = cap_point_add(
        e.center_mm, cap_point_add(cap_point_scale(e.half_mm[0], cos(t)),
                                   cap_point_scale(e.half_mm[1], sin(t))));
    add_line(lines, last, next);
    last = next;
  }
}

static void
add_corners(GArray *lines, const GArray *corners_mm)
{
  for (guint i = 0; i < corners_mm->len; i++)
    add_line(lines, g_array_index(corners_mm, CapPoint, i),
             g_array_index(corners_mm, CapPoint, (i + 1) % corners_mm->len));
}

GArray *
cap_measurement_outline(const CapMeasurement *m)
{
  GArray *lines = g_array_new(FALSE, FALSE, sizeof(CapMeasureLine));
  const CapPoint *ends = m->ends_mm;
  switch (m->kind) {
  case CAP_MEASURE_ELLIPSE:
    add_ellipse(lines, ends);
    break;
  case CAP_MEASURE_AXES:
    add_line(lines, ends[0], ends[1]);
    add_line(lines, ends[2], ends[3]);
    break;
  case CAP_MEASURE_ANGLE:
    add_line(lines, ends[0], ends[1]);
    add_line(lines, ends[1], ends[2]);
    break;
  case CAP_MEASURE_FREEHAND:
    add_corners(lines, m->outline_mm);
    break;
  default:
    add_line(lines, ends[0], ends[1]);
  }
  return lines;
}

double
cap_slice_reach(const CapVolume *volume, const CapSliceView *view)
{
  const int normal = cap_slice_layout(volume, view->plane).normal;
  const double half = volume->spacing_mm[normal] / 2;
  const double reach = view->slab.kind == CAP_SLAB_OFF
                           ? half
                           : fmax(half, view->slab.thickness_mm / 2);
  return reach + EDGE_MM;
}

gboolean
cap_measure_line_cut(CapMeasureLine *line, const CapVolume *volume,
                     const CapSliceView *view, double reach_mm)
{
  const CapPoint a = line->a, b = line->b;
  const double da = cap_slice_distance(volume, view, a);
  const double db = cap_slice_distance(volume, view, b);
  double from = 0, to = 1;
  if (fabs(db - da) > 1e-9) {
    const double t0 = (-reach_mm - da) / (db - da);
    const double t1 = (reach_mm - da) / (db - da);
    from = fmax(from, fmin(t0, t1));
    to = fmin(to, fmax(t0, t1));
  } else if (fabs(da) > reach_mm) {
    return FALSE;
  }
  if (from > to)
    return FALSE;
  line->a = cap_point_between(a, b, from);
  line->b = cap_point_between(a, b, to);
  return TRUE;
}
