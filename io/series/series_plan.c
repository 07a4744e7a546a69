/* The grid of a stack of images: see series_plan.h. */
#include "io/series/series_plan.h"

#include "core/image/point.h"
#include "core/language.h"
#include "core/stats/rank.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TILT_DEGREES 0.5      /* beyond it the stack is resampled */
#define MAX_TILT_DEGREES 45.0 /* beyond it the positions make no sense */
#define MAX_SHIFT_PIXELS 1.0
#define MAX_SLICES 5000
#define MAX_IN_PLANE 4096

/* ---- planes ---- */

static void
clear_plane(gpointer plane)
{
  cap_dicom_file_unref(((CapStackPlane *)plane)->file);
}

GArray *
cap_planes_new(void)
{
  GArray *planes = g_array_new(FALSE, TRUE, sizeof(CapStackPlane));
  g_array_set_clear_func(planes, clear_plane);
  return planes;
}

void
cap_planes_add(GArray *planes, CapDicomFile *file, int frame)
{
  const CapStackPlane plane = {
      .file = cap_dicom_file_ref(file),
      .frame = &file->frames[frame],
      .absent = file->state != CAP_DICOM_IMAGE,
  };
  g_array_append_val(planes, plane);
}

static CapStackPlane *
plane_at(GArray *planes, int i)
{
  return &g_array_index(planes, CapStackPlane, i);
}

static CapPoint
point(const double *numbers)
{
  return (CapPoint){numbers[0], numbers[1], numbers[2]};
}

static CapPoint
unit(CapPoint p)
{
  const double norm = cap_point_length(p);
  return norm > 0 ? (CapPoint){p.x / norm, p.y / norm, p.z / norm} : p;
}

CapPoint
cap_plane_normal(const double orientation[6])
{
  const CapPoint r = point(orientation), c = point(orientation + 3);
  return unit((CapPoint){r.y * c.z - r.z * c.y, r.z * c.x - r.x * c.z,
                         r.x * c.y - r.y * c.x});
}

gboolean
cap_plane_is_orthonormal(const double orientation[6])
{
  const CapPoint r = point(orientation), c = point(orientation + 3);
  return fabs(cap_point_length(r) - 1) <= 1e-3 &&
         fabs(cap_point_length(c) - 1) <= 1e-3 &&
         fabs(cap_point_dot(r, c)) <= 1e-3;
}

void
cap_series_note(CapSeries *series, int number, CapSeverity severity,
                const char *file, const char *effect, const char *format, ...)
{
  CAP_LANGUAGE_ENGLISH; /* findings and caches keep it */
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_ptr_array_add(series->source->irregularities,
                  cap_irregularity_new(number, severity, file, text, effect));
}

/* ---- steps ---- */

static double
median_of(const double *values, int n)
{
  g_autofree double *sorted = g_memdup2(values, n * sizeof *values);
  qsort(sorted, n, sizeof *sorted, cap_rank_compare);
  return sorted[(n - 1) / 2];
}

static double *
steps_of(GArray *planes)
{
  double *steps = g_new(double, planes->len);
  for (guint i = 0; i + 1 < planes->len; i++)
    steps[i] =
        plane_at(planes, i + 1)->distance_mm - plane_at(planes, i)->distance_mm;
  return steps;
}

/* Slot of every plane when all steps are whole multiples of one step (within
 * max(0.01 mm, 1 %)) and gaps are the exception. Returns the number of slots
 * and the step, or 0 when the spacing is not uniform. */
static int
even_slots(GArray *planes, int *slots, double *step_mm)
{
  const int n = planes->len - 1;
  g_autofree double *steps = steps_of(planes);
  double step = median_of(steps, n), sum = 0;
  int singles = 0, gaps = 0;
  for (int i = 0; i < n; i++)
    if (lround(steps[i] / step) == 1) {
      sum += steps[i];
      singles++;
    }
  if (singles > 0)
    step = sum / singles;
  const double tolerance = MAX(0.01, 0.01 * step);
  slots[0] = 0;
  for (int i = 0; i < n; i++) {
    const double ratio = steps[i] / step;
    const int k = ratio < MAX_SLICES ? (int)lround(ratio) : MAX_SLICES;
    if (k < 1 || fabs(steps[i] - k * step) > MIN(tolerance * k, 0.25 * step))
      return 0;
    gaps += k > 1;
    slots[i + 1] = slots[i] + k;
    if (slots[i + 1] >= MAX_SLICES)
      return 0;
  }
  if (gaps > MAX(1, n / 5))
    return 0;
  const double first = plane_at(planes, 0)->distance_mm;
  step = (plane_at(planes, n)->distance_mm - first) / slots[n];
  for (int i = 0; i <= n; i++)
    if (fabs(plane_at(planes, i)->distance_mm - first - slots[i] * step) >
        MAX(tolerance, 0.05 * step))
      return 0;
  *step_mm = step;
  return slots[n] + 1;
}

/* In uneven stacks a gap is a step far larger than both of its neighbours. */
static gboolean
is_gap(const double *steps, int n, int i)
{
  const double before = i > 0 ? steps[i - 1] : 0;
  const double after = i + 1 < n ? steps[i + 1] : 0;
  return n > 1 && steps[i] > 1.75 * MAX(before, after);
}

/* ---- planning ---- */

static void
set_axes(CapSeriesPlan *plan)
{
  const CapStackPlane *first = plane_at(plan->planes, 0);
  const double *o = first->frame->orientation;
  CapVolume *grid = &plan->grid;
  const CapPoint row = unit(point(o)), normal = cap_plane_normal(o);
  grid->axis[0] = row;
  grid->axis[1] = (CapPoint){normal.y * row.z - normal.z * row.y,
                             normal.z * row.x - normal.x * row.z,
                             normal.x * row.y - normal.y * row.x};
  grid->axis[2] = normal;
  grid->origin_mm = point(first->frame->position_mm);
}

static int
by_distance(gconstpointer a, gconstpointer b)
{
  const CapStackPlane *p = a, *q = b;
  return (p->distance_mm > q->distance_mm) - (p->distance_mm < q->distance_mm);
}

/* Every plane's offset from the straight stack through the first one; returns
 * the largest in pixels and the angle of the whole stack. */
static double
measure_shifts(CapSeriesPlan *plan, double *degrees)
{
  const CapVolume *grid = &plan->grid;
  const CapPoint origin = grid->origin_mm;
  double largest = 0, sideways = 0, along = 0;
  for (guint i = 0; i < plan->planes->len; i++) {
    CapStackPlane *plane = plane_at(plan->planes, i);
    const CapPoint p = point(plane->frame->position_mm);
    const CapPoint d = {p.x - origin.x, p.y - origin.y, p.z - origin.z};
    const double u = cap_point_dot(d, grid->axis[0]),
                 v = cap_point_dot(d, grid->axis[1]);
    plane->shift[0] = u / grid->spacing_mm[0];
    plane->shift[1] = v / grid->spacing_mm[1];
    largest = MAX(largest, MAX(fabs(plane->shift[0]), fabs(plane->shift[1])));
    sideways = hypot(u, v);
    along = cap_point_dot(d, grid->axis[2]);
  }
  *degrees = along > 0 ? atan2(sideways, along) * 180 / G_PI : 0;
  return largest;
}

/* Room for planes that lie beside the first one. */
static void
widen_grid(CapSeriesPlan *plan)
{
  CapVolume *grid = &plan->grid;
  int *const size[2] = {&grid->columns, &grid->rows};
  for (int axis = 0; axis < 2; axis++) {
    double low = 0, high = 0;
    for (guint i = 0; i < plan->planes->len; i++) {
      low = MIN(low, plane_at(plan->planes, i)->shift[axis]);
      high = MAX(high, plane_at(plan->planes, i)->shift[axis]);
    }
    plan->pad[axis] = (int)ceil(-low - 1e-6);
    *size[axis] += plan->pad[axis] + (int)ceil(high - 1e-6);
    const double back = plan->pad[axis] * grid->spacing_mm[axis];
    grid->origin_mm.x -= back * grid->axis[axis].x;
    grid->origin_mm.y -= back * grid->axis[axis].y;
    grid->origin_mm.z -= back * grid->axis[axis].z;
  }
}

static void
note_gap(CapSeries *series, const CapStackPlane *below,
         const CapStackPlane *above, int n_missing)
{
  g_autofree char *effect = g_strdup_printf(
      n_missing == 1 ? N_("%d slice kept empty at the true place")
                     : N_("%d slices kept empty at the true place"),
      n_missing);
  cap_series_note(
      series, 1, CAP_SEVERITY_WARNING, above->file->name, effect,
      n_missing == 1
          ? N_("%d slice missing between %.2f and %.2f mm along the stack")
          : N_("%d slices missing between %.2f and %.2f mm along the stack"),
      n_missing, below->distance_mm, above->distance_mm);
}

static void
note_absent(CapSeries *series, const CapSeriesPlan *plan)
{
  for (int s = 0; s < plan->grid.slices; s++) {
    const int i = plan->plane_of_slice[s];
    if (i < 0 || !plane_at(plan->planes, i)->absent)
      continue;
    g_autofree char *effect =
        g_strdup_printf(N_("slice %d treated as missing"), s + 1);
    cap_series_note(
        series, 1, CAP_SEVERITY_WARNING, plane_at(plan->planes, i)->file->name,
        effect, N_("the slice at %.2f mm along the stack has no usable pixels"),
        plane_at(plan->planes, i)->distance_mm);
  }
}

static void
plan_even(CapSeries *series, CapSeriesPlan *plan, const int *slots)
{
  plan->plane_of_slice = g_new(int, plan->grid.slices);
  for (int s = 0; s < plan->grid.slices; s++)
    plan->plane_of_slice[s] = -1;
  for (guint i = 0; i < plan->planes->len; i++) {
    plan->plane_of_slice[slots[i]] = i;
    if (i > 0 && slots[i] - slots[i - 1] > 1)
      note_gap(series, plane_at(plan->planes, i - 1), plane_at(plan->planes, i),
               slots[i] - slots[i - 1] - 1);
  }
}

/* Uneven steps: a grid of the smallest one. */
static gboolean
plan_uneven(CapSeries *series, CapSeriesPlan *plan)
{
  GArray *planes = plan->planes;
  const int n = planes->len - 1;
  g_autofree double *steps = steps_of(planes);
  double smallest = steps[0], largest = steps[0];
  for (int i = 1; i < n; i++) {
    smallest = MIN(smallest, steps[i]);
    largest = MAX(largest, steps[i]);
  }
  const double first = plane_at(planes, 0)->distance_mm;
  const double extent = plane_at(planes, n)->distance_mm - first;
  /* Two images almost at one place must not explode the volume. */
  const double step = MAX(smallest, median_of(steps, n) / 4);
  if (extent / step >= MAX_SLICES)
    return FALSE;
  plan->grid.spacing_mm[2] = step;
  plan->grid.slices = (int)floor(extent / step + 1e-6) + 1;
  plan->plane_of_slice = g_new(int, plan->grid.slices);
  for (int s = 0, i = 0; s < plan->grid.slices; s++) {
    const double at = first + s * step;
    while (i + 1 < n && plane_at(planes, i + 1)->distance_mm <= at)
      i++;
    const gboolean nearer_above = at - plane_at(planes, i)->distance_mm >
                                  plane_at(planes, i + 1)->distance_mm - at;
    const gboolean on_plane =
        fabs(at - plane_at(planes, i + nearer_above)->distance_mm) < 0.01;
    plan->plane_of_slice[s] =
        is_gap(steps, n, i) && !on_plane ? -1 : i + nearer_above;
  }
  for (int i = 0; i < n; i++)
    if (is_gap(steps, n, i))
      note_gap(series, plane_at(planes, i), plane_at(planes, i + 1),
               MAX(1, (int)lround(steps[i] / step) - 1));
  CAP_LANGUAGE_ENGLISH; /* as in cap_series_note */
  g_autofree char *effect = g_strdup_printf(
      N_("resampled linearly to %.3f mm steps; each plane keeps its nearest "
         "source slice"),
      step);
  cap_series_note(series, 6, CAP_SEVERITY_WARNING, "", effect,
                  N_("the distance between slices varies from %.3f to %.3f mm"),
                  smallest, largest);
  return TRUE;
}

/* TRUE when the stack has to be sheared straight; notes why. */
static gboolean
plan_tilt(CapSeries *series, CapSeriesPlan *plan)
{
  double degrees = 0;
  const double largest = measure_shifts(plan, &degrees);
  if (degrees <= TILT_DEGREES && largest <= MAX_SHIFT_PIXELS) {
    const double stated = plane_at(plan->planes, 0)->frame->tilt_degrees;
    if (fabs(stated) > TILT_DEGREES)
      cap_series_note(series, 5, CAP_SEVERITY_WARNING, "",
                      N_("positions are trusted; nothing was resampled"),
                      N_("the header states a gantry tilt of %.1f°, but the "
                         "positions lie straight along the slice normal"),
                      stated);
    return FALSE;
  }
  widen_grid(plan);
  if (degrees > TILT_DEGREES)
    cap_series_note(series, 5, CAP_SEVERITY_WARNING, "",
                    N_("resampled to an orthogonal grid; every plane keeps its "
                       "source slice"),
                    N_("the stack is tilted by %.1f° against the slice normal "
                       "(gantry tilt)"),
                    degrees);
  else
    cap_series_note(series, 5, CAP_SEVERITY_WARNING, "",
                    N_("slices shifted in plane to lie above each other"),
                    N_("slices are offset in plane by up to %.1f pixels"),
                    largest);
  return TRUE;
}

static gboolean
plan_single(CapSeriesPlan *plan)
{
  const double thickness = plane_at(plan->planes, 0)->frame->thickness_mm;
  plan->grid.slices = 1;
  plan->grid.spacing_mm[2] = thickness > 0 ? thickness : 1;
  plan->plane_of_slice = g_new0(int, 1);
  plan->kind = CAP_STACK_EVEN;
  return TRUE;
}

static int
by_instance(gconstpointer a, gconstpointer b)
{
  const CapStackPlane *p = a, *q = b;
  if (p->file->instance_number != q->file->instance_number)
    return p->file->instance_number < q->file->instance_number ? -1 : 1;
  const int by_name = strcmp(p->file->path, q->file->path);
  return by_name != 0 ? by_name : p->frame->frame - q->frame->frame;
}

/* Images without a place are not measured: a column is one pixel wide, and rows
 * keep their proportion to it. */
static gboolean
plan_loose(CapSeriesPlan *plan)
{
  double *spacing = plan->grid.spacing_mm;
  spacing[1] /= spacing[0];
  spacing[0] = spacing[2] = 1;
  plan->kind = CAP_STACK_LOOSE;
  g_array_sort(plan->planes, by_instance);
  plan->grid.slices = MIN(plan->planes->len, MAX_SLICES);
  plan->grid.axis[0] = (CapPoint){1, 0, 0};
  plan->grid.axis[1] = (CapPoint){0, 1, 0};
  plan->grid.axis[2] = (CapPoint){0, 0, 1};
  plan->plane_of_slice = g_new(int, plan->grid.slices);
  for (int s = 0; s < plan->grid.slices; s++)
    plan->plane_of_slice[s] = s;
  return TRUE;
}

static gboolean
plan_stack(CapSeries *series, CapSeriesPlan *plan)
{
  const CapPoint normal =
      cap_plane_normal(plane_at(plan->planes, 0)->frame->orientation);
  for (guint i = 0; i < plan->planes->len; i++) {
    CapStackPlane *plane = plane_at(plan->planes, i);
    plane->distance_mm =
        cap_point_dot(point(plane->frame->position_mm), normal);
  }
  g_array_sort(plan->planes, by_distance);
  set_axes(plan);
  if (plan->planes->len == 1)
    return plan_single(plan);

  double degrees = 0;
  measure_shifts(plan, &degrees);
  if (degrees > MAX_TILT_DEGREES) {
    cap_series_note(series, 5, CAP_SEVERITY_ERROR, "",
                    N_("shown in InstanceNumber order; no measurements, no "
                       "detection"),
                    N_("the stack runs %.0f° off the slice normal, which no "
                       "gantry does"),
                    degrees);
    return plan_loose(plan);
  }
  g_autofree int *slots = g_new(int, plan->planes->len);
  double step = 0;
  const gboolean tilted = plan_tilt(series, plan);
  const int n_slots = even_slots(plan->planes, slots, &step);
  if (plan->grid.columns > MAX_IN_PLANE || plan->grid.rows > MAX_IN_PLANE)
    return FALSE;
  if (n_slots == 0) {
    plan->kind = CAP_STACK_RESAMPLED;
    return plan_uneven(series, plan);
  }
  plan->kind = tilted ? CAP_STACK_RESAMPLED : CAP_STACK_EVEN;
  plan->grid.slices = n_slots;
  plan->grid.spacing_mm[2] = step;
  plan_even(series, plan, slots);
  return TRUE;
}

gboolean
cap_series_plan_make(CapSeries *series, GArray *planes)
{
  CapSeriesPlan *plan = g_new0(CapSeriesPlan, 1);
  const CapStackPlane *first = plane_at(planes, 0);
  const CapDicomFrame *frame = first->frame;
  const gboolean placed = frame->has_position && frame->has_orientation;
  series->plan = plan;
  plan->planes = planes;
  plan->grid.rows = first->file->pixels.rows;
  plan->grid.columns = first->file->pixels.columns;
  plan->grid.spacing_mm[0] = frame->has_spacing ? frame->spacing_mm[1] : 1;
  plan->grid.spacing_mm[1] = frame->has_spacing ? frame->spacing_mm[0] : 1;
  const gboolean ok = placed ? cap_plane_is_orthonormal(frame->orientation) &&
                                   plan_stack(series, plan)
                             : plan_loose(plan);
  series->rows = plan->grid.rows;
  series->columns = plan->grid.columns;
  series->slices = plan->grid.slices;
  series->images = planes->len;
  for (int i = 0; i < 2; i++)
    series->spacing_mm[i] = frame->has_spacing ? frame->spacing_mm[1 - i] : 0;
  series->spacing_mm[2] = plan->kind != CAP_STACK_LOOSE &&
                                  (planes->len > 1 || frame->thickness_mm > 0)
                              ? plan->grid.spacing_mm[2]
                              : 0;
  if (ok && plan->kind != CAP_STACK_LOOSE)
    note_absent(series, plan);
  return ok;
}

void
cap_series_plan_free(CapSeriesPlan *plan)
{
  if (plan == NULL)
    return;
  g_array_unref(plan->planes);
  g_free(plan->plane_of_slice);
  g_free(plan);
}
