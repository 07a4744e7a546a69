/* Running graphs: batches, forward and backward passes, losses. */
#include <string.h>

#include "core/nn/graph_private.h"

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
    reached |= cap_graph_info(graph, op->outputs[i])->written;
  for (int i = 0; reached && i < op->n_outputs; i++) {
    CapTensorInfo *t = cap_graph_info(graph, op->outputs[i]);
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
    cap_graph_info(graph, (CapTensor)i)->written = FALSE;
  for (guint i = 0; i < graph->losses->len; i++) {
    const CapGraphLoss *loss = &g_array_index(graph->losses, CapGraphLoss, i);
    CapTensorInfo *t = cap_graph_info(graph, loss->tensor);
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
    CapTensorInfo *t = cap_graph_info(graph, (CapTensor)i);
    if (t->kind == CAP_TENSOR_INPUT && t->grad != NULL && !t->written)
      memset(t->grad, 0, (gsize)graph->batch * t->size * sizeof(float));
  }
}

void
cap_graph_zero_grad(CapGraph *graph)
{
  for (guint i = 0; i < graph->params->len; i++) {
    CapTensorInfo *t =
        cap_graph_info(graph, g_array_index(graph->params, CapTensor, i));
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
  g_return_if_fail(cap_graph_info(graph, tensor)->size == 1);
  const CapGraphLoss loss = {tensor, weight};
  g_array_append_val(graph->losses, loss);
  cap_graph_info(graph, tensor)->keep = TRUE;
}

double
cap_graph_loss(const CapGraph *graph)
{
  double total = 0.0;
  for (guint i = 0; i < graph->losses->len; i++) {
    const CapGraphLoss *loss = &g_array_index(graph->losses, CapGraphLoss, i);
    const float *value = cap_graph_info(graph, loss->tensor)->data;
    double sum = 0.0;
    for (int n = 0; n < graph->batch; n++)
      sum += (double)value[n];
    total += (double)loss->weight * sum / graph->batch;
  }
  return total;
}

CapGradTarget
cap_graph_grad_target(CapGraph *graph, CapTensor tensor)
{
  CapTensorInfo *t = cap_graph_info(graph, tensor);
  if (t->grad == NULL)
    return (CapGradTarget){NULL, FALSE};
  const CapGradTarget target = {t->grad, t->written || cap_tensor_is_param(t)};
  t->written = TRUE;
  return target;
}
