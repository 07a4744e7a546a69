/* The loops of EM routing sixteen floats at a time, for 4 x 4 poses and voxels
 * in blocks of 64, where cap_wide_rows_fit. */
#pragma once

#include "core/nn/routing_em.h"

/* The votes of one parent from its matrix W [4][4], of children U [16][lane].
 */
void cap_em_wide_votes(const CapRoutingTask *task, const float *w,
                       const float *u, const float *places, float *votes);
/* As the functions of routing_em.h. */
void cap_em_wide_logits(const CapEm *em, const float *mean, float *c);
void cap_em_wide_moments(const CapEm *em, const float *shift, float *whole);
