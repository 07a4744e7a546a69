/* A CapVolume as a DICOM CT series. */
#pragma once

#include "core/image/volume.h"
#include "core/progress.h"

/* Writes one file per valid plane ("000001.dcm" is instance 1, the lowest
 * slice) into FOLDER, which is made if need be: CT Image IOD, Explicit VR
 * Little Endian, 12-bit unsigned with intercept −1024 where all HU fit, else
 * 16-bit signed. UIDs come from the volume's source; those it lacks follow from
 * its series UID and pixels. FALSE with CAP_ERROR_OUTPUT (folder),
 * CAP_ERROR_WRITE (a file), CAP_ERROR_LIMIT (the volume's geometry is not one
 * DICOM can hold), CAP_ERROR_MEMORY or CAP_ERROR_CANCELLED; files written
 * before remain. */
gboolean cap_ct_write_series(const CapVolume *volume, const char *folder,
                             const CapProgress *progress, GError **error);
