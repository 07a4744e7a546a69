/* LUNA16: its tables of scans, nodules, excluded findings and detector marks.
 *
 * The challenge's own column names (seriesuid, coordX, coordY, coordZ,
 * diameter_mm, probability); coordinates are patient LPS mm. */
#pragma once

#include "core/stats/froc.h"

/* Where the tables are; all borrowed. */
typedef struct {
  const char *annotations, *excluded; /* EXCLUDED may be NULL */
  const char *series;      /* the list of scans: one column, with or without the
                              header “seriesuid”; NULL: those that ANNOTATIONS
                              and SCANS name */
  const GPtrArray *scans;  /* of char *: series UIDs; may be NULL */
  gboolean isolate_faults; /* a row with a bad number spoils its scan, not the
                              table */
} CapLuna16Tables;

typedef struct {
  GPtrArray *series;   /* of char *: the scans in order */
  GHashTable *index;   /* series UID -> its number + 1 */
  GArray *nodules;     /* of CapFrocNodule: included, then excluded */
  GPtrArray *warnings; /* of char *: what was passed over, file and line */
  GHashTable *faults;  /* number of a scan -> char *: why its rows cannot be
                          used, file and line */
} CapLuna16;

/* Reads the tables. A scan listed twice and findings of unknown scans are
 * passed over with a warning; a nodule that is there twice counts twice, as in
 * the challenge's own script, with a warning. NULL with the errors of
 * cap_csv_read and, unless faults are isolated, of cap_csv_number. */
CapLuna16 *cap_luna16_read(const CapLuna16Tables *tables, GError **error);
void cap_luna16_free(CapLuna16 *luna);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapLuna16, cap_luna16_free)

/* Number of a scan, or -1. */
int cap_luna16_find(const CapLuna16 *luna, const char *series_uid);

/* A detector's marks; those in unknown scans are passed over with one warning.
 * Returns a GArray of CapFrocMark; NULL likewise. */
GArray *cap_luna16_read_marks(CapLuna16 *luna, const char *path,
                              GError **error);
