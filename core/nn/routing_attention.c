/* Attention routing: each parent asks its votes. In every head (an equal part
 * of the pose) a vote's logit is query . vote / sqrt(width), Vaswani et al.
 * 2017, equation 1, with the votes for keys and values; the softmax goes over
 * all children, each counted by its activation, and what it draws from the
 * votes, squashed, is added to the query before the next iteration. The first
 * query is learned.
 *
 * Votes are not made: a head's logit is (W^T query) . child, as in
 * routing_agreement.c, with rows for parents x heads. */
#include <math.h>
#include <string.h>

#include "core/nn/routing_active.h"
#include "core/nn/routing_lanes.h"
#include "core/nn/routing_space.h"
#include "core/nn/routing_wide.h"

/* Scratch. Of each iteration: N, attention before activations and not divided
 * by its sum, [type][row][lane] with rows [parent][head]; INVERSE, of that sum,
 * [row]; M; queries q, what they draw o, and that times gain s. */
typedef struct {
  int rows;
  gsize per_n, per_row, per_pose;
  float *n, *inverse, *m, *q, *o, *s;
  float *v, *asked, *dv, *dout, *ds, *dq; /* [parent][dim] */
  float *g, *h, *r;                       /* in the children's space */
  float *base, *slope_base, *total;       /* [row][lane] */
  float *weight, *slope;                  /* [row][lane], of one type */
  float *tops;                            /* [row][lane], over all types */
  float *peak, *mean;                     /* [row] */
  float *a, *da;                          /* [type][lane] */
  float *coupling;                        /* [type][parent][lane] */
} Replay;

static gsize
lay_out(const CapRoutingTask *t, float *scratch, Replay *r)
{
  const gsize k = (gsize)t->iterations, types = (gsize)t->types;
  const gsize lanes = (gsize)t->lanes;
  float *at = scratch;
  r->rows = t->parents * t->heads;
  const gsize rows = (gsize)r->rows;
  r->per_n = types * rows * lanes;
  r->per_row = types * rows * (gsize)t->child_dim;
  r->per_pose = (gsize)(t->parents * t->dim);
  r->n = cap_routing_take(&at, k * r->per_n);
  r->inverse = cap_routing_take(&at, k * rows);
  r->m = cap_routing_take(&at, k * r->per_row);
  float **const poses[] = {&r->v, &r->asked, &r->dv, &r->dout, &r->ds, &r->dq};
  for (guint i = 0; i < G_N_ELEMENTS(poses); i++)
    *poses[i] = cap_routing_take(&at, r->per_pose);
  r->q = cap_routing_take(&at, (k + 1) * r->per_pose);
  r->o = cap_routing_take(&at, k * r->per_pose);
  r->s = cap_routing_take(&at, k * r->per_pose);
  r->g = cap_routing_take(&at, r->per_row);
  r->h = cap_routing_take(&at, r->per_row);
  r->r = cap_routing_take(&at, r->per_row);
  float **const over_voxels[] = {&r->base,   &r->slope_base, &r->total,
                                 &r->weight, &r->slope,      &r->tops};
  for (guint i = 0; i < G_N_ELEMENTS(over_voxels); i++)
    *over_voxels[i] = cap_routing_take(&at, rows * lanes);
  r->peak = cap_routing_take(&at, rows);
  r->mean = cap_routing_take(&at, rows);
  r->a = cap_routing_take(&at, types * lanes);
  r->da = cap_routing_take(&at, types * lanes);
  r->coupling = cap_routing_take(&at, types * (gsize)t->parents * lanes);
  return (gsize)(at - scratch);
}

static gsize
attention_scratch(const CapRoutingTask *task)
{
  Replay r;
  return lay_out(task, NULL, &r);
}

/* The largest logits of each row so far, lane by lane. */
CAP_KERNEL(void, raise_peaks, (int n, const float *logits, float *tops),
           (n, logits, tops))
{
  for (int i = 0; i < n; i++)
    tops[i] = MAX(tops[i], logits[i]);
}

/* The largest of each row's real voxels. */
CAP_KERNEL(void, find_peaks,
           (int rows, int voxels, int lanes, const float *tops, float *peak),
           (rows, voxels, lanes, tops, peak))
{
  for (int row = 0; row < rows; row++) {
    const float *at = tops + row * lanes;
    CapLanes most = at[0] - (CapLanes){0};
    int p = 0;
    for (; p + 8 <= voxels; p += 8)
      most = cap_lanes_max(most, cap_lanes_load(at + p));
    for (; p < voxels; p++)
      most[0] = MAX(most[0], at[p]);
    peak[row] = most[0];
    for (int i = 1; i < 8; i++)
      peak[row] = MAX(peak[row], most[i]);
  }
}

/* Logits N of one type become attention; WEIGHT is that times activation A.
 * Padding may exceed the peak. */
CAP_KERNEL(void, attend, (const Replay *r, int lanes, const float *a, float *n),
           (r, lanes, a, n))
{
  for (int row = 0; row < r->rows; row++) {
    float *at = n + row * lanes, *weight = r->weight + row * lanes;
    const float peak = r->peak[row];
    for (int p = 0; p < lanes; p++)
      at[p] = cap_exp(MIN(at[p] - peak, 0.0f));
    for (int p = 0; p < lanes; p++)
      weight[p] = a[p] * at[p];
  }
}

/* The queries of iteration K, as W^T sees them. */
static void
ask(const CapRoutingTask *t, const CapRoutingInput *in, int k, const Replay *r)
{
  const float scale = 1.0f / sqrtf((float)(t->dim / t->heads));
  for (gsize d = 0; d < r->per_pose; d++)
    r->asked[d] = scale * r->q[(gsize)k * r->per_pose + d];
  cap_space_project(t, in, r->asked, r->g, r->base);
}

/* Gain of parent J's pose, in J's order of groups. */
static void
amplify(const CapRoutingTask *t, const float *from, float *to)
{
  for (int g = 0; g < t->n_groups; g++)
    for (int i = 0; i < t->groups[g].parents * t->dim; i++)
      *to++ = t->gain * cap_routing_equal(&t->groups[g]) * *from++;
}

/* Weights' sums, of which INVERSE is kept, divide M and total. */
CAP_KERNEL(void, normalise,
           (const CapRoutingTask *t, const Replay *r, float *inverse, float *m),
           (t, r, inverse, m))
{
  const int k = t->child_dim, lanes = t->lanes;
  for (int row = 0; row < r->rows; row++) {
    const float whole = cap_sum((gsize)lanes, r->total + row * lanes);
    inverse[row] = whole > 1e-30f ? 1.0f / whole : 0.0f;
    for (int p = 0; p < lanes; p++)
      r->total[row * lanes + p] *= inverse[row];
    for (int type = 0; type < t->types; type++)
      for (int i = 0; i < k; i++)
        m[(type * r->rows + row) * k + i] *= inverse[row];
  }
}

/* Iteration K: what each parent draws from its votes. */
static void
pass(const CapRoutingTask *t, const CapRoutingInput *in, int k, const Replay *r)
{
  const int lanes = t->lanes, dims = r->rows * t->child_dim;
  float *n = r->n + (gsize)k * r->per_n, *m = r->m + (gsize)k * r->per_row;
  float *inverse = r->inverse + k * r->rows;
  ask(t, in, k, r);
  memset(r->total, 0, (gsize)(r->rows * lanes) * sizeof(float));
  for (int type = 0; type < t->types; type++) {
    float *logits = n + type * r->rows * lanes;
    cap_space_score(t, in->children + type * t->child_dim * lanes,
                    r->g + type * dims, r->base, logits);
    if (type == 0)
      memcpy(r->tops, logits, (gsize)(r->rows * lanes) * sizeof(float));
    else
      raise_peaks(r->rows * lanes, logits, r->tops);
  }
  find_peaks(r->rows, t->voxels, lanes, r->tops, r->peak);
  for (int type = 0; type < t->types; type++) {
    float *logits = n + type * r->rows * lanes;
    if (cap_wide_rows_fit(t))
      cap_wide_attend(t, r->peak, r->a + type * lanes, logits, r->weight);
    else
      attend(r, lanes, r->a + type * lanes, logits);
    cap_space_gather(t, in->children + type * t->child_dim * lanes, r->weight,
                     m + type * dims, r->total);
  }
  normalise(t, r, inverse, m);
}

static void
iterate(const CapRoutingTask *t, const CapRoutingInput *in, const Replay *r)
{
  cap_active_rows(t, in, r->a);
  memcpy(r->q, in->params[0], r->per_pose * sizeof(float));
  for (int k = 0; k < t->iterations; k++) {
    const gsize at = (gsize)k * r->per_pose;
    pass(t, in, k, r);
    const float *rows[2] = {r->m + (gsize)k * r->per_row, r->total};
    cap_space_lift(t, in, 1.0f, rows, r->o + at);
    amplify(t, r->o + at, r->s + at);
    for (int j = 0; j < t->parents; j++)
      cap_squash(t->dim, r->s + at + j * t->dim, r->v + j * t->dim);
    for (gsize d = 0; d < r->per_pose; d++)
      r->q[at + r->per_pose + d] = r->q[at + d] + r->v[d];
  }
}

/* Attention beside that of the child attended to most, mean over heads. */
CAP_KERNEL(void, fill_coupling, (const CapRoutingTask *t, const Replay *r),
           (t, r))
{
  const int lanes = t->lanes, heads = t->heads;
  const float *n = r->n + (gsize)(t->iterations - 1) * r->per_n;
  for (int i = 0; i < t->types * t->parents; i++, n += heads * lanes)
    for (int p = 0; p < lanes; p += 8) {
      CapLanes sum = {0};
      for (int h = 0; h < heads; h++)
        sum += cap_lanes_load(n + h * lanes + p);
      cap_lanes_store(r->coupling + i * lanes + p, sum / (float)heads);
    }
}

static void
attention_forward(const CapRoutingTask *task, const CapRoutingInput *in,
                  CapRoutingOutput *out, float *scratch)
{
  Replay r;
  lay_out(task, scratch, &r);
  iterate(task, in, &r);
  fill_coupling(task, &r);
  memcpy(out->poses, r.v, r.per_pose * sizeof(float));
  out->coupling = r.coupling;
  const gint64 pairs = (gint64)task->types * task->voxels * task->parents;
  out->count.scored += pairs * task->iterations;
  out->count.summed += pairs * task->iterations;
}

/* SLOPE, what a vote's weight is worth, becomes the gradient of its logit, and
 * WEIGHT the weight itself; adds to DA that of the type's activations. */
CAP_KERNEL(void, attend_gradient,
           (const Replay *r, int lanes, const float *n, const float *inverse,
            const float *a, float *da),
           (r, lanes, n, inverse, a, da))
{
  for (int row = 0; row < r->rows; row++) {
    const float mean = r->mean[row], scale = inverse[row];
    float *slope = r->slope + row * lanes, *weight = r->weight + row * lanes;
    for (int p = 0; p < lanes; p++) {
      const float share = scale * n[row * lanes + p];
      const float excess = share * (slope[p] - mean);
      da[p] += excess;
      slope[p] = a[p] * excess;
      weight[p] = a[p] * share;
    }
  }
}

/* Iteration K backward from dout: children, activations and R. */
static void
pass_backward(const CapRoutingTask *t, const CapRoutingInput *in, int k,
              const CapRoutingGradient *gradient, const Replay *r)
{
  const int lanes = t->lanes, dims = r->rows * t->child_dim;
  const int width = t->dim / t->heads;
  const float *o = r->o + (gsize)k * r->per_pose;
  const float *n = r->n + (gsize)k * r->per_n;
  ask(t, in, k, r);
  cap_space_project(t, in, r->dout, r->h, r->slope_base);
  for (int row = 0; row < r->rows; row++) {
    r->mean[row] = 0.0f;
    for (int d = row * width; d < (row + 1) * width; d++)
      r->mean[row] += r->dout[d] * o[d];
  }
  memset(r->total, 0, (gsize)(r->rows * lanes) * sizeof(float));
  for (int type = 0; type < t->types; type++) {
    const int at = type * t->child_dim * lanes;
    const float *rows[2] = {r->weight, r->slope};
    const float *rates[2] = {r->h + type * dims, r->g + type * dims};
    cap_space_score(t, in->children + at, rates[0], r->slope_base, r->slope);
    attend_gradient(r, lanes, n + type * r->rows * lanes,
                    r->inverse + k * r->rows, r->a + type * lanes,
                    r->da + type * lanes);
    cap_space_gather(t, in->children + at, r->slope, r->r + type * dims,
                     r->total);
    cap_space_scatter(t, rows, rates, gradient->dchildren + at);
  }
}

static void
attention_backward(const CapRoutingTask *t, const CapRoutingInput *in,
                   const CapRoutingGradient *gradient, float *scratch)
{
  Replay r;
  lay_out(t, scratch, &r);
  iterate(t, in, &r);
  const float scale = 1.0f / sqrtf((float)(t->dim / t->heads));
  memset(r.dq, 0, r.per_pose * sizeof(float));
  memset(r.da, 0, (gsize)(t->types * t->lanes) * sizeof(float));
  memcpy(r.dv, gradient->dposes, r.per_pose * sizeof(float));
  for (int k = t->iterations - 1; k >= 0; k--) {
    for (int j = 0; j < t->parents; j++)
      cap_squash_gradient(t->dim, r.s + (gsize)k * r.per_pose + j * t->dim,
                          r.dv + j * t->dim, r.ds + j * t->dim);
    amplify(t, r.ds, r.dout);
    pass_backward(t, in, k, gradient, &r);
    const float *left[2] = {r.dout, r.asked};
    const float *right[2] = {r.m + (gsize)k * r.per_row, r.r};
    cap_space_outer(t, left, right, in->weight_step, gradient->dweights);
    const float *rows[2] = {r.r, r.total};
    cap_space_lift(t, in, scale, rows, r.ds);
    for (gsize d = 0; d < r.per_pose; d++)
      r.dq[d] += r.ds[d];
    memcpy(r.dv, r.dq, r.per_pose * sizeof(float));
  }
  for (gsize d = 0; d < r.per_pose; d++)
    gradient->dparams[0][d] += r.dq[d];
  cap_active_gradient(t, in, r.a, r.da, gradient);
}

const CapRouting cap_routing_attention = {.name = "attention",
                                          .params = {{"query", TRUE, 0.0f}},
                                          .scratch = attention_scratch,
                                          .forward = attention_forward,
                                          .backward = attention_backward};
