/* Measurements by hand as FHIR Observations: see fhir_parts.h. */
#include "io/report/fhir_parts.h"
#include "io/report/measure_codes.h"

enum { MM = 4 };

/* Shape I on IMAGE: column and row by turns, (0, 0) the top left corner; NULL:
 * millimetres of the frame of reference. FALSE when there is no such shape. */
static gboolean
put_shape(CapJson *json, const CapMeasurement *m, int i,
          const CapReportImage *image)
{
  static const char *const words[] = {[CAP_SR_POINT] = "point",
                                      [CAP_SR_POLYLINE] = "polyline",
                                      [CAP_SR_ELLIPSE] = "ellipse"};
  g_autoptr(GArray) points = cap_measure_shape(m, i);
  if (points == NULL)
    return FALSE;
  g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(double));
  for (guint k = 0; k < points->len; k++) {
    const CapPoint p = g_array_index(points, CapPoint, k);
    double at[3] = {p.x, p.y, p.z};
    if (image != NULL)
      cap_report_to_pixel(image, p, at);
    g_array_append_vals(numbers, at, image != NULL ? 2 : 3);
  }
  cap_json_begin_object(json, NULL, TRUE);
  cap_json_string(json, "regionType", words[cap_measure_graphic(m->kind)]);
  cap_json_numbers(json, "coordinate", &g_array_index(numbers, double, 0),
                   (int)numbers->len, MM);
  cap_json_end_object(json);
  return TRUE;
}

static void
put_shapes(CapJson *json, const char *key, const CapMeasurement *m,
           const CapReportImage *image)
{
  cap_json_begin_array(json, key, TRUE);
  for (int i = 0; put_shape(json, m, i, image); i++)
    ;
  cap_json_end_array(json);
}

/* Where it was measured: on an image, or in space where it lies on none. */
static void
put_selection(CapJson *json, const CapReport *report, const CapMeasurement *m)
{
  const CapReportImage *image = cap_report_measurement_image(report, m);
  cap_fhir_begin_selection(json, report, -m->id);
  if (image != NULL) {
    cap_json_begin_array(json, "instance", FALSE);
    cap_json_begin_object(json, NULL, FALSE);
    cap_fhir_put_image(json, image);
    put_shapes(json, "imageRegion2D", m, image);
    cap_json_end_object(json);
    cap_json_end_array(json);
  } else {
    put_shapes(json, "imageRegion3D", m, NULL);
  }
  cap_fhir_end_entry(json);
}

/* A component has no derivation: what is no mean has a name of its own. */
static CapCodeId
name_of(const CapMeasureQuantity *q)
{
  switch (q->derivation) {
  case CAP_CODE_DEVIATION:
    return CAP_CODE_HU_SD;
  case CAP_CODE_MINIMUM:
    return CAP_CODE_HU_MIN;
  case CAP_CODE_MAXIMUM:
    return CAP_CODE_HU_MAX;
  default:
    return q->name;
  }
}

/* One number is the Observation's value, several are its components. */
static void
put_numbers(CapJson *json, const CapMeasurement *m)
{
  guint n, n_told = 0;
  const CapMeasureQuantity *list = cap_measure_quantities(&n);
  const CapMeasureQuantity *only = NULL;
  for (guint i = 0; i < n; i++)
    if (cap_measure_has_number(m, &list[i])) {
      only = &list[i];
      n_told++;
    }
  if (n_told == 1 && !cap_measure_is_region(m->kind)) {
    cap_fhir_put_amount(json, "valueQuantity",
                        *cap_measure_number((CapMeasurement *)m, only), MM,
                        cap_measure_unit(m->unknown, only->unit));
    return;
  }
  cap_json_begin_array(json, "component", FALSE);
  for (guint i = 0; i < n; i++)
    if (cap_measure_has_number(m, &list[i]))
      cap_fhir_put_quantity(json, name_of(&list[i]),
                            *cap_measure_number((CapMeasurement *)m, &list[i]),
                            MM, cap_measure_unit(m->unknown, list[i].unit));
  if (cap_measure_is_region(m->kind))
    cap_fhir_put_quantity(json, CAP_CODE_VOXELS, m->n_voxels, 0, CAP_CODE_ONE);
  cap_json_end_array(json);
}

static const CapCode *
code_of(CapMeasureKind kind)
{
  return kind == CAP_MEASURE_LENGTH  ? cap_code(CAP_CODE_LENGTH)
         : kind == CAP_MEASURE_ANGLE ? cap_code(CAP_CODE_ANGLE)
                                     : cap_code_measure_kind(kind);
}

void
cap_fhir_put_measurement(CapJson *json, const CapReport *report,
                         const CapMeasurement *m)
{
  cap_fhir_begin_observation(json, report, -m->id, m->tracking_uid, "final");
  cap_fhir_put_concept(json, "code", code_of(m->kind));
  cap_fhir_put_origin(json, report, -m->id);
  if (*m->name != '\0') {
    cap_json_begin_array(json, "note", TRUE);
    cap_json_begin_object(json, NULL, TRUE);
    cap_json_string(json, "text", m->name);
    cap_json_end_object(json);
    cap_json_end_array(json);
  }
  put_numbers(json, m);
  cap_fhir_end_entry(json);
  put_selection(json, report, m);
}
