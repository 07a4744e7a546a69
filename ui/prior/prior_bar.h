/* CapPriorBar: the earlier scan that is open, how far it is read and aligned,
 * and what can be done with it; not visible while none is open. */
#pragma once

#include "ui/prior/prior_pairs.h"

/* PAIRS is borrowed. */
GtkWidget *cap_prior_bar_new(CapPriorPairs *pairs);
