/* CapPriorAlignment: lays an earlier scan on the present one by their lungs, in
 * the background, and keeps what came out for the reader to judge.
 *
 * Signals: "changed", "accepted" (the map is good for pairs: by its overlap, or
 * because the reader says so). */
#pragma once

#include "core/image/register.h"
#include "ui/prior/prior_study.h"

typedef enum {
  CAP_PRIOR_UNALIGNED,
  CAP_PRIOR_ALIGNING,
  CAP_PRIOR_ALIGNED,
  CAP_PRIOR_ALIGNMENT_FAILED, /* the message says why */
} CapPriorAlignmentState;

#define CAP_TYPE_PRIOR_ALIGNMENT (cap_prior_alignment_get_type())
G_DECLARE_FINAL_TYPE(CapPriorAlignment, cap_prior_alignment, CAP,
                     PRIOR_ALIGNMENT, GObject)

/* Starts by itself once both scans are read. */
CapPriorAlignment *cap_prior_alignment_new(CapPriorStudy *prior);
void cap_prior_alignment_set_automatic(CapPriorAlignment *alignment,
                                       gboolean automatic);
CapPriorStudy *cap_prior_alignment_prior(CapPriorAlignment *alignment);

/* Whether there are two whole scans to align, and nothing runs. */
gboolean cap_prior_alignment_can_start(CapPriorAlignment *alignment);
void cap_prior_alignment_start(CapPriorAlignment *alignment);
void cap_prior_alignment_cancel(CapPriorAlignment *alignment);
CapPriorAlignmentState cap_prior_alignment_state(CapPriorAlignment *alignment);
const char *cap_prior_alignment_stage(CapPriorAlignment *alignment);
double cap_prior_alignment_fraction(CapPriorAlignment *alignment);
const char *cap_prior_alignment_message(CapPriorAlignment *alignment);

/* What the map rests on before registration. */
CapPriorMapKind cap_prior_alignment_guess(CapPriorAlignment *alignment);
/* What registration made of KIND; NULL where it does not come from it, or
 * before. Borrowed. */
const CapAlignment *cap_prior_alignment_result(CapPriorAlignment *alignment,
                                               CapPriorMapKind kind);
/* The map that is used from now on, without a nudge: of KIND, or the guess. */
void cap_prior_alignment_use(CapPriorAlignment *alignment,
                             CapPriorMapKind kind);
/* The map as it is now, with its overlap: what pairs are made by. */
CapAlignment cap_prior_alignment_now(CapPriorAlignment *alignment);
/* The reader is content with the map as it is. */
void cap_prior_alignment_accept(CapPriorAlignment *alignment);
/* The map is the accepted one still. */
gboolean cap_prior_alignment_is_accepted(CapPriorAlignment *alignment);
/* "Aligned by the lungs, affine: overlap 0.97, borders 1.3 mm apart". Caller
 * frees. */
char *cap_prior_alignment_describe(CapPriorAlignment *alignment);
