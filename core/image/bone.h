/* Bone and other large dense parts of a scan. */
#pragma once

#include "core/image/volume.h"

/* Sets BONE (borrows, one byte for each voxel of ISO, a volume of about 2 mm)
 * to 1 where a part of at least 3 ml lies at or above 180 HU once thin bridges
 * are cut: ribs, vertebrae, and a heart full of contrast medium; never a
 * calcified nodule or a vessel under 6 mm. FALSE with CAP_ERROR_MEMORY. */
gboolean cap_bone_find(const CapVolume *iso, uint8_t *bone, GError **error);
