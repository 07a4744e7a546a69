/* Right and left lung told apart. */
#pragma once

#include "core/image/volume.h"

/* Turns LUNGS (borrows, non-zero = lung, one byte per voxel of the isotropic
 * volume ISO) into CAP_LUNG_RIGHT and CAP_LUNG_LEFT. Lungs that touch are cut
 * where they are thinnest: eroded until two parts side by side remain, which
 * then grow back. A single lung gets the label of its side of the body. FALSE
 * with CAP_ERROR_MEMORY. */
gboolean cap_sides_label(const CapVolume *iso, uint8_t *lungs, GError **error);
