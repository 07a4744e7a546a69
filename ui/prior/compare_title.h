/* CapCompareTitle: which of two scans a view shows, above it. */
#pragma once

#include "ui/prior/prior_study.h"

/* "Current – 2024-06-01", or of the earlier one "Prior – 2024-03-01, 92 days
 * earlier", with what must not be overlooked: not in step, no image here. Where
 * there is no room for all of that, how much earlier it was is left out, and
 * then the date. */
GtkWidget *cap_compare_title_new(CapPriorStudy *prior, gboolean is_prior);
