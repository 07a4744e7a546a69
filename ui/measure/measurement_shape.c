/* CapMeasurementShape: see measurement_shape.h. */
#include "ui/measure/measurement_shape.h"

#include "core/measure/outline.h"

#include <math.h>

#define DOT_PX 3.0 /* what is shorter becomes as long as that */

/* ---- lines ---- */

static void
add_line(CapMeasurementShape *shape, CapShapeLine line)
{
  CapBox *box = &shape->box;
  const double left = fmin(line.x0, line.x1), right = fmax(line.x0, line.x1);
  const double top = fmin(line.y0, line.y1), bottom = fmax(line.y0, line.y1);
  if (shape->lines->len == 0)
    *box = (CapBox){left, top, right - left, bottom - top};
  const double x1 = fmax(box->x + box->width, right);
  const double y1 = fmax(box->y + box->height, bottom);
  box->x = fmin(box->x, left);
  box->y = fmin(box->y, top);
  box->width = x1 - box->x;
  box->height = y1 - box->y;
  g_array_append_val(shape->lines, line);
}

/* What of M lies within REACH_MM of the view's plane. */
static void
cut_all(CapMeasurementShape *shape, const CapViewport *port,
        const CapMeasurement *m, double reach_mm)
{
  g_autoptr(GArray) outline = cap_measurement_outline(m);
  for (guint i = 0; i < outline->len; i++) {
    CapMeasureLine piece = g_array_index(outline, CapMeasureLine, i);
    CapShapeLine line;
    if (!cap_measure_line_cut(&piece, port->volume, &port->view, reach_mm))
      continue;
    cap_viewport_to_screen(port, piece.a, &line.x0, &line.y0);
    cap_viewport_to_screen(port, piece.b, &line.x1, &line.y1);
    add_line(shape, line);
  }
}

/* What a plane across a measurement leaves of it may be a point: a small cross
 * shows where. */
static void
make_visible(CapMeasurementShape *shape)
{
  const CapBox box = shape->box;
  if (hypot(box.width, box.height) >= DOT_PX)
    return;
  const double x = box.x + box.width / 2, y = box.y + box.height / 2;
  add_line(shape,
           (CapShapeLine){x - DOT_PX, y - DOT_PX, x + DOT_PX, y + DOT_PX});
  add_line(shape,
           (CapShapeLine){x - DOT_PX, y + DOT_PX, x + DOT_PX, y - DOT_PX});
}

static void
add_handle(CapMeasurementShape *shape, const CapViewport *port, CapPoint at_mm,
           int end)
{
  CapShapeHandle handle = {.end = end};
  cap_viewport_to_screen(port, at_mm, &handle.x, &handle.y);
  g_array_append_val(shape->handles, handle);
}

void
cap_measurement_shape_init(CapMeasurementShape *shape, const CapMeasurement *m,
                           const CapViewport *port, double reach_mm)
{
  *shape = (CapMeasurementShape){
      .distance_mm = INFINITY,
      .lines = g_array_new(FALSE, FALSE, sizeof(CapShapeLine)),
      .handles = g_array_new(FALSE, FALSE, sizeof(CapShapeHandle))};
  const double reach = cap_slice_reach(port->volume, &port->view);
  int n, n_touched = 0;
  const CapPoint *points = cap_measurement_points(m, &n);
  for (int i = 0; i < n; i++) {
    const double off =
        fabs(cap_slice_distance(port->volume, &port->view, points[i]));
    shape->distance_mm = fmin(shape->distance_mm, off);
    n_touched += off <= reach;
    if (off <= reach && i < cap_measurement_n_ends(m->kind))
      add_handle(shape, port, points[i], i);
  }
  cut_all(shape, port, m, reach);
  if (shape->lines->len > 0) {
    shape->state = n_touched == n ? CAP_SHAPE_FLAT : CAP_SHAPE_CUT;
    make_visible(shape);
  } else if (shape->distance_mm <= reach_mm) {
    shape->state = CAP_SHAPE_NEAR;
    cut_all(shape, port, m, INFINITY);
  }
}

void
cap_measurement_shape_add_corners(CapMeasurementShape *shape,
                                  const CapMeasurement *m,
                                  const CapViewport *port,
                                  const GArray *corners)
{
  int n;
  const CapPoint *points = cap_measurement_points(m, &n);
  for (guint i = 0; i < corners->len && shape->state == CAP_SHAPE_FLAT; i++) {
    const int corner = g_array_index(corners, int, i);
    if (corner < n)
      add_handle(shape, port, points[corner], corner);
  }
}

void
cap_measurement_shape_clear(CapMeasurementShape *shape)
{
  g_clear_pointer(&shape->lines, g_array_unref);
  g_clear_pointer(&shape->handles, g_array_unref);
}

/* ---- looking at it ---- */

/* The point of LINE that is nearest to (X, Y). */
static void
nearest_on(const CapShapeLine *line, double x, double y, double *at_x,
           double *at_y)
{
  const double dx = line->x1 - line->x0, dy = line->y1 - line->y0;
  const double square = dx * dx + dy * dy;
  const double t =
      square > 0
          ? CLAMP(((x - line->x0) * dx + (y - line->y0) * dy) / square, 0, 1)
          : 0;
  *at_x = line->x0 + t * dx;
  *at_y = line->y0 + t * dy;
}

double
cap_measurement_shape_distance(const CapMeasurementShape *shape, double x,
                               double y)
{
  double best = INFINITY;
  for (guint i = 0; i < shape->lines->len; i++) {
    double at_x, at_y;
    nearest_on(&g_array_index(shape->lines, CapShapeLine, i), x, y, &at_x,
               &at_y);
    best = fmin(best, hypot(at_x - x, at_y - y));
  }
  return best;
}

void
cap_measurement_shape_nearest(const CapMeasurementShape *shape, CapBox box,
                              double *x, double *y)
{
  double best = INFINITY;
  const double mid_x = box.x + box.width / 2, mid_y = box.y + box.height / 2;
  for (guint i = 0; i < shape->lines->len; i++) {
    double at_x, at_y;
    nearest_on(&g_array_index(shape->lines, CapShapeLine, i), mid_x, mid_y,
               &at_x, &at_y);
    const double gap = cap_box_gap((CapBox){at_x, at_y, 0, 0}, box);
    if (gap < best) {
      best = gap;
      *x = at_x;
      *y = at_y;
    }
  }
}

void
cap_measurement_shape_path(const CapMeasurementShape *shape, cairo_t *cr)
{
  double x = NAN, y = NAN;
  for (guint i = 0; i < shape->lines->len; i++) {
    const CapShapeLine *line = &g_array_index(shape->lines, CapShapeLine, i);
    if (line->x0 != x || line->y0 != y)
      cairo_move_to(cr, line->x0, line->y0);
    cairo_line_to(cr, line->x1, line->y1);
    x = line->x1;
    y = line->y1;
  }
}
