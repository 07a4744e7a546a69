/* What people said, in a structured report: the patient context that guidelines
 * took, a conclusion on the whole scan, own categories with their reasons.
 *
 * DICOM has codes for none of it; names are private, and what is kept are the
 * words of findings.json, so that it comes back as it was. */
#pragma once

#include "io/dcmtk_sr.h"
#include "io/report/report.h"

/* What the private code of an own category begins with; the guideline's word
 * follows. */
#define CAP_SR_OVERRIDE "own-"
/* The private code value of the context's KEY. Caller frees. */
char *cap_report_sr_context_code(const char *key);

/* Appends context and conclusion, as far as they are known, below PARENT. */
void cap_report_sr_context(CapDcmtkSr *sr, int parent,
                           const CapFindings *findings);
/* Appends the reader's own categories to FINDING's measurement GROUP. */
void cap_report_sr_overrides(CapDcmtkSr *sr, int group,
                             const CapFinding *finding);
