/* CapPriorSection: the selected finding in an earlier scan, its growth, and
 * which earlier finding it is; not visible where there is nothing to say. */
#pragma once

#include "ui/prior/prior_pairs.h"

/* PAIRS is borrowed. */
GtkWidget *cap_prior_section_new(CapPriorPairs *pairs);
