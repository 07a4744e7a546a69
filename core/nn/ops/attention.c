/* Self-attention: a head of a sample is one task, three small products on
 * OpenBLAS. Its weights are kept for backward. */
#include "core/nn/ops/attention.h"

#include <cblas.h>
#include <math.h>

#include "core/nn/kernel.h"

typedef struct {
  int tokens, heads, width; /* width of a head */
} Attention;

/* What a task works on: one head of one sample. Rows of queries, keys and
 * values are INPUT_STEP apart, those of the output OUTPUT_STEP. */
typedef struct {
  gsize input, output, weights; /* offsets */
  int input_step, output_step;
} Task;

static Task
task_of(const Attention *a, gsize i)
{
  const gsize heads = (gsize)a->heads, tokens = (gsize)a->tokens;
  const gsize width = (gsize)a->width, n = i / heads, h = i % heads;
  const gsize row = heads * width;
  return (Task){n * tokens * 3 * row + h * width, n * tokens * row + h * width,
                i * tokens * tokens, (int)(3 * row), (int)row};
}

CAP_KERNEL(void, softmax_rows, (gsize rows, gsize n, float *p), (rows, n, p))
{
  for (gsize r = 0; r < rows; r++, p += n) {
    float peak = p[0];
    for (gsize k = 1; k < n; k++)
      peak = p[k] > peak ? p[k] : peak;
    for (gsize k = 0; k < n; k++)
      p[k] = cap_exp(p[k] - peak);
    const float inverse = 1.0f / cap_sum(n, p);
    for (gsize k = 0; k < n; k++)
      p[k] *= inverse;
  }
}

/* D becomes the gradient of the scores whose softmax P is, D being P's. */
CAP_KERNEL(void, softmax_gradients,
           (gsize rows, gsize n, const float *p, float *d), (rows, n, p, d))
{
  for (gsize r = 0; r < rows; r++, p += n, d += n) {
    const float mean = cap_dot(n, p, d);
    for (gsize k = 0; k < n; k++)
      d[k] = p[k] * (d[k] - mean);
  }
}

static void
attention_forward(CapGraph *graph, CapOp *op)
{
  const Attention *a = op->state;
  const int t = a->tokens, d = a->width, row = a->heads * d;
  const float scale = 1.0f / sqrtf((float)d);
  const float *x = cap_graph_data(graph, op->inputs[0]);
  float *y = cap_graph_data(graph, op->outputs[0]);
  float *weights = cap_graph_data(graph, op->outputs[1]);
  const gsize n = (gsize)cap_graph_batch(graph) * (gsize)a->heads;
#pragma omp parallel for
  for (gsize i = 0; i < n; i++) {
    const Task task = task_of(a, i);
    const float *q = x + task.input, *k = q + row, *v = k + row;
    float *p = weights + task.weights;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, t, t, d, scale, q,
                task.input_step, k, task.input_step, 0.0f, p, t);
    softmax_rows((gsize)t, (gsize)t, p);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, t, d, t, 1.0f, p, t,
                v, task.input_step, 0.0f, y + task.output, task.output_step);
  }
}

static void
attention_backward(CapGraph *graph, CapOp *op)
{
  const Attention *a = op->state;
  const int t = a->tokens, d = a->width, row = a->heads * d;
  const float scale = 1.0f / sqrtf((float)d);
  const float *x = cap_graph_data(graph, op->inputs[0]);
  const float *weights = cap_graph_data(graph, op->outputs[1]);
  const float *dy = cap_graph_grad(graph, op->outputs[0]);
  /* Room for the scores' gradients: nobody else has any use for these. */
  float *scores = cap_graph_grad(graph, op->outputs[1]);
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
  const float keep = dx.add ? 1.0f : 0.0f;
  const gsize n = (gsize)cap_graph_batch(graph) * (gsize)a->heads;
#pragma omp parallel for
  for (gsize i = 0; i < n; i++) {
    const Task task = task_of(a, i);
    const int in = task.input_step, out = task.output_step;
    const float *q = x + task.input, *k = q + row, *v = k + row;
    float *dq = dx.data + task.input, *dk = dq + row, *dv = dk + row;
    const float *p = weights + task.weights, *g = dy + task.output;
    float *s = scores + task.weights;
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, t, d, t, 1.0f, p, t, g,
                out, keep, dv, in);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, t, t, d, 1.0f, g, out,
                v, in, 0.0f, s, t);
    softmax_gradients((gsize)t, (gsize)t, p, s);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, t, d, t, scale, s, t,
                k, in, keep, dq, in);
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, t, d, t, scale, s, t,
                q, in, keep, dk, in);
  }
}

static void
attention_free(CapOp *op)
{
  g_free(op->state);
}

static const CapOpClass attention_class = {"attention", NULL, attention_forward,
                                           attention_backward, attention_free};

CapTensor
cap_attention_add(CapGraph *graph, const char *name, CapTensor input, int heads)
{
  const CapShape in = cap_graph_shape(graph, input);
  g_return_val_if_fail(in.n_dims == 2 && in.dims[1] % (3 * heads) == 0, -1);
  Attention *a = g_new0(Attention, 1);
  a->tokens = in.dims[0];
  a->heads = heads;
  a->width = in.dims[1] / 3 / heads;
  g_autofree char *weights = g_strconcat(name, ".weights", NULL);
  const CapTensor outputs[] = {
      cap_graph_activation(graph, name,
                           (CapShape){2, {in.dims[0], in.dims[1] / 3}}),
      cap_graph_activation(graph, weights,
                           (CapShape){3, {heads, in.dims[0], in.dims[0]}})};
  CapOp *op = cap_graph_add(graph, &attention_class, name, &input, 1, outputs,
                            2, NULL, 0, a);
  op->macs =
      2 * (gsize)a->tokens * (gsize)a->tokens * (gsize)a->width * (gsize)heads;
  return outputs[0];
}
