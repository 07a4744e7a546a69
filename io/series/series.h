/* Series in: from any path to CapVolume, with every irregularity named.
 *
 * cap_series_scan lists what is there from headers alone; cap_series_load
 * builds the volume of one series by our own rules: order by position along the
 * slice normal, nothing interpolated silently, CASE-01 … CASE-30. DICOM goes
 * through DCMTK (JPEG 2000 through OpenJPEG), in worker processes for pixels.
 */
#pragma once

#include "core/image/volume.h"
#include "core/progress.h"

typedef struct CapSeriesPlan CapSeriesPlan; /* io/series/series_plan.h */

/* What a scan knows of one series before its pixels are read. */
typedef struct {
  CapSource *source;         /* owned; irregularities found so far */
  int slices, rows, columns; /* of the volume, absent planes included */
  double spacing_mm[3];      /* 0 where unknown */
  unsigned usable;           /* CapUsable bits */
  GPtrArray *files;          /* of char *, absolute paths; owned */
  int images;                /* source images (files or frames) in use */
  int part;                  /* 0; or 1, 2, … when one SeriesInstanceUID holds
                                several stacks and this is the n-th */
  char *unusable_text;       /* why detection is refused, "" when it is not */
  CapSeriesPlan *plan; /* how the volume is built; NULL for a volume file */
} CapSeries;

typedef struct {
  GPtrArray *series;  /* of CapSeries, sorted: best for detection first */
  int skipped_files;  /* not images we read */
  GPtrArray *skipped; /* of char *, first 10 of them */
  GPtrArray *reports; /* of char *: those of them that are DICOM structured
                         reports or segmentations, all */
} CapSeriesList;

typedef struct {
  gboolean assume_hu; /* use stored values as HU where no slope is given */
  gboolean strict;    /* a missing or damaged slice is CAP_ERROR_DATA */
  int jobs;           /* decoding workers; 0 = one per processor */
} CapSeriesOptions;

CapSeriesOptions cap_series_options_default(void);

/* PATH: a folder (recursive), a DICOMDIR, a DICOM file (its whole folder's
 * series is taken), or a .mhd/.mha/.nii/.nii.gz volume. Returns a list with at
 * least one series; else NULL with CAP_ERROR_NO_INPUT (path missing or
 * unreadable, nothing that can be read there) or CAP_ERROR_CANCELLED. */
CapSeriesList *cap_series_scan(const char *path, const CapProgress *progress,
                               GError **error);
void cap_series_list_free(CapSeriesList *list);
/* Puts what OTHER (takes) has and LIST has not into LIST: several paths opened
 * at once are one list. */
void cap_series_list_merge(CapSeriesList *list, CapSeriesList *other);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapSeriesList, cap_series_list_free)

/* The series with SERIES_UID ("UID#2" is its second part), or with NULL the
 * best one (CT, axial, most slices, thinnest). Borrowed from LIST; NULL with
 * CAP_ERROR_NO_INPUT. */
const CapSeries *cap_series_choose(const CapSeriesList *list,
                                   const char *series_uid, GError **error);

/* One slice from the middle of SERIES as a volume of its own, at the cost of
 * one slice (of all for a volume file). Returns; caller frees. Errors as
 * cap_series_load. */
CapVolume *cap_series_preview(const CapSeries *series,
                              const CapProgress *progress, GError **error);

/* Called from cap_series_load as planes arrive, from the middle outwards as far
 * as threads keep step, from the loading thread: SLICE of VOLUME is now filled
 * and stays as it is. May be NULL. */
typedef void (*CapSeriesSliceFunc)(CapVolume *volume, int slice,
                                   gpointer user_data);

/* Reads the pixels. Returns; caller frees. Errors: CAP_ERROR_DATA,
 * CAP_ERROR_UNSUPPORTED, CAP_ERROR_LIMIT, CAP_ERROR_MEMORY, CAP_ERROR_WORKER,
 * CAP_ERROR_CANCELLED. OPTIONS and PROGRESS may be NULL. */
CapVolume *cap_series_load(const CapSeries *series,
                           const CapSeriesOptions *options,
                           const CapProgress *progress, GError **error);
CapVolume *cap_series_load_progressive(const CapSeries *series,
                                       const CapSeriesOptions *options,
                                       const CapProgress *progress,
                                       CapSeriesSliceFunc on_slice,
                                       gpointer user_data, GError **error);
