/* Which images a review is about: the series, and a digest of the volume that
 * masks and numbers belong to. */
#pragma once

#include "core/image/volume.h"

/* SHA-256, in hexadecimal, of VOLUME's size, place, absent planes, SOP instance
 * UIDs and a sample of its voxels (every voxel up to 65,536, spread evenly):
 * another reconstruction, another order or another slice gives another digest,
 * and a scan costs milliseconds. Returns; g_free. */
char *cap_review_digest(const CapVolume *volume);

/* Where the review of VOLUME is kept: XDG_DATA_HOME/capsight/reviews (made when
 * it is missing, for the owner alone), a name made of hashes only: what was
 * received never becomes a file name. *OTHERS, which may be NULL, is how many
 * reviews of the same series there are whose images are others. Returns;
 * g_free; NULL with CAP_ERROR_OUTPUT. */
char *cap_review_path(const CapVolume *volume, int *others, GError **error);
