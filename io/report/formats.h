/* The formats of reports: one function and one file each.
 *
 * Each writes PATH by rename and returns FALSE with the errors of
 * cap_report_need_images where it refers to images, of cap_report_need_drawn
 * where it draws on them, CAP_ERROR_OUTPUT, CAP_ERROR_WRITE, CAP_ERROR_MEMORY
 * or CAP_ERROR_INTERNAL. */
#pragma once

#include "io/report/report.h"

typedef gboolean (*CapReportWriter)(const CapReport *report, const char *path,
                                    GError **error);

typedef enum {
  CAP_REPORT_NEEDS_NOTHING,
  CAP_REPORT_NEEDS_SEARCH, /* somebody has searched, and could: a list of none
                              says that there is none */
  CAP_REPORT_NEEDS_KEY,    /* an image that has a finding, or is marked */
  CAP_REPORT_NEEDS_PLACE,  /* a finding or measurement that lies on an image */
  CAP_REPORT_NEEDS_MASK,   /* one whose mask does: a segmentation has to have a
                              segment (PS3.3 C.8.20.2, type 1) */
  CAP_REPORT_NEEDS_MEASUREMENT, /* a reader's, by hand */
} CapReportNeed;

typedef struct {
  const char *name; /* of --format */
  const char *file; /* its name in the output folder */
  const char *summary;
  CapReportWriter write;
  gboolean needs_images; /* DICOM images given by --series */
  CapReportNeed need;    /* nothing to write without it */
} CapReportFormat;

/* What came of writing. */
typedef struct {
  GPtrArray *files;   /* of char *: paths that were written; owned */
  GPtrArray *remarks; /* of char *: what was not, a sentence each; owned */
} CapReportOutput;

/* All of them, ended by one without a name; static. */
const CapReportFormat *cap_report_formats(void);
/* NULL when there is none of that name. */
const CapReportFormat *cap_report_format(const char *name);

/* Appends FORMAT to FORMATS (of CapReportFormat) unless it is there, and before
 * a structured report the segmentation that it refers to. */
void cap_report_add_format(GPtrArray *formats, const CapReportFormat *format);

/* Writes REPORT in each of FORMATS (of CapReportFormat, borrows) into FOLDER,
 * which is made if need be. What has nothing to be written is left out with a
 * remark. Returns; NULL with CAP_ERROR_OUTPUT, CAP_ERROR_CANCELLED or the
 * errors of the writers: files written before that remain. PROGRESS may be
 * NULL. */
CapReportOutput *cap_report_write(const CapReport *report,
                                  const GPtrArray *formats, const char *folder,
                                  const CapProgress *progress, GError **error);
void cap_report_output_free(CapReportOutput *output);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapReportOutput, cap_report_output_free)

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
gboolean cap_report_write_measurements(const CapReport *report,
                                       const char *path, GError **error);
gboolean cap_report_write_json(const CapReport *report, const char *path,
                               GError **error);
gboolean cap_report_write_luna16(const CapReport *report, const char *path,
                                 GError **error);
gboolean cap_report_write_lidc(const CapReport *report, const char *path,
                               GError **error);
gboolean cap_report_write_fhir(const CapReport *report, const char *path,
                               GError **error);
