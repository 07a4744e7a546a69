/* What routings by agreement share. Rows in the children's space are
 * [type][parent][child_dim], rows over voxels [parent][lane]. */
#pragma once

#include "core/nn/routing.h"

/* Turns the logits of one type's children with all parents, C [parent][lane],
 * into couplings; BEFORE are those of the last iteration. Returns how many of
 * them take part; those that do not are zero. */
typedef gint64 (*CapAgreementCouple)(const CapRoutingTask *task,
                                     const float *before, float *c);

struct CapAgreementRule {
  CapAgreementCouple couple; /* NULL: couplings stay equal, one iteration */
  /* Couplings may be zero, and then stay so: such pairs cost nothing more, and
   * their logits are not defined. The others are softmax and sigmoids still. */
  gboolean drops;
};

/* Procedure 1 of Sabour et al. 2017 with RULE for its couplings. */
gsize cap_agreement_scratch(const CapRoutingTask *task,
                            const CapAgreementRule *rule);
void cap_agreement_forward(const CapRoutingTask *task,
                           const CapRoutingInput *in, CapRoutingOutput *out,
                           const CapAgreementRule *rule, float *scratch);
void cap_agreement_backward(const CapRoutingTask *task,
                            const CapRoutingInput *in,
                            const CapRoutingGradient *gradient,
                            const CapAgreementRule *rule, float *scratch);
