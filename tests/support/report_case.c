/* A series with findings on disk: see report_case.h. */
#include "tests/support/report_case.h"

#include "io/ct_write.h"
#include "io/findings/findings_json.h"
#include "io/findings/findings_masks.h"
#include "tests/support/findings.h"
#include "tests/support/suite.h"

void
cap_test_report_case(const char *folder, int n, const CapStatus *status)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapVolume) volume = cap_test_volume();
  CapSource *source = volume->source;
  g_free(source->frame_of_reference_uid);
  source->frame_of_reference_uid = g_strdup("1.2.840.99.5");
  g_free(source->patient_name);
  source->patient_name = g_strdup("Müller^Änne");
  g_free(source->patient_id);
  source->patient_id = g_strdup("ID-7");
  g_free(source->study_date);
  source->study_date = g_strdup("20240229");
  g_free(source->modality);
  source->modality = g_strdup("CT");
  g_autoptr(CapFindings) findings = cap_test_findings(volume, n);
  for (int i = 0; i < n; i++) {
    CapFinding *finding = findings->items->pdata[i];
    finding->status = status ? status[i] : CAP_STATUS_UNREVIEWED;
    /* measured lengths that need all their decimals */
    finding->long_axis_mm += 0.1234;
    finding->axes_mm[0][1].x += 0.1234;
    finding->short_axis_mm -= 0.0567;
    finding->axes_mm[1][1].y -= 0.0567;
    finding->mean_diameter_mm =
        (finding->long_axis_mm + finding->short_axis_mm) / 2;
  }
  g_autofree char *dicom = g_build_filename(folder, "dicom", NULL);
  g_autofree char *json = g_build_filename(folder, "findings.json", NULL);
  g_autofree char *masks = g_build_filename(folder, "masks.mha", NULL);
  if (!cap_ct_write_series(volume, dicom, NULL, &error) ||
      !cap_findings_json_save(findings, json, &error) ||
      !cap_findings_masks_save(findings, volume, masks, &error))
    g_error("%s", error->message);
}

CapReport *
cap_test_report(const char *folder, const CapReportOptions *options)
{
  g_autoptr(GError) error = NULL;
  const CapReportOptions usual = cap_report_options_default();
  g_autofree char *dicom = g_build_filename(folder, "dicom", NULL);
  CapReport *report =
      cap_report_load(folder, dicom, options ? options : &usual, NULL, &error);
  cap_assert_no_error(error);
  ck_assert_ptr_nonnull(report);
  return report;
}

char *
cap_test_report_written(const CapReport *report, const char *folder,
                        CapReportWriter write)
{
  g_autofree char *path = g_build_filename(folder, "written", NULL);
  g_autoptr(GError) error = NULL;
  char *text = NULL;
  ck_assert(write(report, path, &error));
  cap_assert_no_error(error);
  ck_assert(g_file_get_contents(path, &text, NULL, NULL));
  return text;
}
