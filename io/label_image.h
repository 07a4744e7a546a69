/* Label images: volumes whose voxels name what they belong to, 0 being nothing.
 */
#pragma once

#include "core/image/mask.h"

/* One labelled voxel and its index in the volume it belongs to. */
typedef void (*CapLabelFunc)(int label, const int at[3], gpointer user_data);

/* Calls VISIT for every voxel above 0 of LABELS with its index in VOLUME,
 * matched by patient position, so that the two may run along other axes (VOLUME
 * NULL: its own index). FALSE when one has no voxel of VOLUME within a tenth of
 * its size; VISIT was called for those before it. */
gboolean cap_label_image_each(const CapVolume *labels, const CapVolume *volume,
                              CapLabelFunc visit, gpointer user_data);

/* The voxels of PATH that hold LABEL (0: anything above 0), cropped, as 1, on
 * the grid of VOLUME. Returns; NULL with CAP_ERROR_DATA (another grid, no such
 * voxel), CAP_ERROR_MEMORY or the errors of cap_volume_file_read. */
CapMask *cap_label_image_mask(const char *path, int label,
                              const CapVolume *volume, GError **error);
