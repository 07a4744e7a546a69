/* One CT image as the bytes of a DICOM file (C face of dcmtk_write.cpp). */
#pragma once

#include "core/image/volume.h"

G_BEGIN_DECLS

/* What of an instance is not in the volume. */
typedef struct {
  int slice;           /* of the volume */
  int instance_number; /* from 1 */
  const char *sop_uid, *series_uid, *study_uid, *frame_of_reference_uid;
  gboolean is_signed; /* 16-bit signed HU; else 12-bit unsigned, HU + 1024 */
} CapDcmtkInstance;

/* CT Image IOD (PS3.3 A.3), Explicit VR Little Endian. Returns; NULL with
 * CAP_ERROR_INTERNAL or CAP_ERROR_MEMORY. */
GBytes *cap_dcmtk_encode_ct(const CapVolume *volume,
                            const CapDcmtkInstance *instance, GError **error);

G_END_DECLS
