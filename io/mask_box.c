/* Masks cut to what is in them: see mask_box.h. */
#include "io/mask_box.h"

#include <string.h>

CapMaskBox
cap_mask_box_empty(void)
{
  return (CapMaskBox){{G_MAXINT, G_MAXINT, G_MAXINT}, {-1, -1, -1}};
}

gboolean
cap_mask_box_is_empty(const CapMaskBox *box)
{
  return box->low[0] > box->high[0];
}

void
cap_mask_box_add(CapMaskBox *box, const int at[3])
{
  for (int i = 0; i < 3; i++) {
    box->low[i] = MIN(box->low[i], at[i]);
    box->high[i] = MAX(box->high[i], at[i]);
  }
}

CapMask *
cap_mask_box_mask(const CapMaskBox *box, GError **error)
{
  CapMask *mask = cap_mask_new(box->high[0] - box->low[0] + 1,
                               box->high[1] - box->low[1] + 1,
                               box->high[2] - box->low[2] + 1, error);
  if (mask != NULL)
    memcpy(mask->first, box->low, sizeof mask->first);
  return mask;
}

void
cap_mask_box_set(CapMask *m, const int at[3])
{
  m->voxels[((gsize)(at[2] - m->first[2]) * m->rows + at[1] - m->first[1]) *
                m->columns +
            at[0] - m->first[0]] = 1;
}
