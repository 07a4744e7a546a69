/* Routing by agreement over ranks: see routing_split.h. The names are those of
 * routing_agreement.c: Q sum of a parent's poses so far, M sums of coupled
 * children, G = W^T q and H = W^T ds in the children's space, R the M of
 * gradients of logits. */
#include "core/nn/routing_split.h"

#include <stdlib.h>
#include <string.h>

#include "core/nn/arena.h"
#include "core/nn/routing_agreement.h"
#include "core/nn/routing_couple.h"
#include "core/nn/routing_lanes.h"
#include "core/nn/routing_plane.h"
#include "core/nn/routing_space.h"

struct CapRoutingSplit {
  CapRoutingTask task, own; /* of all parents; of those of this rank */
  const CapAgreementRule *rule;
  CapPlane plane;
  int max_batch;
  float *memory;
  /* sizes of one sample */
  gsize n_coupling, n_child, n_pose;  /* whole */
  gsize own_coupling, own_m, own_row; /* as sent; own_row floats of rows */
  /* [iteration][sample]; couplings start with the second iteration */
  float *coupling, *m, *q, *s;
  float *g, *h, *r;      /* [sample][type][own parent][child_dim] */
  float *base, *total;   /* [sample][own parent][lane] */
  float *ds, *dq;        /* [sample][parent][dim] */
  float *slope;          /* [sample][type][parent][lane] */
  float *rows, *partial; /* to send: [sample][row], [sample][type][own parent]
                            [lane] */
  float *equal;          /* [parent][lane] */
  float *dweights;       /* to send: [type][row][child_dim] */
  float *joined;         /* [type][parent][dim][child_dim] */
  float *buffer;         /* what all have sent */
};

/* ---- memory ---- */

static void
set_sizes(CapRoutingSplit *x)
{
  const CapRoutingTask *t = &x->task;
  const gsize types = (gsize)t->types, lanes = (gsize)t->lanes;
  const gsize most = (gsize)x->plane.most_parents;
  x->n_coupling = types * (gsize)t->parents * lanes;
  x->n_child = types * (gsize)t->child_dim * lanes;
  x->n_pose = (gsize)(t->parents * t->dim);
  x->own_coupling = types * most * lanes;
  x->own_m = types * most * (gsize)t->child_dim;
  x->own_row = (gsize)x->plane.most_rows;
}

/* Lays X out from SCRATCH on; returns the floats used. */
static gsize
lay_out(CapRoutingSplit *x, float *scratch)
{
  const CapRoutingTask *t = &x->task;
  const gsize n = (gsize)x->max_batch, k = (gsize)t->iterations;
  const gsize own_rows = (gsize)(x->plane.most_parents * t->lanes);
  const gsize ranks = (gsize)x->plane.ranks->count;
  const gsize weights = (gsize)(t->types * t->child_dim) * x->own_row;
  float *at = scratch;
  x->coupling = cap_routing_take(&at, (k - 1) * n * x->n_coupling);
  x->m = cap_routing_take(&at, k * n * x->own_m);
  x->q = cap_routing_take(&at, (k + 1) * n * x->n_pose);
  x->s = cap_routing_take(&at, k * n * x->n_pose);
  x->g = cap_routing_take(&at, n * x->own_m);
  x->h = cap_routing_take(&at, n * x->own_m);
  x->r = cap_routing_take(&at, n * x->own_m);
  x->base = cap_routing_take(&at, n * own_rows);
  x->total = cap_routing_take(&at, n * own_rows);
  x->ds = cap_routing_take(&at, n * x->n_pose);
  x->dq = cap_routing_take(&at, n * x->n_pose);
  x->slope = cap_routing_take(&at, n * x->n_coupling);
  x->rows = cap_routing_take(&at, n * x->own_row);
  x->partial = cap_routing_take(&at, n * x->own_coupling);
  x->equal = cap_routing_take(&at, (gsize)(t->parents * t->lanes));
  x->dweights = cap_routing_take(&at, weights);
  x->joined =
      cap_routing_take(&at, (gsize)(t->types * t->child_dim) * x->n_pose);
  x->buffer = cap_routing_take(
      &at, ranks * MAX(MAX(n * x->own_coupling, n * x->n_child), weights));
  return (gsize)(at - scratch);
}

CapRoutingSplit *
cap_routing_split_new(const CapRoutingTask *task, const CapRouting *routing,
                      const CapRanks *ranks, int max_batch)
{
  g_return_val_if_fail(routing->agreement != NULL && ranks != NULL, NULL);
  CapRoutingSplit *x = g_new0(CapRoutingSplit, 1);
  x->task = *task;
  x->task.heads = 1; /* poses are whole */
  x->rule = routing->agreement;
  if (x->rule->couple == NULL)
    x->task.iterations = 1;
  x->max_batch = max_batch;
  cap_plane_init(&x->plane, ranks, task->parents, task->dim);
  x->own = x->task;
  x->own.parents = x->plane.mine.parents;
  set_sizes(x);
  x->memory = cap_arena_alloc(lay_out(x, NULL));
  if (x->memory == NULL) {
    cap_routing_split_free(x);
    return NULL;
  }
  lay_out(x, x->memory);
  float *equal = x->equal;
  for (int g = 0; g < task->n_groups; g++)
    for (int i = 0; i < task->groups[g].parents * task->lanes; i++)
      *equal++ = cap_routing_equal(&task->groups[g]);
  return x;
}

void
cap_routing_split_free(CapRoutingSplit *split)
{
  if (split == NULL)
    return;
  cap_plane_clear(&split->plane);
  free(split->memory);
  g_free(split);
}

/* ---- this rank's rows of one sample ---- */

/* G = W^T Q over this rank's rows of Q, base = q . place. */
CAP_KERNEL(void, project,
           (const CapRoutingSplit *x, const CapRoutingInput *in, const float *q,
            float *g, float *base),
           (x, in, q, g, base))
{
  const CapRoutingTask *t = &x->own;
  const CapPlanePart *part = &x->plane.mine;
  const int k = t->child_dim, lanes = t->lanes, end = part->rows;
  for (int p = 0; p < t->parents * lanes; p++)
    base[p] = 0.0f;
  for (int row = 0, width; row < end; row += width) {
    const int cell = part->first_row + row, axis = cell % t->dim;
    const int j = cell / t->dim - part->first_parent;
    width = MIN(t->dim - axis, end - row);
    for (int type = 0; type < t->types; type++)
      cap_lanes_project(width, k,
                        in->weights + (gsize)type * in->weight_step + cell * k,
                        q + cell, g + (type * t->parents + j) * k);
    for (int d = axis; d < MIN(3, axis + width); d++)
      for (int p = 0; p < lanes; p++)
        base[j * lanes + p] += q[cell - axis + d] * in->places[d * lanes + p];
  }
}

/* The transpose: this rank's rows of scale x (sum over types of W m, plus the
 * sum of total x place). */
CAP_KERNEL(void, lift,
           (const CapRoutingSplit *x, const CapRoutingInput *in, float scale,
            const float *const from[2], float *rows),
           (x, in, scale, from, rows))
{
  const CapRoutingTask *t = &x->own;
  const CapPlanePart *part = &x->plane.mine;
  const int k = t->child_dim, lanes = t->lanes;
  for (int row = 0; row < part->rows; row++) {
    const int cell = part->first_row + row, axis = cell % t->dim;
    const int j = cell / t->dim - part->first_parent;
    float sum = 0.0f;
    for (int type = 0; type < t->types; type++)
      sum += cap_dot((gsize)k,
                     in->weights + (gsize)type * in->weight_step + cell * k,
                     from[0] + (type * t->parents + j) * k);
    if (axis < 3)
      sum +=
          cap_dot((gsize)lanes, from[1] + j * lanes, in->places + axis * lanes);
    rows[row] = scale * sum;
  }
}

/* Adds one sample's part, of iteration K, to the gradients of one type's rows:
 * ds m^T + q r^T. */
CAP_KERNEL(void, outer,
           (const CapRoutingSplit *x, int type, const float *const left[2],
            const float *const right[2]),
           (x, type, left, right))
{
  const CapRoutingTask *t = &x->own;
  const CapPlanePart *part = &x->plane.mine;
  const int k = t->child_dim, end = part->rows;
  for (int row = 0, width; row < end; row += width) {
    const int cell = part->first_row + row;
    const int j = cell / t->dim - part->first_parent;
    const int at = (type * t->parents + j) * k;
    width = MIN(t->dim - cell % t->dim, end - row);
    cap_lanes_outer(
        width, k, left[0] + cell, right[0] + at, left[1] + cell, right[1] + at,
        x->dweights + ((gsize)type * x->own_row + (gsize)row) * (gsize)k);
  }
}

/* ---- forward ---- */

/* Sums of children and couplings while all couplings are equal. */
CAP_KERNEL(void, gather_equal,
           (const CapRoutingSplit *x, const float *u, float *m, float *total),
           (x, u, m, total))
{
  const CapRoutingTask *t = &x->own;
  const float *equal = x->equal + x->plane.mine.first_parent * t->lanes;
  const int k = t->child_dim, lanes = t->lanes;
  for (int type = 0; type < t->types; type++)
    for (int i = 0; i < k; i++) {
      const float sum = cap_sum((gsize)lanes, u + (type * k + i) * lanes);
      for (int j = 0; j < t->parents; j++)
        m[(type * t->parents + j) * k + i] = equal[j * lanes] * sum;
    }
  for (int i = 0; i < t->parents * lanes; i++)
    total[i] = equal[i] * (float)t->types;
}

static float *
coupling_of(const CapRoutingSplit *x, int k, gsize sample)
{
  return x->coupling +
         ((gsize)(k - 1) * (gsize)x->max_batch + sample) * x->n_coupling;
}

static float *
m_of(const CapRoutingSplit *x, int k, gsize sample)
{
  return x->m + ((gsize)k * (gsize)x->max_batch + sample) * x->own_m;
}

static float *
pose_of(const CapRoutingSplit *x, float *poses, int k, gsize sample)
{
  return poses + ((gsize)k * (gsize)x->max_batch + sample) * x->n_pose;
}

/* This rank's part of what all types' children have to do with its parents:
 * g . u + base, as it is sent. */
static void
score(const CapRoutingSplit *x, const CapRoutingInput *in, gsize sample,
      const float *g, const float *base)
{
  const CapRoutingTask *t = &x->own;
  const float *u = in->children + sample * x->n_child;
  float *to = x->partial + sample * x->own_coupling;
  for (int type = 0; type < t->types; type++)
    cap_space_score(t, u + type * t->child_dim * t->lanes,
                    g + type * t->parents * t->child_dim, base,
                    to + (gsize)(type * x->plane.most_parents) *
                             (gsize)t->lanes);
}

/* Logits of iteration K > 0 of all samples, summed over ranks. */
static void
exchange_logits(CapRoutingSplit *x, const CapRoutingInput *in, int batch, int k)
{
  const CapRoutingTask *t = &x->own;
  const gsize own_rows = (gsize)(x->plane.most_parents * t->lanes);
#pragma omp parallel for
  for (int n = 0; n < batch; n++) {
    const gsize i = (gsize)n;
    float *g = x->g + i * x->own_m, *base = x->base + i * own_rows;
    project(x, in, pose_of(x, x->q, k, i), g, base);
    score(x, in, i, g, base);
  }
  cap_plane_sum(&x->plane, (gsize)batch * (gsize)t->types, (gsize)t->lanes,
                x->partial, coupling_of(x, k, 0), x->buffer);
}

/* All couplings of SAMPLE, then this rank's sums of children. */
static void
couple_sample(CapRoutingSplit *x, const CapRoutingInput *in, int k,
              gsize sample)
{
  const CapRoutingTask *t = &x->task, *own = &x->own;
  const gsize rows = (gsize)(t->parents * t->lanes);
  float *total = x->total + sample * (gsize)(x->plane.most_parents * t->lanes);
  memset(total, 0, (gsize)(own->parents * t->lanes) * sizeof *total);
  for (int type = 0; type < t->types; type++) {
    const gsize at = (gsize)type * rows;
    float *c = coupling_of(x, k, sample) + at;
    x->rule->couple(t, k > 1 ? coupling_of(x, k - 1, sample) + at : x->equal,
                    c);
    cap_space_gather(
        own,
        in->children + sample * x->n_child + type * t->child_dim * t->lanes,
        c + x->plane.mine.first_parent * t->lanes,
        m_of(x, k, sample) + type * own->parents * t->child_dim, total);
  }
}

/* Iteration K's poses of SAMPLE from all rows of s. */
static void
squash_sample(CapRoutingSplit *x, int k, gsize sample)
{
  const CapRoutingTask *t = &x->task;
  const float *s = pose_of(x, x->s, k, sample);
  const float *q = pose_of(x, x->q, k, sample);
  float *next = pose_of(x, x->q, k + 1, sample);
  float v[CAP_ROUTING_MAX_DIM];
  for (int j = 0; j < t->parents; j++) {
    cap_squash(t->dim, s + j * t->dim, v);
    for (int d = 0; d < t->dim; d++)
      next[j * t->dim + d] = q[j * t->dim + d] + v[d];
  }
}

CapRoutingCount
cap_routing_split_forward(CapRoutingSplit *split, const CapRoutingInput *in,
                          int batch, float *poses)
{
  CapRoutingSplit *x = split;
  const CapRoutingTask *t = &x->task;
  const gsize own_rows = (gsize)(x->plane.most_parents * t->lanes);
  memset(x->q, 0, (gsize)batch * x->n_pose * sizeof *x->q);
  for (int k = 0; k < t->iterations; k++) {
    if (k > 0)
      exchange_logits(x, in, batch, k);
#pragma omp parallel for
    for (int n = 0; n < batch; n++) {
      const gsize i = (gsize)n;
      const float *from[2] = {m_of(x, k, i), x->total + i * own_rows};
      if (k > 0)
        couple_sample(x, in, k, i);
      else
        gather_equal(x, in->children + i * x->n_child, m_of(x, 0, i),
                     x->total + i * own_rows);
      lift(x, in, cap_routing_scale(t), from, x->rows + i * x->own_row);
    }
    cap_plane_join(&x->plane, (gsize)batch, 1, x->rows, pose_of(x, x->s, k, 0),
                   x->buffer);
    for (int n = 0; n < batch; n++)
      squash_sample(x, k, (gsize)n);
  }
  const float *s = pose_of(x, x->s, t->iterations - 1, 0);
  for (int j = 0; j < batch * t->parents; j++)
    cap_squash(t->dim, s + j * t->dim, poses + j * t->dim);
  const gint64 children = (gint64)t->types * t->voxels * batch;
  const gint64 pairs = (t->iterations - 1) * children * x->own.parents;
  return (CapRoutingCount){pairs, pairs + children};
}

/* ---- backward ---- */

/* Sets ds of SAMPLE from the gradients of its poses of iteration K, and what
 * this rank's rows make of it: h, and for K > 0 their part of the gradients of
 * couplings. */
static void
start_sample(CapRoutingSplit *x, const CapRoutingInput *in, int k, gsize sample,
             const float *dv)
{
  const CapRoutingTask *t = &x->task;
  const float *s = pose_of(x, x->s, k, sample);
  float *ds = x->ds + sample * x->n_pose;
  float *h = x->h + sample * x->own_m;
  float *base = x->base + sample * (gsize)(x->plane.most_parents * t->lanes);
  for (int j = 0; j < t->parents; j++)
    cap_squash_gradient(t->dim, s + j * t->dim, dv + j * t->dim,
                        ds + j * t->dim);
  for (gsize d = 0; d < x->n_pose; d++)
    ds[d] *= cap_routing_scale(t);
  project(x, in, ds, h, base);
  if (k > 0)
    score(x, in, sample, h, base);
}

/* SAMPLE's gradients of logits of iteration K > 0 from those of couplings; R,
 * totals, and its children's gradients. */
static void
uncouple_sample(CapRoutingSplit *x, const CapRoutingInput *in, int k,
                gsize sample, float *dchildren)
{
  const CapRoutingTask *t = &x->task, *own = &x->own;
  const int shift = x->plane.mine.first_parent * t->lanes;
  const gsize own_rows = (gsize)(x->plane.most_parents * t->lanes);
  float *total = x->total + sample * own_rows;
  const float *h = x->h + sample * x->own_m;
  float *g = x->g + sample * x->own_m, *r = x->r + sample * x->own_m;
  project(x, in, pose_of(x, x->q, k, sample), g, x->base + sample * own_rows);
  memset(total, 0, (gsize)(own->parents * t->lanes) * sizeof *total);
  for (int type = 0; type < t->types; type++) {
    const int at = type * own->parents * t->child_dim;
    const gsize child = (gsize)(type * t->child_dim * t->lanes);
    const gsize row = (gsize)(type * t->parents * t->lanes);
    const float *c = coupling_of(x, k, sample) + row;
    float *slope = x->slope + sample * x->n_coupling + row;
    cap_couple_gradient(t, c, slope);
    cap_space_gather(own, in->children + sample * x->n_child + child,
                     slope + shift, r + at, total);
    const float *rows[2] = {c + shift, slope + shift};
    const float *rates[2] = {h + at, g + at};
    cap_space_scatter(own, rows, rates,
                      dchildren + sample * x->n_child + child);
  }
}

/* The first iteration's gradients of SAMPLE's children. */
CAP_KERNEL(void, scatter_equal,
           (const CapRoutingSplit *x, const float *h, float *du), (x, h, du))
{
  const CapRoutingTask *t = &x->own;
  const float *equal = x->equal + x->plane.mine.first_parent * t->lanes;
  const int k = t->child_dim;
  for (int type = 0; type < t->types; type++)
    for (int i = 0; i < k; i++) {
      float sum = 0.0f;
      for (int j = 0; j < t->parents; j++)
        sum += equal[j * t->lanes] * h[(type * t->parents + j) * k + i];
      for (int p = 0; p < t->lanes; p++)
        du[(type * k + i) * t->lanes + p] += sum;
    }
}

/* Iteration K's part of the gradients of this rank's rows, samples in order. */
static void
add_weights(CapRoutingSplit *x, int batch, int k)
{
#pragma omp parallel for
  for (int type = 0; type < x->task.types; type++)
    for (int n = 0; n < batch; n++) {
      const gsize i = (gsize)n;
      const float *left[2] = {x->ds + i * x->n_pose, pose_of(x, x->q, k, i)};
      const float *right[2] = {m_of(x, k, i), x->r + i * x->own_m};
      outer(x, type, left, right);
    }
}

/* Iteration K > 0 after start_sample; adds to dq. */
static void
pass_backward(CapRoutingSplit *x, const CapRoutingInput *in, int batch, int k,
              float *dchildren)
{
  const CapRoutingTask *t = &x->task;
  const gsize n_all = (gsize)batch * x->n_pose;
  cap_plane_sum(&x->plane, (gsize)batch * (gsize)t->types, (gsize)t->lanes,
                x->partial, x->slope, x->buffer);
#pragma omp parallel for
  for (int n = 0; n < batch; n++) {
    const gsize i = (gsize)n;
    const gsize own_rows = (gsize)(x->plane.most_parents * t->lanes);
    uncouple_sample(x, in, k, i, dchildren);
    const float *from[2] = {x->r + i * x->own_m, x->total + i * own_rows};
    lift(x, in, 1.0f, from, x->rows + i * x->own_row);
  }
  add_weights(x, batch, k);
  cap_plane_join(&x->plane, (gsize)batch, 1, x->rows, x->ds, x->buffer);
  for (gsize d = 0; d < n_all; d++)
    x->dq[d] += x->ds[d];
}

void
cap_routing_split_backward(CapRoutingSplit *split, const CapRoutingInput *in,
                           int batch, const float *dposes, float *dchildren,
                           float *dweights)
{
  CapRoutingSplit *x = split;
  const CapRoutingTask *t = &x->task;
  const gsize weights = (gsize)(t->types * t->child_dim) * x->own_row;
  memset(x->dq, 0, (gsize)batch * x->n_pose * sizeof(float));
  memset(x->dweights, 0, weights * sizeof(float));
  memset(dchildren, 0, (gsize)batch * x->n_child * sizeof(float));
  for (int k = t->iterations - 1; k >= 0; k--) {
    const float *dv = k + 1 == t->iterations ? dposes : x->dq;
#pragma omp parallel for
    for (int n = 0; n < batch; n++)
      start_sample(x, in, k, (gsize)n, dv + (gsize)n * x->n_pose);
    if (k > 0) {
      pass_backward(x, in, batch, k, dchildren);
      continue;
    }
    memset(x->r, 0, (gsize)batch * x->own_m * sizeof(float));
    for (int n = 0; n < batch; n++)
      scatter_equal(x, x->h + (gsize)n * x->own_m,
                    dchildren + (gsize)n * x->n_child);
    add_weights(x, batch, 0);
  }
  cap_ranks_sum_floats(x->plane.ranks, (gsize)batch * x->n_child, dchildren);
  cap_plane_join(&x->plane, (gsize)t->types, (gsize)t->child_dim, x->dweights,
                 x->joined, x->buffer);
  for (gsize w = 0; w < (gsize)(t->types * t->child_dim) * x->n_pose; w++)
    dweights[w] += x->joined[w];
}
