/* A mask that is cut to what is in it: who walks voxels twice first has the box
 * grow around them, then sets them in a mask of that size. */
#pragma once

#include "core/image/mask.h"

typedef struct {
  int low[3], high[3]; /* both inside; low > high: empty */
} CapMaskBox;

CapMaskBox cap_mask_box_empty(void);
gboolean cap_mask_box_is_empty(const CapMaskBox *box);
void cap_mask_box_add(CapMaskBox *box, const int at[3]);
/* A mask of zeros there. Returns; NULL with CAP_ERROR_MEMORY. */
CapMask *cap_mask_box_mask(const CapMaskBox *box, GError **error);
/* Sets voxel AT, which lies in the box of MASK. */
void cap_mask_box_set(CapMask *mask, const int at[3]);
