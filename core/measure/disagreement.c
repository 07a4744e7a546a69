/* Readers' disagreement: see disagreement.h. */
#include "core/measure/disagreement.h"

#include <math.h>

static const double sds[CAP_N_ATTRIBUTES][CAP_MAX_LEVELS] = {
    {0.84, 1.11, 1.12, 0.93, 0.47},       /* subtlety */
    {0.54, 0.54, 0.00, 1.44, 1.54, 0.10}, /* calcification */
    {0.80, 0.80, 0.81, 0.87, 0.58},       /* sphericity */
    {0.84, 1.24, 1.22, 0.94, 0.49},       /* margin */
    {0.37, 0.98, 1.32, 1.37, 0.85},       /* lobulation */
    {0.34, 1.00, 1.47, 1.35, 0.78},       /* spiculation */
    {0.64, 0.64, 1.63, 1.23, 0.35},       /* texture */
    {0.03, 0.14, 0.14, 0.14},             /* internal structure */
};

double
cap_disagreement_sd(CapAttributeKind kind, double level)
{
  const int nearest = (int)floor(level + 0.5);
  return sds[kind][CLAMP(nearest, 1, cap_attribute_levels(kind)) - 1];
}
