/* CapVolume: one CT volume in Hounsfield units, with its place in the patient.
 *
 * Voxels are int16 HU, index order [slice][row][column] (column fastest). Index
 * (c,r,s) lies at origin + c·spacing[0]·axis[0] + r·spacing[1]·axis[1] +
 * s·spacing[2]·axis[2] in patient LPS millimetres (DICOM PS3.3 C.7.6.2.1.1);
 * the three axes are orthonormal unit vectors and slices ascend along axis[2].
 * A plane that the source lacks is −1024 everywhere and has valid[s] = 0. */
#pragma once

#include <glib.h>
#include <stdint.h>

#define CAP_HU_AIR ((int16_t)-1024)

typedef struct {
  double x, y, z;
} CapPoint; /* patient LPS mm, or voxel indices (column, row, slice) */

/* What a volume can be trusted for, decided by whoever built it. */
typedef enum {
  CAP_USABLE_VIEW = 1 << 0,
  CAP_USABLE_MEASURE = 1 << 1,
  CAP_USABLE_DETECT = 1 << 2,
} CapUsable;

/* Where a volume came from. Every string is UTF-8 and never NULL ("" when the
 * source does not say). */
typedef struct {
  char *patient_id, *patient_name, *patient_sex, *patient_birth_date;
  char *study_uid, *study_date, *study_description;
  char *series_uid, *series_description, *series_number, *modality;
  char *frame_of_reference_uid;
  char *manufacturer, *kernel;
  char *unusable_text; /* why detection is refused, as a clause ("it is MR, not
                          CT"); "" when nobody said or it is not refused */
  unsigned unknown;    /* CapUnknown bits (unit.h): what its numbers are not */
  double slice_thickness_mm; /* 0 when unknown */
  char **sop_uids;    /* one per slice, "" for an absent plane; or NULL */
  int *source_frames; /* frame index within that SOP instance; or NULL */
  int *image_numbers; /* see cap_volume_image_number; or NULL */
  GPtrArray *irregularities; /* of CapIrregularity, owned */
} CapSource;

typedef struct {
  int columns, rows, slices;
  double spacing_mm[3]; /* along columns, rows, slices */
  CapPoint origin_mm;   /* centre of voxel (0,0,0) */
  CapPoint axis[3];     /* unit vectors: column step, row step, slice step */
  int16_t *voxels_hu;   /* slices*rows*columns, owned */
  int *n_owners;        /* volumes of these voxels; NULL: this one alone */
  void *mapping;        /* the pages of a file that they lie in; NULL: none */
  gsize mapping_bytes;
  uint8_t *valid;    /* one flag per slice, owned */
  unsigned usable;   /* CapUsable bits */
  CapSource *source; /* owned, never NULL */
} CapVolume;

CapSource *cap_source_new(void);
/* A copy, of a volume with N_SLICES. Returns; caller frees. */
CapSource *cap_source_copy(const CapSource *from, int n_slices);
void cap_source_free(CapSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapSource, cap_source_free)

/* A volume of air with identity axes, spacing 1 mm and all planes valid.
 * Returns; NULL with CAP_ERROR_MEMORY or CAP_ERROR_LIMIT (dimension < 1 or
 * above 4,096 x 4,096 x 5,000, or more than 4 GiB). */
CapVolume *cap_volume_new(int columns, int rows, int slices, GError **error);
/* The same with voxels left undefined, for a caller that writes every one of
 * them: air would cost a reader a third of its time. */
CapVolume *cap_volume_new_undefined(int columns, int rows, int slices,
                                    GError **error);
/* The same with the voxels used where they are, in the file FD (borrows) from
 * byte OFFSET on: int16 in the byte order of this machine, OFFSET even. Pages
 * are read when they are touched and shared with other processes; one that is
 * written to is copied and the file never changes. The file must hold the
 * voxels and must not be shortened while the volume lives (the system would end
 * the program); to replace it by rename is fine. Also NULL with
 * CAP_ERROR_NO_INPUT when it cannot be mapped. */
CapVolume *cap_volume_new_mapped(const int size[3], int fd, goffset offset,
                                 GError **error);
/* Another volume of the same grid and the same voxels, with flags of its own,
 * none of them set, and without facts about the source but its units: for
 * somebody who watches while VOLUME is filled. The voxels go with the last of
 * both, freed from whichever thread. */
CapVolume *cap_volume_new_sharing(CapVolume *volume);
void cap_volume_free(CapVolume *volume);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapVolume, cap_volume_free)

/* Voxel index (column, row, slice), fractional -> patient mm, and back. */
CapPoint cap_volume_to_patient(const CapVolume *volume, CapPoint index);
CapPoint cap_volume_to_index(const CapVolume *volume, CapPoint patient_mm);

/* PATIENT_MM lies in one of its voxels, whose borders count. */
gboolean cap_volume_contains(const CapVolume *volume, CapPoint patient_mm);

/* HU at a whole index; CAP_HU_AIR outside the volume. */
int16_t cap_volume_at(const CapVolume *volume, int column, int row, int slice);
/* Pointer to the first voxel of a slice (borrowed). */
int16_t *cap_volume_slice(const CapVolume *volume, int slice);
/* The number by which the scanner and other programs call the image that is
 * that slice: its InstanceNumber (DICOM PS3.3 C.7.6.1), or the number of its
 * frame. G_MININT: it has none, or no image is that slice. */
int cap_volume_image_number(const CapVolume *volume, int slice);
/* The least and the largest voxel of the planes that are there; without any
 * planes LOW is above HIGH. */
void cap_volume_range(const CapVolume *volume, int *low, int *high);
gsize cap_volume_n_voxels(const CapVolume *volume);
