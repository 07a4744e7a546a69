/* Building graphs; laying them out is core/nn/arena.c. */
#include <cblas.h>
#include <math.h>
#include <stdlib.h>

#include "core/nn/arena.h"
#include "core/nn/graph_private.h"

static void
tensor_free(gpointer data)
{
  CapTensorInfo *t = data;
  if (cap_tensor_is_param(t)) {
    free(t->data);
    free(t->grad);
  }
  g_free(t->name);
  g_free(t);
}

static void
op_free(gpointer data)
{
  CapOp *op = data;
  if (op->klass->free != NULL)
    op->klass->free(op);
  g_free(op->name);
  g_free(op);
}

CapGraph *
cap_graph_new(int max_batch, CapGraphMode mode, guint64 seed)
{
  g_return_val_if_fail(max_batch > 0, NULL);
  openblas_set_num_threads(1); /* one pool of threads: OpenMP's */
  CapGraph *graph = g_new0(CapGraph, 1);
  graph->mode = mode;
  graph->max_batch = graph->batch = graph->whole_batch = max_batch;
  graph->training = mode == CAP_GRAPH_TRAIN;
  graph->tensors = g_ptr_array_new_with_free_func(tensor_free);
  graph->ops = g_ptr_array_new_with_free_func(op_free);
  graph->params = g_array_new(FALSE, FALSE, sizeof(CapTensor));
  graph->losses = g_array_new(FALSE, FALSE, sizeof(CapGraphLoss));
  graph->random = seed;
  graph->generation = 1;
  graph->ways = cap_ways_new();
  graph->loss_scale = 1.0f;
  return graph;
}

void
cap_graph_free(CapGraph *graph)
{
  if (graph == NULL)
    return;
  g_ptr_array_unref(graph->ops);
  g_ptr_array_unref(graph->tensors);
  g_array_unref(graph->params);
  g_array_unref(graph->losses);
  cap_ways_free(graph->ways);
  free(graph->arena);
  g_free(graph);
}

static CapTensor
tensor_add(CapGraph *graph, const char *name, CapShape shape,
           CapTensorKind kind)
{
  g_return_val_if_fail(!graph->planned, -1);
  g_return_val_if_fail(shape.n_dims > 0 && shape.n_dims <= CAP_MAX_DIMS, -1);
  g_return_val_if_fail(cap_graph_find(graph, name) < 0, -1);
  CapTensorInfo *t = g_new0(CapTensorInfo, 1);
  t->name = g_strdup(name);
  t->shape = shape;
  t->size = 1;
  for (int i = 0; i < shape.n_dims; i++)
    t->size *= (gsize)shape.dims[i];
  t->kind = kind;
  t->first = t->last = t->read_back = -1;
  g_ptr_array_add(graph->tensors, t);
  return (CapTensor)graph->tensors->len - 1;
}

CapTensor
cap_graph_input(CapGraph *graph, const char *name, CapShape shape)
{
  return tensor_add(graph, name, shape, CAP_TENSOR_INPUT);
}

CapTensor
cap_graph_activation(CapGraph *graph, const char *name, CapShape shape)
{
  return tensor_add(graph, name, shape, CAP_TENSOR_ACTIVATION);
}

static CapTensor
param_add(CapGraph *graph, const char *name, CapShape shape, CapTensorKind kind)
{
  const CapTensor tensor = tensor_add(graph, name, shape, kind);
  if (tensor < 0)
    return tensor;
  CapTensorInfo *t = cap_graph_info(graph, tensor);
  t->data = cap_arena_alloc(t->size);
  if (t->data == NULL)
    g_error("no memory for parameter %s", name); /* sizes are the program's */
  if (kind == CAP_TENSOR_PARAM && graph->mode == CAP_GRAPH_TRAIN) {
    t->grad = cap_arena_alloc(t->size);
    if (t->grad == NULL)
      g_error("no memory for the gradient of %s", name);
    t->needs_grad = TRUE;
  }
  g_array_append_val(graph->params, tensor);
  return tensor;
}

static double
normal(CapGraph *graph)
{
  const double u = 1.0 - cap_graph_random(graph);
  const double v = cap_graph_random(graph);
  return sqrt(-2.0 * log(u)) * cos(2.0 * G_PI * v);
}

CapTensor
cap_graph_param(CapGraph *graph, const char *name, CapShape shape, CapInit init,
                int fan_in, int fan_out)
{
  const CapTensor tensor = param_add(graph, name, shape, CAP_TENSOR_PARAM);
  g_return_val_if_fail(tensor >= 0, -1);
  CapTensorInfo *t = cap_graph_info(graph, tensor);
  const double sd = sqrt(2.0 / MAX(fan_in, 1));
  const double bound = sqrt(6.0 / MAX(fan_in + fan_out, 1));
  for (gsize i = 0; i < t->size; i++)
    switch (init) {
    case CAP_INIT_ZERO:
      break;
    case CAP_INIT_ONE:
      t->data[i] = 1.0f;
      break;
    case CAP_INIT_HE:
      t->data[i] = (float)(sd * normal(graph));
      break;
    case CAP_INIT_GLOROT:
      t->data[i] = (float)(bound * (2.0 * cap_graph_random(graph) - 1.0));
      break;
    }
  return tensor;
}

CapTensor
cap_graph_buffer(CapGraph *graph, const char *name, CapShape shape, float value)
{
  const CapTensor tensor = param_add(graph, name, shape, CAP_TENSOR_BUFFER);
  g_return_val_if_fail(tensor >= 0, -1);
  CapTensorInfo *t = cap_graph_info(graph, tensor);
  for (gsize i = 0; i < t->size; i++)
    t->data[i] = value;
  return tensor;
}

/* Backward goes from the last op to the first: the lowest reader is the last.
 */
static void
note_read_back(CapGraph *graph, const CapOp *op, int index)
{
  for (int i = 0; i < op->n_inputs; i++) {
    CapTensorInfo *t = cap_graph_info(graph, op->inputs[i]);
    if (!(op->klass->unread & CAP_UNREAD_INPUTS) &&
        (t->read_back < 0 || t->read_back > index))
      t->read_back = index;
  }
  for (int i = 0; i < op->n_outputs; i++)
    if (!(op->klass->unread & CAP_UNREAD_OUTPUTS))
      cap_graph_info(graph, op->outputs[i])->read_back = index;
}

CapOp *
cap_graph_add(CapGraph *graph, const CapOpClass *klass, const char *name,
              const CapTensor *inputs, int n_inputs, const CapTensor *outputs,
              int n_outputs, const CapTensor *params, int n_params,
              gpointer state)
{
  g_return_val_if_fail(!graph->planned, NULL);
  g_return_val_if_fail(
      MAX(MAX(n_inputs, n_outputs), n_params) <= CAP_OP_MAX_TENSORS, NULL);
  CapOp *op = g_new0(CapOp, 1);
  op->klass = klass;
  op->name = g_strdup(name);
  op->state = state;
  op->n_inputs = n_inputs;
  op->n_outputs = n_outputs;
  op->n_params = n_params;
  const int index = (int)graph->ops->len;
  gboolean wants = FALSE;
  for (int i = 0; i < n_inputs; i++) {
    op->inputs[i] = inputs[i];
    CapTensorInfo *t = cap_graph_info(graph, inputs[i]);
    t->last = index;
    wants |= t->needs_grad;
  }
  for (int i = 0; i < n_params; i++) {
    op->params[i] = params[i];
    wants |= cap_graph_info(graph, params[i])->needs_grad;
  }
  for (int i = 0; i < n_outputs; i++) {
    op->outputs[i] = outputs[i];
    CapTensorInfo *t = cap_graph_info(graph, outputs[i]);
    t->first = t->last = index;
    t->needs_grad =
        wants && klass->backward != NULL && graph->mode == CAP_GRAPH_TRAIN;
  }
  if (wants && klass->backward != NULL)
    note_read_back(graph, op, index);
  g_ptr_array_add(graph->ops, op);
  return op;
}

void
cap_graph_set_precision(CapGraph *graph, CapPrecision precision,
                        const char *ways)
{
  g_return_if_fail(!graph->planned);
  graph->precision = precision;
  if (ways != NULL)
    cap_ways_read(graph->ways, ways);
}

CapPrecision
cap_graph_precision(const CapGraph *graph)
{
  return graph->precision;
}

const char *
cap_op_pass_name(CapOpPass pass)
{
  static const char *const names[CAP_OP_N_PASSES] = {"forward", "data",
                                                     "weights"};
  return names[pass];
}

CapWays *
cap_graph_ways(CapGraph *graph)
{
  return graph->ways;
}

void
cap_graph_keep(CapGraph *graph, CapTensor tensor)
{
  cap_graph_info(graph, tensor)->keep = TRUE;
}

void
cap_graph_require_grad(CapGraph *graph, CapTensor input)
{
  cap_graph_info(graph, input)->needs_grad = graph->mode == CAP_GRAPH_TRAIN;
}

gboolean
cap_graph_plan(CapGraph *graph, GError **error)
{
  g_return_val_if_fail(!graph->planned, FALSE);
  const CapArenaRun run = {(int)graph->ops->len, graph->max_batch,
                           graph->mode == CAP_GRAPH_TRAIN};
  graph->arena =
      cap_arena_plan(graph->tensors, &run, &graph->arena_bytes, error);
  if (graph->arena == NULL)
    return FALSE;
  graph->planned = TRUE;
  for (guint i = 0; i < graph->ops->len; i++) {
    CapOp *op = g_ptr_array_index(graph->ops, i);
    if (op->klass->prepare != NULL && !op->klass->prepare(graph, op, error))
      return FALSE;
  }
  return TRUE;
}

guint64
cap_graph_random_state(const CapGraph *graph)
{
  return graph->random;
}

void
cap_graph_set_random_state(CapGraph *graph, guint64 state)
{
  graph->random = state;
}

/* SplitMix64 (Steele, Lea, Flood 2014): its whole state is one number. */
double
cap_graph_random(CapGraph *graph)
{
  guint64 z = graph->random += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
  return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

void
cap_graph_touch(CapGraph *graph)
{
  graph->generation++;
}

guint64
cap_graph_generation(const CapGraph *graph)
{
  return graph->generation;
}

guint64
cap_graph_weights_generation(const CapGraph *graph)
{
  return graph->mode == CAP_GRAPH_INFER ? graph->generation : 0;
}

gboolean
cap_graph_prepare_passes(CapGraph *graph, CapOp *op, CapPreparePass prepare,
                         GError **error)
{
  if (!prepare(graph, op, CAP_OP_FORWARD, error))
    return FALSE;
  if (graph->mode != CAP_GRAPH_TRAIN)
    return TRUE;
  return prepare(graph, op, CAP_OP_WEIGHTS, error) &&
         (cap_graph_grad(graph, op->inputs[0]) == NULL ||
          prepare(graph, op, CAP_OP_DATA, error));
}
