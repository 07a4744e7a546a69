/* Elementwise ops; long tensors are cut into chunks for the threads. */
#include "core/nn/ops/pointwise.h"

#include "core/nn/kernel.h"

#define CHUNK ((gsize)16384)

typedef struct {
  float scale;
} Pointwise;

CAP_KERNEL(void, relu_values, (gsize n, const float *x, float *y), (n, x, y))
{
  for (gsize i = 0; i < n; i++)
    y[i] = x[i] > 0.0f ? x[i] : 0.0f;
}

CAP_KERNEL(void, relu_gradients,
           (gsize n, const float *y, const float *dy, CapGradTarget dx),
           (n, y, dy, dx))
{
  if (dx.add)
    for (gsize i = 0; i < n; i++)
      dx.data[i] += y[i] > 0.0f ? dy[i] : 0.0f;
  else
    for (gsize i = 0; i < n; i++)
      dx.data[i] = y[i] > 0.0f ? dy[i] : 0.0f;
}

CAP_KERNEL(void, sigmoid_values,
           (gsize n, float scale, const float *x, float *y), (n, scale, x, y))
{
  for (gsize i = 0; i < n; i++)
    y[i] = scale * cap_logistic(x[i]);
}

/* With y = s p: dy/dx = s p (1 - p) = y (1 - y / s). */
CAP_KERNEL(void, sigmoid_gradients,
           (gsize n, float scale, const float *y, const float *dy,
            CapGradTarget dx),
           (n, scale, y, dy, dx))
{
  const float inverse = 1.0f / scale;
  if (dx.add)
    for (gsize i = 0; i < n; i++)
      dx.data[i] += dy[i] * y[i] * (1.0f - y[i] * inverse);
  else
    for (gsize i = 0; i < n; i++)
      dx.data[i] = dy[i] * y[i] * (1.0f - y[i] * inverse);
}

/* x times the logistic function of this: the tanh form of GELU, for
 * (1 + tanh u) / 2 is the logistic function of 2u. */
CAP_INLINE float
gelu_inner(float x)
{
  return 1.59576912f * (x + 0.044715f * x * x * x);
}

CAP_KERNEL(void, gelu_values, (gsize n, const float *x, float *y), (n, x, y))
{
  for (gsize i = 0; i < n; i++)
    y[i] = x[i] * cap_logistic(gelu_inner(x[i]));
}

CAP_KERNEL(void, gelu_gradients,
           (gsize n, const float *x, const float *dy, CapGradTarget dx),
           (n, x, dy, dx))
{
  for (gsize i = 0; i < n; i++) {
    const float p = cap_logistic(gelu_inner(x[i]));
    const float inner = 1.59576912f * (1.0f + 3.0f * 0.044715f * x[i] * x[i]);
    const float d = dy[i] * (p + x[i] * p * (1.0f - p) * inner);
    dx.data[i] = dx.add ? dx.data[i] + d : d;
  }
}

static gsize
n_elements(CapGraph *graph, const CapOp *op)
{
  return cap_graph_size(graph, op->outputs[0]) * (gsize)cap_graph_batch(graph);
}

static void
relu_forward(CapGraph *graph, CapOp *op)
{
  const gsize n = n_elements(graph, op);
  const float *x = cap_graph_data(graph, op->inputs[0]);
  float *y = cap_graph_data(graph, op->outputs[0]);
#pragma omp parallel for
  for (gsize i = 0; i < n; i += CHUNK)
    relu_values(MIN(CHUNK, n - i), x + i, y + i);
}

static void
relu_backward(CapGraph *graph, CapOp *op)
{
  const gsize n = n_elements(graph, op);
  const float *y = cap_graph_data(graph, op->outputs[0]);
  const float *dy = cap_graph_grad(graph, op->outputs[0]);
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
#pragma omp parallel for
  for (gsize i = 0; i < n; i += CHUNK)
    relu_gradients(MIN(CHUNK, n - i), y + i, dy + i,
                   (CapGradTarget){dx.data + i, dx.add});
}

static void
sigmoid_forward(CapGraph *graph, CapOp *op)
{
  const gsize n = n_elements(graph, op);
  const Pointwise *state = op->state;
  const float *x = cap_graph_data(graph, op->inputs[0]);
  float *y = cap_graph_data(graph, op->outputs[0]);
#pragma omp parallel for
  for (gsize i = 0; i < n; i += CHUNK)
    sigmoid_values(MIN(CHUNK, n - i), state->scale, x + i, y + i);
}

static void
sigmoid_backward(CapGraph *graph, CapOp *op)
{
  const gsize n = n_elements(graph, op);
  const Pointwise *state = op->state;
  const float *y = cap_graph_data(graph, op->outputs[0]);
  const float *dy = cap_graph_grad(graph, op->outputs[0]);
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
#pragma omp parallel for
  for (gsize i = 0; i < n; i += CHUNK)
    sigmoid_gradients(MIN(CHUNK, n - i), state->scale, y + i, dy + i,
                      (CapGradTarget){dx.data + i, dx.add});
}

static void
gelu_forward(CapGraph *graph, CapOp *op)
{
  const gsize n = n_elements(graph, op);
  const float *x = cap_graph_data(graph, op->inputs[0]);
  float *y = cap_graph_data(graph, op->outputs[0]);
#pragma omp parallel for
  for (gsize i = 0; i < n; i += CHUNK)
    gelu_values(MIN(CHUNK, n - i), x + i, y + i);
}

static void
gelu_backward(CapGraph *graph, CapOp *op)
{
  const gsize n = n_elements(graph, op);
  const float *x = cap_graph_data(graph, op->inputs[0]);
  const float *dy = cap_graph_grad(graph, op->outputs[0]);
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
#pragma omp parallel for
  for (gsize i = 0; i < n; i += CHUNK)
    gelu_gradients(MIN(CHUNK, n - i), x + i, dy + i,
                   (CapGradTarget){dx.data + i, dx.add});
}

static void
pointwise_free(CapOp *op)
{
  g_free(op->state);
}

static const CapOpClass relu_class = {"relu",         NULL,
                                      relu_forward,   relu_backward,
                                      pointwise_free, CAP_UNREAD_INPUTS};
static const CapOpClass sigmoid_class = {"sigmoid",       NULL,
                                         sigmoid_forward, sigmoid_backward,
                                         pointwise_free,  CAP_UNREAD_INPUTS};
static const CapOpClass gelu_class = {"gelu", NULL, gelu_forward, gelu_backward,
                                      pointwise_free};

static CapTensor
add(CapGraph *graph, const CapOpClass *klass, const char *name, CapTensor input,
    float scale)
{
  const CapTensor output =
      cap_graph_activation(graph, name, cap_graph_shape(graph, input));
  if (cap_graph_channels_last(graph, input))
    cap_graph_set_channels_last(graph, output);
  Pointwise *state = g_new0(Pointwise, 1);
  state->scale = scale;
  cap_graph_add(graph, klass, name, &input, 1, &output, 1, NULL, 0, state);
  return output;
}

CapTensor
cap_relu_add(CapGraph *graph, const char *name, CapTensor input)
{
  return add(graph, &relu_class, name, input, 1.0f);
}

CapTensor
cap_sigmoid_add(CapGraph *graph, const char *name, CapTensor input, float scale)
{
  return add(graph, &sigmoid_class, name, input, scale);
}

CapTensor
cap_gelu_add(CapGraph *graph, const char *name, CapTensor input)
{
  return add(graph, &gelu_class, name, input, 1.0f);
}
