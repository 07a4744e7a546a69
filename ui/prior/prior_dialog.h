/* Choosing an earlier scan: the other series of what is open, those of the same
 * patient and the latest before the present one first; or another folder. */
#pragma once

#include "ui/prior/prior_study.h"

/* A modal window over PARENT, which carries out the choice with its actions
 * win.open-prior-series and win.open-prior-path. PRIOR is borrowed. */
GtkWindow *cap_prior_dialog_new(GtkWindow *parent, CapPriorStudy *prior);
