/* How an earlier scan was laid on the one under review: kept in the review, so
 * that it need not be worked out again. It is about both scans as they are: of
 * an earlier scan with other images nothing is kept. */
#pragma once

#include "core/image/register.h"
#include "io/review/review.h"

typedef struct {
  gboolean aligned; /* by registration, which came to STEPS */
  CapAlignment steps[CAP_N_ALIGNMENTS];
  int step;          /* that is used; -1: none of them, the guess is */
  CapPoint nudge_mm; /* what the reader moved it by, in the earlier scan */
  gboolean accepted; /* for pairs */
} CapReviewAlignment;

/* Keeps ALIGNMENT with PRIOR (borrows both) in the place of what was kept. No
 * action of the reader's: the log does not have it, undo does not take it back.
 * CAP_ERROR_WRITE. */
gboolean cap_review_keep_alignment(CapReview *review, const CapVolume *prior,
                                   const CapReviewAlignment *alignment,
                                   GError **error);
/* What was kept; FALSE when nothing was, or it cannot be read. */
gboolean cap_review_kept_alignment(const CapReview *review,
                                   const CapVolume *prior,
                                   CapReviewAlignment *alignment);
