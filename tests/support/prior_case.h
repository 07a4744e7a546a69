/* Two scans of one chest with nodules that have grown, on disk: for tests of
 * comparisons and their pictures. */
#pragma once

#include "core/image/transform.h"
#include "core/measure/finding.h"

#define CAP_PRIOR_CASE_N 4 /* nodules now; the earlier scan lacks the last */
#define CAP_PRIOR_CASE_DAYS 109

typedef struct {
  CapVolume *now, *then; /* 2026-11-29 and 2026-08-12; owned */
  CapFindings *now_findings, *then_findings; /* measured; owned. Earlier
                         finding 10 + k is what is finding k now, and 19 is
                         no longer there */
  CapTransform to_prior;                     /* the truth */
} CapPriorCase;

/* NOW is CHEST (takes), air with a patient around it or not; THEN has the same
 * voxels on a grid that is turned by 3 degrees, stretched by 3 % along the body
 * and lies elsewhere. Nodules that grow by 0, 50, 100 … % are put where CHEST
 * has room for them. */
void cap_prior_case_make(CapPriorCase *c, CapVolume *chest);
void cap_prior_case_clear(CapPriorCase *c);
/* Writes FOLDER/now and FOLDER/then, each with DICOM images and findings.json
 * (a file of masks would be one more study), and FOLDER/other: THEN without
 * findings, of another patient. */
void cap_prior_case_write(const CapPriorCase *c, const char *folder);
