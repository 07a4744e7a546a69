/* Nodule cubes (the folder lidc-cubes): 51³ voxels of 1 mm with everything
 * around the nodule, HU clipped to −1000 … 400, one reader's mask. */
#pragma once

#include "core/progress.h"
#include "datasets/nodule.h"

/* As cap_crops_read. Ratings of a nodule that is also in KNOWN (a GPtrArray of
 * CapExample, borrowed, may be NULL) are taken from there, because a cube has
 * one rating only; calcification is left unrated, since the clip hides it. */
GPtrArray *cap_cubes_read(const char *index_path, char **without_patients,
                          const GPtrArray *known, const CapProgress *progress,
                          GError **error);
