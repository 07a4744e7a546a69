/* How far a nodule is from the pleura. */
#pragma once

#include "core/image/mask.h"
#include "core/image/volume.h"

typedef struct {
  double distance_mm;  /* 0 where the nodule touches it */
  CapPoint ends_mm[2]; /* on the nodule, on the pleura; patient LPS */
} CapPleura;

/* The shortest way from NODULE (any label) to the edge of LUNGS (any label, on
 * VOLUME's whole grid), which is the costal, diaphragmatic or mediastinal
 * pleura; fissures are not segmented. Both are sets of voxels with their full
 * size, so neighbours touch. The lungs' edge is only where there is something
 * beside them: not at the border of the scan, nor at absent planes. The nodule
 * itself is no edge. As good as the mask: that of cap_lung_mask lies within 2
 * mm. FALSE without a nodule, or without an edge. */
gboolean cap_pleura_measure(const CapVolume *volume, const CapMask *lungs,
                            const CapMask *nodule, CapPleura *pleura);
