/* The arithmetic of EM routing on one type's votes at a time: rows over voxels
 * are [parent][lane], what a parent has is [parent][dim]. routing_em.c has the
 * algorithm, routing_em_votes.c the loops. */
#pragma once

#include "core/nn/routing.h"

#define CAP_EM_FLOOR 1e-3f /* of variances */

/* Scratch of a task. */
typedef struct {
  const CapRoutingTask *task;
  float *coupling;               /* [iteration][type][parent][lane] */
  float *mean, *variance;        /* [iteration][parent][dim] */
  float *whole, *cost, *logit;   /* [iteration][parent]: sum of r, cost a unit
                                    of it, activation */
  float *a, *da;                 /* [type][lane] */
  float *votes;                  /* [parent][dim][lane] of one type */
  float *dvotes;                 /* [dim][lane] of one parent */
  float *weight;                 /* r: coupling x activation */
  float *slope;                  /* gradients of couplings, then of logits */
  float *shift, *first, *second; /* moments of votes about SHIFT */
  float *half;                   /* 1 / (2 variance) */
  float *offset;                 /* [parent], of logits */
  /* gradients of an iteration's parents, and from them what the gradient of r
   * is: constant + linear e + square e^2 for e = vote - mean */
  float *dmean, *dvariance, *dlogit;
  float *linear, *square, *constant;
} CapEm;

/* Iteration K's parent J. */
typedef struct {
  float *mean, *variance, *cost, *logit;
} CapEmParent;

static inline CapEmParent
cap_em_parent(const CapEm *em, int k, int j)
{
  const int at = k * em->task->parents + j, dim = em->task->dim;
  return (CapEmParent){em->mean + at * dim, em->variance + at * dim,
                       em->cost + at, em->logit + at};
}

/* The inverse temperature of iteration K. */
float cap_em_temperature(int k);

/* Returns the floats of scratch used. */
gsize cap_em_lay_out(CapEm *em, const CapRoutingTask *task, float *scratch);
/* Makes the votes of TYPE. */
void cap_em_votes(const CapEm *em, const CapRoutingInput *in, int type);
/* C = offset - sum of half (vote - mean)^2. */
void cap_em_logits(const CapEm *em, const float *mean, float *c);
/* weight = couplings C x activations A [lane]. */
void cap_em_weigh(const CapEm *em, const float *c, const float *a);
/* Adds the votes' weights to WHOLE [parent], and first, second. */
void cap_em_moments(const CapEm *em, const float *shift, float *whole);
/* slope = gradients of couplings C of TYPE; adds to da. */
void cap_em_slopes(const CapEm *em, const float *mean, const float *c,
                   int type);
/* dvotes of parent J from weight and, where K > 0, from slope, which adds to
 * dmean, dvariance and, as the offset's, dlogit. */
void cap_em_votes_gradient(const CapEm *em, int k, int j);
/* Adds dvotes of parent J to the gradients of weights and children. */
void cap_em_push(const CapEm *em, const CapRoutingInput *in, int type, int j,
                 const CapRoutingGradient *gradient);
