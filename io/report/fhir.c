/* fhir.json: an HL7 FHIR R5 Bundle with a DiagnosticReport, an Observation and
 * an ImagingSelection for each finding and each measurement by hand, the Device
 * that made them, and the Patient. Ids follow from content, so that the same
 * report has the same. */
#include "io/report/formats.h"

#include "core/measure/prior.h"
#include "io/report/dicom_common.h"
#include "io/report/fhir_parts.h"
#include "io/report/measure_codes.h"
#include "io/report/words.h"
#include "io/report/words_guidelines.h"

#include <math.h>
#include <string.h>

static void
put_patient(CapJson *json, const CapReport *report)
{
  const CapSource *s = report->volume ? report->volume->source : NULL;
  cap_fhir_begin_entry(json, report, "Patient", 0);
  if (s != NULL && *s->patient_id != '\0') {
    cap_json_begin_array(json, "identifier", TRUE);
    cap_json_begin_object(json, NULL, TRUE);
    cap_json_string(json, "value", s->patient_id);
    cap_json_end_object(json);
    cap_json_end_array(json);
  }
  if (s != NULL && *s->patient_name != '\0') {
    g_auto(GStrv) parts = g_strsplit(s->patient_name, "^", 3);
    cap_json_begin_array(json, "name", TRUE);
    cap_json_begin_object(json, NULL, TRUE);
    cap_json_string(json, "text", s->patient_name);
    if (*parts[0] != '\0')
      cap_json_string(json, "family", parts[0]);
    if (parts[1] != NULL && *parts[1] != '\0') {
      cap_json_begin_array(json, "given", TRUE);
      cap_json_string(json, NULL, parts[1]);
      cap_json_end_array(json);
    }
    cap_json_end_object(json);
    cap_json_end_array(json);
  }
  const char *sex = s ? s->patient_sex : "";
  if (g_str_equal(sex, "M") || g_str_equal(sex, "F") || g_str_equal(sex, "O"))
    cap_json_string(json, "gender",
                    *sex == 'M'   ? "male"
                    : *sex == 'F' ? "female"
                                  : "other");
  g_autofree char *born = cap_words_date(s ? s->patient_birth_date : "");
  if (*born != '\0')
    cap_json_string(json, "birthDate", born);
  cap_fhir_end_entry(json);
}

static void
put_device(CapJson *json, const CapReport *report)
{
  cap_fhir_begin_entry(json, report, "Device", 0);
  cap_json_string(json, "manufacturer", "Capsight");
  cap_json_begin_array(json, "name", TRUE);
  cap_json_begin_object(json, NULL, TRUE);
  cap_json_string(json, "value", "Capsight");
  cap_json_string(json, "type", "user-friendly-name");
  cap_json_end_object(json);
  cap_json_end_array(json);
  cap_json_begin_array(json, "version", TRUE);
  cap_json_begin_object(json, NULL, TRUE);
  cap_json_string(json, "value", CAP_VERSION);
  cap_json_end_object(json);
  if (cap_report_is_judged(report)) {
    g_autofree char *weights =
        g_strconcat("weights sha256 ", report->findings->weights_sha256, NULL);
    cap_json_begin_object(json, NULL, TRUE);
    cap_json_string(json, "value", weights);
    cap_json_end_object(json);
  }
  cap_json_end_array(json);
  cap_fhir_end_entry(json);
}

/* The images that a finding is on. */
static void
put_selection(CapJson *json, const CapReport *report, const CapFinding *finding)
{
  cap_fhir_begin_selection(json, report, finding->id);
  g_autoptr(GArray) slices = cap_report_slices(report, finding);
  if (slices->len > 0) {
    cap_json_begin_array(json, "instance", FALSE);
    for (guint i = 0; i < slices->len; i++) {
      cap_json_begin_object(json, NULL, TRUE);
      cap_fhir_put_image(
          json, cap_report_image(report, g_array_index(slices, int, i)));
      cap_json_end_object(json);
    }
    cap_json_end_array(json);
  }
  cap_fhir_end_entry(json);
}

static void
put_coded(CapJson *json, const CapCode *name, const CapCode *value)
{
  if (value == NULL)
    return;
  cap_json_begin_object(json, NULL, FALSE);
  cap_fhir_put_concept(json, "code", name);
  cap_fhir_put_concept(json, "valueCodeableConcept", value);
  cap_json_end_object(json);
}

static void
put_guidelines(CapJson *json, const CapReport *report, const CapFinding *f)
{
  for (int i = 0; i < CAP_N_GUIDELINES; i++) {
    g_autoptr(CapAdvice) advice =
        cap_guideline_judge((CapGuideline)i, report->findings, f);
    const CapGuidelineCategory *verdict = cap_guideline_verdict(advice, f);
    if (advice->probability > 0)
      cap_fhir_put_quantity(json, CAP_CODE_BROCK, 100 * advice->probability, 4,
                            CAP_CODE_PERCENT);
    if (verdict == NULL)
      continue;
    if (i == CAP_LUNGRADS)
      put_coded(json, cap_code(CAP_CODE_LUNGRADS),
                cap_code_lungrads(verdict->word));
    g_autofree char *basis =
        cap_words_guideline(report->findings, f, (CapGuideline)i);
    cap_json_begin_object(json, NULL, FALSE);
    cap_fhir_put_concept(json, "code",
                         cap_code(i == CAP_LUNGRADS ? CAP_CODE_LUNGRADS_BASIS
                                                    : CAP_CODE_FLEISCHNER));
    cap_json_string(json, "valueString", basis);
    cap_json_end_object(json);
  }
}

/* From LOW to HIGH, which may have no limit. */
static void
put_range(CapJson *json, CapCodeId name, double low, double high,
          CapCodeId unit)
{
  const double ends[] = {low, high};
  cap_json_begin_object(json, NULL, FALSE);
  cap_fhir_put_concept(json, "code", cap_code(name));
  cap_json_begin_object(json, "valueRange", TRUE);
  for (int i = 0; i < 2; i++)
    if (isfinite(ends[i]))
      cap_fhir_put_amount(json, i == 0 ? "low" : "high", ends[i], 1, unit);
  cap_json_end_object(json);
  cap_json_end_object(json);
}

static void
put_growth(CapJson *json, const CapGrowth *g)
{
  cap_fhir_put_quantity(json, CAP_CODE_VOLUME_CHANGE, 100 * (g->ratio - 1), 1,
                        CAP_CODE_PERCENT);
  put_range(json, CAP_CODE_VOLUME_CHANGE_CI, 100 * (g->ratio_low - 1),
            100 * (g->ratio_high - 1), CAP_CODE_PERCENT);
  if (isfinite(g->doubling_days))
    cap_fhir_put_quantity(json, CAP_CODE_DOUBLING_TIME, g->doubling_days, 1,
                          CAP_CODE_DAY);
  if (isfinite(g->doubling_low))
    put_range(json, CAP_CODE_DOUBLING_TIME_CI, g->doubling_low,
              g->doubling_high, CAP_CODE_DAY);
}

/* What F was in the earlier scan, and how it has grown. */
static void
put_prior(CapJson *json, const CapFinding *f)
{
  const CapPrior *then = &f->prior;
  CapGrowth growth;
  if (then->state == CAP_PRIOR_NONE)
    return;
  put_coded(json, cap_code(CAP_CODE_PRIOR), cap_code_prior(then->state));
  if (then->days > 0)
    cap_fhir_put_quantity(json, CAP_CODE_PRIOR_INTERVAL, then->days, 0,
                          CAP_CODE_DAY);
  if (then->state != CAP_PRIOR_MATCHED)
    return;
  put_coded(json, cap_code(CAP_CODE_PRIOR_TYPE), cap_code_type(then->type));
  cap_fhir_put_quantity(json, CAP_CODE_PRIOR_DIAMETER, then->mean_diameter_mm,
                        4, CAP_CODE_MILLIMETER);
  if (then->solid_mean_diameter_mm > 0)
    cap_fhir_put_quantity(json, CAP_CODE_PRIOR_SOLID_DIAMETER,
                          then->solid_mean_diameter_mm, 4, CAP_CODE_MILLIMETER);
  cap_fhir_put_quantity(json, CAP_CODE_PRIOR_VOLUME, then->volume_mm3, 2,
                        CAP_CODE_CUBIC_MILLIMETER);
  if (cap_prior_growth(f, &growth))
    put_growth(json, &growth);
}

static void
put_components(CapJson *json, const CapReport *report, const CapFinding *f)
{
  cap_json_begin_array(json, "component", FALSE);
  const CapCodeId mm = cap_measure_unit(f->unknown, CAP_CODE_MILLIMETER);
  cap_fhir_put_quantity(json, CAP_CODE_LONG_AXIS, f->long_axis_mm, 4, mm);
  cap_fhir_put_quantity(json, CAP_CODE_SHORT_AXIS, f->short_axis_mm, 4, mm);
  cap_fhir_put_quantity(json, CAP_CODE_DIAMETER, f->mean_diameter_mm, 4, mm);
  cap_fhir_put_quantity(
      json, CAP_CODE_VOLUME, f->volume_mm3, 2,
      cap_measure_unit(f->unknown, CAP_CODE_CUBIC_MILLIMETER));
  cap_fhir_put_quantity(json, CAP_CODE_ATTENUATION, f->hu_mean, 2,
                        cap_measure_unit(f->unknown, CAP_CODE_HOUNSFIELD));
  put_coded(json, cap_code(CAP_CODE_TYPE), cap_code_type(f->type));
  put_coded(json, cap_code(CAP_CODE_STATUS), cap_code_status(f->status));
  if (f->side != CAP_SIDE_UNKNOWN)
    put_coded(
        json, cap_code(CAP_CODE_LATERALITY),
        cap_code(f->side == CAP_SIDE_RIGHT ? CAP_CODE_RIGHT : CAP_CODE_LEFT));
  if (cap_report_has_judged(report, f)) {
    cap_fhir_put_quantity(json, CAP_CODE_CERTAINTY, 100 * f->probability, 4,
                          CAP_CODE_PERCENT);
    cap_fhir_put_quantity(json, CAP_CODE_CANCER,
                          100 * f->malignancy_probability, 4, CAP_CODE_PERCENT);
    for (int i = 0; i < CAP_N_ATTRIBUTES; i++) {
      const CapAttributeKind kind = (CapAttributeKind)i;
      const int level = cap_words_level(&f->attributes[i], kind);
      put_coded(json, cap_code_attribute(kind),
                cap_code_attribute_level(kind, level));
    }
  }
  put_prior(json, f);
  put_guidelines(json, report, f);
  cap_json_end_array(json);
}

static void
put_observation(CapJson *json, const CapReport *report, const CapFinding *f)
{
  g_autofree char *uid = cap_report_tracking_uid(report, f);
  cap_fhir_begin_observation(json, report, f->id, uid,
                             f->status == CAP_STATUS_ACCEPTED ? "final"
                                                              : "preliminary");
  cap_fhir_put_concept(json, "code", cap_code(CAP_CODE_NODULE));
  cap_fhir_put_origin(json, report, f->id);
  cap_fhir_put_concept(json, "bodySite", cap_code_site(f->side, f->lobe));
  put_components(json, report, f);
  cap_fhir_end_entry(json);
}

static void
put_report(CapJson *json, const CapReport *report)
{
  const GPtrArray *items = report->findings->items;
  const GPtrArray *measured = report->findings->measurements;
  cap_fhir_begin_entry(json, report, "DiagnosticReport", 0);
  cap_json_string(json, "status", report->unreviewed ? "preliminary" : "final");
  cap_fhir_put_concept(json, "code",
                       cap_code_procedure(report->findings->unknown));
  cap_fhir_put_reference(json, "subject", report, "Patient", 0);
  cap_fhir_put_effective(json, report);
  cap_json_string(json, "issued", report->stamp);
  if (items->len + measured->len > 0) {
    cap_json_begin_array(json, "result", FALSE);
    for (guint i = 0; i < items->len; i++)
      cap_fhir_put_reference(json, NULL, report, "Observation",
                             ((const CapFinding *)items->pdata[i])->id);
    for (guint i = 0; i < measured->len; i++)
      cap_fhir_put_reference(json, NULL, report, "Observation",
                             -((const CapMeasurement *)measured->pdata[i])->id);
    cap_json_end_array(json);
  }
  g_autoptr(GPtrArray) words = cap_words_summary(report);
  g_ptr_array_add(words, cap_words_exam_paragraph(report->findings,
                                                  report->not_evaluable,
                                                  &report->pending));
  g_ptr_array_add(words, NULL);
  g_autofree char *conclusion = g_strjoinv(" ", (char **)words->pdata);
  cap_json_string(json, "conclusion", conclusion);
  cap_json_begin_array(json, "conclusionCode", TRUE);
  cap_fhir_put_concept(json, NULL, cap_report_result_code(report));
  cap_json_end_array(json);
  cap_fhir_end_entry(json);
}

gboolean
cap_report_write_fhir(const CapReport *report, const char *path, GError **error)
{
  g_autofree char *id = cap_fhir_urn(report, "Bundle", 0);
  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, FALSE);
  cap_json_string(json, "resourceType", "Bundle");
  cap_json_string(json, "id", id + strlen("urn:uuid:"));
  cap_json_string(json, "type", "collection");
  cap_json_string(json, "timestamp", report->stamp);
  cap_json_begin_array(json, "entry", FALSE);
  put_report(json, report);
  put_patient(json, report);
  put_device(json, report);
  for (guint i = 0; i < report->findings->items->len; i++) {
    const CapFinding *finding = report->findings->items->pdata[i];
    put_observation(json, report, finding);
    put_selection(json, report, finding);
  }
  for (guint i = 0; i < report->findings->measurements->len; i++)
    cap_fhir_put_measurement(json, report,
                             report->findings->measurements->pdata[i]);
  cap_json_end_array(json);
  cap_json_end_object(json);
  g_autofree char *text = cap_json_finish(json);
  return cap_report_save_text(text, path, error);
}
