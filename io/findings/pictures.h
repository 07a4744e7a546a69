/* finding-NN.png: one figure for each finding, three planes over their routing
 * maps, with what was measured and judged beside them. */
#pragma once

#include "core/measure/finding.h"

#include <cairo.h>

#define CAP_PICTURE_WIDTH 1320
#define CAP_PICTURE_HEIGHT 780

/* Draws finding INDEX (from 0) of FINDINGS on VOLUME (borrows both) with its
 * top left corner at the origin of CR, in the size above. */
void cap_picture_draw(cairo_t *cr, const CapVolume *volume,
                      const CapFindings *findings, int index);

/* The same into the PNG file PATH, written by rename. FALSE with
 * CAP_ERROR_OUTPUT, CAP_ERROR_WRITE or CAP_ERROR_MEMORY. */
gboolean cap_picture_save(const CapVolume *volume, const CapFindings *findings,
                          int index, const char *path, GError **error);
