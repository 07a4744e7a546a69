/* Transplants: nodules set into real lung, and negatives made the same way.
 *
 * Positive: a nodule of a crop, cut with its soft mask, resampled to the host's
 * grid (averaged over the host's slice thickness), put on 8-HU steps and
 * blended in. Negative: the host's own tissue, or plain lung of another crop,
 * cut with a nodule's mask and sent through the same steps. Place and mask are
 * drawn alike for both, so that only what is inside tells them apart. */
#pragma once

#include "datasets/augment.h"
#include "datasets/host.h"

typedef struct {
  const CapHost *host;
  CapPoint at;             /* voxel indices of the host */
  const CapExample *shape; /* whose cut mask is used */
  const CapPlace *content; /* what is pasted, its centre at AT; NULL: the
                              host's own tissue */
  gboolean labelled;       /* the result carries the shape's readers' mask */
  int mirror[3];           /* +1 or −1: shape and content are flipped */
} CapTransplant;

/* Returns a block of the host's surroundings of AT, wide enough for a patch of
 * any draw of cap_augment_draw; its cut mask is the one used. CENTER receives
 * the place of AT in it. NULL with CAP_ERROR_MEMORY. */
CapBlock *cap_transplant_make(const CapTransplant *transplant,
                              CapPoint *center, GError **error);

/* The 8-HU step that the crops' HU are on. */
static inline int16_t
cap_transplant_quantise(double hu)
{
  return (int16_t)(8 * lround(CLAMP(hu, -1024, 1016) / 8));
}
