/* The formats of reports: one function and one file each.
 *
 * Each writes PATH by rename and returns FALSE with the errors of
 * cap_report_need_images where it refers to images, of cap_report_need_placed
 * where it needs a finding, CAP_ERROR_OUTPUT, CAP_ERROR_WRITE, CAP_ERROR_MEMORY
 * or CAP_ERROR_INTERNAL. */
#pragma once

#include "io/report/report.h"

typedef gboolean (*CapReportWriter)(const CapReport *report, const char *path,
                                    GError **error);

typedef struct {
  const char *name; /* of --format */
  const char *file; /* its name in the output folder */
  const char *summary;
  CapReportWriter write;
  gboolean needs_images;   /* DICOM images given by --series */
  gboolean needs_findings; /* nothing to write unless a finding lies on an
                              image (cap_report_is_placed) */
} CapReportFormat;

/* All of them, ended by one without a name; static. */
const CapReportFormat *cap_report_formats(void);
/* NULL when there is none of that name. */
const CapReportFormat *cap_report_format(const char *name);

gboolean cap_report_write_sr(const CapReport *report, const char *path,
                             GError **error);
gboolean cap_report_write_seg(const CapReport *report, const char *path,
                              GError **error);
gboolean cap_report_write_kos(const CapReport *report, const char *path,
                              GError **error);
gboolean cap_report_write_gsps(const CapReport *report, const char *path,
                               GError **error);
gboolean cap_report_write_pdf(const CapReport *report, const char *path,
                              GError **error);
/* The bytes of that file. Returns; NULL with CAP_ERROR_MEMORY. */
GByteArray *cap_report_pdf_bytes(const CapReport *report, GError **error);
gboolean cap_report_write_dicom_pdf(const CapReport *report, const char *path,
                                    GError **error);
gboolean cap_report_write_html(const CapReport *report, const char *path,
                               GError **error);
gboolean cap_report_write_csv(const CapReport *report, const char *path,
                              GError **error);
gboolean cap_report_write_json(const CapReport *report, const char *path,
                               GError **error);
gboolean cap_report_write_luna16(const CapReport *report, const char *path,
                                 GError **error);
gboolean cap_report_write_lidc(const CapReport *report, const char *path,
                               GError **error);
gboolean cap_report_write_fhir(const CapReport *report, const char *path,
                               GError **error);
