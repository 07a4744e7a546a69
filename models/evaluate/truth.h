/* What the readers say of one scan, on the grid of its volume. */
#pragma once

#include "core/measure/finding.h"
#include "models/evaluate/case.h"
#include "models/evaluate/jobs.h"

/* Adds JOB's truths to EVAL. LIDC-IDRI: nodules that MIN_READERS readers
 * outlined, at the centre of their 50 % consensus; nodules of fewer readers,
 * those below 3 mm and non-nodules are excluded findings. LUNA16 and an index:
 * its rows. What annotations say against the images goes to EVAL's warnings.
 * Returns the consensus masks, one for each truth (NULL where there
 * is none); NULL with the errors of cap_lidc_read, CAP_ERROR_NO_INPUT without
 * annotations, or CAP_ERROR_MEMORY. */
GPtrArray *cap_eval_truth_fill(CapEvalCase *eval, const CapEvalJobs *jobs,
                               const CapEvalJob *job, const CapVolume *volume,
                               int min_readers, GError **error);

/* Fills the Dice coefficients of what was found: 2 |A ∩ B| / (|A| + |B|) of the
 * consensus mask and the mask of the mark that hit it. */
void cap_eval_truth_compare(CapEvalCase *eval, const GPtrArray *masks,
                            const CapFindings *found);
