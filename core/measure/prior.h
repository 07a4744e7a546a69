/* An earlier scan told on the findings of the present one. */
#pragma once

#include "core/image/register.h"
#include "core/measure/growth.h"
#include "core/measure/pairing.h"

/* The two scans that are compared; all borrowed. */
typedef struct {
  const CapVolume *current_volume, *prior_volume;
  const CapFindings *prior;
  const CapAlignment *alignment;
  const GArray *choices; /* of CapPairChoice, or NULL */
} CapComparison;

/* Pairs the findings of CURRENT with the earlier ones and sets each one's
 * prior: matched, new, or none where the earlier scan does not reach. What is
 * no longer there, other patients' data and a map that is not to be trusted
 * become notes of CURRENT, which every report tells. What CURRENT had of an
 * earlier comparison is replaced.
 * Returns the pairs (of CapPair, which borrow both lists); caller unrefs. */
GArray *cap_prior_compare(CapFindings *current,
                          const CapComparison *comparison);

/* Growth of FINDING since its prior, with its interval. FALSE where it has
 * none, or the days between are not known. */
gboolean cap_prior_growth(const CapFinding *finding, CapGrowth *growth);
