/* The alarm about an earlier scan that should not be compared. */
#pragma once

#include "ui/prior/prior_study.h"

/* A modal window over PARENT with what speaks against PRIOR (references it):
 * it goes on only when the reader says so, and closes the scan otherwise. */
GtkWindow *cap_prior_alarm_new(GtkWindow *parent, CapPriorStudy *prior);
/* The sentences that stay above the views while such a scan is open: a widget,
 * not visible while nothing speaks against it. */
GtkWidget *cap_prior_alarm_strip_new(CapPriorStudy *prior);
