/* Which nodule of an earlier scan is which of the present one. */
#pragma once

#include "core/image/transform.h"
#include "core/measure/finding.h"

/* What the reader says: CURRENT is PRIOR, or has none (0). Ids of findings. */
typedef struct {
  int current, prior;
} CapPairChoice;

typedef struct {
  const CapFinding *current, *prior; /* NULL: new, or no longer there */
  double distance_mm; /* between the two under the map; 0 when one is NULL */
  gboolean chosen;    /* by the reader */
} CapPair;

/* Pairs the findings of CURRENT with those of PRIOR (borrows both; rejected
 * ones are left out) one to one. TO_PRIOR maps present points to the earlier
 * scan. A pair may lie 15 mm apart at most and differ in mean diameter by a
 * factor of 4; of all ways to pair, the one with the most pairs and then the
 * least sum of distance, 6 mm for each doubling of the diameter and 3 mm for
 * another type is taken. CHOICES (of CapPairChoice, may be NULL) go before all
 * that. Returns an array of CapPair: the present findings in their order, then
 * the prior ones that are left; caller unrefs. */
GArray *cap_pair_findings(const CapFindings *current, const CapFindings *prior,
                          const CapTransform *to_prior, const GArray *choices);
