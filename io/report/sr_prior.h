/* The earlier scan in a structured report: which one it was, and what each
 * finding was in it. */
#pragma once

#include "io/dcmtk_sr.h"
#include "io/report/report.h"

/* Appends the scan that was compared below PARENT; nothing where none was. */
void cap_report_sr_prior_scan(CapDcmtkSr *sr, int parent,
                              const CapFindings *findings);
/* Appends what FINDING was, and its growth, to its measurement GROUP. */
void cap_report_sr_prior(CapDcmtkSr *sr, int group, const CapFinding *finding);
