/* Connected parts (26-neighbourhood) of a byte mask. */
#pragma once

#include "core/image/mask.h"

/* Keeps of MASK only the part that holds, or else comes nearest to, the volume
 * index AT; distances are in mm of SPACING_MM. FALSE when MASK is empty. */
gboolean cap_parts_keep_nearest(CapMask *mask, CapPoint at,
                                const double spacing_mm[3]);

/* Keeps of MASK only the part with the most voxels (the first of equals). FALSE
 * when MASK is empty. */
gboolean cap_parts_keep_largest(CapMask *mask);

/* MASK cut down to the box of its voxels (borrows). Returns; NULL, without an
 * error set, when MASK is empty. */
CapMask *cap_parts_crop(const CapMask *mask);
