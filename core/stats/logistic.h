/* Logistic regression with an L2 penalty, on standardised features. */
#pragma once

#include <glib.h>

typedef struct {
  int n_features;
  double *mean, *scale; /* of each feature in the training data */
  double *weight, bias;
} CapLogistic;

/* Fits LABELS (0 or 1) of N rows of N_FEATURES by Newton's method (McCullagh &
 * Nelder, "Generalized linear models", 1989, 4.4); PENALTY > 0 multiplies half
 * the squared weights per row. Returns; caller frees. */
CapLogistic *cap_logistic_fit(const float *features, const guint8 *labels,
                              int n, int n_features, double penalty);
/* Log odds of one row. */
double cap_logistic_score(const CapLogistic *model, const float *row);
void cap_logistic_free(CapLogistic *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapLogistic, cap_logistic_free)
