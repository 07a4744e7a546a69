/* Lung mask: where nodules can be. */
#pragma once

#include "core/image/mask.h"
#include "core/progress.h"

#define CAP_LUNG_RIGHT 1 /* the patient's right */
#define CAP_LUNG_LEFT 2

/* Both lungs on VOLUME's whole grid, airways removed, closed so that
 * juxtapleural nodules and vessels stay inside. An empty mask (no error) when
 * the scan shows no lung. Returns; NULL with CAP_ERROR_MEMORY or
 * CAP_ERROR_CANCELLED. */
CapMask *cap_lung_mask(const CapVolume *volume, const CapProgress *progress,
                       GError **error);
