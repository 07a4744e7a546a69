/* The table of report formats: see formats.h. */
#include "io/report/formats.h"

static const CapReportFormat formats[] = {
    {"sr", "sr.dcm", "DICOM structured report, TID 1500", cap_report_write_sr,
     TRUE, FALSE},
    {"seg", "seg.dcm", "DICOM segmentation, a segment for each finding",
     cap_report_write_seg, TRUE, TRUE},
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
