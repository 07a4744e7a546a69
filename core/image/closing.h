/* Morphological closing with a large ball. */
#pragma once

#include <glib.h>
#include <stdint.h>

/* Closes LABEL of MASK (dense, SIZE = columns, rows, slices, isotropic) with a
 * ball of RADIUS_VOX voxels and fills what is then enclosed. Voxels that are
 * gained get LABEL where MASK is 0; other labels are left alone. Distance based
 * (dilation and erosion are thresholds of two distance maps), so the cost does
 * not grow with the radius. FALSE with CAP_ERROR_MEMORY. */
gboolean cap_closing_ball(uint8_t *mask, const int size[3], uint8_t label,
                          double radius_vox, GError **error);
