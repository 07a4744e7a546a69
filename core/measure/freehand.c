/* Outlines drawn by hand: see freehand.h. */
#include "core/measure/freehand.h"

#include "core/image/point.h"

#define TOUCH_MM 1e-3       /* nearer than that, parts of an outline meet */
#define ON_THE_EDGE_MM 1e-6 /* counts as inside */
#define LEAST_AREA_MM2 0.01 /* less is a line */
#define END_SHARE 0.25      /* of the length, in which ends may cross */

typedef struct {
  double x, y;
} Flat;

/* An outline in the plane that its points are in. */
typedef struct {
  CapPoint on_mm, normal, axis[2];
  const CapPoint *points_mm;
  Flat *corners; /* the points in that plane; owned */
  int n;
} Outline;

static void
outline_clear(Outline *o)
{
  g_free(o->corners);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outline, outline_clear)

/* Half the sum of the cross products: as long as the area is large, and upright
 * on the plane (Newell). */
static CapPoint
area_vector(const CapPoint *points, int n)
{
  CapPoint sum = {0, 0, 0};
  for (int i = 1; i + 1 < n; i++)
    sum = cap_point_add(
        sum, cap_point_cross(cap_point_sub(points[i], points[0]),
                             cap_point_sub(points[i + 1], points[0])));
  return cap_point_scale(sum, 0.5);
}

static Flat
flat(const Outline *o, CapPoint at)
{
  const CapPoint d = cap_point_sub(at, o->on_mm);
  return (Flat){cap_point_dot(d, o->axis[0]), cap_point_dot(d, o->axis[1])};
}

/* Of POINTS (borrowed), whose plane stands upright on NORMAL. */
static Outline
outline_of(const CapPoint *points, int n, CapPoint normal)
{
  Outline o = {.on_mm = points[0],
               .normal = normal,
               .points_mm = points,
               .corners = g_new(Flat, n),
               .n = n};
  const CapPoint any =
      fabs(normal.x) < 0.6 ? (CapPoint){1, 0, 0} : (CapPoint){0, 1, 0};
  o.axis[0] = cap_point_unit(cap_point_cross(normal, any));
  o.axis[1] = cap_point_cross(normal, o.axis[0]);
  for (int i = 0; i < n; i++)
    o.corners[i] = flat(&o, points[i]);
  return o;
}

/* Point I, counted round and round. */
static Flat
corner(const Outline *o, int i)
{
  return o->corners[i % o->n];
}

/* Positive where C lies to the left of A–B. */
static double
side(Flat a, Flat b, Flat c)
{
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

static double
distance_to_line(Flat a, Flat b, Flat p)
{
  const double dx = b.x - a.x, dy = b.y - a.y, square = dx * dx + dy * dy;
  const double t =
      square > 0 ? CLAMP(((p.x - a.x) * dx + (p.y - a.y) * dy) / square, 0, 1)
                 : 0;
  return hypot(a.x + t * dx - p.x, a.y + t * dy - p.y);
}

/* A–B and C–D have a point in common. */
static gboolean
meet(Flat a, Flat b, Flat c, Flat d)
{
  if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0)
    return TRUE;
  return distance_to_line(a, b, c) < TOUCH_MM ||
         distance_to_line(a, b, d) < TOUCH_MM ||
         distance_to_line(c, d, a) < TOUCH_MM ||
         distance_to_line(c, d, b) < TOUCH_MM;
}

/* From corner I the outline goes back the way that it came. */
static gboolean
folds(const Outline *o, int i)
{
  const Flat a = corner(o, i), b = corner(o, i + 1), c = corner(o, i + 2);
  return distance_to_line(a, b, c) < TOUCH_MM ||
         distance_to_line(b, c, a) < TOUCH_MM;
}

gboolean
cap_freehand_is_simple(const CapPoint *points_mm, int n)
{
  const CapPoint area =
      n >= 3 ? area_vector(points_mm, n) : (CapPoint){0, 0, 0};
  if (n > CAP_FREEHAND_MAX_POINTS || cap_point_length(area) < LEAST_AREA_MM2)
    return FALSE;
  g_auto(Outline) o = outline_of(points_mm, n, cap_point_unit(area));
  for (int i = 0; i < n; i++) {
    if (folds(&o, i))
      return FALSE;
    for (int j = i + 2; j < n; j++)
      if ((j + 1) % n != i && meet(corner(&o, i), corner(&o, i + 1),
                                   corner(&o, j), corner(&o, j + 1)))
        return FALSE;
  }
  return TRUE;
}

/* ---- closing ---- */

/* Where line A–B crosses C–D, as a share of A–B; FALSE where it does not. */
static gboolean
cross_at(Flat a, Flat b, Flat c, Flat d, double *share)
{
  const double p = side(c, d, a), q = side(c, d, b);
  if (side(a, b, c) * side(a, b, d) >= 0 || p * q >= 0)
    return FALSE;
  *share = p / (p - q);
  return TRUE;
}

/* Cuts the ends off LINE where its segment I crosses its segment J. */
static void
cut_ends(GArray *line, int i, int j, double share)
{
  const CapPoint *p = (const CapPoint *)line->data;
  const CapPoint crossing = cap_point_between(p[i], p[i + 1], share);
  g_array_set_size(line, (guint)j + 1);
  g_array_remove_range(line, 0, (guint)i + 1);
  g_array_prepend_val(line, crossing);
}

void
cap_freehand_close(GArray *points_mm)
{
  const int n = (int)points_mm->len;
  const CapPoint *points = (const CapPoint *)points_mm->data;
  const CapPoint area = n >= 4 ? area_vector(points, n) : (CapPoint){0, 0, 0};
  if (cap_point_length(area) < LEAST_AREA_MM2)
    return;
  g_auto(Outline) o = outline_of(points, n, cap_point_unit(area));
  double whole = 0;
  for (int i = 0; i + 1 < n; i++)
    whole += cap_point_distance(points[i], points[i + 1]);
  double before = 0;
  for (int i = 0; i + 1 < n && before <= END_SHARE * whole; i++) {
    double after = 0, share;
    for (int j = n - 2; j > i + 1 && after <= END_SHARE * whole; j--) {
      if (cross_at(corner(&o, i), corner(&o, i + 1), corner(&o, j),
                   corner(&o, j + 1), &share)) {
        cut_ends(points_mm, i, j, share);
        return;
      }
      after += cap_point_distance(points[j], points[j + 1]);
    }
    before += cap_point_distance(points[i], points[i + 1]);
  }
}

/* ---- changing ---- */

GArray *
cap_freehand_handles(const CapPoint *points, int n, double apart_mm)
{
  GArray *handles = g_array_new(FALSE, FALSE, sizeof(int));
  g_autofree double *along = g_new0(double, n + 1); /* from the first corner */
  for (int i = 0; i < n; i++)
    along[i + 1] =
        along[i] + cap_point_distance(points[i], points[(i + 1) % n]);
  double last = -INFINITY;
  for (int i = 0; i < n; i++)
    if (along[i] - last >= apart_mm &&
        (i == 0 || along[n] - along[i] >= apart_mm)) {
      g_array_append_val(handles, i);
      last = along[i];
    }
  return handles;
}

/* From corner I, which has moved BY, in steps of STEP up to corner END, which
 * stays: a share that falls like a cosine along the outline as it was (WAS). */
static void
bend(GArray *points_mm, const CapPoint *was, int i, int end, int step,
     CapPoint by)
{
  const int n = (int)points_mm->len;
  double whole = 0, along = 0;
  for (int k = i, next; k != end; k = next) {
    next = (k + step + n) % n;
    whole += cap_point_distance(was[k], was[next]);
  }
  for (int k = i, next = (i + step + n) % n; next != end;
       k = next, next = (next + step + n) % n) {
    along += cap_point_distance(was[k], was[next]);
    CapPoint *point = &g_array_index(points_mm, CapPoint, next);
    *point = cap_point_add(
        *point, cap_point_scale(by, (1 + cos(G_PI * along / whole)) / 2));
  }
}

static void
shift(GArray *points_mm, CapPoint by)
{
  for (guint i = 0; i < points_mm->len; i++) {
    CapPoint *point = &g_array_index(points_mm, CapPoint, i);
    *point = cap_point_add(*point, by);
  }
}

void
cap_freehand_pull(GArray *points_mm, const GArray *handles, int i,
                  CapPoint to_mm)
{
  const int n = (int)points_mm->len;
  g_return_if_fail(i >= 0 && i < n && handles->len > 0);
  g_autofree CapPoint *was =
      g_memdup2(points_mm->data, (gsize)n * sizeof(CapPoint));
  const CapPoint normal = cap_point_unit(area_vector(was, n));
  CapPoint by = cap_point_sub(to_mm, was[i]);
  by = cap_point_sub(by, cap_point_scale(normal, cap_point_dot(by, normal)));
  const guint n_handles = handles->len;
  if (n_handles == 1) { /* none stays */
    shift(points_mm, by);
    return;
  }
  guint at = 0;
  while (at + 1 < n_handles && g_array_index(handles, int, at) < i)
    at++;
  g_array_index(points_mm, CapPoint, i) = cap_point_add(was[i], by);
  bend(points_mm, was, i, g_array_index(handles, int, (at + 1) % n_handles), 1,
       by);
  bend(points_mm, was, i,
       g_array_index(handles, int, (at + n_handles - 1) % n_handles), -1, by);
}

/* ---- measuring ---- */

/* A ray to the right crosses the outline an odd number of times. */
static gboolean
contains(gconstpointer shape, CapPoint at_mm)
{
  const Outline *o = shape;
  const Flat p = flat(o, at_mm);
  gboolean inside = FALSE;
  Flat a = corner(o, o->n - 1);
  for (int i = 0; i < o->n; i++) {
    const Flat b = corner(o, i);
    if (distance_to_line(a, b, p) <= ON_THE_EDGE_MM)
      return TRUE;
    if ((a.y > p.y) != (b.y > p.y) &&
        p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x))
      inside = !inside;
    a = b;
  }
  return inside;
}

static void
extent(gconstpointer shape, CapPoint direction, double *least, double *most)
{
  const Outline *o = shape;
  *least = INFINITY;
  *most = -INFINITY;
  for (int i = 0; i < o->n; i++) {
    const double along = cap_point_dot(o->points_mm[i], direction);
    *least = fmin(*least, along);
    *most = fmax(*most, along);
  }
}

CapRegionContent
cap_freehand_measure(const CapVolume *volume, const CapPoint *points_mm, int n)
{
  if (!cap_freehand_is_simple(points_mm, n))
    return (CapRegionContent){0};
  const CapPoint area = area_vector(points_mm, n);
  g_auto(Outline) o = outline_of(points_mm, n, cap_point_unit(area));
  const CapRegion region = {.on_mm = o.on_mm,
                            .normal = o.normal,
                            .area_mm2 = cap_point_length(area),
                            .shape = &o,
                            .contains = contains,
                            .extent = extent};
  return cap_region_measure(volume, &region);
}
