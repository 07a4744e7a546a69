/* A user's index of points to judge: one row per nodule or candidate.
 *
 * Columns: file (a volume file or a DICOM folder, relative to the index), and
 * either cx_px, cy_px, cz_slice (voxel indices, as in lidc-crops) or coordX,
 * coordY, coordZ (patient LPS mm, as in LUNA16). Further columns are ignored:
 * readers' masks and ratings are not looked at. */
#pragma once

#include "core/image/volume.h"

typedef struct {
  char *file; /* as in the index */
  char *path; /* where that is */
  CapPoint at;
  gboolean in_mm; /* else voxel indices */
} CapIndexPoint;

void cap_index_point_free(CapIndexPoint *point);

/* Returns a GPtrArray of CapIndexPoint; NULL with CAP_ERROR_NO_INPUT or
 * CAP_ERROR_DATA (a missing column, a field that is not a number). */
GPtrArray *cap_index_points_read(const char *index_path, GError **error);
