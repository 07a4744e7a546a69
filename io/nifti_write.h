/* Writing NIfTI-1: one .nii.gz file with the geometry in both its sform and its
 * qform, in RAS millimetres. */
#pragma once

#include "core/image/mask.h"

/* Writes VOLUME as int16 HU, gzip-compressed, by rename. CAP_ERROR_OUTPUT,
 * CAP_ERROR_WRITE or CAP_ERROR_MEMORY. */
gboolean cap_nifti_write_volume(const CapVolume *volume, const char *path,
                                GError **error);

/* Writes MASK as uint8 labels on the whole grid of VOLUME (a cropped mask is
 * put in its place), likewise. */
gboolean cap_nifti_write_mask(const CapMask *mask, const CapVolume *volume,
                              const char *path, GError **error);
