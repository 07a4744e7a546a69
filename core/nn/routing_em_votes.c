/* The loops of EM routing: see routing_em.h. */
#include "core/nn/routing_em.h"

#include "core/nn/routing_em_wide.h"
#include "core/nn/routing_votes.h"
#include "core/nn/routing_wide.h"

gsize
cap_em_lay_out(CapEm *em, const CapRoutingTask *task, float *scratch)
{
  const gsize k = (gsize)task->iterations, types = (gsize)task->types;
  const gsize parents = (gsize)task->parents, lanes = (gsize)task->lanes;
  const gsize pose = parents * (gsize)task->dim, rows = parents * lanes;
  float *at = scratch;
  em->task = task;
  em->coupling = cap_routing_take(&at, k * types * rows);
  em->mean = cap_routing_take(&at, k * pose);
  em->variance = cap_routing_take(&at, k * pose);
  em->whole = cap_routing_take(&at, k * parents);
  em->cost = cap_routing_take(&at, k * parents);
  em->logit = cap_routing_take(&at, k * parents);
  em->a = cap_routing_take(&at, types * lanes);
  em->da = cap_routing_take(&at, types * lanes);
  em->votes = cap_routing_take(&at, pose * lanes);
  em->dvotes = cap_routing_take(&at, (gsize)task->dim * lanes);
  em->weight = cap_routing_take(&at, rows);
  em->slope = cap_routing_take(&at, rows);
  em->offset = cap_routing_take(&at, parents);
  em->dlogit = cap_routing_take(&at, parents);
  em->constant = cap_routing_take(&at, parents);
  float **const poses[] = {&em->shift,  &em->first, &em->second,
                           &em->half,   &em->dmean, &em->dvariance,
                           &em->linear, &em->square};
  for (guint i = 0; i < G_N_ELEMENTS(poses); i++)
    *poses[i] = cap_routing_take(&at, pose);
  return (gsize)(at - scratch);
}

static const float *
weights_of(const CapEm *em, const CapRoutingInput *in, int type, int j)
{
  return in->weights + (gsize)type * in->weight_step +
         j * cap_routing_weights(em->task);
}

static gboolean
wide(const CapEm *em)
{
  return em->task->matrix && cap_wide_rows_fit(em->task);
}

CAP_KERNEL(void, make_votes,
           (const CapEm *em, const CapRoutingInput *in, int type),
           (em, in, type))
{
  const CapRoutingTask *t = em->task;
  const float *u = in->children + type * t->child_dim * t->lanes;
  for (int j = 0; j < t->parents; j++)
    cap_votes_make(t, weights_of(em, in, type, j), u, in->places,
                   em->votes + j * t->dim * t->lanes);
}

void
cap_em_votes(const CapEm *em, const CapRoutingInput *in, int type)
{
  const CapRoutingTask *t = em->task;
  if (!wide(em)) {
    make_votes(em, in, type);
    return;
  }
  for (int j = 0; j < t->parents; j++)
    cap_em_wide_votes(t, weights_of(em, in, type, j),
                      in->children + type * t->child_dim * t->lanes, in->places,
                      em->votes + j * t->dim * t->lanes);
}

CAP_KERNEL(void, make_logits, (const CapEm *em, const float *mean, float *c),
           (em, mean, c))
{
  const int dim = em->task->dim, lanes = em->task->lanes;
  for (int j = 0; j < em->task->parents; j++) {
    const float *votes = em->votes + j * dim * lanes;
    const float *half = em->half + j * dim;
    for (int p = 0; p < lanes; p += 8) {
      CapLanes sum = {0};
      for (int d = 0; d < dim; d++) {
        const CapLanes e =
            cap_lanes_load(votes + d * lanes + p) - mean[j * dim + d];
        sum += half[d] * e * e;
      }
      cap_lanes_store(c + j * lanes + p, em->offset[j] - sum);
    }
  }
}

void
cap_em_logits(const CapEm *em, const float *mean, float *c)
{
  if (wide(em))
    cap_em_wide_logits(em, mean, c);
  else
    make_logits(em, mean, c);
}

CAP_KERNEL(void, weigh, (const CapEm *em, const float *c, const float *a),
           (em, c, a))
{
  const int lanes = em->task->lanes;
  for (int j = 0; j < em->task->parents; j++)
    for (int p = 0; p < lanes; p++)
      em->weight[j * lanes + p] = c[j * lanes + p] * a[p];
}

void
cap_em_weigh(const CapEm *em, const float *c, const float *a)
{
  weigh(em, c, a);
}

CAP_KERNEL(void, add_moments,
           (const CapEm *em, const float *shift, float *whole),
           (em, shift, whole))
{
  const int dim = em->task->dim, lanes = em->task->lanes;
  for (int j = 0; j < em->task->parents; j++) {
    const float *weight = em->weight + j * lanes;
    whole[j] += cap_sum((gsize)lanes, weight);
    for (int d = 0; d < dim; d++) {
      const float *votes = em->votes + (j * dim + d) * lanes;
      CapLanes first = {0}, second = {0};
      for (int p = 0; p < lanes; p += 8) {
        const CapLanes e = cap_lanes_load(votes + p) - shift[j * dim + d];
        const CapLanes part = e * cap_lanes_load(weight + p);
        first += part;
        second += part * e;
      }
      em->first[j * dim + d] += cap_lanes_sum(first);
      em->second[j * dim + d] += cap_lanes_sum(second);
    }
  }
}

void
cap_em_moments(const CapEm *em, const float *shift, float *whole)
{
  if (wide(em))
    cap_em_wide_moments(em, shift, whole);
  else
    add_moments(em, shift, whole);
}

CAP_KERNEL(void, make_slopes,
           (const CapEm *em, const float *mean, const float *c, int type),
           (em, mean, c, type))
{
  const int dim = em->task->dim, lanes = em->task->lanes;
  const float *a = em->a + type * lanes;
  float *da = em->da + type * lanes;
  for (int j = 0; j < em->task->parents; j++) {
    const float *votes = em->votes + j * dim * lanes;
    const float *linear = em->linear + j * dim, *square = em->square + j * dim;
    for (int p = 0; p < lanes; p += 8) {
      CapLanes sum = {0};
      for (int d = 0; d < dim; d++) {
        const CapLanes e =
            cap_lanes_load(votes + d * lanes + p) - mean[j * dim + d];
        sum += e * (linear[d] + square[d] * e);
      }
      sum += em->constant[j];
      cap_lanes_store(da + p, cap_lanes_load(da + p) +
                                  sum * cap_lanes_load(c + j * lanes + p));
      cap_lanes_store(em->slope + j * lanes + p, sum * cap_lanes_load(a + p));
    }
  }
}

void
cap_em_slopes(const CapEm *em, const float *mean, const float *c, int type)
{
  make_slopes(em, mean, c, type);
}

/* Dimension D's part of the E-step that went before iteration K: its logits
 * have gradients em->slope. */
CAP_INLINE void
add_logits_gradient(const CapEm *em, const CapEmParent *before, int j, int d)
{
  const int lanes = em->task->lanes, dim = em->task->dim;
  const float *votes = em->votes + (j * dim + d) * lanes;
  const float *slope = em->slope + j * lanes;
  const float rate = 1.0f / before->variance[d];
  CapLanes first = {0}, second = {0};
  for (int p = 0; p < lanes; p += 8) {
    const CapLanes e = cap_lanes_load(votes + p) - before->mean[d];
    const CapLanes part = rate * e * cap_lanes_load(slope + p);
    float *to = em->dvotes + d * lanes + p;
    cap_lanes_store(to, cap_lanes_load(to) - part);
    first += part;
    second += part * e;
  }
  em->dmean[j * dim + d] += cap_lanes_sum(first);
  em->dvariance[j * dim + d] += 0.5f * rate * cap_lanes_sum(second);
}

CAP_KERNEL(void, make_votes_gradient, (const CapEm *em, int k, int j),
           (em, k, j))
{
  const int lanes = em->task->lanes, dim = em->task->dim;
  const CapEmParent now = cap_em_parent(em, k, j);
  const float *weight = em->weight + j * lanes;
  for (int d = 0; d < dim; d++) {
    const float *votes = em->votes + (j * dim + d) * lanes;
    const float linear = em->linear[j * dim + d];
    const float square = 2.0f * em->square[j * dim + d];
    for (int p = 0; p < lanes; p += 8) {
      const CapLanes e = cap_lanes_load(votes + p) - now.mean[d];
      cap_lanes_store(em->dvotes + d * lanes + p,
                      cap_lanes_load(weight + p) * (linear + square * e));
    }
    if (k > 0) {
      const CapEmParent before = cap_em_parent(em, k - 1, j);
      add_logits_gradient(em, &before, j, d);
    }
  }
  if (k > 0)
    em->dlogit[j] += cap_sum((gsize)lanes, em->slope + j * lanes);
}

void
cap_em_votes_gradient(const CapEm *em, int k, int j)
{
  make_votes_gradient(em, k, j);
}

CAP_KERNEL(void, push,
           (const CapEm *em, const float *const from[2], float *dw, float *du),
           (em, from, dw, du))
{
  cap_votes_gradient(em->task, from, em->dvotes, dw, du);
}

void
cap_em_push(const CapEm *em, const CapRoutingInput *in, int type, int j,
            const CapRoutingGradient *gradient)
{
  const CapRoutingTask *t = em->task;
  const int at = type * t->child_dim * t->lanes;
  const float *from[2] = {weights_of(em, in, type, j), in->children + at};
  push(em, from,
       gradient->dweights + (gsize)type * in->weight_step +
           j * cap_routing_weights(t),
       gradient->dchildren + at);
}
