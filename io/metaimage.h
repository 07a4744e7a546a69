/* MetaImage (.mha, .mhd + .raw): reading headers, writing volumes and masks.
 *
 * Format: itk.org/Wiki/MetaIO/Documentation; coordinates are LPS. To read a
 * whole volume call cap_volume_file_read. */
#pragma once

#include "core/image/mask.h"
#include "io/volume_file.h"

/* For cap_volume_file_read_header. */
gboolean cap_metaimage_read_header(const char *path, CapVolumeFile *file,
                                   GError **error);

/* Writes VOLUME as int16 HU into one .mha file, under a temporary name that is
 * renamed at the end. CAP_ERROR_OUTPUT or CAP_ERROR_WRITE. */
gboolean cap_metaimage_write_volume(const CapVolume *volume, const char *path,
                                    GError **error);

/* Writes MASK as uint8 labels on the whole grid of VOLUME (a cropped mask is
 * put in its place), zlib-compressed, likewise. Also CAP_ERROR_MEMORY. */
gboolean cap_metaimage_write_mask(const CapMask *mask, const CapVolume *volume,
                                  const char *path, GError **error);
