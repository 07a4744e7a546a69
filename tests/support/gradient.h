/* Checks one op against its twin: outputs directly, gradients against central
 * differences of the twin. */
#pragma once

#include "tests/support/twin.h"

/* One op and shape. BUILD adds the op to a graph whose inputs it gets. */
typedef struct {
  const char *name;
  CapTensor (*build)(CapGraph *, const CapTensor *, const int *);
  void (*twin)(const CapTwin *);
  int n_inputs;
  CapShape inputs[5];
  int options[12];
  gboolean last;    /* first input is laid out channels last */
  int n_gradients;  /* leading inputs that need one */
  double low, high; /* of inputs; 0, 0 is -1, 1 */
  /* In bfloat16 the twin gets what the engine gets, rounded: inputs, weights
   * and the output's gradient, but no bias. Tolerances stay those of float32.
   */
  CapPrecision precision;
} CapGradientRow;

/* Fails the running libcheck test unless ROW holds for a batch of BATCH. */
void cap_gradient_check(const CapGradientRow *row, int batch);
