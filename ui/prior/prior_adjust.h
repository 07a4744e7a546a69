/* CapPriorAdjust: a button with what a reader can change about how an earlier
 * scan lies on the present one. */
#pragma once

#include "ui/prior/prior_alignment.h"

/* Uses the window's actions win.accept-prior, win.match-prior and
 * win.reset-prior. ALIGNMENT is borrowed. */
GtkWidget *cap_prior_adjust_new(CapPriorAlignment *alignment);
