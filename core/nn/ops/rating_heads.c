/* Rating heads: a block-diagonal linear layer. */
#include "core/nn/ops/rating_heads.h"

#include <string.h>

typedef struct {
  gsize first, heads, levels, dim, capsules, shared;
} Heads;

/* Where row I of the batch, counted through samples and heads' levels, finds
 * its capsule and its sample's shared values. */
static gsize
pose_at(const Heads *h, gsize i)
{
  const gsize rows = h->heads * h->levels;
  return (i / rows * h->capsules + h->first + i % rows / h->levels) * h->dim;
}

static gsize
shared_at(const Heads *h, gsize i)
{
  return i / (h->heads * h->levels) * h->shared;
}

static float
dot(gsize n, const float *a, const float *b, float sum)
{
  for (gsize d = 0; d < n; d++)
    sum += a[d] * b[d];
  return sum;
}

static void
heads_forward(CapGraph *graph, CapOp *op)
{
  const Heads *h = op->state;
  const float *weight = cap_graph_data(graph, op->params[0]);
  const float *bias = cap_graph_data(graph, op->params[1]);
  const float *poses = cap_graph_data(graph, op->inputs[0]);
  const float *shared =
      h->shared > 0 ? cap_graph_data(graph, op->inputs[1]) : NULL;
  float *out = cap_graph_data(graph, op->outputs[0]);
  const gsize rows = h->heads * h->levels, width = h->dim + h->shared;
  const gsize n = (gsize)cap_graph_batch(graph) * rows;
  for (gsize i = 0; i < n; i++) {
    const float *w = weight + i % rows * width;
    out[i] = dot(h->dim, w, poses + pose_at(h, i), bias[i % rows]);
    if (shared != NULL)
      out[i] = dot(h->shared, w + h->dim, shared + shared_at(h, i), out[i]);
  }
}

/* A row's N values X of one input and its weights W for them, with the row's
 * gradient DY. DX may be NULL. */
static void
row_backward(gsize n, float dy, const float *w, const float *x, float *dw,
             float *dx)
{
  for (gsize d = 0; d < n; d++) {
    dw[d] += dy * x[d];
    if (dx != NULL)
      dx[d] += dy * w[d];
  }
}

/* The gradient of an input of N values a sample, ready to be added to; NULL
 * when nobody wants it. */
static float *
start_gradient(CapGraph *graph, CapTensor input, gsize n)
{
  const CapGradTarget dx = cap_graph_grad_target(graph, input);
  if (dx.data != NULL && !dx.add)
    memset(dx.data, 0, (gsize)cap_graph_batch(graph) * n * sizeof(float));
  return dx.data;
}

static void
heads_backward(CapGraph *graph, CapOp *op)
{
  const Heads *h = op->state;
  const float *weight = cap_graph_data(graph, op->params[0]);
  const float *poses = cap_graph_data(graph, op->inputs[0]);
  const float *dy = cap_graph_grad(graph, op->outputs[0]);
  float *dweight = cap_graph_grad(graph, op->params[0]);
  float *dbias = cap_graph_grad(graph, op->params[1]);
  const gsize rows = h->heads * h->levels, width = h->dim + h->shared;
  const gsize n = (gsize)cap_graph_batch(graph) * rows;
  float *dposes = start_gradient(graph, op->inputs[0], h->capsules * h->dim);
  float *dshared =
      h->shared > 0 ? start_gradient(graph, op->inputs[1], h->shared) : NULL;
  for (gsize i = 0; i < n; i++) {
    const gsize w = i % rows * width;
    const gsize pose = pose_at(h, i), shared = shared_at(h, i);
    dbias[i % rows] += dy[i];
    row_backward(h->dim, dy[i], weight + w, poses + pose, dweight + w,
                 dposes ? dposes + pose : NULL);
    if (h->shared > 0)
      row_backward(h->shared, dy[i], weight + w + h->dim,
                   cap_graph_data(graph, op->inputs[1]) + shared,
                   dweight + w + h->dim, dshared ? dshared + shared : NULL);
  }
}

static void
heads_free(CapOp *op)
{
  g_free(op->state);
}

static const CapOpClass heads_class = {"rating_heads", NULL,
                                       heads_forward,  heads_backward,
                                       heads_free,     CAP_UNREAD_OUTPUTS};

CapTensor
cap_rating_heads_add(CapGraph *graph, const char *name, CapTensor poses,
                     CapTensor shared, int first, int heads, int levels)
{
  const CapShape shape = cap_graph_shape(graph, poses);
  g_return_val_if_fail(shape.n_dims == 2 && first + heads <= shape.dims[0], -1);
  const int n_shared = shared < 0 ? 0 : (int)cap_graph_size(graph, shared);
  const int width = shape.dims[1] + n_shared;
  const CapTensor output =
      cap_graph_activation(graph, name, (CapShape){2, {heads, levels}});
  g_autofree char *weight = g_strconcat(name, ".weight", NULL);
  g_autofree char *bias = g_strconcat(name, ".bias", NULL);
  const CapTensor inputs[] = {poses, shared};
  const CapTensor params[] = {
      cap_graph_param(graph, weight, (CapShape){3, {heads, levels, width}},
                      CAP_INIT_GLOROT, width, levels),
      cap_graph_param(graph, bias, (CapShape){2, {heads, levels}},
                      CAP_INIT_ZERO, 0, 0)};
  Heads *state = g_new0(Heads, 1);
  *state = (Heads){(gsize)first,         (gsize)heads,         (gsize)levels,
                   (gsize)shape.dims[1], (gsize)shape.dims[0], (gsize)n_shared};
  CapOp *op = cap_graph_add(graph, &heads_class, name, inputs,
                            n_shared > 0 ? 2 : 1, &output, 1, params, 2, state);
  op->macs = state->heads * state->levels * (gsize)width;
  return output;
}
