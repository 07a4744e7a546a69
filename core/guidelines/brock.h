/* The Brock (PanCan) model: probability that a nodule on a first screening CT
 * is cancer (McWilliams et al., N Engl J Med 2013;369:910-919, Table 2, full
 * models 2a and 2b). */
#pragma once

#include "core/guidelines/advice.h"

/* What the models ask. */
typedef struct {
  int age_years;
  gboolean female, family_history, emphysema, upper_lobe;
  CapAnswer spiculation; /* unknown: the model without it, 2a */
  CapNoduleType type;    /* solid, part-solid or ground-glass */
  double diameter_mm;    /* the longest, transverse; above 0 */
  int n_nodules;         /* of the scan; at least 1 */
} CapBrockInput;

/* 0 … 1. */
double cap_brock_probability(const CapBrockInput *input);

/* The same for NODULE; without age or sex there is none. Returns; caller frees.
 */
CapAdvice *cap_brock_judge(const CapGuidelineNodule *nodule,
                           const CapPatientContext *context);
