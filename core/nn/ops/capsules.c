/* Votes and routing. The arithmetic of the votes is here, that of the routing
 * in core/nn/routing_*.c. Tasks are (sample, group) forward and samples
 * backward; what samples add to the weights' gradient is summed in their order,
 * so nothing depends on the number of threads. */
#include "core/nn/ops/capsules.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/nn/arena.h"
#include "core/nn/kernel.h"

typedef struct {
  CapCapsulesOptions options;
  int types, voxels, parents, size[3];
  gsize n_weights;
  gsize per_thread; /* floats of scratch */
  float *scratch;
  int n_threads;   /* that scratch is for */
  float *dweights; /* max_batch x n_weights, in training */
} Capsules;

CapCapsulesOptions
cap_capsules_options_default(void)
{
  return (CapCapsulesOptions){.routing = &cap_routing_dynamic,
                              .iterations = 3,
                              .child_dim = 8,
                              .dim = 16,
                              .gain = 4.0f};
}

static CapRoutingTask
task_of(const Capsules *c, int group)
{
  return (CapRoutingTask){c->options.groups[group].parents,
                          c->types * c->voxels,
                          c->options.dim,
                          c->options.iterations,
                          c->options.groups[group].compete,
                          c->options.gain};
}

static int
first_parent(const Capsules *c, int group)
{
  int first = 0;
  for (int g = 0; g < group; g++)
    first += c->options.groups[g].parents;
  return first;
}

/* One thread's memory: votes, their gradient, couplings, the routing's own. */
typedef struct {
  float *votes, *dvotes, *coupling, *routing;
} Scratch;

static gsize
scratch_size(const Capsules *c)
{
  gsize largest = 0;
  for (int g = 0; g < c->options.n_groups; g++) {
    const CapRoutingTask t = task_of(c, g);
    const gsize couplings = (gsize)t.parents * (gsize)t.children;
    largest = MAX(largest, couplings * (2 * (gsize)t.dim + 1) +
                               c->options.routing->scratch(&t));
  }
  return (largest + 15) / 16 * 16;
}

static Scratch
scratch_of(const Capsules *c, const CapRoutingTask *t)
{
  const gsize couplings = (gsize)t->parents * (gsize)t->children;
  Scratch s;
  s.votes = c->scratch + (gsize)omp_get_thread_num() * c->per_thread;
  s.dvotes = s.votes + couplings * (gsize)t->dim;
  s.coupling = s.dvotes + couplings * (gsize)t->dim;
  s.routing = s.coupling + couplings;
  return s;
}

/* Scratch for as many threads as may run now. */
static gboolean
ensure_scratch(Capsules *c)
{
  const int n_threads = omp_get_max_threads();
  if (c->scratch != NULL && n_threads <= c->n_threads)
    return TRUE;
  free(c->scratch);
  c->scratch = cap_arena_alloc((gsize)n_threads * c->per_thread);
  c->n_threads = n_threads;
  return c->scratch != NULL;
}

static gboolean
capsules_prepare(CapGraph *graph, CapOp *op, GError **error)
{
  Capsules *c = op->state;
  c->per_thread = scratch_size(c);
  if (cap_graph_mode(graph) == CAP_GRAPH_TRAIN)
    c->dweights =
        cap_arena_alloc((gsize)cap_graph_max_batch(graph) * c->n_weights);
  if (ensure_scratch(c) &&
      (c->dweights != NULL || cap_graph_mode(graph) == CAP_GRAPH_INFER))
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
              "No memory to route capsules for a batch of %d; use a smaller "
              "batch",
              cap_graph_max_batch(graph));
  return FALSE;
}

/* out[p] = sum over k of w[k] u[k][p], p < n. */
CAP_KERNEL static void
vote_row(int n, int dim, const float *w, const float *u, float *restrict out)
{
  if (dim == 8) {
    const float *u0 = u, *u1 = u + n, *u2 = u + 2 * n, *u3 = u + 3 * n;
    const float *u4 = u + 4 * n, *u5 = u + 5 * n, *u6 = u + 6 * n,
                *u7 = u + 7 * n;
    for (int p = 0; p < n; p++)
      out[p] = ((w[0] * u0[p] + w[1] * u1[p]) + (w[2] * u2[p] + w[3] * u3[p])) +
               ((w[4] * u4[p] + w[5] * u5[p]) + (w[6] * u6[p] + w[7] * u7[p]));
    return;
  }
  for (int p = 0; p < n; p++)
    out[p] = w[0] * u[p];
  for (int k = 1; k < dim; k++)
    for (int p = 0; p < n; p++)
      out[p] += w[k] * u[k * n + p];
}

/* Gradients of vote_row: dw[k] += sum of d[p] u[k][p]; du[k][p] += w[k] d[p].
 */
CAP_KERNEL static void
vote_row_gradient(int n, int dim, const float *w, const float *u,
                  const float *d, float *dw, float *restrict du)
{
  for (int k = 0; k < dim; k++) {
    dw[k] += cap_dot((gsize)n, d, u + k * n);
    for (int p = 0; p < n; p++)
      du[k * n + p] += w[k] * d[p];
  }
}

static float
place(const Capsules *c, int axis, int voxel)
{
  const int index = axis == 2   ? voxel % c->size[2]
                    : axis == 1 ? voxel / c->size[2] % c->size[1]
                                : voxel / c->size[2] / c->size[1];
  return ((float)index + 0.5f) / (float)c->size[axis] - 0.5f;
}

/* Votes [parent][dim][type][voxel] of one sample's children U for a group. */
static void
make_votes(const Capsules *c, const CapRoutingTask *t, int first,
           const float *u, const float *weights, float *votes)
{
  const int k = c->options.child_dim, n = c->voxels;
  for (int j = 0; j < t->parents; j++)
    for (int d = 0; d < t->dim; d++)
      for (int type = 0; type < c->types; type++) {
        const float *w =
            weights +
            (gsize)(((type * c->parents + first + j) * t->dim + d) * k);
        float *out = votes + (gsize)((j * t->dim + d) * t->children + type * n);
        vote_row(n, k, w, u + type * k * n, out);
        for (int p = 0; d < 3 && p < n; p++)
          out[p] += place(c, d, p);
      }
}

static void
votes_backward(const Capsules *c, const CapRoutingTask *t, int first,
               const float *const in[3], float *dw, float *du)
{
  const int k = c->options.child_dim, n = c->voxels;
  const float *u = in[0], *weights = in[1], *dvotes = in[2];
  for (int j = 0; j < t->parents; j++)
    for (int d = 0; d < t->dim; d++)
      for (int type = 0; type < c->types; type++) {
        const gsize at =
            (gsize)(((type * c->parents + first + j) * t->dim + d) * k);
        vote_row_gradient(
            n, k, weights + at, u + type * k * n,
            dvotes + (gsize)((j * t->dim + d) * t->children + type * n),
            dw + at, du + type * k * n);
      }
}

/* The routing map of one parent, see the header. */
static void
make_map(const Capsules *c, const CapRoutingTask *t, const float *votes,
         const float *pose, const float *coupling, float *map)
{
  const int n = c->voxels;
  float length = 0.0f;
  for (int d = 0; d < t->dim; d++)
    length += pose[d] * pose[d];
  length = MAX(sqrtf(length), 1e-12f);
  for (int p = 0; p < n; p++) {
    float taken = 0.0f, whole = 0.0f;
    for (int i = p; i < t->children; i += n) {
      float along = 0.0f, square = 0.0f;
      for (int d = 0; d < t->dim; d++) {
        const float vote = votes[d * t->children + i];
        along += vote * pose[d];
        square += vote * vote;
      }
      taken += coupling[i] * MAX(along / length, 0.0f);
      whole += sqrtf(square);
    }
    map[p] = whole > 0.0f ? MIN(taken / whole, 1.0f) : 0.0f;
  }
}

static void
route(const Capsules *c, int group, const float *u, const float *weights,
      float *poses, float *maps)
{
  const CapRoutingTask t = task_of(c, group);
  const int first = first_parent(c, group);
  const Scratch s = scratch_of(c, &t);
  make_votes(c, &t, first, u, weights, s.votes);
  float *out = poses + first * t.dim;
  c->options.routing->forward(&t, s.votes, out, s.coupling, s.routing);
  for (int j = 0; maps != NULL && j < t.parents; j++)
    make_map(c, &t, s.votes + (gsize)(j * t.dim * t.children), out + j * t.dim,
             s.coupling + j * t.children, maps + (first + j) * c->voxels);
}

static void
capsules_forward(CapGraph *graph, CapOp *op)
{
  Capsules *c = op->state;
  if (!ensure_scratch(c))
    g_error("no memory to route capsules");
  const float *u = cap_graph_data(graph, op->inputs[0]);
  const float *weights = cap_graph_data(graph, op->params[0]);
  float *poses = cap_graph_data(graph, op->outputs[0]);
  float *maps =
      cap_graph_training(graph) ? NULL : cap_graph_data(graph, op->outputs[1]);
  const gsize n_u = cap_graph_size(graph, op->inputs[0]);
  const gsize n_poses = cap_graph_size(graph, op->outputs[0]);
  const gsize n_maps = cap_graph_size(graph, op->outputs[1]);
  const int groups = c->options.n_groups;
  const int n = cap_graph_batch(graph) * groups;
#pragma omp parallel for schedule(dynamic, 4)
  for (int i = 0; i < n; i++) {
    const gsize sample = (gsize)(i / groups);
    route(c, i % groups, u + sample * n_u, weights, poses + sample * n_poses,
          maps != NULL ? maps + sample * n_maps : NULL);
  }
}

static void
sample_backward(const Capsules *c, const float *const in[3], float *dw,
                float *du)
{
  const float *u = in[0], *weights = in[1], *dposes = in[2];
  for (int group = 0; group < c->options.n_groups; group++) {
    const CapRoutingTask t = task_of(c, group);
    const int first = first_parent(c, group);
    const Scratch s = scratch_of(c, &t);
    make_votes(c, &t, first, u, weights, s.votes);
    c->options.routing->backward(&t, s.votes, dposes + first * t.dim, s.dvotes,
                                 s.routing);
    const float *votes_in[3] = {u, weights, s.dvotes};
    votes_backward(c, &t, first, votes_in, dw, du);
  }
}

static void
capsules_backward(CapGraph *graph, CapOp *op)
{
  Capsules *c = op->state;
  if (!ensure_scratch(c))
    g_error("no memory to route capsules");
  const int batch = cap_graph_batch(graph);
  const float *u = cap_graph_data(graph, op->inputs[0]);
  const float *weights = cap_graph_data(graph, op->params[0]);
  const float *dposes = cap_graph_grad(graph, op->outputs[0]);
  float *dweights = cap_graph_grad(graph, op->params[0]);
  const gsize n_u = cap_graph_size(graph, op->inputs[0]);
  const gsize n_poses = cap_graph_size(graph, op->outputs[0]);
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
  g_autofree float *spare =
      dx.data == NULL ? g_new(float, n_u *(gsize)batch) : NULL;
  float *du = dx.data == NULL ? spare : dx.data;
  if (!dx.add)
    memset(du, 0, n_u * (gsize)batch * sizeof(float));
  memset(c->dweights, 0, c->n_weights * (gsize)batch * sizeof(float));
#pragma omp parallel for
  for (int n = 0; n < batch; n++) {
    const float *in[3] = {u + (gsize)n * n_u, weights,
                          dposes + (gsize)n * n_poses};
    sample_backward(c, in, c->dweights + (gsize)n * c->n_weights,
                    du + (gsize)n * n_u);
  }
#pragma omp parallel for
  for (gsize i = 0; i < c->n_weights; i++) {
    float sum = 0.0f;
    for (int n = 0; n < batch; n++)
      sum += c->dweights[(gsize)n * c->n_weights + i];
    dweights[i] += sum;
  }
}

static void
capsules_free(CapOp *op)
{
  Capsules *c = op->state;
  free(c->scratch);
  free(c->dweights);
  g_free(c);
}

static const CapOpClass capsules_class = {"capsules", capsules_prepare,
                                          capsules_forward, capsules_backward,
                                          capsules_free};

void
cap_capsules_add(CapGraph *graph, const char *name, CapTensor children,
                 const CapCapsulesOptions *options, CapTensor *poses,
                 CapTensor *routing)
{
  const CapShape shape = cap_graph_shape(graph, children);
  g_return_if_fail(shape.n_dims == 4 &&
                   !cap_graph_channels_last(graph, children));
  g_return_if_fail(shape.dims[0] % options->child_dim == 0);
  g_return_if_fail(options->n_groups <= CAP_CAPSULES_MAX_GROUPS);
  g_return_if_fail(options->dim >= 3 && options->dim <= 64);
  Capsules *c = g_new0(Capsules, 1);
  c->options = *options;
  c->types = shape.dims[0] / options->child_dim;
  c->voxels = shape.dims[1] * shape.dims[2] * shape.dims[3];
  memcpy(c->size, shape.dims + 1, sizeof c->size);
  c->parents = first_parent(c, options->n_groups);
  g_autofree char *weight = g_strconcat(name, ".weight", NULL);
  const CapTensor param = cap_graph_param(
      graph, weight,
      (CapShape){4, {c->types, c->parents, options->dim, options->child_dim}},
      CAP_INIT_HE, options->child_dim, options->dim);
  c->n_weights = cap_graph_size(graph, param);
  g_autofree char *map = g_strconcat(name, ".routing", NULL);
  *poses = cap_graph_activation(graph, name,
                                (CapShape){2, {c->parents, options->dim}});
  *routing =
      cap_graph_activation(graph, map, (CapShape){2, {c->parents, c->voxels}});
  const CapTensor outputs[] = {*poses, *routing};
  CapOp *op = cap_graph_add(graph, &capsules_class, name, &children, 1, outputs,
                            2, &param, 1, c);
  op->macs = c->n_weights * (gsize)c->voxels;
}
