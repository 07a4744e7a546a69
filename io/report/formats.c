/* The table of report formats: see formats.h. */
#include "io/report/formats.h"

static const CapReportFormat formats[] = {
    {"sr", "sr.dcm", "DICOM structured report, TID 1500", cap_report_write_sr,
     TRUE, FALSE},
    {"seg", "seg.dcm", "DICOM segmentation, a segment for each finding",
     cap_report_write_seg, TRUE, TRUE},
    {"kos", "kos.dcm", "DICOM key object selection, the slices to look at",
     cap_report_write_kos, TRUE, TRUE},
    {"gsps", "gsps.dcm", "DICOM presentation state, outlines on the images",
     cap_report_write_gsps, TRUE, TRUE},
    {"pdf", "report.pdf", "a report for people, A4 or Letter",
     cap_report_write_pdf, FALSE, FALSE},
    {"dicom-pdf", "pdf.dcm", "the same inside DICOM, for the archive",
     cap_report_write_dicom_pdf, TRUE, FALSE},
    {"html", "report.html", "the same as one self-contained page",
     cap_report_write_html, FALSE, FALSE},
    {"csv", "report.csv", "one row for each finding", cap_report_write_csv,
     FALSE, FALSE},
    {"json", "report.json", "for programs, by report.schema.json",
     cap_report_write_json, FALSE, FALSE},
    {"luna16", "luna16.csv", "marks in the columns of the LUNA16 challenge",
     cap_report_write_luna16, FALSE, FALSE},
    {"lidc", "lidc.xml", "a reading session in the XML of LIDC-IDRI",
     cap_report_write_lidc, TRUE, FALSE},
    {"fhir", "fhir.json", "HL7 FHIR R5 bundle", cap_report_write_fhir, FALSE,
     FALSE},
    {NULL},
};

const CapReportFormat *
cap_report_formats(void)
{
  return formats;
}

const CapReportFormat *
cap_report_format(const char *name)
{
  for (const CapReportFormat *f = formats; f->name != NULL; f++)
    if (g_str_equal(f->name, name))
      return f;
  return NULL;
}
