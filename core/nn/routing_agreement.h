/* What routings by agreement share. Rows in the children's space are
 * [type][parent][child_dim], rows over voxels [parent][lane]. */
#pragma once

#include "core/nn/routing.h"

/* Turns the logits of one type's children with all parents, C [parent][lane],
 * into couplings; BEFORE are those of the last iteration, NULL when all were
 * equal. Returns how many of them take part; those that do not are zero. */
typedef gint64 (*CapAgreementCouple)(const CapRoutingTask *task,
                                     const float *before, float *c);

/* Procedure 1 of Sabour et al. 2017 with COUPLE for its couplings. A coupling
 * that was zero stays so, and costs nothing where a whole row is. */
gsize cap_agreement_scratch(const CapRoutingTask *task);
void cap_agreement_forward(const CapRoutingTask *task,
                           const CapRoutingInput *in, CapRoutingOutput *out,
                           CapAgreementCouple couple, float *scratch);
void cap_agreement_backward(const CapRoutingTask *task,
                            const CapRoutingInput *in,
                            const CapRoutingGradient *gradient,
                            CapAgreementCouple couple, float *scratch);
