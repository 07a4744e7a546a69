/* CapJudging: looks again, in the background, at findings that a reader has
 * changed, and at places that he points at: the same network, masks and
 * measurements as detection. Weights and lungs are kept from one look to the
 * next, so that a look takes a fraction of a second. */
#pragma once

#include "ui/session/session.h"

typedef struct CapJudging CapJudging;

/* SESSION is borrowed and must outlive it. Findings that are unjudged are taken
 * up by themselves. */
CapJudging *cap_judging_new(CapSession *session);
void cap_judging_free(CapJudging *judging); /* cancels what runs */
/* As cap_detection_set_weights. */
void cap_judging_set_weights(CapJudging *judging, const char *path);
/* Adds what lies at AT_MM as a finding of the reader; where one that is shown
 * is there already, that is selected. A warning says so then, and when nothing
 * stands out there. */
void cap_judging_add(CapJudging *judging, CapPoint at_mm);
/* The lungs of the session's volume, as CapMask; a new reference; NULL while
 * they are not known. */
CapShared *cap_judging_share_lungs(CapJudging *judging);
/* Gets weights and lungs ready. */
void cap_judging_warm_up(CapJudging *judging);
