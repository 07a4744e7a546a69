/* Detection: one volume in, findings out. Includes only core: no files. */
#pragma once

#include "core/measure/finding.h"
#include "core/progress.h"
#include "models/candidates.h"
#include "models/network.h"

typedef struct {
  CapCandidatesOptions candidates;
  double min_probability;    /* findings below are dropped; default 0.5 */
  int flips;                 /* test-time flips 1, 2, 4 or 8; default 8 */
  double screen_probability; /* a candidate whose first, unflipped look is below
                                this is not looked at again; default 0.2, and
                                never above min_probability */
} CapDetectOptions;

CapDetectOptions cap_detect_options_default(void);

/* Seconds and peak of each stage, for timing.json. */
typedef struct {
  double lungs_s, candidates_s, network_s, measure_s;
} CapDetectTiming;

/* Finds and judges the nodules of VOLUME with NET: lungs, candidates, one look
 * at each, then a second look with test-time flips, centred on the mask that
 * the first one predicted, at those that passed; of marks on one nodule the
 * most probable stays. Masks do not overlap. What has a mean diameter below 2
 * mm is no finding; a note says how many there were. A scan without lungs gives
 * no findings and a note. Does not depend on the thread count. TIMING may be
 * NULL. Errors: CAP_ERROR_DATA when VOLUME is not usable for detection,
 * CAP_ERROR_MEMORY, CAP_ERROR_CANCELLED. Returns; caller frees. */
CapFindings *cap_detect(const CapVolume *volume, CapNetwork *net,
                        const CapDetectOptions *options,
                        const CapProgress *progress, CapDetectTiming *timing,
                        GError **error);

/* What detection makes of one point that somebody has chosen: the same looks,
 * mask and measurements, however improbable. LUNGS (borrowed) may be NULL. The
 * finding has id 1. Returns; NULL without an error when nothing there can be
 * measured. */
CapFinding *cap_detect_point(const CapVolume *volume, CapNetwork *net,
                             const CapMask *lungs, CapPoint at_mm,
                             GError **error);
/* Judges FINDING, which was changed by hand, where it is now: as
 * cap_detect_judge_again. */
gboolean cap_detect_judge(const CapVolume *volume, CapNetwork *net,
                          CapFinding *finding, GError **error);
