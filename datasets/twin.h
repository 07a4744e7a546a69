/* CapTwin: a negative from a nodule's own crop or cube, and the box that makes
 * the two alike.
 *
 * A crop's making (marked planes only, 8-HU steps, edges at fixed places) must
 * not tell positives from negatives. So each negative lies in the same crop at
 * the same height, beside the nodule, and is seen through a box that leaves the
 * nodule out; the positive is seen through the same box around its own centre.
 * Negatives are chosen so that their surroundings hold as much air as the
 * nodule's. */
#pragma once

#include "datasets/augment.h"

typedef struct {
  CapPlace negative;
  CapPlace positive; /* the nodule, through the same box */
  float bright_hu;   /* mean HU of the negative's middle 5 mm */
} CapTwin;

/* Up to N twins of EXAMPLE in a GArray of CapTwin; fewer or none when the nodule
 * is too large for its crop or nothing alike lies beside it. THROUGH_Z also
 * looks above and below (cubes). Returns; caller frees. */
GArray *cap_twin_find(const CapExample *example, int n, gboolean through_z,
                      CapRandom *random);
