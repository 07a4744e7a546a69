/* Rating heads: a block-diagonal linear layer. */
#include "core/nn/ops/rating_heads.h"

#include <string.h>

typedef struct {
  gsize first, heads, levels, dim, capsules;
} Heads;

static void
heads_forward(CapGraph *graph, CapOp *op)
{
  const Heads *h = op->state;
  const float *weight = cap_graph_data(graph, op->params[0]);
  const float *bias = cap_graph_data(graph, op->params[1]);
  const gsize rows = h->heads * h->levels;
  const gsize n = (gsize)cap_graph_batch(graph) * rows;
  for (gsize i = 0; i < n; i++) {
    const float *pose =
        cap_graph_data(graph, op->inputs[0]) +
        (i / rows * h->capsules + h->first + i % rows / h->levels) * h->dim;
    float sum = bias[i % rows];
    for (gsize d = 0; d < h->dim; d++)
      sum += weight[i % rows * h->dim + d] * pose[d];
    cap_graph_data(graph, op->outputs[0])[i] = sum;
  }
}

static void
heads_backward(CapGraph *graph, CapOp *op)
{
  const Heads *h = op->state;
  const float *weight = cap_graph_data(graph, op->params[0]);
  const float *dy = cap_graph_grad(graph, op->outputs[0]);
  float *dweight = cap_graph_grad(graph, op->params[0]);
  float *dbias = cap_graph_grad(graph, op->params[1]);
  const gsize rows = h->heads * h->levels;
  const gsize batch = (gsize)cap_graph_batch(graph);
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
  if (dx.data != NULL && !dx.add)
    memset(dx.data, 0, batch * h->capsules * h->dim * sizeof(float));
  for (gsize i = 0; i < batch * rows; i++) {
    const gsize at =
        (i / rows * h->capsules + h->first + i % rows / h->levels) * h->dim;
    const float *pose = cap_graph_data(graph, op->inputs[0]) + at;
    dbias[i % rows] += dy[i];
    for (gsize d = 0; d < h->dim; d++) {
      dweight[i % rows * h->dim + d] += dy[i] * pose[d];
      if (dx.data != NULL)
        dx.data[at + d] += dy[i] * weight[i % rows * h->dim + d];
    }
  }
}

static void
heads_free(CapOp *op)
{
  g_free(op->state);
}

static const CapOpClass heads_class = {"rating_heads", NULL, heads_forward,
                                       heads_backward, heads_free};

CapTensor
cap_rating_heads_add(CapGraph *graph, const char *name, CapTensor poses,
                     int first, int heads, int levels)
{
  const CapShape shape = cap_graph_shape(graph, poses);
  g_return_val_if_fail(shape.n_dims == 2 && first + heads <= shape.dims[0], -1);
  const int dim = shape.dims[1];
  const CapTensor output =
      cap_graph_activation(graph, name, (CapShape){2, {heads, levels}});
  g_autofree char *weight = g_strconcat(name, ".weight", NULL);
  g_autofree char *bias = g_strconcat(name, ".bias", NULL);
  const CapTensor params[] = {
      cap_graph_param(graph, weight, (CapShape){3, {heads, levels, dim}},
                      CAP_INIT_GLOROT, dim, levels),
      cap_graph_param(graph, bias, (CapShape){2, {heads, levels}},
                      CAP_INIT_ZERO, 0, 0)};
  Heads *state = g_new0(Heads, 1);
  *state = (Heads){(gsize)first, (gsize)heads, (gsize)levels, (gsize)dim,
                   (gsize)shape.dims[0]};
  CapOp *op = cap_graph_add(graph, &heads_class, name, &poses, 1, &output, 1,
                            params, 2, state);
  op->macs = state->heads * state->levels * state->dim;
  return output;
}
