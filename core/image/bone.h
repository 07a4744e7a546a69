/* Bone and other large dense parts of a scan. */
#pragma once

#include "core/image/mask.h"

/* Sets BONE (borrows, one byte for each voxel of ISO, a volume of about 2 mm)
 * to 1 in the long dense parts of a scan: ribs and vertebrae, which are longer
 * than 36 mm once bridges under 6 mm are cut; never a calcified nodule. Dense
 * is 180 HU, and 100 HU more than the blood between LUNGS (labelled, on ISO's
 * grid), which contrast medium may make brighter than bone. FALSE with
 * CAP_ERROR_MEMORY. */
gboolean cap_bone_find(const CapVolume *iso, const CapMask *lungs,
                       uint8_t *bone, GError **error);
