/* Dynamic routing: Sabour, Frosst, Hinton 2017, procedure 1, with sigmoid
 * couplings for parents that do not compete (LaLonde et al. 2020). Its
 * iterations are part of the graph: gradients flow through every coupling. */
#include "core/nn/kernel.h"
#include "core/nn/routing.h"

/* Scratch: for each iteration couplings [parent][child], s and v
 * [parent][dim]; then logits' own values or gradients and coupling gradients,
 * [parent][child] each. */
typedef struct {
  float *coupling, *s, *v; /* of iteration 0; strides below */
  float *logit, *dcoupling;
  gsize per_coupling, per_pose;
} Replay;

static Replay
replay(const CapRoutingTask *task, float *scratch)
{
  Replay r;
  r.per_coupling = (gsize)task->parents * (gsize)task->children;
  r.per_pose = (gsize)task->parents * (gsize)task->dim;
  r.coupling = scratch;
  r.logit = r.coupling + (gsize)task->iterations * r.per_coupling;
  r.dcoupling = r.logit + r.per_coupling;
  r.s = r.dcoupling + r.per_coupling;
  r.v = r.s + (gsize)task->iterations * r.per_pose;
  return r;
}

static gsize
dynamic_scratch(const CapRoutingTask *task)
{
  return ((gsize)task->iterations + 2) * (gsize)task->parents *
             (gsize)task->children +
         2 * (gsize)task->iterations * (gsize)task->parents * (gsize)task->dim;
}

CAP_KERNEL static void
sigmoid_couplings(int n, const float *logit, float *coupling)
{
  for (int i = 0; i < n; i++)
    coupling[i] = cap_logistic(logit[i]);
}

CAP_KERNEL static void
softmax_couplings(int parents, int n, const float *logit, float *coupling)
{
  for (int i = 0; i < n; i++)
    coupling[i] = 0.0f; /* row 0 gathers the sum first */
  for (int j = 1; j < parents; j++)
    for (int i = 0; i < n; i++)
      coupling[j * n + i] = cap_exp(logit[j * n + i] - logit[i]);
  for (int j = 1; j < parents; j++)
    for (int i = 0; i < n; i++)
      coupling[i] += coupling[j * n + i];
  for (int i = 0; i < n; i++)
    coupling[i] = 1.0f / (1.0f + coupling[i]);
  for (int j = 1; j < parents; j++)
    for (int i = 0; i < n; i++)
      coupling[j * n + i] *= coupling[i];
}

/* logit[i] += sum over d of v[d] vote[d][i]. */
CAP_KERNEL static void
add_agreement(int dim, int n, const float *votes, const float *v, float *logit)
{
  int d = 0;
  for (; d + 4 <= dim; d += 4) {
    const float *a = votes + d * n, *b = a + n, *c = b + n, *e = c + n;
    const float va = v[d], vb = v[d + 1], vc = v[d + 2], ve = v[d + 3];
    for (int i = 0; i < n; i++)
      logit[i] += va * a[i] + vb * b[i] + vc * c[i] + ve * e[i];
  }
  for (; d < dim; d++)
    for (int i = 0; i < n; i++)
      logit[i] += v[d] * votes[d * n + i];
}

/* All iterations, each kept in R. */
static void
iterate(const CapRoutingTask *t, const float *votes, const Replay *r)
{
  const int n = t->children;
  const float scale = t->gain / (float)n;
  for (gsize i = 0; i < r->per_coupling; i++)
    r->logit[i] = 0.0f;
  for (int k = 0; k < t->iterations; k++) {
    float *coupling = r->coupling + (gsize)k * r->per_coupling;
    if (t->compete)
      softmax_couplings(t->parents, n, r->logit, coupling);
    else
      sigmoid_couplings(t->parents * n, r->logit, coupling);
    for (int j = 0; j < t->parents; j++) {
      const float *vote = votes + (gsize)j * (gsize)t->dim * (gsize)n;
      float *s = r->s + (gsize)k * r->per_pose + j * t->dim;
      float *v = r->v + (gsize)k * r->per_pose + j * t->dim;
      for (int d = 0; d < t->dim; d++)
        s[d] = scale * cap_routing_dot(n, coupling + j * n, vote + d * n);
      cap_squash(t->dim, s, v);
      if (k + 1 < t->iterations)
        add_agreement(t->dim, n, vote, v, r->logit + j * n);
    }
  }
}

static void
dynamic_forward(const CapRoutingTask *t, const float *votes, float *poses,
                float *coupling, float *scratch)
{
  const Replay r = replay(t, scratch);
  iterate(t, votes, &r);
  const gsize last = (gsize)t->iterations - 1;
  memcpy(poses, r.v + last * r.per_pose, r.per_pose * sizeof(float));
  memcpy(coupling, r.coupling + last * r.per_coupling,
         r.per_coupling * sizeof(float));
}

/* One row of votes: dvote += scale c ds + dlogit v, dc += scale ds vote. FIRST:
 * dvote is overwritten. */
CAP_KERNEL static void
row_gradient(int n, const float *const in[3], float ds, float v, gboolean first,
             float *restrict dvote, float *restrict dcoupling)
{
  const float *restrict vote = in[0], *restrict c = in[1],
                        *restrict dlogit = in[2];
  if (first)
    for (int i = 0; i < n; i++) {
      dvote[i] = c[i] * ds;
      dcoupling[i] += ds * vote[i];
    }
  else
    for (int i = 0; i < n; i++) {
      dvote[i] += c[i] * ds + dlogit[i] * v;
      dcoupling[i] += ds * vote[i];
    }
}

/* dlogit += J^T dcoupling for couplings of all parents. */
CAP_KERNEL static void
coupling_gradient(const CapRoutingTask *t, const float *c, const float *dc,
                  float *dlogit)
{
  const int n = t->children;
  if (!t->compete) {
    for (int i = 0; i < t->parents * n; i++)
      dlogit[i] += dc[i] * c[i] * (1.0f - c[i]);
    return;
  }
  for (int i = 0; i < n; i++) {
    float mean = 0.0f;
    for (int j = 0; j < t->parents; j++)
      mean += c[j * n + i] * dc[j * n + i];
    for (int j = 0; j < t->parents; j++)
      dlogit[j * n + i] += c[j * n + i] * (dc[j * n + i] - mean);
  }
}

/* r.logit becomes the gradient of the logits that iteration k + 1 used. */
static void
parent_backward(const CapRoutingTask *t, int k, int j, const float *votes,
                const float *dposes, float *dvotes, const Replay *r)
{
  const int n = t->children, dim = t->dim;
  const gboolean last = k + 1 == t->iterations;
  const float scale = t->gain / (float)n;
  const float *vote = votes + (gsize)j * (gsize)dim * (gsize)n;
  float *dvote = dvotes + (gsize)j * (gsize)dim * (gsize)n;
  const float *s = r->s + (gsize)k * r->per_pose + j * dim;
  const float *v = r->v + (gsize)k * r->per_pose + j * dim;
  float *dlogit = r->logit + j * n, *dcoupling = r->dcoupling + j * n;
  float dv[64], ds[64];
  for (int d = 0; d < dim; d++)
    dv[d] =
        last ? dposes[j * dim + d] : cap_routing_dot(n, dlogit, vote + d * n);
  cap_squash_gradient(dim, s, dv, ds);
  for (int i = 0; i < n; i++)
    dcoupling[i] = 0.0f;
  for (int d = 0; d < dim; d++) {
    const float *in[3] = {
        vote + d * n, r->coupling + (gsize)k * r->per_coupling + j * n, dlogit};
    row_gradient(n, in, scale * ds[d], v[d], last, dvote + d * n, dcoupling);
  }
}

static void
dynamic_backward(const CapRoutingTask *t, const float *votes,
                 const float *dposes, float *dvotes, float *scratch)
{
  g_return_if_fail(t->dim <= 64);
  const Replay r = replay(t, scratch);
  iterate(t, votes, &r);
  memset(r.logit, 0, r.per_coupling * sizeof(float));
  for (int k = t->iterations - 1; k >= 0; k--) {
    for (int j = 0; j < t->parents; j++)
      parent_backward(t, k, j, votes, dposes, dvotes, &r);
    if (k > 0) /* the first couplings are constants */
      coupling_gradient(t, r.coupling + (gsize)k * r.per_coupling, r.dcoupling,
                        r.logit);
  }
}

const CapRouting cap_routing_dynamic = {"dynamic", dynamic_scratch,
                                        dynamic_forward, dynamic_backward};
