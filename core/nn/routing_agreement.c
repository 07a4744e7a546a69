/* Routing by agreement without votes. With Q the sum of a parent's poses so
 * far, the logit of child (t, p) is (W_t^T Q) . u_p + Q . place; a sum of
 * coupled votes is W_t (sum of c u_p) + sum of c place. So each iteration is
 * one pass over the children with two dot products of child_dim a pair, and the
 * first, whose couplings are equal, one sum that all parents share. */
#include "core/nn/routing_agreement.h"

#include <string.h>

#include "core/nn/routing_lanes.h"

/* Scratch. Per iteration: couplings [type][parent][lane] (not of the first), M
 * (sums of coupled children), poses' sum Q, s, v; then one each of the rest. */
typedef struct {
  gsize per_coupling, per_row, per_pose;
  float *coupling, *m, *q, *s, *v;
  float *g, *h, *r;               /* rows in the children's space */
  float *score_base, *slope_base; /* [parent][lane] */
  float *total, *slope;           /* [parent][lane] */
  float *shared;                  /* [type][child_dim] */
  float *ds, *dq;                 /* [parent][dim] */
} Replay;

static float *
take(float **at, gsize n)
{
  float *taken = *at;
  *at += (n + 15) / 16 * 16;
  return taken;
}

/* Lays R out in SCRATCH; returns the floats used. */
static gsize
lay_out(const CapRoutingTask *t, float *scratch, Replay *r)
{
  const gsize parents = (gsize)t->parents, types = (gsize)t->types;
  const gsize iterations = (gsize)t->iterations;
  const gsize rows = parents * (gsize)t->lanes;
  float *at = scratch;
  r->per_coupling = types * rows;
  r->per_row = types * parents * (gsize)t->child_dim;
  r->per_pose = parents * (gsize)t->dim;
  r->coupling = take(&at, MAX(iterations - 1, 1) * r->per_coupling);
  r->m = take(&at, iterations * r->per_row);
  r->q = take(&at, (iterations + 1) * r->per_pose);
  r->s = take(&at, iterations * r->per_pose);
  r->v = take(&at, iterations * r->per_pose);
  r->g = take(&at, r->per_row);
  r->h = take(&at, r->per_row);
  r->r = take(&at, r->per_row);
  r->score_base = take(&at, rows);
  r->slope_base = take(&at, rows);
  r->total = take(&at, rows);
  r->slope = take(&at, rows);
  r->shared = take(&at, types * (gsize)t->child_dim);
  r->ds = take(&at, r->per_pose);
  r->dq = take(&at, r->per_pose);
  return (gsize)(at - scratch);
}

gsize
cap_agreement_scratch(const CapRoutingTask *task)
{
  Replay r;
  return lay_out(task, NULL, &r);
}

/* g[t][j] = W_tj^T q[j]; base[j][p] = q[j] . place of p. */
CAP_KERNEL static void
project(const CapRoutingTask *t, const CapRoutingInput *in, const float *q,
        float *g, float *base)
{
  const int k = t->child_dim, lanes = t->lanes;
  for (int type = 0; type < t->types; type++)
    for (int j = 0; j < t->parents; j++)
      cap_lanes_project(t->dim, k,
                        in->weights + (gsize)type * in->weight_step +
                            j * t->dim * k,
                        q + j * t->dim, g + (type * t->parents + j) * k);
  for (int j = 0; j < t->parents; j++)
    for (int p = 0; p < lanes; p++)
      base[j * lanes + p] = q[j * t->dim] * in->places[p] +
                            q[j * t->dim + 1] * in->places[lanes + p] +
                            q[j * t->dim + 2] * in->places[2 * lanes + p];
}

/* Eight dimensions of one parent's sum over types of W m. */
CAP_INLINE CapLanes
lift8(const CapRoutingTask *t, const float *w, gsize step, const float *m)
{
  const int k = t->child_dim;
  CapLanes sum[8] = {{0}};
  for (int type = 0; type < t->types; type++)
    for (int i = 0; i + 8 <= k; i += 8) {
      const CapLanes row = cap_lanes_load(m + type * t->parents * k + i);
      for (int d = 0; d < 8; d++)
        sum[d] += cap_lanes_load(w + (gsize)type * step + d * k + i) * row;
    }
  return cap_lanes_sums(sum);
}

/* s[j] = scale x (sum over t of W_tj m[t][j] + sum of total[j][p] place). */
CAP_KERNEL static void
lift(const CapRoutingTask *t, const CapRoutingInput *in, float scale,
     const float *const rows[2], float *s)
{
  const int k = t->child_dim, whole = k / 8 * 8;
  for (int j = 0; j < t->parents; j++) {
    const float *w = in->weights + j * t->dim * k, *m = rows[0] + j * k;
    float *to = s + j * t->dim;
    int d = 0;
    for (; d + 8 <= t->dim; d += 8)
      cap_lanes_store(to + d, lift8(t, w + d * k, in->weight_step, m));
    for (; d < t->dim; d++) {
      to[d] = 0.0f;
      for (int type = 0; type < t->types; type++)
        to[d] +=
            cap_dot((gsize)whole, w + (gsize)type * in->weight_step + d * k,
                    m + type * t->parents * k);
    }
    for (d = 0; whole < k && d < t->dim; d++)
      for (int type = 0; type < t->types; type++)
        for (int i = whole; i < k; i++)
          to[d] += w[(gsize)type * in->weight_step + (gsize)(d * k + i)] *
                   m[type * t->parents * k + i];
    for (int axis = 0; axis < 3; axis++)
      to[axis] += cap_dot((gsize)t->lanes, rows[1] + j * t->lanes,
                          in->places + axis * t->lanes);
    for (d = 0; d < t->dim; d++)
      to[d] *= scale;
  }
}

CAP_INLINE gboolean
row_is_zero(int lanes, const float *row)
{
  typedef gint32 Bits __attribute__((vector_size(32), aligned(4), may_alias));
  Bits any = {0};
  for (int p = 0; p < lanes; p += 8)
    any |= *(const Bits *)(row + p);
  gint32 seen = 0;
  for (int i = 0; i < 8; i++)
    seen |= any[i];
  return seen == 0;
}

/* out[j][p] = base[j][p] + g[j] . u_p, but for rows that BEFORE has as zero. */
CAP_KERNEL static void
score(const CapRoutingTask *t, const float *u, const float *const rows[2],
      const float *before, float *out)
{
  const int k = t->child_dim, lanes = t->lanes;
  for (int j = 0; j < t->parents; j++)
    if (before == NULL || !row_is_zero(lanes, before + j * lanes))
      cap_lanes_score(lanes, k, rows[0] + j * k, u, rows[1] + j * lanes,
                      out + j * lanes);
}

/* m[j] = sum over p of c[j][p] u_p; total[j] += c[j]. */
CAP_KERNEL static void
gather(const CapRoutingTask *t, const float *u, const float *c, float *m,
       float *total)
{
  const int k = t->child_dim, lanes = t->lanes;
  for (int j = 0; j < t->parents; j++) {
    if (row_is_zero(lanes, c + j * lanes)) {
      memset(m + j * k, 0, (gsize)k * sizeof(float));
      continue;
    }
    cap_lanes_gather(lanes, k, c + j * lanes, u, m + j * k);
    cap_lanes_add(lanes, c + j * lanes, total + j * lanes);
  }
}

/* What every parent has while all couplings are 1: shared[t] = sum of u_p. */
CAP_KERNEL static void
share(const CapRoutingTask *t, const float *u, float *shared)
{
  for (int i = 0; i < t->types * t->child_dim; i++)
    shared[i] = cap_sum((gsize)t->lanes, u + i * t->lanes);
}

/* The first iteration's M and totals. */
static void
gather_equal(const CapRoutingTask *t, const float *u, float *m, const Replay *r)
{
  share(t, u, r->shared);
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

/* Iteration K > 0. Returns how many couplings took part. */
static gint64
pass(const CapRoutingTask *t, const CapRoutingInput *in, int k,
     CapAgreementCouple couple, const Replay *r)
{
  const int rows = t->parents * t->lanes, dims = t->parents * t->child_dim;
  const gsize at = (gsize)(k - 1) * r->per_coupling;
  gint64 used = 0;
  project(t, in, r->q + (gsize)k * r->per_pose, r->g, r->score_base);
  memset(r->total, 0, (gsize)rows * sizeof(float));
  for (int type = 0; type < t->types; type++) {
    const float *u = in->children + type * t->child_dim * t->lanes;
    const float *score_rows[2] = {r->g + type * dims, r->score_base};
    float *c = r->coupling + at + (gsize)(type * rows);
    const float *before = k > 1 ? c - r->per_coupling : NULL;
    score(t, u, score_rows, before, c);
    used += couple(t, before, c);
    gather(t, u, c, r->m + (gsize)k * r->per_row + type * dims, r->total);
  }
  return used;
}

/* All iterations, each kept in R. */
static CapRoutingCount
iterate(const CapRoutingTask *t, const CapRoutingInput *in,
        CapAgreementCouple couple, const Replay *r)
{
  const gint64 children = (gint64)t->types * t->voxels;
  CapRoutingCount count = {0, children};
  gint64 alive = children * t->parents;
  memset(r->q, 0, r->per_pose * sizeof(float));
  for (int k = 0; k < t->iterations; k++) {
    const gsize at = (gsize)k * r->per_pose;
    if (k == 0) {
      gather_equal(t, in->children, r->m, r);
    } else {
      count.scored += alive;
      alive = pass(t, in, k, couple, r);
      count.summed += alive;
    }
    const float *rows[2] = {r->m + (gsize)k * r->per_row, r->total};
    lift(t, in, cap_routing_scale(t), rows, r->s + at);
    for (int j = 0; j < t->parents; j++)
      cap_squash(t->dim, r->s + at + j * t->dim, r->v + at + j * t->dim);
    for (gsize d = 0; d < r->per_pose; d++)
      r->q[at + r->per_pose + d] = r->q[at + d] + r->v[at + d];
  }
  return count;
}

static void
fill_equal(const CapRoutingTask *t, float *coupling)
{
  for (int type = 0; type < t->types; type++)
    for (int g = 0; g < t->n_groups; g++)
      for (int i = 0; i < t->groups[g].parents * t->lanes; i++)
        *coupling++ = cap_routing_equal(&t->groups[g]);
}

void
cap_agreement_forward(const CapRoutingTask *t, const CapRoutingInput *in,
                      CapRoutingOutput *out, CapAgreementCouple couple,
                      float *scratch)
{
  Replay r;
  lay_out(t, scratch, &r);
  const CapRoutingCount count = iterate(t, in, couple, &r);
  const gsize last = (gsize)t->iterations - 1;
  if (last == 0)
    fill_equal(t, r.coupling);
  memcpy(out->poses, r.v + last * r.per_pose, r.per_pose * sizeof(float));
  out->coupling = r.coupling + (last > 0 ? last - 1 : 0) * r.per_coupling;
  out->count.scored += count.scored;
  out->count.summed += count.summed;
}

/* slope[j][p], the gradients of couplings C, become those of logits. */
CAP_KERNEL static void
couple_gradient(const CapRoutingTask *t, const float *c, float *slope)
{
  const int lanes = t->lanes;
  for (int g = 0; g < t->n_groups; g++) {
    const int n = t->groups[g].parents * lanes;
    if (!t->groups[g].compete) {
      for (int i = 0; i < n; i++)
        slope[i] *= c[i] * (1.0f - c[i]);
    } else {
      for (int p = 0; p < lanes; p++) {
        float mean = 0.0f;
        for (int i = p; i < n; i += lanes)
          mean += c[i] * slope[i];
        for (int i = p; i < n; i += lanes)
          slope[i] = c[i] * (slope[i] - mean);
      }
    }
    c += n;
    slope += n;
  }
}

CAP_INLINE void
scatter64(const CapRoutingTask *t, int k, const float *const rows[2],
          const float *const rates[2], float *du)
{
  const int lanes = t->lanes, dims = t->child_dim;
  CapLanes sum[8];
  for (int r = 0; r < 8; r++)
    sum[r] = cap_lanes_load(du + k * lanes + 8 * r);
  for (int j = 0; j < t->parents; j++) {
    const float h = rates[0][j * dims + k], g = rates[1][j * dims + k];
    for (int r = 0; r < 8; r++)
      sum[r] += h * cap_lanes_load(rows[0] + j * lanes + 8 * r) +
                g * cap_lanes_load(rows[1] + j * lanes + 8 * r);
  }
  for (int r = 0; r < 8; r++)
    cap_lanes_store(du + k * lanes + 8 * r, sum[r]);
}

/* du[k][p] += sum over j of c[j][p] h[j][k] + slope[j][p] g[j][k], for ROWS c
 * and slope, RATES h and g. */
CAP_KERNEL static void
scatter(const CapRoutingTask *t, const float *const rows[2],
        const float *const rates[2], float *du)
{
  const int lanes = t->lanes, dims = t->child_dim;
  for (int k = 0; k < dims; k++) {
    int p = 0;
    for (; p + 64 <= lanes; p += 64) {
      const float *at[2] = {rows[0] + p, rows[1] + p};
      scatter64(t, k, at, rates, du + p);
    }
    for (; p < lanes; p += 8) {
      CapLanes sum = cap_lanes_load(du + k * lanes + p);
      for (int j = 0; j < t->parents; j++)
        sum +=
            rates[0][j * dims + k] * cap_lanes_load(rows[0] + j * lanes + p) +
            rates[1][j * dims + k] * cap_lanes_load(rows[1] + j * lanes + p);
      cap_lanes_store(du + k * lanes + p, sum);
    }
  }
}

/* dW_tj += ds[j] m[t][j]^T + q[j] r[t][j]^T, for LEFT ds and q, RIGHT m, r. */
CAP_KERNEL static void
outer(const CapRoutingTask *t, const float *const left[2],
      const float *const right[2], gsize step, float *dweights)
{
  const int k = t->child_dim;
  for (int type = 0; type < t->types; type++)
    for (int j = 0; j < t->parents; j++) {
      const int row = (type * t->parents + j) * k;
      cap_lanes_outer(t->dim, k, left[0] + j * t->dim, right[0] + row,
                      left[1] + j * t->dim, right[1] + row,
                      dweights + (gsize)type * step + j * t->dim * k);
    }
}

/* The first iteration's gradients of children: those of equal couplings. */
CAP_KERNEL static void
scatter_equal(const CapRoutingTask *t, const float *h, float *du)
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

/* Iteration K > 0 backward: children, and R for weights and dq. */
static void
pass_backward(const CapRoutingTask *t, const CapRoutingInput *in, int k,
              const CapRoutingGradient *gradient, const Replay *r)
{
  const int rows = t->parents * t->lanes, dims = t->parents * t->child_dim;
  project(t, in, r->q + (gsize)k * r->per_pose, r->g, r->score_base);
  memset(r->total, 0, (gsize)rows * sizeof(float));
  for (int type = 0; type < t->types; type++) {
    const int at = type * t->child_dim * t->lanes;
    const float *c =
        r->coupling + (gsize)(k - 1) * r->per_coupling + (gsize)(type * rows);
    const float *slope_rows[2] = {r->h + type * dims, r->slope_base};
    const float *scatter_rows[2] = {c, r->slope};
    const float *rates[2] = {r->h + type * dims, r->g + type * dims};
    score(t, in->children + at, slope_rows, NULL, r->slope);
    couple_gradient(t, c, r->slope);
    gather(t, in->children + at, r->slope, r->r + type * dims, r->total);
    scatter(t, scatter_rows, rates, gradient->dchildren + at);
  }
}

void
cap_agreement_backward(const CapRoutingTask *t, const CapRoutingInput *in,
                       const CapRoutingGradient *gradient,
                       CapAgreementCouple couple, float *scratch)
{
  Replay r;
  lay_out(t, scratch, &r);
  iterate(t, in, couple, &r);
  const float scale = cap_routing_scale(t);
  memset(r.dq, 0, r.per_pose * sizeof(float));
  for (int k = t->iterations - 1; k >= 0; k--) {
    const gsize at = (gsize)k * r.per_pose;
    const float *dv = k + 1 == t->iterations ? gradient->dposes : r.dq;
    for (int j = 0; j < t->parents; j++)
      cap_squash_gradient(t->dim, r.s + at + j * t->dim, dv + j * t->dim,
                          r.ds + j * t->dim);
    for (gsize d = 0; d < r.per_pose; d++)
      r.ds[d] *= scale;
    project(t, in, r.ds, r.h, r.slope_base);
    if (k > 0)
      pass_backward(t, in, k, gradient, &r);
    else
      memset(r.r, 0, r.per_row * sizeof(float));
    const float *left[2] = {r.ds, r.q + at};
    const float *right[2] = {r.m + (gsize)k * r.per_row, r.r};
    outer(t, left, right, in->weight_step, gradient->dweights);
    if (k == 0) {
      scatter_equal(t, r.h, gradient->dchildren);
      continue;
    }
    const float *rows[2] = {r.r, r.total};
    lift(t, in, 1.0f, rows, r.ds);
    for (gsize d = 0; d < r.per_pose; d++)
      r.dq[d] += r.ds[d];
  }
}
