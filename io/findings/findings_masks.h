/* masks.mha: the masks of all findings as one label image on the volume's grid,
 * where label n is finding n. */
#pragma once

#include "core/measure/finding.h"

/* Writes the masks by rename, as NIfTI where PATH ends in .nii.gz, else as
 * MetaImage: uint8, compressed, up to finding 255, else int16.
 * A voxel that two masks claim goes to the more probable finding. Errors:
 * CAP_ERROR_OUTPUT, CAP_ERROR_WRITE, CAP_ERROR_MEMORY. */
gboolean cap_findings_masks_save(const CapFindings *findings,
                                 const CapVolume *volume, const char *path,
                                 GError **error);

/* Gives every finding of FINDINGS its mask from PATH, cropped, with 1 inside,
 * on the grid of VOLUME (borrows; matched by patient position, so that the file
 * may run along other axes) or with NULL on the file's. A label that no voxel
 * has leaves NULL. Errors: CAP_ERROR_DATA when a labelled voxel has no voxel of
 * VOLUME within a tenth of its size, CAP_ERROR_MEMORY, those of
 * cap_volume_file_read. */
gboolean cap_findings_masks_load(CapFindings *findings, const CapVolume *volume,
                                 const char *path, GError **error);
