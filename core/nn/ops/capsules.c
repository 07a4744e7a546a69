/* The layer around a routing: rows padded to eight voxels, tasks for threads,
 * gradients. A task is a sample, or one group of a sample where there are fewer
 * samples than threads. What samples add to parameter gradients is summed over
 * blocks of BLOCK samples in order, so nothing depends on the number of
 * threads. */
#include "core/nn/ops/capsules.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/nn/arena.h"
#include "core/nn/routing_share.h"
#include "core/nn/routing_split.h"

#define BLOCK 4
#define MAX_PARAMS (1 + CAP_ROUTING_MAX_PARAMS)

typedef struct {
  CapCapsulesOptions options;
  int types, voxels, lanes, parents, size[3];
  int n_params;
  gsize param_size[MAX_PARAMS], gradient_size; /* of all */
  float *places;                               /* [4][lane] */
  gsize per_thread;                            /* floats of scratch */
  float *scratch;
  int n_threads;    /* that scratch is for */
  float *gradients; /* blocks x gradient_size, in training */
  CapRoutingCount used, dense;
  CapRoutingSplit *split; /* of training steps; NULL without */
  /* of the whole batch, with split: padded children, their gradients, poses' */
  float *all_children, *all_dchildren, *all_dposes;
} Capsules;

CapCapsulesOptions
cap_capsules_options_default(void)
{
  return (CapCapsulesOptions){.routing = &cap_routing_dynamic,
                              .iterations = 3,
                              .child_dim = 8,
                              .dim = 16,
                              .gain = 4.0f,
                              .mass = 0.5f,
                              .heads = 4};
}

/* GROUP, or all of them when it is negative. */
static CapRoutingTask
task_of(const Capsules *c, int group)
{
  const CapCapsulesOptions *o = &c->options;
  CapRoutingTask t = {.types = c->types,
                      .voxels = c->voxels,
                      .lanes = c->lanes,
                      .child_dim = o->child_dim,
                      .dim = o->dim,
                      .matrix = o->matrix,
                      .parents = c->parents,
                      .n_groups = o->n_groups,
                      .groups = o->groups,
                      .iterations = o->iterations,
                      .gain = o->gain,
                      .mass = o->mass,
                      .heads = o->heads};
  if (group >= 0) {
    t.groups += group;
    t.n_groups = 1;
    t.parents = t.groups->parents;
  }
  return t;
}

static int
first_parent(const Capsules *c, int group)
{
  int first = 0;
  for (int g = 0; g < group; g++)
    first += c->options.groups[g].parents;
  return first;
}

/* One thread's memory. A row that is a multiple of eight voxels needs no copy
 * of the children, but the spare gradient is always there. */
typedef struct {
  float *children, *activations, *dchildren, *dactivations, *dposes;
  float *routing;
} Scratch;

static Scratch
scratch_of(const Capsules *c, float *at, gsize *used)
{
  const gsize row = (gsize)c->lanes * (gsize)c->types;
  const gsize rows = row * (gsize)c->options.child_dim;
  Scratch s = {.children = at};
  s.dchildren = s.children + rows;
  s.activations = s.dchildren + rows;
  s.dactivations = s.activations + row;
  s.dposes = s.dactivations + row;
  s.routing = s.dposes + (gsize)(c->parents * c->options.dim + 15) / 16 * 16;
  if (used != NULL)
    *used = (gsize)(s.routing - at);
  return s;
}

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
prepare_split(Capsules *c, const CapRanks *ranks, int max_batch)
{
  const CapRoutingTask t = task_of(c, -1);
  const gsize n = (gsize)max_batch;
  const gsize children = (gsize)(c->types * c->options.child_dim * c->lanes);
  c->split = cap_routing_split_new(&t, c->options.routing, ranks, max_batch);
  c->all_children = cap_arena_alloc(n * children);
  c->all_dchildren = cap_arena_alloc(n * children);
  c->all_dposes = cap_arena_alloc(n * (gsize)(c->parents * t.dim));
  return c->split != NULL && c->all_children != NULL &&
         c->all_dchildren != NULL && c->all_dposes != NULL;
}

static gboolean
capsules_prepare(CapGraph *graph, CapOp *op, GError **error)
{
  Capsules *c = op->state;
  const CapRoutingTask t = task_of(c, -1);
  gsize own;
  scratch_of(c, NULL, &own);
  c->per_thread =
      own + c->options.routing->scratch(&t) + cap_routing_share_scratch(&t);
  c->per_thread = (c->per_thread + 15) / 16 * 16;
  const gboolean train = cap_graph_mode(graph) == CAP_GRAPH_TRAIN;
  const gsize blocks = ((gsize)cap_graph_max_batch(graph) + BLOCK - 1) / BLOCK;
  if (train)
    c->gradients = cap_arena_alloc(blocks * c->gradient_size);
  const CapRanks *ranks = train ? cap_graph_split(graph) : NULL;
  const gboolean split =
      ranks == NULL || prepare_split(c, ranks, cap_graph_max_batch(graph));
  if (split && ensure_scratch(c) && (c->gradients != NULL || !train))
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
              "No memory to route capsules for a batch of %d; use a smaller "
              "batch",
              cap_graph_max_batch(graph));
  return FALSE;
}

/* N rows of voxels, padded: FROM itself, or a copy in SPARE. */
static const float *
pad(const Capsules *c, int n, const float *from, float *spare)
{
  if (c->lanes == c->voxels || from == NULL)
    return from;
  memset(spare, 0, (gsize)n * (gsize)c->lanes * sizeof(float));
  for (int i = 0; i < n; i++)
    memcpy(spare + i * c->lanes, from + i * c->voxels,
           (gsize)c->voxels * sizeof(float));
  return spare;
}

/* What a task of the op reads for SAMPLE and the parents from FIRST on. */
static CapRoutingInput
input_of(CapGraph *graph, const CapOp *op, gsize sample, int first,
         const Scratch *s)
{
  const Capsules *c = op->state;
  const CapRoutingTask t = task_of(c, -1);
  const gboolean active = op->n_inputs > 1;
  const float *u = cap_graph_data(graph, op->inputs[0]) +
                   sample * cap_graph_size(graph, op->inputs[0]);
  const float *a = active ? cap_graph_data(graph, op->inputs[1]) +
                                sample * cap_graph_size(graph, op->inputs[1])
                          : NULL;
  const int weights = cap_routing_weights(&t);
  CapRoutingInput in = {
      .children = pad(c, c->types * c->options.child_dim, u, s->children),
      .activations = pad(c, c->types, a, s->activations),
      .places = c->places,
      .weights = cap_graph_data(graph, op->params[0]) + first * weights,
      .weight_step = (gsize)(c->parents * weights)};
  for (int i = 1; i < c->n_params; i++)
    in.params[i - 1] = cap_graph_data(graph, op->params[i]) +
                       (gsize)first * (c->param_size[i] / (gsize)c->parents);
  return in;
}

static float
length_of(int dim, const float *pose)
{
  float square = 0.0f;
  for (int d = 0; d < dim; d++)
    square += pose[d] * pose[d];
  return sqrtf(square);
}

/* SAMPLE and GROUP, or all groups. */
static CapRoutingCount
route(CapGraph *graph, CapOp *op, gsize sample, int group)
{
  const Capsules *c = op->state;
  const CapRoutingTask t = task_of(c, group);
  const int first = first_parent(c, group);
  const Scratch s = scratch_of(
      c, c->scratch + (gsize)omp_get_thread_num() * c->per_thread, NULL);
  const CapRoutingInput in = input_of(graph, op, sample, first, &s);
  const gsize parent = sample * (gsize)c->parents + (gsize)first;
  CapRoutingOutput out = {
      .poses = cap_graph_data(graph, op->outputs[0]) + parent * (gsize)t.dim,
      .activations = cap_graph_data(graph, op->outputs[1]) + parent};
  c->options.routing->forward(&t, &in, &out, s.routing);
  for (int j = 0; !c->options.routing->activations && j < t.parents; j++)
    out.activations[j] = length_of(t.dim, out.poses + j * t.dim);
  if (!cap_graph_training(graph))
    cap_routing_share(&t, &in, &out,
                      cap_graph_data(graph, op->outputs[2]) +
                          parent * (gsize)c->voxels,
                      s.routing + c->options.routing->scratch(&t));
  return out.count;
}

/* What dynamic routing would have worked on for BATCH samples. */
static void
count_dense(Capsules *c, int batch)
{
  const gint64 children = (gint64)c->types * c->voxels * batch;
  c->dense.scored += (c->options.iterations - 1) * c->parents * children;
  c->dense.summed += children * (1 + (c->options.iterations - 1) * c->parents);
}

/* What split routing reads: children of the whole batch. */
static CapRoutingInput
batch_input(CapGraph *graph, const CapOp *op)
{
  const Capsules *c = op->state;
  const CapRoutingTask t = task_of(c, -1);
  return (CapRoutingInput){
      .children =
          pad(c, cap_graph_batch(graph) * c->types * c->options.child_dim,
              cap_graph_data(graph, op->inputs[0]), c->all_children),
      .places = c->places,
      .weights = cap_graph_data(graph, op->params[0]),
      .weight_step = (gsize)(c->parents * cap_routing_weights(&t))};
}

static void
split_forward(CapGraph *graph, CapOp *op)
{
  Capsules *c = op->state;
  const int batch = cap_graph_batch(graph), dim = c->options.dim;
  const CapRoutingInput in = batch_input(graph, op);
  float *poses = cap_graph_data(graph, op->outputs[0]);
  float *lengths = cap_graph_data(graph, op->outputs[1]);
  const CapRoutingCount count =
      cap_routing_split_forward(c->split, &in, batch, poses);
  for (int j = 0; j < batch * c->parents; j++)
    lengths[j] = length_of(dim, poses + j * dim);
  c->used.scored += count.scored;
  c->used.summed += count.summed;
  count_dense(c, batch);
}

static void
capsules_forward(CapGraph *graph, CapOp *op)
{
  Capsules *c = op->state;
  /* a pass that is no training step is one rank's own affair */
  if (c->split != NULL && cap_graph_training(graph)) {
    split_forward(graph, op);
    return;
  }
  if (!ensure_scratch(c))
    g_error("no memory to route capsules");
  const int batch = cap_graph_batch(graph);
  const int groups = batch < omp_get_max_threads() && !c->options.routing->joint
                         ? c->options.n_groups
                         : 1;
  gint64 scored = 0, summed = 0;
#pragma omp parallel for schedule(dynamic) reduction(+ : scored, summed)
  for (int i = 0; i < batch * groups; i++) {
    const CapRoutingCount count =
        route(graph, op, (gsize)(i / groups), groups > 1 ? i % groups : -1);
    scored += count.scored;
    summed += count.summed;
  }
  c->used.scored += scored;
  /* groups routed apart each count the sum that they share */
  const gint64 children = (gint64)c->types * c->voxels * batch;
  c->used.summed += summed - (groups - 1) * children;
  count_dense(c, batch);
}

/* Gradients of SAMPLE's poses: those of lengths are added to S. */
static const float *
pose_gradients(CapGraph *graph, const CapOp *op, gsize sample, const Scratch *s)
{
  const Capsules *c = op->state;
  const gsize n = (gsize)(c->parents * c->options.dim);
  const float *dposes = cap_graph_grad(graph, op->outputs[0]) + sample * n;
  if (c->options.routing->activations)
    return dposes;
  const float *poses = cap_graph_data(graph, op->outputs[0]) + sample * n;
  const gsize parent = sample * (gsize)c->parents;
  const float *lengths = cap_graph_data(graph, op->outputs[1]) + parent;
  const float *dlengths = cap_graph_grad(graph, op->outputs[1]) + parent;
  for (gsize i = 0; i < n; i++) {
    const gsize j = i / (gsize)c->options.dim;
    s->dposes[i] = dposes[i] + dlengths[j] * poses[i] / MAX(lengths[j], 1e-12f);
  }
  return s->dposes;
}

/* Adds the real voxels of N padded rows to TARGET's rows of SAMPLE. */
static void
unpad(const Capsules *c, int n, const float *rows, CapGradTarget target,
      gsize sample)
{
  float *to = target.data + sample * (gsize)n * (gsize)c->voxels;
  for (int i = 0; i < n; i++)
    for (int p = 0; p < c->voxels; p++) {
      const float d = rows[i * c->lanes + p];
      float *at = to + i * c->voxels + p;
      *at = target.add ? *at + d : d;
    }
}

static void
sample_backward(CapGraph *graph, CapOp *op, gsize sample,
                const CapGradTarget *targets, float *gradients)
{
  const Capsules *c = op->state;
  const CapRoutingTask t = task_of(c, -1);
  const Scratch s = scratch_of(
      c, c->scratch + (gsize)omp_get_thread_num() * c->per_thread, NULL);
  const CapRoutingInput in = input_of(graph, op, sample, 0, &s);
  const int rows = c->types * c->options.child_dim;
  const gsize parent = sample * (gsize)c->parents;
  CapRoutingGradient g = {
      .dposes = pose_gradients(graph, op, sample, &s),
      .dactivations = cap_graph_grad(graph, op->outputs[1]) + parent,
      .dchildren = s.dchildren,
      .dinput = in.activations != NULL ? s.dactivations : NULL,
      .dweights = gradients};
  for (int i = 1; i < c->n_params; i++) {
    gradients += c->param_size[i - 1];
    g.dparams[i - 1] = gradients;
  }
  const gsize row = (gsize)c->lanes * sizeof(float);
  memset(s.dchildren, 0, (gsize)rows * row);
  memset(s.dactivations, 0, (gsize)c->types * row);
  c->options.routing->backward(&t, &in, &g, s.routing);
  if (targets[0].data != NULL)
    unpad(c, rows, s.dchildren, targets[0], sample);
  if (op->n_inputs > 1 && targets[1].data != NULL)
    unpad(c, c->types, s.dactivations, targets[1], sample);
}

/* Adds what the blocks have gathered to the parameters' gradients. */
static void
add_gradients(CapGraph *graph, CapOp *op, int blocks)
{
  const Capsules *c = op->state;
  gsize at = 0;
  for (int i = 0; i < c->n_params; i++) {
    float *to = cap_graph_grad(graph, op->params[i]);
#pragma omp parallel for
    for (gsize w = 0; w < c->param_size[i]; w++) {
      float sum = 0.0f;
      for (int b = 0; b < blocks; b++)
        sum += c->gradients[(gsize)b * c->gradient_size + at + w];
      to[w] += sum;
    }
    at += c->param_size[i];
  }
}

static void
split_backward(CapGraph *graph, CapOp *op)
{
  const Capsules *c = op->state;
  const int batch = cap_graph_batch(graph);
  const int rows = c->types * c->options.child_dim;
  const CapRoutingInput in = batch_input(graph, op);
  const CapGradTarget target = cap_graph_grad_target(graph, op->inputs[0]);
  for (int n = 0; n < batch; n++) {
    const Scratch s = {.dposes =
                           c->all_dposes + n * c->parents * c->options.dim};
    pose_gradients(graph, op, (gsize)n, &s);
  }
  cap_routing_split_backward(c->split, &in, batch, c->all_dposes,
                             c->all_dchildren,
                             cap_graph_grad(graph, op->params[0]));
  for (int n = 0; target.data != NULL && n < batch; n++)
    unpad(c, rows, c->all_dchildren + n * rows * c->lanes, target, (gsize)n);
}

static void
capsules_backward(CapGraph *graph, CapOp *op)
{
  Capsules *c = op->state;
  if (c->split != NULL) {
    split_backward(graph, op);
    return;
  }
  if (!ensure_scratch(c))
    g_error("no memory to route capsules");
  const int batch = cap_graph_batch(graph);
  const int blocks = (batch + BLOCK - 1) / BLOCK;
  CapGradTarget targets[2] = {cap_graph_grad_target(graph, op->inputs[0])};
  if (op->n_inputs > 1)
    targets[1] = cap_graph_grad_target(graph, op->inputs[1]);
#pragma omp parallel for schedule(dynamic)
  for (int b = 0; b < blocks; b++) {
    float *gradients = c->gradients + (gsize)b * c->gradient_size;
    memset(gradients, 0, c->gradient_size * sizeof(float));
    for (int n = b * BLOCK; n < MIN(batch, (b + 1) * BLOCK); n++)
      sample_backward(graph, op, (gsize)n, targets, gradients);
  }
  add_gradients(graph, op, blocks);
}

static void
capsules_free(CapOp *op)
{
  Capsules *c = op->state;
  cap_routing_split_free(c->split);
  free(c->all_children);
  free(c->all_dchildren);
  free(c->all_dposes);
  free(c->scratch);
  free(c->gradients);
  free(c->places);
  g_free(c);
}

static const CapOpClass capsules_class = {"capsules", capsules_prepare,
                                          capsules_forward, capsules_backward,
                                          capsules_free};

void
cap_capsules_count(const CapGraph *graph, CapRoutingCount *used,
                   CapRoutingCount *dense)
{
  *used = *dense = (CapRoutingCount){0};
  for (int i = 0; i < cap_graph_n_ops(graph); i++) {
    const CapOp *op = cap_graph_op_at(graph, i);
    if (op->klass != &capsules_class)
      continue;
    const Capsules *c = op->state;
    used->scored += c->used.scored;
    used->summed += c->used.summed;
    dense->scored += c->dense.scored;
    dense->summed += c->dense.summed;
  }
}

static float *
make_places(const Capsules *c)
{
  float *places = cap_arena_alloc((gsize)(4 * c->lanes));
  if (places == NULL)
    g_error("no memory for %d voxels", c->voxels); /* sizes are the program's */
  for (int p = 0; p < c->voxels; p++) {
    const int index[3] = {p / c->size[2] / c->size[1],
                          p / c->size[2] % c->size[1], p % c->size[2]};
    for (int axis = 0; axis < 3; axis++)
      places[axis * c->lanes + p] =
          ((float)index[axis] + 0.5f) / (float)c->size[axis] - 0.5f;
  }
  return places;
}

/* The layer's parameters: votes' matrices, then the routing's own. */
static void
add_params(CapGraph *graph, const char *name, Capsules *c, CapTensor *params)
{
  const CapCapsulesOptions *o = &c->options;
  const CapShape shape =
      o->matrix ? (CapShape){4, {c->types, c->parents, 4, 4}}
                : (CapShape){4, {c->types, c->parents, o->dim, o->child_dim}};
  g_autofree char *weight = g_strconcat(name, ".weight", NULL);
  params[0] = cap_graph_param(graph, weight, shape, CAP_INIT_HE, shape.dims[3],
                              shape.dims[2]);
  c->n_params = 1;
  for (int i = 0; i < CAP_ROUTING_MAX_PARAMS; i++) {
    const CapRoutingParam *own = &o->routing->params[i];
    if (own->name == NULL)
      break;
    g_autofree char *full = g_strconcat(name, ".", own->name, NULL);
    const CapTensor tensor =
        cap_graph_param(graph, full,
                        own->per_dim ? (CapShape){2, {c->parents, o->dim}}
                                     : cap_shape_vector(c->parents),
                        CAP_INIT_ZERO, 0, 0);
    for (gsize w = 0; w < cap_graph_size(graph, tensor); w++)
      cap_graph_data(graph, tensor)[w] = own->start;
    params[c->n_params++] = tensor;
  }
  for (int i = 0; i < c->n_params; i++) {
    c->param_size[i] = cap_graph_size(graph, params[i]);
    c->gradient_size += c->param_size[i];
  }
  c->gradient_size = (c->gradient_size + 15) / 16 * 16;
}

CapCapsules
cap_capsules_add(CapGraph *graph, const char *name, CapTensor children,
                 CapTensor activations, const CapCapsulesOptions *options)
{
  static const CapCapsules none = {-1, -1, -1};
  const CapShape shape = cap_graph_shape(graph, children);
  g_return_val_if_fail(
      shape.n_dims == 4 && !cap_graph_channels_last(graph, children), none);
  g_return_val_if_fail(shape.dims[0] % options->child_dim == 0, none);
  g_return_val_if_fail(options->n_groups <= CAP_CAPSULES_MAX_GROUPS, none);
  g_return_val_if_fail(options->dim >= 3 && options->dim <= CAP_ROUTING_MAX_DIM,
                       none);
  g_return_val_if_fail(options->child_dim <= CAP_ROUTING_MAX_DIM, none);
  g_return_val_if_fail(cap_graph_split(graph) == NULL ||
                           (options->routing->agreement != NULL &&
                            activations < 0 && !options->matrix),
                       none);
  Capsules *c = g_new0(Capsules, 1);
  c->options = *options;
  while (options->dim % c->options.heads != 0)
    c->options.heads--;
  c->types = shape.dims[0] / options->child_dim;
  c->voxels = shape.dims[1] * shape.dims[2] * shape.dims[3];
  c->lanes = (c->voxels + 7) / 8 * 8;
  memcpy(c->size, shape.dims + 1, sizeof c->size);
  c->parents = first_parent(c, options->n_groups);
  g_assert(c->parents <= CAP_ROUTING_MAX_PARENTS);
  c->places = make_places(c);
  CapTensor params[MAX_PARAMS];
  add_params(graph, name, c, params);
  g_autofree char *activation = g_strconcat(name, ".activation", NULL);
  g_autofree char *map = g_strconcat(name, ".routing", NULL);
  const CapTensor outputs[] = {
      cap_graph_activation(graph, name,
                           (CapShape){2, {c->parents, options->dim}}),
      cap_graph_activation(graph, activation, cap_shape_vector(c->parents)),
      cap_graph_activation(graph, map, (CapShape){2, {c->parents, c->voxels}})};
  const CapTensor inputs[] = {children, activations};
  CapOp *op = cap_graph_add(graph, &capsules_class, name, inputs,
                            activations >= 0 ? 2 : 1, outputs, 3, params,
                            c->n_params, c);
  /* as if every vote were made, whatever the routing does instead */
  op->macs = c->param_size[0] * (gsize)c->voxels * (options->matrix ? 4 : 1);
  return (CapCapsules){outputs[0], outputs[1], outputs[2]};
}
