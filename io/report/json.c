/* report.json: a report for programs; report.schema.json says what is in it. */
#include "io/report/formats.h"

#include "core/irregularity.h"
#include "core/measure/malignancy.h"
#include "io/findings/findings_guidelines.h"
#include "io/findings/measurement_json.h"
#include "io/findings/prior_json.h"
#include "io/findings/unit_json.h"
#include "io/json.h"
#include "io/report/dicom_common.h"
#include "io/report/words.h"
#include "io/report/words_tables.h"

#include <string.h>

enum { MM = 4, PROBABILITY = 6, LEVEL = 4, HU = 2 };

static void
put_head(CapJson *json, const CapReport *report)
{
  cap_json_int(json, "report_version", 1);
  cap_json_string(json, "notice", CAP_WORDS_NOT_DIAGNOSTIC);
  cap_json_string(json, "created", report->stamp);
  cap_json_begin_object(json, "software", TRUE);
  cap_json_string(json, "name", "Capsight");
  cap_json_string(json, "version", CAP_VERSION);
  cap_json_string(json, "weights_sha256", report->findings->weights_sha256);
  cap_json_end_object(json);
  static const char *const results[] = {
      [CAP_RESULT_FINDINGS] = "findings",
      [CAP_RESULT_NOTHING_FOUND] = "nothing-found",
      [CAP_RESULT_NOT_SEARCHED] = "not-searched",
      [CAP_RESULT_NOT_EVALUABLE] = "not-evaluable"};
  cap_json_string(json, "result", results[cap_report_result(report)]);
  cap_json_string(json, "not_evaluable", report->not_evaluable);
  cap_json_bool(json, "reviewed", !report->unreviewed);
  cap_json_string(json, "reader", report->reader);
  cap_json_begin_object(json, "left_out", TRUE);
  cap_json_int(json, "rejected", report->n_rejected);
  cap_json_int(json, "unreviewed", report->n_unreviewed);
  cap_json_end_object(json);
  g_autoptr(GPtrArray) words = cap_words_summary(report);
  cap_json_strings(json, "summary", words);
}

static void
put_scan(CapJson *json, const CapReport *report)
{
  const CapSource *source = report->volume ? report->volume->source : NULL;
  cap_json_begin_object(json, "patient", TRUE);
  cap_json_string(json, "id", source ? source->patient_id : "");
  cap_json_string(json, "name", source ? source->patient_name : "");
  cap_json_string(json, "sex", source ? source->patient_sex : "");
  cap_json_string(json, "birth_date", source ? source->patient_birth_date : "");
  cap_json_end_object(json);
  cap_json_begin_object(json, "scan", FALSE);
  cap_json_string(json, "study_uid", report->findings->study_uid);
  cap_json_string(json, "series_uid", report->findings->series_uid);
  cap_json_string(json, "frame_of_reference_uid",
                  report->findings->frame_of_reference_uid);
  cap_json_string(json, "study_date", source ? source->study_date : "");
  cap_json_string(json, "description",
                  source ? source->series_description : "");
  cap_json_end_object(json);
}

static void
put_point(CapJson *json, const char *key, CapPoint p)
{
  cap_json_numbers(json, key, (double[]){p.x, p.y, p.z}, 3, MM);
}

static void
put_measures(CapJson *json, const CapFinding *f)
{
  cap_json_begin_object(json, "measurements", FALSE);
  cap_json_number(json, "long_axis_mm", f->long_axis_mm, MM);
  cap_json_number(json, "short_axis_mm", f->short_axis_mm, MM);
  cap_json_number(json, "mean_diameter_mm", f->mean_diameter_mm, MM);
  cap_json_number(json, "solid_mean_diameter_mm", f->solid_mean_diameter_mm,
                  MM);
  cap_json_number(json, "volume_mm3", f->volume_mm3, HU);
  cap_json_number(json, "hu_mean", f->hu_mean, HU);
  cap_json_number(json, "hu_sd", f->hu_sd, HU);
  cap_json_number(json, "hu_min", f->hu_min, HU);
  cap_json_number(json, "hu_max", f->hu_max, HU);
  cap_unit_json_write(json, f->unknown);
  cap_json_end_object(json);
  cap_json_begin_array(json, "axes_mm", TRUE);
  for (int i = 0; i < 2; i++) {
    cap_json_begin_array(json, NULL, TRUE);
    put_point(json, NULL, f->axes_mm[i][0]);
    put_point(json, NULL, f->axes_mm[i][1]);
    cap_json_end_array(json);
  }
  cap_json_end_array(json);
}

static void
put_ratings(CapJson *json, const CapFinding *f)
{
  cap_json_begin_object(json, "malignancy", TRUE);
  cap_json_number(json, "probability", f->malignancy_probability, PROBABILITY);
  cap_json_number(json, "expected", f->malignancy.expected, LEVEL);
  cap_json_number(json, "sd", f->malignancy.sd, LEVEL);
  cap_json_number(json, "from_size_alone",
                  cap_malignancy_from_size(f->volume_mm3), LEVEL);
  cap_json_end_object(json);
  cap_json_begin_object(json, "attributes", FALSE);
  for (int i = 0; i < CAP_N_ATTRIBUTES; i++) {
    const CapAttributeKind kind = (CapAttributeKind)i;
    const int level = cap_words_level(&f->attributes[i], kind);
    cap_json_begin_object(json, cap_attribute_name(kind), TRUE);
    cap_json_int(json, "level", level);
    cap_json_string(json, "meaning", cap_words_level_name(kind, level));
    cap_json_number(json, "expected", f->attributes[i].expected, LEVEL);
    cap_json_number(json, "sd", f->attributes[i].sd, LEVEL);
    cap_json_end_object(json);
  }
  cap_json_end_object(json);
}

static void
put_finding(CapJson *json, const CapReport *report, const CapFinding *f)
{
  g_autofree char *uid = cap_report_tracking_uid(report, f);
  cap_json_begin_object(json, NULL, FALSE);
  cap_json_int(json, "id", f->id);
  cap_json_string(json, "tracking_uid", uid);
  cap_json_string(json, "status", cap_status_name(f->status));
  cap_type_json_write(json, f->type);
  cap_json_begin_object(json, "site", TRUE);
  cap_json_string(json, "side", cap_side_name(f->side));
  cap_json_string(json, "lobe", cap_lobe_name(f->lobe));
  cap_json_end_object(json);
  put_point(json, "center_mm", f->center_mm);
  cap_json_string(json, "sop_uid", f->sop_uid);
  if (*f->comment != '\0')
    cap_json_string(json, "comment", f->comment);
  if (f->mask_maker != CAP_MASK_AUTOMATIC)
    cap_json_string(json, "outline", cap_mask_maker_name(f->mask_maker));
  if (f->by_reader)
    cap_json_bool(json, "by_reader", TRUE);
  cap_json_bool(json, "near_gap", f->near_gap);
  put_measures(json, f);
  if (cap_report_has_judged(report, f)) {
    cap_json_number(json, "probability", f->probability, PROBABILITY);
    put_ratings(json, f);
    g_autoptr(GPtrArray) doubts = cap_words_doubts(f);
    if (doubts->len > 0)
      cap_json_strings(json, "doubts", doubts);
  }
  cap_prior_json_put(json, f);
  cap_findings_guidelines_put(json, report->findings, f);
  cap_json_end_object(json);
}

gboolean
cap_report_write_json(const CapReport *report, const char *path, GError **error)
{
  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, FALSE);
  put_head(json, report);
  put_scan(json, report);
  cap_findings_guidelines_put_exam(json, report->findings,
                                   report->not_evaluable);
  cap_prior_json_put_scan(json, report->findings);
  cap_json_begin_array(json, "findings", FALSE);
  for (guint i = 0; i < report->findings->items->len; i++)
    put_finding(json, report, report->findings->items->pdata[i]);
  cap_json_end_array(json);
  cap_json_begin_array(json, "measurements", FALSE);
  for (guint i = 0; i < report->findings->measurements->len; i++)
    cap_measurement_json_write(json, report->findings->measurements->pdata[i]);
  cap_json_end_array(json);
  cap_json_begin_array(json, "key_images", FALSE);
  for (guint i = 0; i < report->key_images->len; i++)
    cap_review_image_put(json, report->key_images->pdata[i]);
  cap_json_end_array(json);
  cap_json_begin_array(json, "irregularities", FALSE);
  for (guint i = 0; i < report->findings->irregularities->len; i++) {
    const CapIrregularity *note = report->findings->irregularities->pdata[i];
    cap_json_begin_object(json, NULL, TRUE);
    cap_json_string(json, "code", cap_irregularity_code(note->number));
    cap_json_string(json, "severity", cap_severity_name(note->severity));
    cap_json_string(json, "text", note->text);
    cap_json_string(json, "effect", note->effect);
    cap_json_end_object(json);
  }
  cap_json_end_array(json);
  cap_json_end_object(json);
  g_autofree char *text = cap_json_finish(json);
  return cap_report_save_text(text, path, error);
}
