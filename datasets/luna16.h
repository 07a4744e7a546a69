/* LUNA16: its tables of scans, nodules, excluded findings and detector marks.
 *
 * The challenge's own column names (seriesuid, coordX, coordY, coordZ,
 * diameter_mm, probability); coordinates are patient LPS mm. */
#pragma once

#include "core/stats/froc.h"

typedef struct {
  GPtrArray *series;   /* of char *: the scans in order */
  GHashTable *index;   /* series UID -> its number + 1 */
  GArray *nodules;     /* of CapFrocNodule: included, then excluded */
  GPtrArray *warnings; /* of char *: what was passed over, file and line */
} CapLuna16;

/* Reads the three tables; EXCLUDED may be NULL. The list of scans has one
 * column and may have a header “seriesuid”; with NULL the scans are those that
 * ANNOTATIONS names. A scan listed twice and findings of unknown scans are
 * passed over with a warning. NULL with the errors of cap_csv_read and
 * cap_csv_number. */
CapLuna16 *cap_luna16_read(const char *annotations, const char *excluded,
                           const char *series, GError **error);
void cap_luna16_free(CapLuna16 *luna);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapLuna16, cap_luna16_free)

/* Number of a scan, or -1. */
int cap_luna16_find(const CapLuna16 *luna, const char *series_uid);

/* A detector's marks; those in unknown scans are passed over with one warning.
 * Returns a GArray of CapFrocMark; NULL likewise. */
GArray *cap_luna16_read_marks(CapLuna16 *luna, const char *path,
                              GError **error);
