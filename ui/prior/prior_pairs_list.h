/* CapPriorPairsList: a button that says how many nodules are paired, and lists
 * the pairs: a click goes to one. */
#pragma once

#include "ui/prior/prior_pairs.h"

/* PAIRS is borrowed. Uses the window's actions win.detect-prior and
 * win.pair-prior. */
GtkWidget *cap_prior_pairs_list_new(CapPriorPairs *pairs);
