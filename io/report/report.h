/* CapReport: what every report format is made from.
 *
 * The findings that are to be told, the images they were found on, and when
 * and by whom; each format (sr.c, seg.c, pdf.c, …) turns it into one file. A
 * report without findings is a report too: it says that nothing was found, that
 * nobody has searched, or why the scan could not be judged. */
#pragma once

#include "core/guidelines/judge.h"
#include "core/measure/finding.h"
#include "core/progress.h"
#include "io/anonymize/subject.h"
#include "io/review/review_image.h"
#include "io/series/series.h"

/* The date of a report that does not say when it was made. */
#define CAP_REPORT_NO_DATE "19000101"

/* The source image of one slice of the volume. */
typedef struct {
  char *path;
  char *sop_class_uid, *sop_uid;
  int frame;           /* from 1; 0 when the object is a single image */
  int instance_number; /* G_MININT: it has none */
  double position_mm[3], orientation[6];
  double spacing_mm[2]; /* between rows, between columns: DICOM's order */
  int columns, rows;
  double slope, intercept; /* HU = slope · stored value + intercept */
} CapReportImage;

typedef enum {
  CAP_REPORT_REVIEWED, /* accepted and uncertain; where nobody has reviewed
                          anything, all, said to be unreviewed */
  CAP_REPORT_ACCEPTED, /* accepted only */
  CAP_REPORT_ALL,      /* rejected ones too */
} CapReportChoice;

typedef enum { CAP_PAPER_A4, CAP_PAPER_LETTER } CapPaper;

typedef struct {
  CapReportChoice choice;
  CapPaper paper;
  const CapPatientContext *context; /* goes before what the findings and the
                                       images say; NULL: nothing; borrowed */
  char *reader; /* person who reviewed; NULL: whom the findings name;
                         borrowed */
  const GPtrArray *key_images;     /* of CapReviewImage that the reader marked;
                                      NULL: none; borrowed */
  const CapAnonymizer *anonymizer; /* NULL: named; see anonymous.h; borrowed */
  gint64 seconds;                  /* since 1970; of the report. See below */
} CapReportOptions;

typedef struct {
  CapFindings *findings;        /* only what is told; owned */
  int n_rejected, n_unreviewed; /* left out */
  gboolean unreviewed;          /* nobody has reviewed any of them */
  CapPending pending;           /* of all that there were */
  CapVolume *volume;            /* NULL without a series; owned unless */
  gboolean borrows_volume;
  GPtrArray *images;     /* of CapReportImage, one a slice, NULL where a plane
                            is absent; itself NULL unless DICOM; owned */
  GPtrArray *key_images; /* of CapReviewImage that the reader marked; owned */
  gboolean resampled;    /* slices are not the source images themselves */
  char *not_evaluable;   /* why the scan could not be judged; "" */
  char *date, *time;     /* YYYYMMDD, HHMMSS */
  char *stamp;           /* the same moment by ISO 8601, with its zone */
  char *reader;          /* "" */
  char *fingerprint;     /* SHA-256 of all that the report depends on */
  CapPaper paper;
  CapDcmtkObject *anonymous_head; /* patient and study as pseudonyms, for our
                                     DICOM objects; NULL: nobody is hidden */
} CapReport;

/* Everything reviewed, A4, now: the clock, or SOURCE_DATE_EPOCH where the
 * environment sets it (reproducible-builds.org). */
CapReportOptions cap_report_options_default(void);

/* A report of FINDINGS (copied) on VOLUME (taken, may be NULL) whose slices
 * come from IMAGES (taken, may be NULL). Returns; caller frees. */
CapReport *cap_report_new(const CapFindings *findings, CapVolume *volume,
                          GPtrArray *images, const CapReportOptions *options);
void cap_report_free(CapReport *report);
/* Works out the fingerprint again: REPORT was changed. */
void cap_report_seal(CapReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapReport, cap_report_free)

/* A report of FINDINGS (copied) on VOLUME, which was loaded from SERIES; both
 * are borrowed, VOLUME until the report is freed. Returns; caller frees. */
CapReport *cap_report_new_on_series(const CapFindings *findings,
                                    const CapSeries *series,
                                    const CapVolume *volume,
                                    const CapReportOptions *options);

/* The findings of PATH: a findings.json, the folder that has one, or a review,
 * whose key images are appended to KEY_IMAGES (of CapReviewImage, may be NULL).
 * Of a findings.json the masks are still to come. Returns; NULL with the errors
 * of cap_findings_json_read and cap_review_read. */
CapFindings *cap_report_read_findings(const char *path, GPtrArray *key_images,
                                      GError **error);
/* Puts FINDINGS, which were read from PATH, onto VOLUME: the masks as in
 * cap_findings_json_place; a review of other images is refused. FALSE with the
 * errors of that and of cap_review_check. */
gboolean cap_report_place_findings(CapFindings *findings, const char *path,
                                   const CapVolume *volume, GError **error);
/* Loads the findings of FINDINGS_PATH (as above) and, unless SERIES_PATH is
 * NULL, the series they are about; anonymous if OPTIONS say so. Returns; NULL
 * also with the errors of cap_series_scan, cap_series_choose, cap_series_load
 * and cap_report_anonymize. */
CapReport *cap_report_load(const char *findings_path, const char *series_path,
                           const CapReportOptions *options,
                           const CapProgress *progress, GError **error);

/* What the report comes to. */
CapResult cap_report_result(const CapReport *report);

/* A UID for the thing WHAT of this report: other content, other UID. Returns;
 * caller frees. */
char *cap_report_uid(const CapReport *report, const char *what);
/* UID that follows a finding through reports of the same scan: the one that it
 * came with, else one of ours. Caller frees. */
char *cap_report_tracking_uid(const CapReport *report,
                              const CapFinding *finding);
/* "Capsight finding 3". Caller frees. */
#define CAP_TRACKING_PREFIX "Capsight finding "
char *cap_report_tracking_id(const CapFinding *finding);

/* Source image of SLICE; NULL when there is none. Borrowed. */
const CapReportImage *cap_report_image(const CapReport *report, int slice);
/* The source image that N points (1 or more) lie on, to the two hundredth part
 * of a millimetre; NULL where they lie on none, or not on the same. Borrowed.
 */
const CapReportImage *cap_report_image_under(const CapReport *report,
                                             const CapPoint *points_mm, int n);
/* The same of all points of MEASUREMENT. */
const CapReportImage *
cap_report_measurement_image(const CapReport *report,
                             const CapMeasurement *measurement);
/* That of the first slice that has one. */
const CapReportImage *cap_report_first_image(const CapReport *report);
/* A report of DICOM images can be referred to. FALSE with
 * CAP_ERROR_USAGE (no series given) or CAP_ERROR_UNSUPPORTED (not DICOM);
 * FORMAT is for the message. */
gboolean cap_report_need_images(const CapReport *report, const char *format,
                                GError **error);
/* Slices (of the volume) that FINDING's mask touches: of int, ascending; those
 * without a source image are left out. Caller unrefs. */
GArray *cap_report_mask_slices(const CapReport *report,
                               const CapFinding *finding);
/* Those that show FINDING, one an image: of the slices of a resampled stack
 * that come from one image the one nearest to it. Without any the slice of its
 * centre. Caller unrefs. */
GArray *cap_report_slices(const CapReport *report, const CapFinding *finding);
/* Image to look at for FINDING: the one of those slices that its long axis, or
 * else its centre, is nearest to. Borrowed; NULL when there is none. */
const CapReportImage *cap_report_key_image(const CapReport *report,
                                           const CapFinding *finding);
/* The source image of a slice that the reader marked; NULL where no image is
 * that slice (another plane, or absent). Borrowed. */
const CapReportImage *cap_report_marked_image(const CapReport *report,
                                              const CapReviewImage *marked);
/* A finding at least lies on a source image. */
gboolean cap_report_is_placed(const CapReport *report);
/* The same, or the reader marked a source image. */
gboolean cap_report_has_key_image(const CapReport *report);
/* A measurement lies on one source image. */
gboolean cap_report_has_flat_measurement(const CapReport *report);
/* A finding or a measurement can be drawn on a source image; or FALSE with
 * CAP_ERROR_DATA, FORMAT is for the message. */
gboolean cap_report_need_drawn(const CapReport *report, const char *format,
                               GError **error);
/* Column and row of AT_MM on IMAGE, where (0, 0) is the top left corner of the
 * top left pixel (PS3.3 C.18.6.1). */
void cap_report_to_pixel(const CapReportImage *image, CapPoint at_mm,
                         double pixel[2]);
/* The reverse: the place of PIXEL in the patient. */
CapPoint cap_report_from_pixel(const CapReportImage *image,
                               const double pixel[2]);
/* The network judged these findings: ratings and probabilities mean something.
 */
gboolean cap_report_is_judged(const CapReport *report);
/* … and this one, as it is now. */
gboolean cap_report_has_judged(const CapReport *report,
                               const CapFinding *finding);

/* Who drew FINDING's mask: people where no program has found anything. */
CapMaskMaker cap_report_mask_maker(const CapReport *report,
                                   const CapFinding *finding);

CapReportImage *cap_report_image_new(void);
/* The source image of every slice of VOLUME, which was loaded from SERIES: of
 * CapReportImage, NULL where a slice has no pixels; NULL where the series is no
 * stack of DICOM images with a place and a size. Caller unrefs. */
GPtrArray *cap_report_images(const CapSeries *series, const CapVolume *volume);
void cap_report_image_free(CapReportImage *image);
