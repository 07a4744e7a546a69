/* How far readers differ about one nodule: what stands beside every predicted
 * rating, so that nobody takes a network's certainty for agreement. */
#pragma once

#include "core/measure/finding.h"

/* Standard deviation, in levels, of readers' ratings of an attribute around
 * their mean, over the nodules whose mean is nearest to LEVEL (clamped to the
 * scale). Pooled over the 1,057 nodules of LIDC-IDRI with three ratings or
 * more; a level that fewer than 30 of them have takes the value of all.
 * tests/unit/test_disagreement.c works the table out anew from the crops'
 * index. */
double cap_disagreement_sd(CapAttributeKind kind, double level);
