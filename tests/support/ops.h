/* Suites of ops: every op against its double-precision twin, outputs directly,
 * gradients against central differences of the twin. One row an op and shape;
 * each runs with a batch of 1 and of 37. */
#pragma once

#include <check.h>

#include "tests/support/gradient.h"

#define VOLUME(c, d, h, w)                                                     \
  {                                                                            \
    4,                                                                         \
    {                                                                          \
      c, d, h, w                                                               \
    }                                                                          \
  }
#define MATRIX(a, b)                                                           \
  {                                                                            \
    2,                                                                         \
    {                                                                          \
      a, b                                                                     \
    }                                                                          \
  }
#define VECTOR(n)                                                              \
  {                                                                            \
    1,                                                                         \
    {                                                                          \
      n                                                                        \
    }                                                                          \
  }

/* ROWS as the suite NAME, to which more may be added; for one thread. Returns.
 */
Suite *cap_ops_suite(const char *name, const CapGradientRow *rows, int n_rows);

/* Runs ROWS as the suite NAME; what main returns. */
int cap_ops_run(const char *name, const CapGradientRow *rows, int n_rows);
