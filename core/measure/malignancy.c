/* Malignancy from size alone: see malignancy.h. */
#include "core/measure/malignancy.h"

#include <math.h>

#define INTERCEPT (-10.909)
#define PER_LOG_MM 4.740

double
cap_malignancy_from_size(double volume_mm3)
{
  if (!(volume_mm3 > 0))
    return 0;
  const double diameter_mm = cbrt(volume_mm3 * 6 / 3.14159265358979323846);
  return 1 / (1 + exp(-(INTERCEPT + PER_LOG_MM * log(diameter_mm))));
}
