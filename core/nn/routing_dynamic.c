/* Dynamic routing: Sabour, Frosst, Hinton 2017, procedure 1, with sigmoid
 * couplings for parents that do not compete (LaLonde et al. 2020). */
#include "core/nn/kernel.h"
#include "core/nn/routing_agreement.h"

CAP_INLINE void
softmax(int parents, int n, float *c)
{
  float *restrict first = c; /* gathers the sum, then its inverse */
  for (int j = 1; j < parents; j++)
    for (int i = 0; i < n; i++)
      c[j * n + i] = cap_exp(c[j * n + i] - first[i]);
  for (int i = 0; i < n; i++)
    first[i] = 1.0f;
  for (int j = 1; j < parents; j++)
    for (int i = 0; i < n; i++)
      first[i] += c[j * n + i];
  for (int i = 0; i < n; i++)
    first[i] = 1.0f / first[i];
  for (int j = 1; j < parents; j++)
    for (int i = 0; i < n; i++)
      c[j * n + i] *= first[i];
}

CAP_KERNEL static gint64
dynamic_couple(const CapRoutingTask *t, const float *before, float *c)
{
  for (int g = 0; g < t->n_groups; g++) {
    const int n = t->groups[g].parents * t->lanes;
    if (t->groups[g].compete)
      softmax(t->groups[g].parents, t->lanes, c);
    else
      for (int i = 0; i < n; i++)
        c[i] = cap_logistic(c[i]);
    c += n;
  }
  return (gint64)t->parents * t->voxels;
}

static void
dynamic_forward(const CapRoutingTask *task, const CapRoutingInput *in,
                CapRoutingOutput *out, float *scratch)
{
  cap_agreement_forward(task, in, out, dynamic_couple, scratch);
}

static void
dynamic_backward(const CapRoutingTask *task, const CapRoutingInput *in,
                 const CapRoutingGradient *gradient, float *scratch)
{
  cap_agreement_backward(task, in, gradient, dynamic_couple, scratch);
}

const CapRouting cap_routing_dynamic = {.name = "dynamic",
                                        .scratch = cap_agreement_scratch,
                                        .forward = dynamic_forward,
                                        .backward = dynamic_backward};
