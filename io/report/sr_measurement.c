/* Measurements by hand as measurement groups: see sr_measurement.h. */
#include "io/report/sr_measurement.h"

#include "io/report/dicom_common.h"
#include "io/report/measure_codes.h"
#include "io/report/sr_number.h"
#include "io/report/words.h"

enum { DECIMALS = 4 }; /* with which measurements are kept */

typedef struct {
  CapDcmtkSr *sr;
  int group;
  const CapReport *report;
  const CapMeasurement *measurement;
} Group;

/* Shape I below PARENT: on the image that it lies on, else in the patient. */
static void
add_shape(const Group *g, int parent, const CapSrShape *shape, int i)
{
  g_autoptr(GArray) array = cap_measure_shape(g->measurement, i);
  if (array == NULL)
    return;
  const CapPoint *points = &g_array_index(array, CapPoint, 0);
  const int n = (int)array->len;
  const CapReportImage *image = cap_report_image_under(g->report, points, n);
  if (image == NULL) {
    g_autofree char *frame = cap_report_frame_of_reference(g->report);
    cap_dcmtk_sr_add_points_3d(g->sr, parent, shape, points, n, frame);
    return;
  }
  g_autofree double *pixels = g_new(double, 2 * n);
  for (int k = 0; k < n; k++)
    cap_report_to_pixel(image, points[k], pixels + 2 * k);
  const CapSrReference reference = cap_report_reference(g->report, image);
  cap_dcmtk_sr_add_points(g->sr, parent, shape, pixels, n, &reference);
}

static void
add_numbers(const Group *g)
{
  const CapMeasurement *m = g->measurement;
  const CapSrShape line = {CAP_SR_INFERRED_FROM, NULL,
                           cap_measure_graphic(m->kind)};
  guint n;
  const CapMeasureQuantity *list = cap_measure_quantities(&n);
  for (guint i = 0; i < n; i++) {
    const CapMeasureQuantity *q = &list[i];
    if (!cap_measure_has_number(m, q))
      continue;
    const int node = cap_report_sr_number(
        g->sr, g->group, q->name, *cap_measure_number((CapMeasurement *)m, q),
        DECIMALS, cap_measure_unit(m->unknown, q->unit));
    if (q->derivation != CAP_N_CODES)
      cap_report_sr_derivation(g->sr, node, q->derivation);
    if (q->shape >= 0)
      add_shape(g, node, &line, q->shape);
  }
  if (cap_measure_is_region(m->kind))
    cap_report_sr_number(g->sr, g->group, CAP_CODE_VOXELS, m->n_voxels, 0,
                         CAP_CODE_ONE);
}

void
cap_report_sr_measurement(CapDcmtkSr *sr, int parent, const CapReport *report,
                          const CapMeasurement *m)
{
  const gboolean region = cap_measure_is_region(m->kind);
  g_autofree char *id =
      g_strdup_printf(CAP_MEASUREMENT_TRACKING_PREFIX "%d", m->id);
  const CapSrShape outline = {CAP_SR_CONTAINS, cap_code(CAP_CODE_REGION),
                              cap_measure_graphic(m->kind)};
  Group g = {sr, 0, report, m};
  g.group = cap_dcmtk_sr_add_container(sr, parent, CAP_SR_CONTAINS,
                                       cap_code(CAP_CODE_GROUP),
                                       region ? "1410" : "1501");
  cap_dcmtk_sr_add_text(sr, g.group, CAP_SR_OBS_CONTEXT,
                        cap_code(CAP_CODE_TRACKING_ID), id);
  cap_dcmtk_sr_add_uid(sr, g.group, CAP_SR_OBS_CONTEXT,
                       cap_code(CAP_CODE_TRACKING_UID), m->tracking_uid);
  if (region)
    add_shape(&g, g.group, &outline, 0);
  add_numbers(&g);
  cap_dcmtk_sr_add_code(sr, g.group, CAP_SR_CONTAINS,
                        cap_code(CAP_CODE_MEASURED),
                        cap_code_measure_kind(m->kind));
  if (*m->name != '\0')
    cap_dcmtk_sr_add_text(sr, g.group, CAP_SR_CONTAINS,
                          cap_code(CAP_CODE_COMMENT), m->name);
}
