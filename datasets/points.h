/* A researcher's own index: volumes and points in one table.
 *
 * Columns:
 *   file         a .mha, .mhd, .nii, .nii.gz or a DICOM folder, relative to the
 *                index
 *   coordX, coordY, coordZ     the point in patient LPS mm, as in LUNA16; or
 *   cx_px, cy_px, cz_slice     voxel indices from 0 along the file's own axes,
 *                              as in lidc-crops. All three empty: a volume
 *                              without nodules
 * and, where they exist,
 *   label        nodule (or 1, or empty), excluded (counts neither way) or
 *                negative (or 0)
 *   diameter_mm  positive
 *   mask         a volume file on the grid of FILE, relative to the index
 *   mask_label   its label; without one every voxel above 0 belongs to it
 *   patient      who is kept together; without it each volume is a patient
 *   seriesuid    the volume's name in results; without it the file's
 *   n_readers    how many agreed on it, 1 … 16; without it 4
 *   malignancy, subtlety, … (nodule.h): levels with spaces between, one a
 * reader Further columns are ignored. */
#pragma once

#include "core/progress.h"
#include "datasets/nodule.h"

typedef enum {
  CAP_LABEL_NODULE,
  CAP_LABEL_EXCLUDED,
  CAP_LABEL_NEGATIVE,
} CapIndexLabel;

typedef struct {
  char *file;  /* as in the index */
  char *path;  /* where that is */
  char *fault; /* why the row cannot be used, with file and line; NULL */
  int line;
  gboolean has_point;
  CapPoint at;
  gboolean in_mm; /* else voxel indices of the file */
  CapIndexLabel label;
  double diameter_mm; /* negative: unknown */
  char *mask_path;    /* NULL: none */
  int mask_label;     /* 0: every voxel above 0 */
  char *series_uid;   /* of the column or the file's name */
  char *image_uid;    /* which series of a DICOM folder; NULL: the best */
  CapNodule *nodule;  /* key, patient, readers, ratings; diameter as above;
                         NULL in a row with a fault */
} CapIndexPoint;

void cap_index_point_free(CapIndexPoint *point);

/* Returns a GPtrArray of CapIndexPoint in the order of the rows, those with a
 * fault included; NULL with CAP_ERROR_NO_INPUT or CAP_ERROR_DATA (no table, a
 * missing column). */
GPtrArray *cap_index_points_read(const char *index_path, GError **error);

/* The volume of POINT. PROGRESS may be NULL. NULL with the errors of
 * cap_volume_file_read or cap_series_load. */
CapVolume *cap_index_point_volume(const CapIndexPoint *point,
                                  const CapProgress *progress, GError **error);

/* Where POINT lies in VOLUME, which was read from its path, in patient mm.
 * FALSE with CAP_ERROR_DATA (a fault, no point, outside the volume) or the
 * errors of cap_volume_file_read_header. */
gboolean cap_index_point_place(const CapIndexPoint *point,
                               const CapVolume *volume, CapPoint *at_mm,
                               GError **error);
