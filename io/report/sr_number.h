/* Numbers in a structured report. */
#pragma once

#include "io/dcmtk_sr.h"

/* Appends VALUE in UNIT, with so many decimals, below PARENT, which contains
 * it. Returns its node. */
int cap_report_sr_number(CapDcmtkSr *sr, int parent, CapCodeId name,
                         double value, int decimals, CapCodeId unit);
/* NODE is the mean, the maximum, … of what it measures. */
void cap_report_sr_derivation(CapDcmtkSr *sr, int node, CapCodeId derivation);
