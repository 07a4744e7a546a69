/* Trachea and main bronchi of an isotropic volume. */
#pragma once

#include "core/image/volume.h"

/* Sets AIRWAY (borrows, one byte per voxel of ISO, zeroed by the caller) where
 * trachea and main bronchi are: the longest chain of round air sections near
 * the middle of the body, then grown in 3D as far as it does not leak into the
 * lungs. INSIDE marks the air within the body. Leaves AIRWAY empty when no
 * trachea is found. FALSE with CAP_ERROR_MEMORY. */
gboolean cap_airway_find(const CapVolume *iso, const uint8_t *inside,
                         uint8_t *airway, GError **error);
