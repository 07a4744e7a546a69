/* Building and running graphs; laying them out is core/nn/arena.c. */
#include "core/nn/graph.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/nn/arena.h"
#include "core/nn/tensor.h"

struct CapGraph {
  CapGraphMode mode;
  int max_batch, batch, whole_batch;
  guint64 draw_key;
  gint64 draw_first;
  const CapRanks *ranks, *split;
  gboolean training, planned;
  GPtrArray *tensors; /* of CapTensorInfo */
  GPtrArray *ops;     /* of CapOp */
  GArray *params;     /* of CapTensor: parameters and buffers */
  GArray *losses;     /* of Loss */
  guint64 random, generation;
  CapPrecision precision;
  CapWays *ways;
  float loss_scale;
  float *arena;
  gsize arena_bytes;
};

typedef struct {
  CapTensor tensor;
  float weight;
} Loss;

static CapTensorInfo *
info(const CapGraph *graph, CapTensor tensor)
{
  return g_ptr_array_index(graph->tensors, tensor);
}

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
  graph->losses = g_array_new(FALSE, FALSE, sizeof(Loss));
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
  CapTensorInfo *t = info(graph, tensor);
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
  CapTensorInfo *t = info(graph, tensor);
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
  CapTensorInfo *t = info(graph, tensor);
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
    CapTensorInfo *t = info(graph, op->inputs[i]);
    if (!(op->klass->unread & CAP_UNREAD_INPUTS) &&
        (t->read_back < 0 || t->read_back > index))
      t->read_back = index;
  }
  for (int i = 0; i < op->n_outputs; i++)
    if (!(op->klass->unread & CAP_UNREAD_OUTPUTS))
      info(graph, op->outputs[i])->read_back = index;
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
    CapTensorInfo *t = info(graph, inputs[i]);
    t->last = index;
    wants |= t->needs_grad;
  }
  for (int i = 0; i < n_params; i++) {
    op->params[i] = params[i];
    wants |= info(graph, params[i])->needs_grad;
  }
  for (int i = 0; i < n_outputs; i++) {
    op->outputs[i] = outputs[i];
    CapTensorInfo *t = info(graph, outputs[i]);
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
  info(graph, tensor)->keep = TRUE;
}

void
cap_graph_require_grad(CapGraph *graph, CapTensor input)
{
  info(graph, input)->needs_grad = graph->mode == CAP_GRAPH_TRAIN;
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

void
cap_graph_set_batch(CapGraph *graph, int batch)
{
  g_return_if_fail(batch > 0 && batch <= graph->max_batch);
  graph->batch = graph->whole_batch = batch;
}

void
cap_graph_set_ranks(CapGraph *graph, const CapRanks *ranks)
{
  graph->ranks = ranks;
}

const CapRanks *
cap_graph_ranks(const CapGraph *graph)
{
  return graph->ranks;
}

void
cap_graph_set_split(CapGraph *graph, const CapRanks *ranks)
{
  graph->split = ranks;
}

const CapRanks *
cap_graph_split(const CapGraph *graph)
{
  return graph->split;
}

void
cap_graph_set_whole_batch(CapGraph *graph, int batch)
{
  g_return_if_fail(batch >= graph->batch);
  graph->whole_batch = batch;
}

int
cap_graph_whole_batch(const CapGraph *graph)
{
  return graph->whole_batch;
}

int
cap_graph_batch(const CapGraph *graph)
{
  return graph->batch;
}

int
cap_graph_max_batch(const CapGraph *graph)
{
  return graph->max_batch;
}

CapGraphMode
cap_graph_mode(const CapGraph *graph)
{
  return graph->mode;
}

void
cap_graph_set_training(CapGraph *graph, gboolean training)
{
  graph->training = training && graph->mode == CAP_GRAPH_TRAIN;
}

gboolean
cap_graph_training(const CapGraph *graph)
{
  return graph->training;
}

void
cap_graph_set_draw(CapGraph *graph, guint64 key, gint64 first)
{
  graph->draw_key = key;
  graph->draw_first = first;
}

guint64
cap_graph_draw(const CapGraph *graph, gint64 *first)
{
  *first = graph->draw_first;
  return graph->draw_key;
}

void
cap_graph_forward(CapGraph *graph)
{
  g_return_if_fail(graph->planned);
  for (guint i = 0; i < graph->ops->len; i++) {
    CapOp *op = g_ptr_array_index(graph->ops, i);
    const gint64 start = g_get_monotonic_time();
    op->klass->forward(graph, op);
    op->seconds[0] += (double)(g_get_monotonic_time() - start) * 1e-6;
  }
}

/* Whether a gradient has reached OP; outputs it has not reached become 0. */
static gboolean
op_reached(CapGraph *graph, const CapOp *op)
{
  gboolean reached = FALSE;
  for (int i = 0; i < op->n_outputs; i++)
    reached |= info(graph, op->outputs[i])->written;
  for (int i = 0; reached && i < op->n_outputs; i++) {
    CapTensorInfo *t = info(graph, op->outputs[i]);
    if (t->written || t->grad == NULL)
      continue;
    memset(t->grad, 0, (gsize)graph->batch * t->size * sizeof(float));
    t->written = TRUE;
  }
  return reached;
}

static void
seed_losses(CapGraph *graph)
{
  for (guint i = 0; i < graph->tensors->len; i++)
    info(graph, (CapTensor)i)->written = FALSE;
  for (guint i = 0; i < graph->losses->len; i++) {
    const Loss *loss = &g_array_index(graph->losses, Loss, i);
    CapTensorInfo *t = info(graph, loss->tensor);
    if (t->grad == NULL)
      continue;
    for (int n = 0; n < graph->batch; n++)
      t->grad[n] = graph->loss_scale * loss->weight / (float)graph->whole_batch;
    t->written = TRUE;
  }
}

void
cap_graph_backward(CapGraph *graph)
{
  g_return_if_fail(graph->planned && graph->mode == CAP_GRAPH_TRAIN);
  seed_losses(graph);
  for (guint i = graph->ops->len; i-- > 0;) {
    CapOp *op = g_ptr_array_index(graph->ops, i);
    if (op->klass->backward == NULL || !op_reached(graph, op))
      continue;
    const gint64 start = g_get_monotonic_time();
    op->klass->backward(graph, op);
    op->seconds[1] += (double)(g_get_monotonic_time() - start) * 1e-6;
  }
  /* A wanted gradient that nothing reached is zero, not garbage. */
  for (guint i = 0; i < graph->tensors->len; i++) {
    CapTensorInfo *t = info(graph, (CapTensor)i);
    if (t->kind == CAP_TENSOR_INPUT && t->grad != NULL && !t->written)
      memset(t->grad, 0, (gsize)graph->batch * t->size * sizeof(float));
  }
}

void
cap_graph_zero_grad(CapGraph *graph)
{
  for (guint i = 0; i < graph->params->len; i++) {
    CapTensorInfo *t = info(graph, g_array_index(graph->params, CapTensor, i));
    if (t->grad != NULL)
      memset(t->grad, 0, t->size * sizeof(float));
  }
}

void
cap_graph_set_loss_scale(CapGraph *graph, float scale)
{
  graph->loss_scale = scale;
}

float
cap_graph_loss_scale(const CapGraph *graph)
{
  return graph->loss_scale;
}

void
cap_graph_add_loss(CapGraph *graph, CapTensor tensor, float weight)
{
  g_return_if_fail(info(graph, tensor)->size == 1);
  const Loss loss = {tensor, weight};
  g_array_append_val(graph->losses, loss);
  info(graph, tensor)->keep = TRUE;
}

double
cap_graph_loss(const CapGraph *graph)
{
  double total = 0.0;
  for (guint i = 0; i < graph->losses->len; i++) {
    const Loss *loss = &g_array_index(graph->losses, Loss, i);
    const float *value = info(graph, loss->tensor)->data;
    double sum = 0.0;
    for (int n = 0; n < graph->batch; n++)
      sum += (double)value[n];
    total += (double)loss->weight * sum / graph->batch;
  }
  return total;
}

float *
cap_graph_data(CapGraph *graph, CapTensor tensor)
{
  return info(graph, tensor)->data;
}

float *
cap_graph_grad(CapGraph *graph, CapTensor tensor)
{
  return info(graph, tensor)->grad;
}

CapShape
cap_graph_shape(const CapGraph *graph, CapTensor tensor)
{
  return info(graph, tensor)->shape;
}

gsize
cap_graph_size(const CapGraph *graph, CapTensor tensor)
{
  return info(graph, tensor)->size;
}

const char *
cap_graph_name(const CapGraph *graph, CapTensor tensor)
{
  return info(graph, tensor)->name;
}

CapTensor
cap_graph_find(const CapGraph *graph, const char *name)
{
  for (guint i = 0; i < graph->tensors->len; i++)
    if (strcmp(info(graph, (CapTensor)i)->name, name) == 0)
      return (CapTensor)i;
  return -1;
}

int
cap_graph_n_params(const CapGraph *graph)
{
  return (int)graph->params->len;
}

CapTensor
cap_graph_param_at(const CapGraph *graph, int i)
{
  return g_array_index(graph->params, CapTensor, i);
}

gboolean
cap_graph_is_trained(const CapGraph *graph, CapTensor tensor)
{
  return info(graph, tensor)->kind == CAP_TENSOR_PARAM;
}

void
cap_graph_set_pace(CapGraph *graph, CapTensor param, double pace)
{
  g_return_if_fail(pace > 0.0 && cap_graph_is_trained(graph, param));
  info(graph, param)->pace = pace;
}

double
cap_graph_pace(const CapGraph *graph, CapTensor param)
{
  const double pace = info(graph, param)->pace;
  return pace > 0.0 ? pace : 1.0;
}

int
cap_graph_n_ops(const CapGraph *graph)
{
  return (int)graph->ops->len;
}

const CapOp *
cap_graph_op_at(const CapGraph *graph, int i)
{
  return g_ptr_array_index(graph->ops, i);
}

gsize
cap_graph_arena_bytes(const CapGraph *graph)
{
  return graph->arena_bytes;
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

CapGradTarget
cap_graph_grad_target(CapGraph *graph, CapTensor tensor)
{
  CapTensorInfo *t = info(graph, tensor);
  if (t->grad == NULL)
    return (CapGradTarget){NULL, FALSE};
  const CapGradTarget target = {t->grad, t->written || cap_tensor_is_param(t)};
  t->written = TRUE;
  return target;
}

CapLay
cap_graph_lay(const CapGraph *graph, CapTensor tensor)
{
  const CapTensorInfo *t = info(graph, tensor);
  if (t->shape.n_dims != 4)
    return (CapLay){t->size, 1, 1, 1};
  const gsize channels = (gsize)t->shape.dims[0];
  const gsize voxels = t->size / channels;
  return (CapLay){channels, voxels, t->channels_last ? 1 : voxels,
                  t->channels_last ? channels : 1};
}

void
cap_graph_set_channels_last(CapGraph *graph, CapTensor tensor)
{
  info(graph, tensor)->channels_last = info(graph, tensor)->shape.dims[0] > 1;
}

gboolean
cap_graph_channels_last(const CapGraph *graph, CapTensor tensor)
{
  return info(graph, tensor)->channels_last;
}

void
cap_graph_read(CapGraph *graph, CapTensor tensor, int sample, float *out)
{
  const CapTensorInfo *t = info(graph, tensor);
  const float *data = t->data + (gsize)sample * t->size;
  const CapLay lay = cap_graph_lay(graph, tensor);
  for (gsize c = 0; c < lay.channels; c++)
    for (gsize v = 0; v < lay.voxels; v++)
      out[c * lay.voxels + v] = data[c * lay.channel_step + v * lay.voxel_step];
}
