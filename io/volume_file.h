/* Volume files: one file (or header and raw file) that holds a whole CapVolume.
 *
 * MetaImage (.mha, .mhd) and NIfTI (.nii, .nii.gz) headers are read into a
 * CapVolumeFile. Voxels that are int16 HU already, in this machine's byte order
 * and along our axes (a LUNA16 .raw, as a rule), are mapped and used in place;
 * others are streamed into a CapVolume. The file's axes are permuted and
 * flipped (never interpolated) so that columns run to the patient's left, rows
 * to the back and slices to the head as nearly as the grid allows; a MetaImage
 * of an axial CT is that way already. */
#pragma once

#include "core/image/volume.h"
#include "core/progress.h"
#include "io/dicom/elements.h"

typedef enum {
  CAP_PACKING_NONE,
  CAP_PACKING_ZLIB, /* RFC 1950, MetaImage's CompressedData */
  CAP_PACKING_GZIP, /* RFC 1952, .nii.gz */
} CapPacking;

typedef struct {
  int size[3];          /* voxels along the file's own axes */
  double spacing_mm[3]; /* 0 where the header does not say */
  CapPoint origin_mm;   /* LPS */
  CapPoint axis[3];     /* LPS unit vectors, orthonormal */
  CapElement element;
  gboolean big_endian;
  double slope_intercept[2];
  CapPacking packing;
  char *data_path;     /* owned */
  goffset data_offset; /* bytes before the voxels, unpacked; −1: voxels end
                          the file */
  char *modality;      /* "CT", "MR" or "" ; owned */
} CapVolumeFile;

void cap_volume_file_clear(CapVolumeFile *file);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CapVolumeFile, cap_volume_file_clear)

/* TRUE for a name that ends in .mha, .mhd, .nii or .nii.gz (any case). */
gboolean cap_volume_file_is_name(const char *path);

/* The header of PATH into FILE (clear it afterwards in either case). Errors:
 * CAP_ERROR_NO_INPUT, CAP_ERROR_DATA, CAP_ERROR_UNSUPPORTED, CAP_ERROR_LIMIT;
 * also when the file is too short for the voxels it declares. */
gboolean cap_volume_file_read_header(const char *path, CapVolumeFile *file,
                                     GError **error);

/* Puts into SOURCE what the header of PATH says, and returns what the voxels
 * are good for: CapUsable bits. 8-bit elements cannot hold HU, and without
 * spacing there are no millimetres. */
unsigned cap_volume_file_describe(const CapVolumeFile *file, const char *path,
                                  CapSource *source);

/* Size, spacing, origin and axes after the permutation described above. Returns
 * via VOLUME, whose other fields stay. SOURCE_AXIS[i] is the file axis that
 * became axis i, or its bitwise complement when it was flipped. */
void cap_volume_file_layout(const CapVolumeFile *file, CapVolume *volume,
                            int source_axis[3]);

/* Patient mm of a voxel index along the file's own axes. */
CapPoint cap_volume_file_to_patient(const CapVolumeFile *file, CapPoint index);

/* The file's name without extension: LUNA16's convention. Returns. */
char *cap_volume_file_series_uid(const char *path);

/* The whole of PATH. PROGRESS may be NULL. While the volume lives its file must
 * not be shortened (cap_volume_new_mapped). Returns; NULL with the errors of
 * cap_volume_file_read_header, CAP_ERROR_MEMORY or CAP_ERROR_CANCELLED. */
CapVolume *cap_volume_file_read(const char *path, const CapProgress *progress,
                                GError **error);
