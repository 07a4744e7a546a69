/* Drawing and changing measurements: see caliper.h. */
#include "core/measure/caliper.h"

#include "core/image/point.h"

#include <string.h>

int
cap_caliper_n_points(CapMeasureKind kind)
{
  static const int n[CAP_N_MEASURE_KINDS] = {2, 4, 2, 3, 0};
  g_return_val_if_fail(kind < CAP_N_MEASURE_KINDS, 0);
  return n[kind];
}

/* ---- drawing ---- */

/* Two lines across each other: a right-angled frame on the long one. */
typedef struct {
  CapPoint origin, along, across; /* one end of the long axis; unit vectors */
  double length;
} Frame;

static Frame
frame_on(const CapPoint long_mm[2], CapPoint normal)
{
  const CapPoint line = cap_point_sub(long_mm[1], long_mm[0]);
  Frame frame = {.origin = long_mm[0],
                 .along = cap_point_unit(line),
                 .length = cap_point_length(line)};
  frame.across = cap_point_unit(cap_point_cross(normal, frame.along));
  return frame;
}

static CapPoint
at(const Frame *frame, double along, double across)
{
  return cap_point_add(frame->origin,
                       cap_point_add(cap_point_scale(frame->along, along),
                                     cap_point_scale(frame->across, across)));
}

/* Where POINT is in FRAME, no further along than the long axis goes. */
static void
place(const Frame *frame, CapPoint point, double *along, double *across)
{
  const CapPoint d = cap_point_sub(point, frame->origin);
  *along = CLAMP(cap_point_dot(d, frame->along), 0, frame->length);
  *across = cap_point_dot(d, frame->across);
}

static void
set_short_axis(CapMeasurement *m, const Frame *frame, const CapPoint points[2])
{
  double along, a, b, unused;
  place(frame, points[0], &along, &a);
  place(frame, points[1], &unused, &b);
  m->ends_mm[2] = at(frame, along, a);
  m->ends_mm[3] = at(frame, along, b);
}

static void
set_ellipse(CapMeasurement *m, const CapPoint corners[2],
            const CapPoint axis[2])
{
  const CapPoint middle = cap_point_between(corners[0], corners[1], 0.5);
  const CapPoint diagonal = cap_point_sub(corners[1], corners[0]);
  for (int i = 0; i < 2; i++) {
    const CapPoint half =
        cap_point_scale(axis[i], cap_point_dot(diagonal, axis[i]) / 2);
    m->ends_mm[2 * i] = cap_point_sub(middle, half);
    m->ends_mm[2 * i + 1] = cap_point_add(middle, half);
  }
}

CapMeasurement *
cap_caliper_draw(CapMeasureKind kind, const CapPoint *points_mm, int n,
                 const CapPoint axis[2])
{
  g_return_val_if_fail(n >= 2, NULL);
  if (kind == CAP_MEASURE_ELLIPSE) {
    CapMeasurement *ellipse = cap_measurement_new(kind);
    set_ellipse(ellipse, points_mm, axis);
    return ellipse;
  }
  const gboolean whole = n >= cap_caliper_n_points(kind);
  CapMeasurement *m = cap_measurement_new(whole ? kind : CAP_MEASURE_LENGTH);
  const int n_taken = cap_measurement_n_ends(m->kind);
  memcpy(m->ends_mm, points_mm, n_taken * sizeof *points_mm);
  if (m->kind == CAP_MEASURE_AXES) {
    const Frame frame = frame_on(points_mm, cap_point_cross(axis[0], axis[1]));
    set_short_axis(m, &frame, points_mm + 2);
  }
  return m;
}

/* ---- changing ---- */

static CapPoint
normal_of(const CapMeasurement *m)
{
  return cap_point_unit(
      cap_point_cross(cap_point_sub(m->ends_mm[1], m->ends_mm[0]),
                      cap_point_sub(m->ends_mm[3], m->ends_mm[2])));
}

/* POINT brought into the plane of M. */
static CapPoint
into_plane(const CapMeasurement *m, CapPoint point)
{
  const CapPoint normal = normal_of(m);
  const double off = cap_point_dot(cap_point_sub(point, m->ends_mm[0]), normal);
  return cap_point_sub(point, cap_point_scale(normal, off));
}

static void
move_long_end(CapMeasurement *m, int i, CapPoint to)
{
  const CapPoint normal = normal_of(m);
  const Frame before = frame_on(m->ends_mm, normal);
  double along, across[2];
  for (int k = 0; k < 2; k++)
    place(&before, m->ends_mm[2 + k], &along, &across[k]);
  m->ends_mm[i] = to;
  const Frame now = frame_on(m->ends_mm, normal);
  for (int k = 0; k < 2; k++)
    m->ends_mm[2 + k] = at(&now, along / before.length * now.length, across[k]);
}

static void
move_short_end(CapMeasurement *m, int i, CapPoint to)
{
  const Frame frame = frame_on(m->ends_mm, normal_of(m));
  const int other = 5 - i;
  double along, across, stays, unused;
  place(&frame, to, &along, &across);
  place(&frame, m->ends_mm[other], &unused, &stays);
  m->ends_mm[i] = at(&frame, along, across);
  m->ends_mm[other] = at(&frame, along, stays);
}

static void
move_ellipse_end(CapMeasurement *m, int i, CapPoint to)
{
  const CapPoint middle = cap_measurement_middle(m), normal = normal_of(m);
  const int first = i < 2 ? 0 : 2, second = 2 - first;
  const double other =
      cap_point_distance(m->ends_mm[second], m->ends_mm[second + 1]) / 2;
  CapPoint half = cap_point_sub(to, middle); /* to end FIRST + 1 */
  if (i == first)
    half = cap_point_scale(half, -1);
  CapPoint across = cap_point_unit(cap_point_cross(normal, half));
  if (first == 2)
    across = cap_point_scale(across, -1); /* the normal keeps its side */
  m->ends_mm[first] = cap_point_sub(middle, half);
  m->ends_mm[first + 1] = cap_point_add(middle, half);
  m->ends_mm[second] = cap_point_sub(middle, cap_point_scale(across, other));
  m->ends_mm[second + 1] =
      cap_point_add(middle, cap_point_scale(across, other));
}

void
cap_caliper_move_end(CapMeasurement *m, int i, CapPoint to_mm)
{
  g_return_if_fail(i >= 0 && i < cap_measurement_n_ends(m->kind));
  const gboolean flat =
      m->kind == CAP_MEASURE_AXES || m->kind == CAP_MEASURE_ELLIPSE;
  const CapPoint to = flat ? into_plane(m, to_mm) : to_mm;
  const CapPoint partner = m->ends_mm[i ^ 1];
  if (!flat)
    m->ends_mm[i] = to;
  else if (cap_point_distance(to, m->kind == CAP_MEASURE_AXES
                                      ? partner
                                      : cap_measurement_middle(m)) < 0.05)
    return; /* a line without length has no direction */
  else if (m->kind == CAP_MEASURE_ELLIPSE)
    move_ellipse_end(m, i, to);
  else if (i < 2)
    move_long_end(m, i, to);
  else
    move_short_end(m, i, to);
}

void
cap_caliper_move(CapMeasurement *m, CapPoint by_mm)
{
  int n;
  CapPoint *points = (CapPoint *)cap_measurement_points(m, &n);
  for (int i = 0; i < n; i++)
    points[i] = cap_point_add(points[i], by_mm);
}
