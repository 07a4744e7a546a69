/* Doubts about a finding: see trust.h. */
#include "models/trust.h"

#include <math.h>

#define MM_TOLERANCE 0.05 /* positions in headers are rounded */

static void
doubt(CapFinding *finding, CapDoubtKind kind, double value, double limit,
      gboolean raised)
{
  finding->doubts[kind] =
      raised ? (CapDoubt){.raised = TRUE, .value = value, .limit = limit}
             : (CapDoubt){0};
}

static gboolean
is_usual_kernel(const CapReference *reference, const char *kernel)
{
  if (*kernel == '\0')
    return TRUE;
  for (char **usual = reference->kernels; *usual != NULL; usual++)
    if (g_ascii_strcasecmp(*usual, kernel) == 0)
      return TRUE;
  return FALSE;
}

/* Has no value and no limit, but names. */
static void
judge_kernel(const CapReference *reference, const char *kernel,
             CapFinding *finding)
{
  const gboolean raised = !is_usual_kernel(reference, kernel);
  doubt(finding, CAP_DOUBT_KERNEL, 0, 0, raised);
  if (!raised)
    return;
  g_autofree char *usual = g_strjoinv(", ", reference->kernels);
  cap_doubt_set_kernel(&finding->doubts[CAP_DOUBT_KERNEL], kernel, usual);
}

static void
judge_scan(const CapReference *reference, const CapVolume *volume,
           CapFinding *finding)
{
  const double limit = (double)reference->limits[CAP_DOUBT_THICK_SLICES];
  const double thick_mm =
      fmax(volume->spacing_mm[2], volume->source->slice_thickness_mm);
  doubt(finding, CAP_DOUBT_THICK_SLICES, thick_mm, limit,
        thick_mm > limit + MM_TOLERANCE);
  judge_kernel(reference, volume->source->kernel, finding);
}

static void
judge_contradiction(const CapReference *reference, CapFinding *finding)
{
  double levels[CAP_N_ATTRIBUTES];
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    levels[a] = cap_rating_level(&finding->attributes[a], (CapAttributeKind)a);
  const double diameter_mm = cbrt(finding->volume_mm3 * 6 / G_PI);
  const double from_attributes =
      cap_reference_from_attributes(reference, diameter_mm, levels);
  const double limit = (double)reference->limits[CAP_DOUBT_CONTRADICTION];
  doubt(finding, CAP_DOUBT_CONTRADICTION, from_attributes, limit,
        fabs(from_attributes - finding->malignancy_probability) > limit);
}

void
cap_trust_judge(const CapReference *reference, const CapVolume *volume,
                CapFinding *finding)
{
  judge_scan(reference, volume, finding);
  const double error_limit =
      (double)reference->limits[CAP_DOUBT_RECONSTRUCTION];
  doubt(finding, CAP_DOUBT_RECONSTRUCTION, finding->reconstruction_error_hu,
        error_limit, finding->reconstruction_error_hu > error_limit);
  judge_contradiction(reference, finding);
  CapReferenceMatch nearest;
  cap_reference_nearest(reference, finding->capsules, 1, &nearest);
  const double far = (double)reference->limits[CAP_DOUBT_UNFAMILIAR];
  doubt(finding, CAP_DOUBT_UNFAMILIAR, nearest.distance, far,
        nearest.distance > far);
}
