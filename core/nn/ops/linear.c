/* Linear layer on OpenBLAS. */
#include "core/nn/ops/linear.h"

#include <cblas.h>
#include <string.h>

/* Rows of a block of many: what a thread does at a time, however many there
 * are. */
#define BLOCK 64

typedef struct {
  int rows; /* of a sample; 0: the sample is one vector, too little to share */
} Linear;

static int
n_rows(const CapGraph *graph, const CapOp *op)
{
  return cap_graph_batch(graph) * MAX(((const Linear *)op->state)->rows, 1);
}

/* How many of N to do at a time. */
static int
block_of(const CapOp *op, int n)
{
  return ((const Linear *)op->state)->rows > 0 ? BLOCK : n;
}

static void
linear_forward(CapGraph *graph, CapOp *op)
{
  const int n = n_rows(graph, op), block = block_of(op, n);
  const int in = cap_graph_shape(graph, op->params[0]).dims[1];
  const int out = cap_graph_shape(graph, op->params[0]).dims[0];
  const float *x = cap_graph_data(graph, op->inputs[0]);
  const float *weight = cap_graph_data(graph, op->params[0]);
  const float *bias = cap_graph_data(graph, op->params[1]);
  float *y = cap_graph_data(graph, op->outputs[0]);
#pragma omp parallel for if (n > block)
  for (int i = 0; i < n; i += block) {
    float *to = y + (gsize)i * (gsize)out;
    const int rows = MIN(block, n - i);
    for (int r = 0; r < rows; r++)
      memcpy(to + (gsize)r * (gsize)out, bias, (gsize)out * sizeof(float));
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, out, in, 1.0f,
                x + (gsize)i * (gsize)in, in, weight, in, 1.0f, to, out);
  }
}

static void
linear_backward(CapGraph *graph, CapOp *op)
{
  const int n = n_rows(graph, op);
  const int in = cap_graph_shape(graph, op->params[0]).dims[1];
  const int out = cap_graph_shape(graph, op->params[0]).dims[0];
  const float *x = cap_graph_data(graph, op->inputs[0]);
  const float *weight = cap_graph_data(graph, op->params[0]);
  const float *dy = cap_graph_grad(graph, op->outputs[0]);
  float *dweight = cap_graph_grad(graph, op->params[0]);
  float *dbias = cap_graph_grad(graph, op->params[1]);
  const int width = block_of(op, out);
#pragma omp parallel for if (out > width)
  for (int o = 0; o < out; o += width) {
    const int columns = MIN(width, out - o);
    for (int i = 0; i < n; i++)
      for (int c = o; c < o + columns; c++)
        dbias[c] += dy[(gsize)i * (gsize)out + (gsize)c];
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, columns, in, n, 1.0f,
                dy + o, out, x, in, 1.0f, dweight + (gsize)o * (gsize)in, in);
  }
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
  if (dx.data == NULL)
    return;
  const int block = block_of(op, n);
#pragma omp parallel for if (n > block)
  for (int i = 0; i < n; i += block)
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, MIN(block, n - i),
                in, out, 1.0f, dy + (gsize)i * (gsize)out, out, weight, in,
                dx.add ? 1.0f : 0.0f, dx.data + (gsize)i * (gsize)in, in);
}

static void
linear_free(CapOp *op)
{
  g_free(op->state);
}

static const CapOpClass linear_class = {"linear",       NULL,
                                        linear_forward, linear_backward,
                                        linear_free,    CAP_UNREAD_OUTPUTS};

/* ROWS as in Linear, of IN values each, to OUT. */
static CapTensor
add_op(CapGraph *graph, const char *name, CapTensor input, CapTensor output,
       int rows)
{
  const int in = (int)cap_graph_size(graph, input) / MAX(rows, 1);
  const int out = (int)cap_graph_size(graph, output) / MAX(rows, 1);
  g_autofree char *weight = g_strconcat(name, ".weight", NULL);
  g_autofree char *bias = g_strconcat(name, ".bias", NULL);
  const CapTensor params[] = {
      cap_graph_param(graph, weight, (CapShape){2, {out, in}}, CAP_INIT_GLOROT,
                      in, out),
      cap_graph_param(graph, bias, cap_shape_vector(out), CAP_INIT_ZERO, 0, 0)};
  Linear *state = g_new0(Linear, 1);
  state->rows = rows;
  CapOp *op = cap_graph_add(graph, &linear_class, name, &input, 1, &output, 1,
                            params, 2, state);
  op->macs = (gsize)in * (gsize)out * (gsize)MAX(rows, 1);
  return output;
}

CapTensor
cap_linear_add(CapGraph *graph, const char *name, CapTensor input,
               CapShape shape)
{
  const CapTensor output = cap_graph_activation(graph, name, shape);
  if (shape.n_dims == 4)
    cap_graph_set_channels_last(graph, output);
  return add_op(graph, name, input, output, 0);
}

CapTensor
cap_linear_rows_add(CapGraph *graph, const char *name, CapTensor input,
                    int width)
{
  const CapShape in = cap_graph_shape(graph, input);
  g_return_val_if_fail(in.n_dims == 2, -1);
  const CapTensor output =
      cap_graph_activation(graph, name, (CapShape){2, {in.dims[0], width}});
  return add_op(graph, name, input, output, in.dims[0]);
}
