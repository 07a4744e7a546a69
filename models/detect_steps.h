/* The steps of detection, exchangeable: what cap_detect strings together.
 *
 * Tests put fakes here and see the pipeline's own rules (screening, recentring,
 * suppression, order) by themselves. */
#pragma once

#include "models/detect.h"

typedef struct {
  CapMask *(*find_lungs)(const CapVolume *volume, const CapProgress *progress,
                         GError **error);
  GArray *(*find_candidates)(const CapVolume *volume, const CapMask *lungs,
                             const CapCandidatesOptions *options,
                             const CapProgress *progress, GError **error);
  /* As cap_network_judge, with JUDGE_DATA for the network. */
  gboolean (*judge)(gpointer judge_data, const float *patches, int n, int flips,
                    CapJudgement *out, GError **error);
  CapMask *(*segment)(const CapVolume *volume, CapPoint center_mm,
                      double diameter_mm);
  void (*measure)(const CapVolume *volume, const CapMask *lungs,
                  CapFinding *finding);
  gpointer judge_data;
  int batch; /* patches handed to judge at once; >= 1 */
} CapDetectSteps;

/* What every step needs; borrowed. */
typedef struct {
  const CapVolume *volume;
  const CapDetectSteps *steps;
  const CapDetectOptions *options;
  const CapProgress *progress; /* may be NULL */
} CapDetectRun;

/* The part of detection that follows once lungs (may be NULL) and CANDIDATES
 * are known: two looks at each, masks, measurements, into FINDINGS. */
gboolean cap_detect_candidates(const CapDetectRun *run, const CapMask *lungs,
                               const GArray *candidates, CapFindings *findings,
                               GError **error);
/* One second look at FINDING, centred where it is now: its probabilities,
 * ratings and capsules become those. Its mask and measurements stay. */
gboolean cap_detect_judge_again(const CapDetectRun *run, CapFinding *finding,
                                GError **error);

/* cap_detect with STEPS in place of the real ones. */
CapFindings *cap_detect_with_steps(const CapVolume *volume,
                                   const CapDetectSteps *steps,
                                   const CapDetectOptions *options,
                                   const CapProgress *progress,
                                   CapDetectTiming *timing, GError **error);
