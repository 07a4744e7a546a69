/* No routing, the control: every coupling stays what dynamic routing starts
 * from, 1 / parents where they compete and 1 / 2 where they do not. */
#include "core/nn/routing_agreement.h"

static const CapAgreementRule rule = {NULL, FALSE};

static CapRoutingTask
once(const CapRoutingTask *task)
{
  CapRoutingTask t = *task;
  t.iterations = 1; /* whose couplings are equal, so nothing ever couples */
  return t;
}

static gsize
mean_scratch(const CapRoutingTask *task)
{
  const CapRoutingTask t = once(task);
  return cap_agreement_scratch(&t, &rule);
}

static void
mean_forward(const CapRoutingTask *task, const CapRoutingInput *in,
             CapRoutingOutput *out, float *scratch)
{
  const CapRoutingTask t = once(task);
  cap_agreement_forward(&t, in, out, &rule, scratch);
}

static void
mean_backward(const CapRoutingTask *task, const CapRoutingInput *in,
              const CapRoutingGradient *gradient, float *scratch)
{
  const CapRoutingTask t = once(task);
  cap_agreement_backward(&t, in, gradient, &rule, scratch);
}

const CapRouting cap_routing_mean = {.name = "mean",
                                     .agreement = &rule,
                                     .scratch = mean_scratch,
                                     .forward = mean_forward,
                                     .backward = mean_backward};
