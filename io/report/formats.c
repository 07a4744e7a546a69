/* The table of report formats: see formats.h. */
#include "io/report/formats.h"

#include "core/error.h"
#include "core/folder.h"
#include "core/image/unit.h"
#include "core/language.h"
#include "io/report/dicom_common.h"

static const CapReportFormat table[] = {
    {"sr", "sr.dcm", N_("DICOM structured report, TID 1500"),
     cap_report_write_sr, TRUE, CAP_REPORT_NEEDS_NOTHING},
    {"seg", "seg.dcm", N_("DICOM segmentation, a segment for each finding"),
     cap_report_write_seg, TRUE, CAP_REPORT_NEEDS_MASK},
    {"kos", "kos.dcm", N_("DICOM key object selection, the slices to look at"),
     cap_report_write_kos, TRUE, CAP_REPORT_NEEDS_KEY},
    {"gsps", "gsps.dcm", N_("DICOM presentation state, outlines on the images"),
     cap_report_write_gsps, TRUE, CAP_REPORT_NEEDS_PLACE},
    {"pdf", "report.pdf", N_("a report for people, A4 or Letter"),
     cap_report_write_pdf, FALSE, CAP_REPORT_NEEDS_NOTHING},
    {"dicom-pdf", "pdf.dcm", N_("the same inside DICOM, for the archive"),
     cap_report_write_dicom_pdf, TRUE, CAP_REPORT_NEEDS_NOTHING},
    {"html", "report.html", N_("the same as one self-contained page"),
     cap_report_write_html, FALSE, CAP_REPORT_NEEDS_NOTHING},
    {"csv", "report.csv", N_("one row for each finding"), cap_report_write_csv,
     FALSE, CAP_REPORT_NEEDS_NOTHING},
    {"measurements", "measurements.csv",
     N_("one row for each measurement by hand"), cap_report_write_measurements,
     FALSE, CAP_REPORT_NEEDS_MEASUREMENT},
    {"json", "report.json", N_("for programs, by report.schema.json"),
     cap_report_write_json, FALSE, CAP_REPORT_NEEDS_NOTHING},
    {"luna16", "luna16.csv", N_("marks in the columns of the LUNA16 challenge"),
     cap_report_write_luna16, FALSE, CAP_REPORT_NEEDS_SEARCH},
    {"lidc", "lidc.xml", N_("a reading session in the XML of LIDC-IDRI"),
     cap_report_write_lidc, TRUE, CAP_REPORT_NEEDS_SEARCH},
    {"fhir", "fhir.json", N_("HL7 FHIR R5 bundle"), cap_report_write_fhir,
     FALSE, CAP_REPORT_NEEDS_NOTHING},
    {NULL},
};

const CapReportFormat *
cap_report_formats(void)
{
  return table;
}

const CapReportFormat *
cap_report_format(const char *name)
{
  for (const CapReportFormat *f = table; f->name != NULL; f++)
    if (g_str_equal(f->name, name))
      return f;
  return NULL;
}

void
cap_report_add_format(GPtrArray *formats, const CapReportFormat *format)
{
  if (g_str_equal(format->name, "sr"))
    cap_report_add_format(formats, cap_report_format("seg"));
  if (!g_ptr_array_find(formats, format, NULL))
    g_ptr_array_add(formats, (gpointer)format);
}

/* Why a list without nodules would be no result. */
static const char *
why_no_list(const CapReport *report)
{
  if (report->findings->unknown & CAP_UNKNOWN_MM)
    return N_("positions are in pixels, not in mm");
  switch (cap_report_result(report)) {
  case CAP_RESULT_NOT_SEARCHED:
    return N_("nobody has searched this scan for nodules");
  case CAP_RESULT_NOT_EVALUABLE:
    return report->findings->items->len == 0
               ? N_("this scan could not be evaluated")
               : NULL;
  default:
    return NULL;
  }
}

/* Why FORMAT has nothing to write, as the end of a sentence; NULL: it has. */
static const char *
why_not(const CapReport *report, const CapReportFormat *format)
{
  if (format->need == CAP_REPORT_NEEDS_MEASUREMENT)
    return report->findings->measurements->len > 0
               ? NULL
               : N_("nobody has measured by hand");
  if (format->need == CAP_REPORT_NEEDS_SEARCH)
    return why_no_list(report);
  if (report->images == NULL) /* its writer says so */
    return NULL;
  if (format->need == CAP_REPORT_NEEDS_KEY)
    return cap_report_has_key_image(report)
               ? NULL
               : N_("there is no finding to put into it and no marked slice");
  if (format->need == CAP_REPORT_NEEDS_PLACE)
    return cap_report_need_drawn(report, format->name, NULL)
               ? NULL
               : N_("there is no finding and no measurement on an image to put "
                    "into it");
  if (format->need == CAP_REPORT_NEEDS_MASK && !cap_report_is_placed(report))
    return N_("there is no finding to put into it");
  if (format->need == CAP_REPORT_NEEDS_MASK && !cap_report_has_segments(report))
    return N_("no finding has a mask on an image of the series");
  return NULL;
}

CapReportOutput *
cap_report_write(const CapReport *report, const GPtrArray *formats,
                 const char *folder, const CapProgress *progress,
                 GError **error)
{
  CAP_LANGUAGE_ENGLISH;
  static const char *const stage = N_("writing reports");
  g_autoptr(CapReportOutput) output = g_new0(CapReportOutput, 1);
  output->files = g_ptr_array_new_with_free_func(g_free);
  output->remarks = g_ptr_array_new_with_free_func(g_free);
  if (!cap_folder_make(folder, error))
    return NULL;
  for (guint i = 0; i < formats->len; i++) {
    const CapReportFormat *format = formats->pdata[i];
    const char *why = why_not(report, format);
    if (!cap_progress_step(progress, stage, (double)i / formats->len, error))
      return NULL;
    if (why != NULL) {
      g_ptr_array_add(
          output->remarks,
          g_strdup_printf(N_("%s is not written: %s"), format->file, why));
      continue;
    }
    g_autofree char *path = g_build_filename(folder, format->file, NULL);
    if (!format->write(report, path, error))
      return NULL;
    g_ptr_array_add(output->files, g_steal_pointer(&path));
  }
  return cap_progress_step(progress, stage, 1, error) ? g_steal_pointer(&output)
                                                      : NULL;
}

void
cap_report_output_free(CapReportOutput *output)
{
  if (output == NULL)
    return;
  g_ptr_array_unref(output->files);
  g_ptr_array_unref(output->remarks);
  g_free(output);
}
