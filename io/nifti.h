/* NIfTI-1 single files (.nii, .nii.gz): headers to CapVolumeFile.
 *
 * Format: nifti.nimh.nih.gov/nifti-1; RAS millimetres become LPS here. To read
 * a whole volume call cap_volume_file_read. */
#pragma once

#include "io/volume_file.h"

/* For cap_volume_file_read_header. The sform matrix is used when its code is
 * set and its axes are orthogonal, else the qform, else the bare spacing. */
gboolean cap_nifti_read_header(const char *path, CapVolumeFile *file,
                               GError **error);
