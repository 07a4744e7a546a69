/* Agreement of outlines from counts: see reader_dice.h. */
#include "datasets/reader_dice.h"

#include <math.h>

double
cap_reader_dice_mutual(const CapBlock *block, int n_readers)
{
  const gsize n = cap_block_n_voxels(block);
  double shared = 0, held = 0;
  for (gsize i = 0; i < n; i++) {
    const double c = (double)lround(block->readers[i] * n_readers / 255.0);
    shared += c * (c - 1);
    held += c;
  }
  return n_readers > 1 && held > 0 ? shared / ((n_readers - 1) * held) : NAN;
}

double
cap_reader_dice_with(const float *predicted, const float *share, int n)
{
  double both = 0, sum = 0;
  for (int i = 0; i < n; i++) {
    const gboolean in = predicted[i] >= 0.5f;
    both += in ? (double)share[i] : 0;
    sum += in + (double)share[i];
  }
  return sum > 0 ? 2 * both / sum : NAN;
}
