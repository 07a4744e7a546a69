/* Routing by agreement without votes. With Q the sum of a parent's poses so
 * far, the logit of child (t, p) is (W_t^T Q) . u_p + Q . place; a sum of
 * coupled votes is W_t (sum of c u_p) + sum of c place. So each iteration is
 * one pass over the children with two dot products of child_dim a pair, and the
 * first, whose couplings are equal, one sum that all parents share. */
#include "core/nn/routing_agreement.h"

#include <string.h>

#include "core/nn/routing_couple.h"
#include "core/nn/routing_lanes.h"
#include "core/nn/routing_pairs.h"
#include "core/nn/routing_space.h"
#include "core/nn/routing_wide.h"

/* Scratch. Per iteration: couplings [type][parent][lane] (not of the first), M
 * (sums of coupled children), poses' sum Q, s, v; then one each of the rest. */
typedef struct {
  gsize per_coupling, per_row, per_pose;
  float *coupling, *m, *q, *s, *v;
  float *g, *h, *r;               /* rows in the children's space */
  float *score_base, *slope_base; /* [parent][lane] */
  float *total, *slope;           /* [parent][lane] */
  float *equal;                   /* [parent][lane], of the first iteration */
  float *shared;                  /* [type][child_dim] */
  float *ds, *dq;                 /* [parent][dim] */
  /* where pairs are dropped: survivors of each iteration, by type, children
   * turned and a type's gradient, turned too */
  float *counts, *voxels;
  float *turned, *dturned;
  gsize per_turned;
} Replay;

/* Lays R out in SCRATCH; returns the floats used. */
static gsize
lay_out(const CapRoutingTask *t, const CapAgreementRule *rule, float *scratch,
        Replay *r)
{
  const gsize parents = (gsize)t->parents, types = (gsize)t->types;
  const gsize iterations = (gsize)t->iterations;
  const gsize rows = parents * (gsize)t->lanes;
  float *at = scratch;
  r->per_coupling = types * rows;
  r->per_row = types * parents * (gsize)t->child_dim;
  r->per_pose = parents * (gsize)t->dim;
  r->coupling = cap_routing_take(&at, MAX(iterations - 1, 1) * r->per_coupling);
  r->m = cap_routing_take(&at, iterations * r->per_row);
  r->q = cap_routing_take(&at, (iterations + 1) * r->per_pose);
  r->s = cap_routing_take(&at, iterations * r->per_pose);
  r->v = cap_routing_take(&at, iterations * r->per_pose);
  r->g = cap_routing_take(&at, r->per_row);
  r->h = cap_routing_take(&at, r->per_row);
  r->r = cap_routing_take(&at, r->per_row);
  r->score_base = cap_routing_take(&at, rows);
  r->slope_base = cap_routing_take(&at, rows);
  r->total = cap_routing_take(&at, rows);
  r->slope = cap_routing_take(&at, rows);
  r->equal = cap_routing_take(&at, rows);
  r->shared = cap_routing_take(&at, types * (gsize)t->child_dim);
  r->ds = cap_routing_take(&at, r->per_pose);
  r->dq = cap_routing_take(&at, r->per_pose);
  if (rule->drops) {
    r->per_turned = (gsize)(cap_pairs_width(t->child_dim) * t->lanes);
    r->counts = cap_routing_take(&at, iterations * types * parents);
    r->voxels = cap_routing_take(&at, iterations * r->per_coupling);
    r->turned = cap_routing_take(&at, types * r->per_turned);
    r->dturned = cap_routing_take(&at, r->per_turned);
  }
  return (gsize)(at - scratch);
}

/* Survivors of iteration K's pairs of TYPE. */
static CapPairs
pairs_of(const CapRoutingTask *t, const Replay *r, int k, int type)
{
  const gsize row = (gsize)((k * t->types + type) * t->parents);
  return (CapPairs){(gint32 *)r->counts + row,
                    (gint32 *)r->voxels + row * (gsize)t->lanes};
}
gsize
cap_agreement_scratch(const CapRoutingTask *task, const CapAgreementRule *rule)
{
  Replay r = {0};
  return lay_out(task, rule, NULL, &r);
}

/* What every parent has while all couplings are 1: shared[t] = sum of u_p. */
CAP_KERNEL(void, share,
           (const CapRoutingTask *t, const float *u, float *shared),
           (t, u, shared))
{
  for (int i = 0; i < t->types * t->child_dim; i++)
    shared[i] = cap_sum((gsize)t->lanes, u + i * t->lanes);
}

/* The first iteration's M and totals. */
CAP_KERNEL(void, gather_equal,
           (const CapRoutingTask *t, float *m, const Replay *r), (t, m, r))
{
  int j = 0;
  for (int g = 0; g < t->n_groups; g++)
    for (int end = j + t->groups[g].parents; j < end; j++) {
      const float equal = cap_routing_equal(&t->groups[g]);
      for (int type = 0; type < t->types; type++)
        for (int i = 0; i < t->child_dim; i++)
          m[(type * t->parents + j) * t->child_dim + i] =
              equal * r->shared[type * t->child_dim + i];
      for (int p = 0; p < t->lanes; p++)
        r->total[j * t->lanes + p] = equal * (float)t->types;
    }
}

/* Iteration K's couplings C of one type, from those BEFORE, and its sums of
 * children M. Returns how many couplings took part. */
static gint64
pass_type(const CapRoutingTask *t, const float *u, int type, int k,
          const CapAgreementRule *rule, const Replay *r)
{
  const int rows = t->parents * t->lanes, dims = t->parents * t->child_dim;
  float *c =
      r->coupling + (gsize)(k - 1) * r->per_coupling + (gsize)(type * rows);
  float *m = r->m + (gsize)k * r->per_row + type * dims;
  const float *before = k > 1 ? c - r->per_coupling : r->equal;
  const float *g = r->g + type * dims;
  if (!rule->drops) {
    cap_space_score(t, u, g, r->score_base, c);
    const gint64 used = rule->couple(t, before, c);
    cap_space_gather(t, u, c, m, r->total);
    return used;
  }
  const float *turned = r->turned + (gsize)type * r->per_turned;
  const float *score_rows[2] = {g, r->score_base};
  const CapPairs last = pairs_of(t, r, k - 1, type);
  const CapPairs now = pairs_of(t, r, k, type);
  if (k == 1) {
    cap_space_score(t, u, g, r->score_base, c);
  } else {
    memset(c, 0, (gsize)rows * sizeof(float));
    cap_pairs_score(t, turned, score_rows, &last, c);
  }
  const gint64 used = rule->couple(t, before, c);
  cap_pairs_list(t, c, k > 1 ? &last : NULL, &now);
  cap_pairs_gather(t, turned, c, &now, m);
  for (int i = 0; i < rows; i++)
    r->total[i] += c[i];
  return used;
}

/* Iteration K > 0. Returns how many couplings took part. */
static gint64
pass(const CapRoutingTask *t, const CapRoutingInput *in, int k,
     const CapAgreementRule *rule, const Replay *r)
{
  const gsize rows = (gsize)(t->parents * t->lanes);
  gint64 used = 0;
  cap_space_project(t, in, r->q + (gsize)k * r->per_pose, r->g, r->score_base);
  memset(r->total, 0, rows * sizeof(float));
  for (int type = 0; type < t->types; type++)
    used += pass_type(t, in->children + type * t->child_dim * t->lanes, type, k,
                      rule, r);
  return used;
}

CAP_KERNEL(void, fill_equal,
           (const CapRoutingTask *t, int types, float *coupling),
           (t, types, coupling))
{
  for (int type = 0; type < types; type++)
    for (int g = 0; g < t->n_groups; g++)
      for (int i = 0; i < t->groups[g].parents * t->lanes; i++)
        *coupling++ = cap_routing_equal(&t->groups[g]);
}

/* All iterations, each kept in R. */
static CapRoutingCount
iterate(const CapRoutingTask *t, const CapRoutingInput *in,
        const CapAgreementRule *rule, const Replay *r)
{
  const gint64 children = (gint64)t->types * t->voxels;
  CapRoutingCount count = {0, children};
  gint64 alive = children * t->parents;
  memset(r->q, 0, r->per_pose * sizeof(float));
  fill_equal(t, 1, r->equal);
  for (int type = 0; rule->drops && type < t->types; type++)
    cap_pairs_turn(t, in->children + type * t->child_dim * t->lanes,
                   r->turned + (gsize)type * r->per_turned);
  for (int k = 0; k < t->iterations; k++) {
    const gsize at = (gsize)k * r->per_pose;
    if (k == 0) {
      if (cap_wide_fits(t))
        cap_wide_share(t, in->children, r->shared);
      else
        share(t, in->children, r->shared);
      gather_equal(t, r->m, r);
    } else {
      count.scored += alive;
      alive = pass(t, in, k, rule, r);
      count.summed += alive;
    }
    const float *rows[2] = {r->m + (gsize)k * r->per_row, r->total};
    cap_space_lift(t, in, cap_routing_scale(t), rows, r->s + at);
    for (int j = 0; j < t->parents; j++)
      cap_squash(t->dim, r->s + at + j * t->dim, r->v + at + j * t->dim);
    for (gsize d = 0; d < r->per_pose; d++)
      r->q[at + r->per_pose + d] = r->q[at + d] + r->v[at + d];
  }
  return count;
}

void
cap_agreement_forward(const CapRoutingTask *task, const CapRoutingInput *in,
                      CapRoutingOutput *out, const CapAgreementRule *rule,
                      float *scratch)
{
  CapRoutingTask t = *task;
  t.heads = 1; /* poses are whole */
  Replay r = {0};
  lay_out(&t, rule, scratch, &r);
  const CapRoutingCount count = iterate(&t, in, rule, &r);
  const gsize last = (gsize)t.iterations - 1;
  if (last == 0)
    fill_equal(&t, t.types, r.coupling);
  memcpy(out->poses, r.v + last * r.per_pose, r.per_pose * sizeof(float));
  out->coupling = r.coupling + (last > 0 ? last - 1 : 0) * r.per_coupling;
  out->count.scored += count.scored;
  out->count.summed += count.summed;
}

/* The first iteration's gradients of children: those of equal couplings. */
CAP_KERNEL(void, scatter_equal,
           (const CapRoutingTask *t, const float *h, float *du), (t, h, du))
{
  const int k = t->child_dim;
  for (int type = 0; type < t->types; type++)
    for (int i = 0; i < k; i++) {
      float sum = 0.0f;
      for (int g = 0, j = 0; g < t->n_groups; g++)
        for (int end = j + t->groups[g].parents; j < end; j++)
          sum += cap_routing_equal(&t->groups[g]) *
                 h[(type * t->parents + j) * k + i];
      float *to = du + (type * k + i) * t->lanes;
      for (int p = 0; p < t->lanes; p++)
        to[p] += sum;
    }
}

/* Iteration K's type backward: its children, and R for weights and dq. */
static void
pass_type_backward(const CapRoutingTask *t, const float *u, int type, int k,
                   const Replay *r, float *du)
{
  const int rows = t->parents * t->lanes, dims = t->parents * t->child_dim;
  const float *c =
      r->coupling + (gsize)(k - 1) * r->per_coupling + (gsize)(type * rows);
  const float *slope_rows[2] = {r->h + type * dims, r->slope_base};
  const float *scatter_rows[2] = {c, r->slope};
  const float *rates[2] = {r->h + type * dims, r->g + type * dims};
  if (r->turned == NULL) {
    cap_space_score(t, u, r->h + type * dims, r->slope_base, r->slope);
    cap_couple_gradient(t, c, r->slope);
    cap_space_gather(t, u, r->slope, r->r + type * dims, r->total);
    cap_space_scatter(t, scatter_rows, rates, du);
    return;
  }
  const CapPairs pairs = pairs_of(t, r, k, type);
  const float *turned = r->turned + (gsize)type * r->per_turned;
  memset(r->slope, 0, (gsize)rows * sizeof(float));
  memset(r->dturned, 0, r->per_turned * sizeof(float));
  cap_pairs_score(t, turned, slope_rows, &pairs, r->slope);
  cap_couple_gradient(t, c, r->slope);
  cap_pairs_gather(t, turned, r->slope, &pairs, r->r + type * dims);
  cap_pairs_scatter(t, scatter_rows, rates, &pairs, r->dturned);
  cap_pairs_turn_back(t, r->dturned, du);
  for (int i = 0; i < rows; i++)
    r->total[i] += r->slope[i];
}

/* Iteration K > 0 backward. */
static void
pass_backward(const CapRoutingTask *t, const CapRoutingInput *in, int k,
              const CapRoutingGradient *gradient, const Replay *r)
{
  cap_space_project(t, in, r->q + (gsize)k * r->per_pose, r->g, r->score_base);
  memset(r->total, 0, (gsize)(t->parents * t->lanes) * sizeof(float));
  for (int type = 0; type < t->types; type++) {
    const int at = type * t->child_dim * t->lanes;
    pass_type_backward(t, in->children + at, type, k, r,
                       gradient->dchildren + at);
  }
}

void
cap_agreement_backward(const CapRoutingTask *task, const CapRoutingInput *in,
                       const CapRoutingGradient *gradient,
                       const CapAgreementRule *rule, float *scratch)
{
  CapRoutingTask t = *task;
  t.heads = 1;
  Replay r = {0};
  lay_out(&t, rule, scratch, &r);
  iterate(&t, in, rule, &r);
  const float scale = cap_routing_scale(&t);
  memset(r.dq, 0, r.per_pose * sizeof(float));
  for (int k = t.iterations - 1; k >= 0; k--) {
    const gsize at = (gsize)k * r.per_pose;
    const float *dv = k + 1 == t.iterations ? gradient->dposes : r.dq;
    for (int j = 0; j < t.parents; j++)
      cap_squash_gradient(t.dim, r.s + at + j * t.dim, dv + j * t.dim,
                          r.ds + j * t.dim);
    for (gsize d = 0; d < r.per_pose; d++)
      r.ds[d] *= scale;
    cap_space_project(&t, in, r.ds, r.h, r.slope_base);
    if (k > 0)
      pass_backward(&t, in, k, gradient, &r);
    else
      memset(r.r, 0, r.per_row * sizeof(float));
    const float *left[2] = {r.ds, r.q + at};
    const float *right[2] = {r.m + (gsize)k * r.per_row, r.r};
    cap_space_outer(&t, left, right, in->weight_step, gradient->dweights);
    if (k == 0) {
      scatter_equal(&t, r.h, gradient->dchildren);
      continue;
    }
    const float *rows[2] = {r.r, r.total};
    cap_space_lift(&t, in, 1.0f, rows, r.ds);
    for (gsize d = 0; d < r.per_pose; d++)
      r.dq[d] += r.ds[d];
  }
}
