/* Dynamic routing: Sabour, Frosst, Hinton 2017, procedure 1, with sigmoid
 * couplings for parents that do not compete (LaLonde et al. 2020). */
#include "core/nn/routing_agreement.h"
#include "core/nn/routing_couple.h"

static gint64
dynamic_couple(const CapRoutingTask *t, const float *before, float *c)
{
  cap_couple(t, c);
  return (gint64)t->parents * t->voxels;
}

static const CapAgreementRule rule = {dynamic_couple, FALSE};

static gsize
dynamic_scratch(const CapRoutingTask *task)
{
  return cap_agreement_scratch(task, &rule);
}

static void
dynamic_forward(const CapRoutingTask *task, const CapRoutingInput *in,
                CapRoutingOutput *out, float *scratch)
{
  cap_agreement_forward(task, in, out, &rule, scratch);
}

static void
dynamic_backward(const CapRoutingTask *task, const CapRoutingInput *in,
                 const CapRoutingGradient *gradient, float *scratch)
{
  cap_agreement_backward(task, in, gradient, &rule, scratch);
}

const CapRouting cap_routing_dynamic = {.name = "dynamic",
                                        .agreement = &rule,
                                        .scratch = dynamic_scratch,
                                        .forward = dynamic_forward,
                                        .backward = dynamic_backward};
