/* How far two measurements of the same things agree. NAN where undefined. */
#pragma once

#include <glib.h>

typedef struct {
  int n;
  double mean_absolute_error;
  double bias;                  /* mean of A − B */
  double limit_low, limit_high; /* bias ∓ 1.96 sd (Bland & Altman 1986) */
  double spearman;
  double within_one; /* share with |A − B| <= 1 */
  double kappa;      /* quadratic weights (Cohen 1968), levels rounded */
} CapAgreement;

/* Compares A with B over N pairs; ratings have levels 1 … N_LEVELS (0: not
 * ratings, no kappa). */
CapAgreement cap_agreement_measure(const double *a, const double *b, int n,
                                   int n_levels);
