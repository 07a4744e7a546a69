/* LIDC-IDRI annotation files: what each reader outlined and how it was rated.
 *
 * Format: the LIDC XML of The Cancer Imaging Archive (LidcReadMessage). Contour
 * points are pixels just outside the nodule; a contour with inclusion FALSE is
 * a hole. A nodule under 3 mm is a single point without ratings. */
#pragma once

#include "core/measure/finding.h"

typedef struct {
  double z_mm;
  char *sop_uid; /* "" when absent */
  int line;      /* of the file on which it begins */
  gboolean hole;
  GArray *points; /* of CapLidcPixel */
} CapLidcContour;

typedef struct {
  int column, row;
} CapLidcPixel;

typedef struct {
  char *id;           /* of this reader's session only */
  int reader;         /* 0, 1, … in order of the file */
  gboolean is_nodule; /* FALSE: marked as a non-nodule ≥ 3 mm */
  gboolean rated;
  int attributes[CAP_N_ATTRIBUTES]; /* levels as in the file; 0 unrated */
  int malignancy;
  GPtrArray *contours; /* of CapLidcContour */
} CapLidcMark;

/* What a reader meant by a mark. A message marks a nodule of 3 mm or more by
 * rating it; elements without any level (some small ones have empty or zero
 * ratings) are smaller ones. */
typedef enum {
  CAP_LIDC_LARGE,      /* nodule of 3 mm and more: outlined and rated */
  CAP_LIDC_SMALL,      /* nodule below 3 mm: a point */
  CAP_LIDC_NON_NODULE, /* of 3 mm and more: a point */
} CapLidcKind;

CapLidcKind cap_lidc_mark_kind(const CapLidcMark *mark);

typedef struct {
  char *series_uid, *study_uid; /* "" when absent */
  int study_line;               /* of the file that names the study */
  char *message_uid;            /* attribute of the root, "" when absent */
  char *service_time;           /* "DateService TimeService", sorts by time */
  int n_readers;
  GPtrArray *marks; /* of CapLidcMark */
} CapLidcReads;

/* Contour points accepted in one message; the fullest of LIDC-IDRI has under
 * 100,000. */
#define CAP_LIDC_MAX_POINTS 1000000

/* Reads PATH without network or entities. NULL with CAP_ERROR_NO_INPUT,
 * CAP_ERROR_DATA (not XML, cut short, a z position that is no number, two
 * different series UIDs; names the line), CAP_ERROR_LIMIT (more points than the
 * above) or CAP_ERROR_UNSUPPORTED (another root element: chest X-ray reads are
 * IdriReadMessage). */
CapLidcReads *cap_lidc_read(const char *path, GError **error);
/* The same without marks: reading ends with the response header. */
CapLidcReads *cap_lidc_read_header(const char *path, GError **error);
void cap_lidc_free(CapLidcReads *reads);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapLidcReads, cap_lidc_free)

/* Middle of MARK's contours (holes left out) on VOLUME's grid: column and row
 * are those of the file, the slice follows z. Its reach (largest distance of a
 * contour point, mm) goes to REACH_MM. FALSE when it has no point. */
gboolean cap_lidc_locate(const CapLidcMark *mark, const CapVolume *volume,
                         CapPoint *index, double *reach_mm);
