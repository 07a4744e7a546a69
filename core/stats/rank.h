/* Rank statistics: area under the ROC curve and Spearman's correlation.
 *
 * Ties share their mean rank (Hanley & McNeil, "The meaning and use of the area
 * under a receiver operating characteristic curve", 1982; Spearman 1904). */
#pragma once

#include <glib.h>

/* Order of two doubles, A and B pointing to them, for sorting upwards. */
int cap_rank_compare(gconstpointer a, gconstpointer b);

/* Ranks 1 … N of VALUES, ties averaged, into RANKS (both borrowed, N long). */
void cap_rank_assign(const double *values, int n, double *ranks);

/* Probability that a random positive (LABELS[i] != 0) scores above a random
 * negative, ties counting one half. NAN when a class is empty. */
double cap_rank_auc(const double *scores, const guint8 *labels, int n);

/* Spearman's rho of X and Y; NAN when either is constant or N < 2. */
double cap_rank_spearman(const double *x, const double *y, int n);
