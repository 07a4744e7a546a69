/* CapMeasurement: see measurement.h. */
#include "core/measure/measurement.h"

#include "core/image/point.h"
#include "core/measure/ellipse.h"
#include "core/measure/freehand.h"

#include <string.h>

#define LEAST_MM 0.01 /* shorter lines measure nothing */

static const char *const kind_names[CAP_N_MEASURE_KINDS] = {
    "length", "axes", "ellipse", "angle", "freehand"};
static const int n_ends[CAP_N_MEASURE_KINDS] = {2, 4, 4, 3, 0};

CapMeasurement *
cap_measurement_new(CapMeasureKind kind)
{
  CapMeasurement *measurement = g_new0(CapMeasurement, 1);
  measurement->kind = kind;
  measurement->tracking_uid = g_strdup("");
  measurement->outline_mm = g_array_new(FALSE, FALSE, sizeof(CapPoint));
  measurement->name = g_strdup("");
  measurement->sop_uid = g_strdup("");
  return measurement;
}

CapMeasurement *
cap_measurement_copy(const CapMeasurement *from)
{
  CapMeasurement *copy = g_new(CapMeasurement, 1);
  *copy = *from;
  copy->tracking_uid = g_strdup(from->tracking_uid);
  copy->outline_mm = g_array_copy(from->outline_mm);
  copy->name = g_strdup(from->name);
  copy->sop_uid = g_strdup(from->sop_uid);
  return copy;
}

void
cap_measurement_free(CapMeasurement *measurement)
{
  if (measurement == NULL)
    return;
  g_free(measurement->tracking_uid);
  g_array_unref(measurement->outline_mm);
  g_free(measurement->name);
  g_free(measurement->sop_uid);
  g_free(measurement);
}

int
cap_measurement_n_ends(CapMeasureKind kind)
{
  g_return_val_if_fail(kind < CAP_N_MEASURE_KINDS, 0);
  return n_ends[kind];
}

gboolean
cap_measure_is_region(CapMeasureKind kind)
{
  return kind == CAP_MEASURE_ELLIPSE || kind == CAP_MEASURE_FREEHAND;
}

const CapPoint *
cap_measurement_points(const CapMeasurement *m, int *n)
{
  if (m->kind != CAP_MEASURE_FREEHAND) {
    *n = cap_measurement_n_ends(m->kind);
    return m->ends_mm;
  }
  *n = (int)m->outline_mm->len;
  return (const CapPoint *)m->outline_mm->data;
}

gboolean
cap_measurement_plane(const CapMeasurement *m, const CapVolume *volume,
                      CapPlane *plane, int *index)
{
  int n;
  const CapPoint *points = cap_measurement_points(m, &n);
  for (int p = CAP_PLANE_AXIAL; n > 0 && p <= CAP_PLANE_SAGITTAL; p++) {
    const int at = cap_slice_index(volume, (CapPlane)p, points[0]);
    int flat = 1;
    while (flat < n && cap_slice_index(volume, (CapPlane)p, points[flat]) == at)
      flat++;
    if (flat < n)
      continue;
    *plane = (CapPlane)p;
    *index = at;
    return TRUE;
  }
  return FALSE;
}

gboolean
cap_measurement_lies_like(const CapMeasurement *a, const CapMeasurement *b)
{
  int n, n_other;
  const CapPoint *points = cap_measurement_points(a, &n);
  const CapPoint *others = cap_measurement_points(b, &n_other);
  return a->kind == b->kind && n == n_other &&
         memcmp(points, others, (gsize)n * sizeof *points) == 0;
}

CapPoint
cap_measurement_middle(const CapMeasurement *m)
{
  int n;
  const CapPoint *points = cap_measurement_points(m, &n);
  CapPoint sum = {0, 0, 0};
  for (int i = 0; i < n; i++)
    sum = cap_point_add(sum, points[i]);
  return cap_point_scale(sum, 1.0 / MAX(n, 1));
}

static double
length_of(const CapMeasurement *m, int from)
{
  return cap_point_distance(m->ends_mm[from], m->ends_mm[from + 1]);
}

gboolean
cap_measurement_is_sound(const CapMeasurement *m)
{
  int n;
  const CapPoint *points = cap_measurement_points(m, &n);
  if (m->kind == CAP_MEASURE_FREEHAND)
    return cap_freehand_is_simple(points, n);
  if (length_of(m, 0) < LEAST_MM)
    return FALSE;
  switch (m->kind) {
  case CAP_MEASURE_AXES:
  case CAP_MEASURE_ELLIPSE:
    return length_of(m, 2) >= LEAST_MM;
  case CAP_MEASURE_ANGLE:
    return length_of(m, 1) >= LEAST_MM;
  default:
    return TRUE;
  }
}

/* ---- working out ---- */

static double
kept(double value)
{
  return floor(value * 1e4 + 0.5) / 1e4;
}

/* Between the arms; exact also near 0 and 180 degrees, where a cosine is not.
 */
static double
angle_of(const CapPoint ends_mm[3])
{
  const CapPoint a = cap_point_sub(ends_mm[0], ends_mm[1]);
  const CapPoint b = cap_point_sub(ends_mm[2], ends_mm[1]);
  return atan2(cap_point_length(cap_point_cross(a, b)), cap_point_dot(a, b)) *
         180 / G_PI;
}

static void
set_axes(CapMeasurement *m)
{
  const double a = length_of(m, 0), b = length_of(m, 2);
  m->long_mm = kept(fmax(a, b));
  m->short_mm = kept(fmin(a, b));
  m->mean_diameter_mm = kept((a + b) / 2);
}

static CapRegionContent
content_of(const CapMeasurement *m, const CapVolume *volume)
{
  int n;
  const CapPoint *points = cap_measurement_points(m, &n);
  if (m->kind == CAP_MEASURE_FREEHAND)
    return cap_freehand_measure(volume, points, n);
  const CapEllipse ellipse = cap_ellipse_of_ends(points);
  return cap_ellipse_measure(volume, &ellipse);
}

static void
set_content(CapMeasurement *m, const CapVolume *volume)
{
  const CapRegionContent content = content_of(m, volume);
  m->area_mm2 = kept(content.area_mm2);
  m->n_voxels = content.n_voxels;
  m->hu_mean = kept(content.hu_mean);
  m->hu_sd = kept(content.hu_sd);
  m->hu_min = content.hu_min;
  m->hu_max = content.hu_max;
}

void
cap_measurement_work_out(CapMeasurement *m, const CapVolume *volume)
{
  int n;
  CapPoint *points = (CapPoint *)cap_measurement_points(m, &n);
  for (int i = 0; i < n; i++)
    points[i] =
        (CapPoint){kept(points[i].x), kept(points[i].y), kept(points[i].z)};
  switch (m->kind) {
  case CAP_MEASURE_LENGTH:
    m->long_mm = kept(length_of(m, 0));
    break;
  case CAP_MEASURE_AXES:
    set_axes(m);
    break;
  case CAP_MEASURE_ELLIPSE:
  case CAP_MEASURE_FREEHAND:
    set_content(m, volume);
    break;
  case CAP_MEASURE_ANGLE:
    m->angle_deg = kept(angle_of(m->ends_mm));
    break;
  default:
    break;
  }
  m->unknown = volume->source->unknown;
  const double slice = cap_volume_to_index(volume, cap_measurement_middle(m)).z;
  m->source_slice = (int)fmin(fmax(floor(slice + 0.5), 0), volume->slices - 1);
  char *const *uids = volume->source->sop_uids;
  g_free(m->sop_uid);
  m->sop_uid = g_strdup(uids != NULL ? uids[m->source_slice] : "");
}

/* ---- words ---- */

const char *
cap_measure_kind_name(CapMeasureKind kind)
{
  g_return_val_if_fail(kind < CAP_N_MEASURE_KINDS, "");
  return kind_names[kind];
}

gboolean
cap_measure_kind_parse(const char *word, CapMeasureKind *kind)
{
  for (int i = 0; i < CAP_N_MEASURE_KINDS; i++)
    if (g_strcmp0(word, kind_names[i]) == 0) {
      *kind = (CapMeasureKind)i;
      return TRUE;
    }
  return FALSE;
}
