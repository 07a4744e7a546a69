/* Nodule candidates: the points that the capsule network is asked about. */
#pragma once

#include "core/image/mask.h"
#include "core/progress.h"

typedef struct {
  CapPoint center_mm;
  double diameter_mm;     /* of the best blob scale */
  double score;           /* comparable within one scan only */
  gboolean ground_glass;  /* found by the ground-glass pass */
} CapCandidate;

typedef struct {
  int max_candidates;       /* default 300 */
  double min_mm, max_mm;    /* default 3, 30 */
} CapCandidatesOptions;

CapCandidatesOptions cap_candidates_options_default(void);

/* Multi-scale blob response at 1 mm isotropic inside LUNGS, solid and
 * ground-glass passes, vessels demoted by the Hessian's eigenvalue ratio,
 * non-maximum suppression. Returns a GArray of CapCandidate, best first; NULL
 * with CAP_ERROR_MEMORY or CAP_ERROR_CANCELLED. Results do not depend on the
 * thread count. */
GArray *cap_candidates_find(const CapVolume *volume, const CapMask *lungs,
                            const CapCandidatesOptions *options,
                            const CapProgress *progress, GError **error);
