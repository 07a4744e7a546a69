/* Percentile intervals of any statistic, from resampling groups of cases with
 * replacement (Efron, "Bootstrap methods: another look at the jackknife", 1979;
 * groups as in Field & Welsh, "Bootstrapping clustered data", 2007). */
#pragma once

#include <glib.h>

typedef struct {
  int n;             /* cases */
  const int *groups; /* of each case, 0 … n_groups − 1: all cases of a patient
                        go together; NULL: each case by itself; borrowed */
  int n_samples;
  double confidence; /* 0.95 */
  guint64 seed;      /* resamples depend on it alone */
} CapBootstrap;

/* Statistics of the cases that CASES (N_CASES indices, some more than once)
 * names, into VALUES. */
typedef void (*CapBootstrapFunc)(const int *cases, int n_cases,
                                 gpointer user_data, double *values);

/* Bounds of N_VALUES statistics, which FUNC computes of every resample. What is
 * not finite in a resample is left out; NAN when it never is. */
void cap_bootstrap_run(const CapBootstrap *bootstrap, CapBootstrapFunc func,
                       gpointer user_data, int n_values, double (*bounds)[2]);

/* Percentile bounds of N values (sorted in place), CONFIDENCE of them inside;
 * NAN without values. */
void cap_bootstrap_bounds(double *values, int n, double confidence,
                          double bounds[2]);
