/* CapMeasurementShape: see measurement_shape.h. */
#include "ui/measure/measurement_shape.h"

#include "core/image/point.h"
#include "core/image/slice_layout.h"
#include "core/measure/ellipse.h"

#define ELLIPSE_PIECES 72
#define EDGE_MM 1e-3 /* ends are kept to 1e-4 */
#define DOT_PX 3.0   /* what is shorter becomes as long as that */

static double
half_thickness(const CapViewport *port)
{
  const int normal = cap_slice_layout(port->volume, port->view.plane).normal;
  const double half = port->volume->spacing_mm[normal] / 2;
  const CapSlab slab = port->view.slab;
  return slab.kind == CAP_SLAB_OFF ? half : fmax(half, slab.thickness_mm / 2);
}

/* ---- lines ---- */

typedef struct {
  CapMeasurementShape *shape;
  const CapViewport *port;
  double half_mm; /* of what the view touches; infinite: of everything */
} Cutter;

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

/* The part of A–B that the view touches. */
static void
cut_line(const Cutter *cutter, CapPoint a, CapPoint b)
{
  const CapViewport *port = cutter->port;
  const double da = cap_slice_distance(port->volume, &port->view, a);
  const double db = cap_slice_distance(port->volume, &port->view, b);
  const double half = cutter->half_mm + EDGE_MM;
  double from = 0, to = 1;
  if (fabs(db - da) > 1e-9) {
    const double t0 = (-half - da) / (db - da), t1 = (half - da) / (db - da);
    from = fmax(from, fmin(t0, t1));
    to = fmin(to, fmax(t0, t1));
  } else if (fabs(da) > half) {
    return;
  }
  if (from > to)
    return;
  CapShapeLine line;
  cap_viewport_to_screen(port, cap_point_between(a, b, from), &line.x0,
                         &line.y0);
  cap_viewport_to_screen(port, cap_point_between(a, b, to), &line.x1, &line.y1);
  add_line(cutter->shape, line);
}

static void
cut_ellipse(const Cutter *cutter, const CapMeasurement *m)
{
  const CapEllipse e = cap_ellipse_of_ends(m->ends_mm);
  CapPoint last = cap_point_add(e.center_mm, e.half_mm[0]);
  for (int i = 1; i <= ELLIPSE_PIECES; i++) {
    const double t = 2 * G_PI * i / ELLIPSE_PIECES;
    const CapPoint next = cap_point_add(
        e.center_mm, cap_point_add(cap_point_scale(e.half_mm[0], cos(t)),
                                   cap_point_scale(e.half_mm[1], sin(t))));
    cut_line(cutter, last, next);
    last = next;
  }
}

static void
cut_all(const Cutter *cutter, const CapMeasurement *m)
{
  const CapPoint *ends = m->ends_mm;
  switch (m->kind) {
  case CAP_MEASURE_ELLIPSE:
    cut_ellipse(cutter, m);
    break;
  case CAP_MEASURE_AXES:
    cut_line(cutter, ends[0], ends[1]);
    cut_line(cutter, ends[2], ends[3]);
    break;
  case CAP_MEASURE_ANGLE:
    cut_line(cutter, ends[0], ends[1]);
    cut_line(cutter, ends[1], ends[2]);
    break;
  default:
    cut_line(cutter, ends[0], ends[1]);
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

void
cap_measurement_shape_init(CapMeasurementShape *shape, const CapMeasurement *m,
                           const CapViewport *port, double reach_mm)
{
  *shape = (CapMeasurementShape){
      .distance_mm = INFINITY,
      .lines = g_array_new(FALSE, FALSE, sizeof(CapShapeLine))};
  Cutter cutter = {shape, port, half_thickness(port)};
  const int n = cap_measurement_n_ends(m->kind);
  int n_touched = 0;
  for (int i = 0; i < n; i++) {
    const double off =
        fabs(cap_slice_distance(port->volume, &port->view, m->ends_mm[i]));
    shape->distance_mm = fmin(shape->distance_mm, off);
    shape->has_end[i] = off <= cutter.half_mm + EDGE_MM;
    n_touched += shape->has_end[i];
    cap_viewport_to_screen(port, m->ends_mm[i], &shape->end_x[i],
                           &shape->end_y[i]);
  }
  cut_all(&cutter, m);
  if (shape->lines->len > 0) {
    shape->state = n_touched == n ? CAP_SHAPE_FLAT : CAP_SHAPE_CUT;
    make_visible(shape);
  } else if (shape->distance_mm <= reach_mm) {
    shape->state = CAP_SHAPE_NEAR;
    cutter.half_mm = INFINITY;
    cut_all(&cutter, m);
  }
}

void
cap_measurement_shape_clear(CapMeasurementShape *shape)
{
  g_clear_pointer(&shape->lines, g_array_unref);
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
