/* DICOM structured report: Imaging Measurement Report, TID 1500 (PS3.16), as a
 * Comprehensive 3D SR. One TID 1411 group for each finding is in sr_group.c,
 * one for each measurement by hand in sr_measurement.c. */
#include "core/guidelines/judge.h"
#include "io/report/dicom_common.h"
#include "io/report/formats.h"
#include "io/report/sr_group.h"
#include "io/report/sr_measurement.h"
#include "io/report/sr_prior.h"
#include "io/report/sr_reader.h"
#include "io/report/words.h"

#define SR_CLASS "1.2.840.10008.5.1.4.1.1.88.34"

static void
add_spacing(CapDcmtkSr *sr, int group, CapCodeId name, double mm)
{
  g_autofree char *number = cap_words_number(mm, 6);
  cap_dcmtk_sr_add_number(sr, group, CAP_SR_ACQ_CONTEXT, cap_code(name), number,
                          cap_code(CAP_CODE_MILLIMETER));
}

/* TID 1600: every source image, with what they share said once. */
static void
add_library(CapDcmtkSr *sr, const CapReport *report)
{
  const CapVolume *v = report->volume;
  const int library = cap_dcmtk_sr_add_container(
      sr, 0, CAP_SR_CONTAINS, cap_code(CAP_CODE_IMAGE_LIBRARY), "1600");
  const int group = cap_dcmtk_sr_add_container(
      sr, library, CAP_SR_CONTAINS, cap_code(CAP_CODE_IMAGE_GROUP), NULL);
  g_autofree char *frame = cap_report_frame_of_reference(report);
  if (g_str_equal(v->source->modality, "CT"))
    cap_dcmtk_sr_add_code(sr, group, CAP_SR_ACQ_CONTEXT,
                          cap_code(CAP_CODE_MODALITY), cap_code(CAP_CODE_CT));
  cap_dcmtk_sr_add_code(sr, group, CAP_SR_ACQ_CONTEXT,
                        cap_code(CAP_CODE_TARGET_REGION),
                        cap_code(CAP_CODE_CHEST));
  cap_dcmtk_sr_add_uid(sr, group, CAP_SR_ACQ_CONTEXT,
                       cap_code(CAP_CODE_FRAME_OF_REFERENCE), frame);
  add_spacing(sr, group, CAP_CODE_SPACING_HORIZONTAL, v->spacing_mm[0]);
  add_spacing(sr, group, CAP_CODE_SPACING_VERTICAL, v->spacing_mm[1]);
  add_spacing(sr, group, CAP_CODE_SPACING_SLICES, v->spacing_mm[2]);
  const char *last = "";
  for (guint i = 0; i < report->images->len; i++) {
    const CapReportImage *image = report->images->pdata[i];
    if (image == NULL || g_str_equal(image->sop_uid, last))
      continue;
    CapSrReference reference = cap_report_reference(report, image);
    reference.frame = 0;
    cap_dcmtk_sr_add_image(sr, group, CAP_SR_CONTAINS, NULL, &reference);
    cap_dcmtk_sr_add_evidence(sr, &reference);
    last = image->sop_uid;
  }
}

static void
add_text(CapDcmtkSr *sr, int parent, CapCodeId name, const char *text)
{
  cap_dcmtk_sr_add_text(sr, parent, CAP_SR_CONTAINS, cap_code(name), text);
}

/* How the scan was searched, which a report without findings has to say too. */
static void
add_search(CapDcmtkSr *sr, int list, const CapFindings *findings)
{
  g_autofree char *candidates =
      g_strdup_printf(CAP_SR_CANDIDATES "%d", findings->n_candidates);
  g_autofree char *settings =
      g_strconcat(CAP_SR_SETTINGS, findings->settings_json, NULL);
  g_autofree char *weights =
      g_strconcat(CAP_SR_WEIGHTS, findings->weights_sha256, NULL);
  if (*findings->algorithm == '\0')
    return;
  add_text(sr, list, CAP_CODE_ALGORITHM_NAME, findings->algorithm);
  add_text(sr, list, CAP_CODE_ALGORITHM_VERSION, findings->algorithm_version);
  if (*findings->weights_sha256 != '\0')
    add_text(sr, list, CAP_CODE_ALGORITHM_PARAMETERS, weights);
  add_text(sr, list, CAP_CODE_ALGORITHM_PARAMETERS, candidates);
  add_text(sr, list, CAP_CODE_ALGORITHM_PARAMETERS, settings);
}

/* The category of the examination, also where nothing was found or could be
 * evaluated. */
static void
add_category(CapDcmtkSr *sr, int list, const CapReport *report)
{
  const CapExamAdvice exam = cap_guideline_judge_exam(
      CAP_LUNGRADS, report->findings, report->not_evaluable);
  const CapCode *code =
      exam.category ? cap_code_lungrads(exam.category->word) : NULL;
  if (code != NULL)
    cap_dcmtk_sr_add_code(sr, list, CAP_SR_CONTAINS,
                          cap_code(CAP_CODE_LUNGRADS), code);
}

/* What the search came to as a whole, in a code, in words for people
 * (conclusions), and the notes of the findings (comments). */
static void
add_summary(CapDcmtkSr *sr, const CapReport *report)
{
  const gboolean searched =
      cap_report_result(report) != CAP_RESULT_NOT_SEARCHED;
  const int list = cap_dcmtk_sr_add_container(
      sr, 0, CAP_SR_CONTAINS, cap_code(CAP_CODE_QUALITATIVE), NULL);
  cap_dcmtk_sr_add_code(
      sr, list, CAP_SR_CONTAINS,
      cap_code(searched ? CAP_CODE_SUMMARY : CAP_CODE_DETECTIONS),
      cap_report_result_code(report));
  add_category(sr, list, report);
  g_autoptr(GPtrArray) sentences = cap_words_summary(report);
  const GPtrArray *notes = report->findings->notes;
  for (guint i = 0; i < sentences->len; i++)
    if (!g_ptr_array_find_with_equal_func(
            (GPtrArray *)notes, sentences->pdata[i], g_str_equal, NULL))
      add_text(sr, list, CAP_CODE_CONCLUSION, sentences->pdata[i]);
  if (*report->not_evaluable != '\0')
    add_text(sr, list, CAP_CODE_COMMENT, report->not_evaluable);
  for (guint i = 0; i < notes->len; i++)
    if (!g_str_equal(notes->pdata[i], report->not_evaluable))
      add_text(sr, list, CAP_CODE_COMMENT, notes->pdata[i]);
  add_search(sr, list, report->findings);
  cap_report_sr_context(sr, list, report->findings);
  cap_report_sr_prior_scan(sr, list, report->findings);
}

static void
add_groups(CapDcmtkSr *sr, const CapReport *report)
{
  g_autoptr(GArray) segments = cap_report_segments(report);
  g_autofree char *seg_uid = cap_report_sop_uid(report, "seg");
  g_autofree char *seg_series = cap_report_series_uid(report, "seg");
  CapSrReference seg = {.study_uid = report->volume->source->study_uid,
                        .series_uid = seg_series,
                        .sop_class_uid = "1.2.840.10008.5.1.4.1.1.66.4",
                        .sop_uid = seg_uid};
  const int list = cap_dcmtk_sr_add_container(
      sr, 0, CAP_SR_CONTAINS, cap_code(CAP_CODE_MEASUREMENTS), NULL);
  gboolean segmented = FALSE;
  for (guint i = 0; i < segments->len; i++) {
    seg.segment = g_array_index(segments, int, i);
    segmented |= seg.segment > 0;
    cap_report_sr_group(sr, list, report, report->findings->items->pdata[i],
                        seg.segment > 0 ? &seg : NULL);
  }
  const GPtrArray *measured = report->findings->measurements;
  for (guint i = 0; i < measured->len; i++)
    cap_report_sr_measurement(sr, list, report, measured->pdata[i]);
  if (segmented)
    cap_dcmtk_sr_add_evidence(sr, &seg);
}

gboolean
cap_report_write_sr(const CapReport *report, const char *path, GError **error)
{
  static const CapReportObject kind = {.kind = "sr",
                                       .sop_class_uid = SR_CLASS,
                                       .modality = "SR",
                                       .series_description =
                                           "Capsight nodule report",
                                       .series_number = 9001};
  if (!cap_report_need_images(report, "sr", error))
    return FALSE;
  g_autoptr(CapDcmtkSr) sr = cap_dcmtk_sr_new(
      CAP_SR_COMPREHENSIVE_3D, cap_code(CAP_CODE_REPORT), "1500");
  cap_dcmtk_sr_add_code(sr, 0, CAP_SR_CONCEPT_MOD, cap_code(CAP_CODE_LANGUAGE),
                        cap_code(CAP_CODE_ENGLISH));
  cap_report_sr_observers(sr, report);
  cap_dcmtk_sr_add_code(sr, 0, CAP_SR_CONCEPT_MOD, cap_code(CAP_CODE_PROCEDURE),
                        cap_code_procedure(report->findings->unknown));
  add_library(sr, report);
  if (report->findings->items->len + report->findings->measurements->len > 0)
    add_groups(sr, report);
  add_summary(sr, report);
  g_autoptr(CapDcmtkObject) object = cap_dcmtk_sr_finish(sr, error);
  return object != NULL && cap_report_stamp(report, object, &kind, error) &&
         cap_report_save_object(report, object, path, error);
}
