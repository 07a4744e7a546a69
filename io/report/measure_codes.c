/* Coded quantities of measurements: see measure_codes.h. */
#include "io/report/measure_codes.h"

#include "core/image/point.h"
#include "core/image/unit.h"

#define NONE CAP_N_CODES
#define AT(field) G_STRUCT_OFFSET(CapMeasurement, field)
#define DENSITY(kind, derivation, field)                                       \
  {                                                                            \
    kind, CAP_CODE_ATTENUATION, derivation, CAP_CODE_HOUNSFIELD, AT(field),    \
        -1, TRUE                                                               \
  }

static const CapMeasureQuantity table[] = {
    {CAP_MEASURE_LENGTH, CAP_CODE_LENGTH, NONE, CAP_CODE_MILLIMETER,
     AT(long_mm), 0, FALSE},
    {CAP_MEASURE_AXES, CAP_CODE_LONG_AXIS, NONE, CAP_CODE_MILLIMETER,
     AT(long_mm), 0, FALSE},
    {CAP_MEASURE_AXES, CAP_CODE_SHORT_AXIS, NONE, CAP_CODE_MILLIMETER,
     AT(short_mm), 1, FALSE},
    {CAP_MEASURE_AXES, CAP_CODE_DIAMETER, CAP_CODE_MEAN, CAP_CODE_MILLIMETER,
     AT(mean_diameter_mm), -1, FALSE},
    {CAP_MEASURE_ELLIPSE, CAP_CODE_AREA, NONE, CAP_CODE_SQUARE_MILLIMETER,
     AT(area_mm2), -1, FALSE},
    DENSITY(CAP_MEASURE_ELLIPSE, CAP_CODE_MEAN, hu_mean),
    DENSITY(CAP_MEASURE_ELLIPSE, CAP_CODE_DEVIATION, hu_sd),
    DENSITY(CAP_MEASURE_ELLIPSE, CAP_CODE_MINIMUM, hu_min),
    DENSITY(CAP_MEASURE_ELLIPSE, CAP_CODE_MAXIMUM, hu_max),
    {CAP_MEASURE_ANGLE, CAP_CODE_ANGLE, NONE, CAP_CODE_DEGREE, AT(angle_deg), 0,
     FALSE},
    {CAP_MEASURE_FREEHAND, CAP_CODE_AREA, NONE, CAP_CODE_SQUARE_MILLIMETER,
     AT(area_mm2), -1, FALSE},
    DENSITY(CAP_MEASURE_FREEHAND, CAP_CODE_MEAN, hu_mean),
    DENSITY(CAP_MEASURE_FREEHAND, CAP_CODE_DEVIATION, hu_sd),
    DENSITY(CAP_MEASURE_FREEHAND, CAP_CODE_MINIMUM, hu_min),
    DENSITY(CAP_MEASURE_FREEHAND, CAP_CODE_MAXIMUM, hu_max),
};

const CapMeasureQuantity *
cap_measure_quantities(guint *n)
{
  *n = G_N_ELEMENTS(table);
  return table;
}

const CapCode *
cap_code_measure_kind(CapMeasureKind kind)
{
  static const CapCodeId ids[CAP_N_MEASURE_KINDS] = {
      CAP_CODE_KIND_LENGTH, CAP_CODE_KIND_AXES, CAP_CODE_KIND_ELLIPSE,
      CAP_CODE_KIND_ANGLE, CAP_CODE_KIND_FREEHAND};
  return cap_code(ids[kind]);
}

double *
cap_measure_number(CapMeasurement *m, const CapMeasureQuantity *quantity)
{
  return &G_STRUCT_MEMBER(double, m, quantity->offset);
}

CapCodeId
cap_measure_unit(unsigned unknown, CapCodeId unit)
{
  switch (unit) {
  case CAP_CODE_HOUNSFIELD:
    return unknown & CAP_UNKNOWN_HU ? CAP_CODE_ONE : unit;
  case CAP_CODE_MILLIMETER:
  case CAP_CODE_SQUARE_MILLIMETER:
  case CAP_CODE_CUBIC_MILLIMETER:
    return unknown & CAP_UNKNOWN_MM ? CAP_CODE_PIXELS : unit;
  default:
    return unit;
  }
}

gboolean
cap_measure_has_number(const CapMeasurement *m,
                       const CapMeasureQuantity *quantity)
{
  return quantity->kind == m->kind && (!quantity->content || m->n_voxels > 0);
}

CapSrGraphic
cap_measure_graphic(CapMeasureKind kind)
{
  return kind == CAP_MEASURE_ELLIPSE ? CAP_SR_ELLIPSE : CAP_SR_POLYLINE;
}

int
cap_measure_shape_ends(CapMeasureKind kind, int i, int *first)
{
  const int n_shapes = kind == CAP_MEASURE_AXES ? 2 : 1;
  const int n = cap_measurement_n_ends(kind) / n_shapes;
  *first = i * n;
  return i < n_shapes ? n : 0;
}

/* The second of two axes is the longer one. */
static gboolean
is_turned(const CapMeasurement *m)
{
  return cap_measurement_n_ends(m->kind) == 4 &&
         cap_point_distance(m->ends_mm[0], m->ends_mm[1]) <
             cap_point_distance(m->ends_mm[2], m->ends_mm[3]);
}

/* An outline, whose first point comes again at its end: that closes it (PS3.3
 * C.18.6.1.2). */
static GArray *
closed(const GArray *outline_mm)
{
  GArray *points = g_array_copy((GArray *)outline_mm);
  const CapPoint first = g_array_index(points, CapPoint, 0);
  g_array_append_val(points, first);
  return points;
}

GArray *
cap_measure_shape(const CapMeasurement *m, int i)
{
  int first;
  if (m->kind == CAP_MEASURE_FREEHAND)
    return i == 0 && m->outline_mm->len > 0 ? closed(m->outline_mm) : NULL;
  const int n = cap_measure_shape_ends(m->kind, i, &first);
  const int turn = is_turned(m) ? 2 : 0;
  if (n == 0)
    return NULL;
  GArray *points = g_array_new(FALSE, FALSE, sizeof(CapPoint));
  for (int k = first; k < first + n; k++)
    g_array_append_val(points, m->ends_mm[k ^ turn]);
  return points;
}
