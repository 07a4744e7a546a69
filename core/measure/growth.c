/* Growth between two scans: see growth.h. */
#include "core/measure/growth.h"

#include <math.h>

#define BORDER_ERROR 0.12
#define LEAST_SD 0.03
#define TWO_SIDED_95 1.959964

CapSampling
cap_growth_sampling(const CapVolume *volume)
{
  return (CapSampling){
      .pixel_mm = sqrt(volume->spacing_mm[0] * volume->spacing_mm[1]),
      .slice_mm =
          fmax(volume->spacing_mm[2], volume->source->slice_thickness_mm)};
}

double
cap_growth_log_sd(double volume_mm3, CapSampling s)
{
  const double diameter_mm = cbrt(6 * volume_mm3 / G_PI);
  const double voxel_mm =
      sqrt((2 * s.pixel_mm * s.pixel_mm + s.slice_mm * s.slice_mm) / 3);
  const double border = 6 * BORDER_ERROR * voxel_mm / diameter_mm;
  return sqrt(LEAST_SD * LEAST_SD + border * border);
}

static double
doubling(double days, double log_ratio)
{
  return log_ratio > 0 ? days * G_LN2 / log_ratio : INFINITY;
}

gboolean
cap_growth_of(double then_mm3, double now_mm3, int days, double log_sd,
              CapGrowth *growth)
{
  if (days <= 0 || !(then_mm3 > 0) || !(now_mm3 > 0) || !(log_sd > 0))
    return FALSE;
  const double change = log(now_mm3 / then_mm3);
  const double least = change - TWO_SIDED_95 * log_sd;
  const double most = change + TWO_SIDED_95 * log_sd;
  *growth = (CapGrowth){.ratio = exp(change),
                        .ratio_low = exp(least),
                        .ratio_high = exp(most),
                        .doubling_days = doubling(days, change),
                        .doubling_low = doubling(days, most),
                        .doubling_high = doubling(days, least),
                        .grows = least > 0,
                        .shrinks = most < 0};
  return TRUE;
}
