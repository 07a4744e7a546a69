/* EM routing: Hinton, Sabour, Frosst 2018, "Matrix capsules with EM routing",
 * procedure 1. A parent is a Gaussian over its votes with one variance a
 * dimension; children that compete for parents share themselves out by how
 * likely each parent makes their vote, times its activation.
 *
 * Where this goes its own way: costs count gain / children, so that they do not
 * grow with the patch. A parent that does not compete is set against coding a
 * vote with beta_u a dimension, which is what its cost is measured by: the
 * logit of a coupling is that of the activation plus dim (1/2 - beta_u) minus
 * the vote's own description length. Variances have a floor. */
#include "core/nn/routing_em.h"

#include <math.h>
#include <string.h>

#include "core/nn/kernel.h"
#include "core/nn/routing_active.h"
#include "core/nn/routing_couple.h"

static gsize
em_scratch(const CapRoutingTask *task)
{
  CapEm em;
  return cap_em_lay_out(&em, task, NULL);
}

static float
log_sigmoid(float x)
{
  return MIN(x, 0.0f) - log1pf(expf(-fabsf(x)));
}

float
cap_em_temperature(int k)
{
  return 8.0f * (1.0f - powf(0.95f, (float)(k + 1)));
}

/* M-step of iteration K from its moments, which are about SHIFT. */
static void
maximise(const CapEm *em, const CapRoutingInput *in, int k, const float *shift)
{
  const CapRoutingTask *t = em->task;
  for (int j = 0; j < t->parents; j++) {
    const CapEmParent p = cap_em_parent(em, k, j);
    const float beta_a = in->params[0][j], beta_u = in->params[1][j];
    const float whole = em->whole[k * t->parents + j];
    const float inverse = whole > 1e-20f ? 1.0f / whole : 0.0f;
    float cost = (float)t->dim * beta_u;
    for (int d = 0; d < t->dim; d++) {
      const float off = em->first[j * t->dim + d] * inverse;
      const float spread = em->second[j * t->dim + d] * inverse - off * off;
      p.mean[d] = shift[j * t->dim + d] + off;
      p.variance[d] = MAX(spread, 0.0f) + CAP_EM_FLOOR;
      cost += 0.5f * logf(p.variance[d]);
    }
    *p.cost = cost;
    *p.logit =
        cap_em_temperature(k) * (beta_a - cost * whole * cap_routing_scale(t));
  }
}

/* What the E-step after iteration K adds to the logits of parent J's votes,
 * beside the part that depends on the vote. */
static float
offset_of(const CapEm *em, const CapRoutingInput *in, int k, int j,
          gboolean compete)
{
  const CapRoutingTask *t = em->task;
  const CapEmParent p = cap_em_parent(em, k, j);
  float offset = compete ? log_sigmoid(*p.logit)
                         : *p.logit + (float)t->dim * (0.5f - in->params[1][j]);
  for (int d = 0; d < t->dim; d++)
    offset -= 0.5f * logf(p.variance[d]);
  return offset;
}

static void
fill_offsets(const CapEm *em, const CapRoutingInput *in, int k)
{
  const CapRoutingTask *t = em->task;
  for (int g = 0, j = 0; g < t->n_groups; g++)
    for (int end = j + t->groups[g].parents; j < end; j++) {
      em->offset[j] = offset_of(em, in, k, j, t->groups[g].compete);
      for (int d = 0; d < t->dim; d++)
        em->half[j * t->dim + d] = 0.5f / cap_em_parent(em, k, j).variance[d];
    }
}

static void
fill_equal(const CapRoutingTask *t, float *c)
{
  for (int g = 0; g < t->n_groups; g++)
    for (int i = 0; i < t->groups[g].parents * t->lanes; i++)
      *c++ = cap_routing_equal(&t->groups[g]);
}

/* Moments of iteration K about SHIFT, after its couplings where K > 0. */
static void
expect(const CapEm *em, const CapRoutingInput *in, int k, const float *shift)
{
  const CapRoutingTask *t = em->task;
  const gsize row = (gsize)(t->parents * t->lanes);
  const gsize pose = (gsize)(t->parents * t->dim);
  memset(em->first, 0, pose * sizeof(float));
  memset(em->second, 0, pose * sizeof(float));
  memset(em->whole + k * t->parents, 0, (gsize)t->parents * sizeof(float));
  for (int type = 0; type < t->types; type++) {
    float *c = em->coupling + ((gsize)(k * t->types + type)) * row;
    cap_em_votes(em, in, type);
    if (k == 0) {
      fill_equal(t, c);
    } else {
      cap_em_logits(em, em->mean + (gsize)(k - 1) * pose, c);
      cap_couple(t, c);
    }
    cap_em_weigh(em, c, em->a + type * t->lanes);
    cap_em_moments(em, shift, em->whole + k * t->parents);
  }
}

static void
iterate(const CapEm *em, const CapRoutingInput *in)
{
  const CapRoutingTask *t = em->task;
  const gsize pose = (gsize)(t->parents * t->dim);
  cap_active_rows(t, in, em->a);
  memset(em->shift, 0, pose * sizeof(float));
  for (int k = 0; k < t->iterations; k++) {
    if (k > 0)
      fill_offsets(em, in, k - 1);
    expect(em, in, k, em->shift);
    maximise(em, in, k, em->shift);
    if (k == 0) { /* about a mean that was not known: small variances drown */
      memcpy(em->shift, em->mean, pose * sizeof(float));
      expect(em, in, k, em->shift);
      maximise(em, in, k, em->shift);
    }
    memcpy(em->shift, em->mean + (gsize)k * pose, pose * sizeof(float));
  }
}

static void
em_forward(const CapRoutingTask *t, const CapRoutingInput *in,
           CapRoutingOutput *out, float *scratch)
{
  CapEm em;
  cap_em_lay_out(&em, t, scratch);
  iterate(&em, in);
  const int last = t->iterations - 1;
  memcpy(out->poses, cap_em_parent(&em, last, 0).mean,
         (gsize)(t->parents * t->dim) * sizeof(float));
  for (int j = 0; j < t->parents; j++)
    out->activations[j] = cap_logistic(*cap_em_parent(&em, last, j).logit);
  out->coupling =
      em.coupling + (gsize)(last * t->types) * (gsize)(t->parents * t->lanes);
  const gint64 pairs = (gint64)t->types * t->voxels * t->parents;
  out->count.scored += pairs * last;
  out->count.summed += pairs * t->iterations;
}

/* From gradients of iteration K's means, variances and logits to what they say
 * of a coupled vote, and of the parameters. */
static void
maximise_gradient(const CapEm *em, const CapRoutingInput *in, int k,
                  const CapRoutingGradient *gradient)
{
  const CapRoutingTask *t = em->task;
  const float scale = cap_routing_scale(t), dim = (float)t->dim;
  for (int j = 0; j < t->parents; j++) {
    const CapEmParent p = cap_em_parent(em, k, j);
    const float whole = em->whole[k * t->parents + j];
    const float inverse = whole > 1e-20f ? 1.0f / whole : 0.0f;
    const float dlogit = cap_em_temperature(k) * em->dlogit[j];
    const float dcost = -dlogit * scale;
    gradient->dparams[0][j] += dlogit;
    gradient->dparams[1][j] += dcost * dim * whole;
    em->constant[j] = dcost * *p.cost;
    for (int d = 0; d < t->dim; d++) {
      const int at = j * t->dim + d;
      const float dvariance =
          em->dvariance[at] + dcost * whole * 0.5f / p.variance[d];
      em->linear[at] = em->dmean[at] * inverse;
      em->square[at] = dvariance * inverse;
      em->constant[j] -= em->square[at] * (p.variance[d] - CAP_EM_FLOOR);
    }
  }
}

/* From the sums over the E-step's logits to gradients of iteration K. */
static void
offset_gradient(const CapEm *em, int k, const CapRoutingGradient *gradient)
{
  const CapRoutingTask *t = em->task;
  for (int g = 0, j = 0; g < t->n_groups; g++)
    for (int end = j + t->groups[g].parents; j < end; j++) {
      const CapEmParent p = cap_em_parent(em, k, j);
      const float sum = em->dlogit[j]; /* of the offset so far */
      if (t->groups[g].compete)
        em->dlogit[j] = sum * cap_logistic(-*p.logit);
      else
        gradient->dparams[1][j] -= (float)t->dim * sum;
      for (int d = 0; d < t->dim; d++)
        em->dvariance[j * t->dim + d] -= 0.5f * sum / p.variance[d];
    }
}

/* One type of iteration K. */
static void
type_backward(const CapEm *em, const CapRoutingInput *in, int k, int type,
              const CapRoutingGradient *gradient)
{
  const CapRoutingTask *t = em->task;
  const gsize pose = (gsize)(t->parents * t->dim);
  const float *c = em->coupling + (gsize)(k * t->types + type) *
                                      (gsize)(t->parents * t->lanes);
  cap_em_votes(em, in, type);
  cap_em_weigh(em, c, em->a + type * t->lanes);
  cap_em_slopes(em, em->mean + (gsize)k * pose, c, type);
  if (k > 0)
    cap_couple_gradient(t, c, em->slope);
  for (int j = 0; j < t->parents; j++) {
    cap_em_votes_gradient(em, k, j);
    cap_em_push(em, in, type, j, gradient);
  }
}

static void
em_backward(const CapRoutingTask *t, const CapRoutingInput *in,
            const CapRoutingGradient *gradient, float *scratch)
{
  CapEm em;
  cap_em_lay_out(&em, t, scratch);
  iterate(&em, in);
  const gsize pose = (gsize)(t->parents * t->dim) * sizeof(float);
  memcpy(em.dmean, gradient->dposes, pose);
  memset(em.dvariance, 0, pose);
  memset(em.da, 0, (gsize)(t->types * t->lanes) * sizeof(float));
  for (int j = 0; j < t->parents; j++) {
    const float a =
        cap_logistic(*cap_em_parent(&em, t->iterations - 1, j).logit);
    em.dlogit[j] = gradient->dactivations[j] * a * (1.0f - a);
  }
  for (int k = t->iterations - 1; k >= 0; k--) {
    maximise_gradient(&em, in, k, gradient);
    memset(em.dmean, 0, pose);
    memset(em.dvariance, 0, pose);
    memset(em.dlogit, 0, (gsize)t->parents * sizeof(float));
    for (int type = 0; type < t->types; type++)
      type_backward(&em, in, k, type, gradient);
    if (k > 0)
      offset_gradient(&em, k - 1, gradient);
  }
  cap_active_gradient(t, in, em.a, em.da, gradient);
}

const CapRouting cap_routing_em = {
    .name = "em",
    .activations = TRUE,
    .matrices = TRUE,
    .params = {{"beta_a", FALSE, 0.0f}, {"beta_u", FALSE, 1.0f}},
    .scratch = em_scratch,
    .forward = em_forward,
    .backward = em_backward};
