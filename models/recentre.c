/* Where a second look is cut: see recentre.h. */
#include "models/recentre.h"

#include "core/image/parts.h"

#include <math.h>

/* A predicted mask farther off than this is another structure. */
#define MAX_SHIFT_MM 8.0

gboolean
cap_recentre_shift(const CapJudgement *judgement, CapPoint *shift)
{
  g_autoptr(CapMask) mask = cap_mask_new(CAP_PATCH, CAP_PATCH, CAP_PATCH, NULL);
  if (mask == NULL)
    return FALSE;
  for (int i = 0; i < CAP_PATCH_VOXELS; i++)
    mask->voxels[i] = judgement->mask[i] >= CAP_MASK_THRESHOLD;
  const double middle = (CAP_PATCH - 1) / 2.0, spacing[3] = {1, 1, 1};
  if (!cap_parts_keep_nearest(mask, (CapPoint){middle, middle, middle},
                              spacing))
    return FALSE;
  double sum[3] = {0}, n = 0;
  for (int i = 0; i < CAP_PATCH_VOXELS; i++)
    if (mask->voxels[i] != 0) {
      sum[0] += i % CAP_PATCH;
      sum[1] += i / CAP_PATCH % CAP_PATCH;
      sum[2] += i / (CAP_PATCH * CAP_PATCH);
      n++;
    }
  *shift =
      (CapPoint){sum[0] / n - middle, sum[1] / n - middle, sum[2] / n - middle};
  return sqrt(shift->x * shift->x + shift->y * shift->y +
              shift->z * shift->z) <= MAX_SHIFT_MM;
}
