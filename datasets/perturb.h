/* CapPerturb: one known change of a patch, as another scanner, reconstruction
 * or click would make it, for asking how much a network minds.
 *
 * Rotations and shifts look at the block itself from elsewhere, so a patch is
 * interpolated once with them as without. The others change a patch that was
 * cut with a margin, so that its edge is made of tissue too. What is drawn
 * (directions, phases, noise) follows the draw's own key. */
#pragma once

#include "datasets/augment.h"

/* "rotation-x", …; static. */
const char *cap_perturb_name(CapPerturbKind kind);
/* Of a strength: "°", "mm", "HU" or ""; static. */
const char *cap_perturb_unit(CapPerturbKind kind);

/* As cap_augment_cut, changed by AUGMENT's perturbation; without one, or with
 * strength 0, exactly cap_augment_cut. */
void cap_perturb_cut(const CapAugment *augment, const CapPlace *place,
                     float *hu);
