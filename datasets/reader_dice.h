/* How well outlines of a nodule agree, as far as counts of readers tell.
 *
 * With c of N readers holding a voxel, c (c - 1) / 2 pairs of them share it. So
 * over all pairs the sum of 2 |A and B| is that of c (c - 1) over the voxels,
 * and the sum of |A| + |B| is (N - 1) times that of c. The quotient of the two
 * is the mean Dice of the pairs, each counting by its volume; of two readers it
 * is their Dice. The plain mean over the pairs of three or four readers cannot
 * be had from counts, nor how a consensus without a reader agrees with that
 * reader. */
#pragma once

#include "datasets/nodule.h"

/* Of the N_READERS whose counts BLOCK holds among each other; NAN for one
 * reader or without a marked voxel. */
double cap_reader_dice_mutual(const CapBlock *block, int n_readers);

/* Of a mask, what PREDICTED holds at a half or more, with the same readers, by
 * the same rule: SHARE of readers, N voxels each. NAN when both are empty. */
double cap_reader_dice_with(const float *predicted, const float *share, int n);
