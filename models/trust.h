/* When not to trust a judgement: a finding and its scan held against what the
 * network was trained on. Includes only core and models/reference.h.
 *
 * - thick slices: distance or thickness of slices above what 95 of 100
 *   training nodules had;
 * - kernel: fewer than one training nodule in a hundred had it; a scan that
 *   does not say its kernel is not doubted;
 * - reconstruction: the decoder's error inside the mask is above that of 95 of
 *   100 training nodules;
 * - contradiction: malignancy from the attributes and the diameter (a logistic
 *   model of the readers' own ratings) is farther from the network's malignancy
 *   than for 95 of 100 nodules of patients that were not trained on;
 * - unfamiliar: no training nodule is as near as one is to 95 of 100 such
 *   nodules. */
#pragma once

#include "models/reference.h"

/* Fills the doubts of FINDING, a finding on VOLUME that the network of
 * REFERENCE has judged. */
void cap_trust_judge(const CapReference *reference, const CapVolume *volume,
                     CapFinding *finding);
