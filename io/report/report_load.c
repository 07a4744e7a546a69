/* A report from files: the findings, and the series they are about. */
#include "io/report/anonymous.h"
#include "io/report/report.h"
#include "io/series/series.h"
#include "io/series/series_plan.h"

#include <string.h>

static CapReportImage *
image_of_plane(const CapStackPlane *plane)
{
  CapReportImage *image = cap_report_image_new();
  const CapDicomFrame *frame = plane->frame;
  image->path = g_strdup(plane->file->path);
  image->sop_class_uid = g_strdup(plane->file->text[CAP_DICOM_SOP_CLASS_UID]);
  image->sop_uid = g_strdup(plane->file->sop_uid);
  image->instance_number = plane->file->instance_number;
  image->frame = plane->file->n_frames > 1 ? frame->frame + 1 : 0;
  memcpy(image->position_mm, frame->position_mm, sizeof frame->position_mm);
  memcpy(image->orientation, frame->orientation, sizeof frame->orientation);
  memcpy(image->spacing_mm, frame->spacing_mm, sizeof frame->spacing_mm);
  image->columns = plane->file->pixels.columns;
  image->rows = plane->file->pixels.rows;
  image->slope = frame->has_slope ? frame->slope : 1;
  image->intercept = frame->has_slope ? frame->intercept : 0;
  return image;
}

GPtrArray *
cap_report_images(const CapSeries *series, const CapVolume *volume)
{
  const CapSeriesPlan *plan = series->plan;
  if (plan == NULL || plan->plane_of_slice == NULL ||
      plan->kind == CAP_STACK_LOOSE)
    return NULL;
  GPtrArray *images =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_report_image_free);
  for (int s = 0; s < volume->slices; s++) {
    const int i = plan->plane_of_slice[s];
    const CapStackPlane *plane =
        i >= 0 ? &g_array_index(plan->planes, CapStackPlane, i) : NULL;
    const gboolean usable = plane != NULL && !plane->absent &&
                            volume->valid[s] && plane->frame->has_position &&
                            plane->frame->has_orientation &&
                            plane->frame->has_spacing;
    g_ptr_array_add(images, usable ? image_of_plane(plane) : NULL);
  }
  return images;
}

CapReport *
cap_report_new_on_series(const CapFindings *findings, const CapSeries *series,
                         const CapVolume *volume,
                         const CapReportOptions *options)
{
  CapReport *report =
      cap_report_new(findings, (CapVolume *)volume,
                     cap_report_images(series, volume), options);
  report->borrows_volume = TRUE;
  report->resampled =
      series->plan != NULL && series->plan->kind == CAP_STACK_RESAMPLED;
  /* what a reader found or said is a result, whatever the images */
  if (!(series->usable & CAP_USABLE_DETECT) &&
      findings->conclusion == CAP_CONCLUSION_NONE &&
      cap_report_result(report) != CAP_RESULT_FINDINGS) {
    g_free(report->not_evaluable);
    report->not_evaluable = g_strdup(series->unusable_text);
  }
  return report;
}

/* FINDINGS, which were read from FINDINGS_PATH, with the series that they
 * name. */
static CapReport *
load_with_series(CapFindings *findings, const char *findings_path,
                 const char *series_path, const CapReportOptions *options,
                 const CapProgress *progress, GError **error)
{
  g_autoptr(CapSeriesList) list = cap_series_scan(series_path, progress, error);
  const char *uid = *findings->series_uid != '\0' ? findings->series_uid : NULL;
  const CapSeries *series = list ? cap_series_choose(list, uid, error) : NULL;
  g_autoptr(CapVolume) volume =
      series ? cap_series_load(series, NULL, progress, error) : NULL;
  if (volume == NULL ||
      !cap_report_place_findings(findings, findings_path, volume, error))
    return NULL;
  CapReport *report =
      cap_report_new_on_series(findings, series, volume, options);
  report->borrows_volume = FALSE;
  (void)g_steal_pointer(&volume);
  return report;
}

static CapReport *
load_alone(CapFindings *findings, const char *path,
           const CapReportOptions *options, GError **error)
{
  return cap_report_place_findings(findings, path, NULL, error)
             ? cap_report_new(findings, NULL, NULL, options)
             : NULL;
}

CapReport *
cap_report_load(const char *findings_path, const char *series_path,
                const CapReportOptions *options, const CapProgress *progress,
                GError **error)
{
  g_autoptr(GPtrArray) key_images =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_review_image_free);
  g_autoptr(CapFindings) findings =
      cap_report_read_findings(findings_path, key_images, error);
  if (findings == NULL)
    return NULL;
  CapReportOptions marked = *options;
  if (marked.key_images == NULL)
    marked.key_images = key_images;
  g_autoptr(CapReport) report =
      series_path != NULL
          ? load_with_series(findings, findings_path, series_path, &marked,
                             progress, error)
          : load_alone(findings, findings_path, &marked, error);
  if (report == NULL ||
      (options->anonymizer != NULL &&
       !cap_report_anonymize(report, options->anonymizer, error)))
    return NULL;
  return g_steal_pointer(&report);
}
