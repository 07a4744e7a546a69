/* Softmax and the divergence from a histogram. Rows are short: scalar code. */
#include "core/nn/ops/softmax.h"

#include <math.h>

#define MAX_WIDTH 64

typedef struct {
  int rows, width;
  int *levels;
} Rows;

static void
softmax(const float *z, int n, int width, float *p)
{
  float peak = z[0], sum = 0.0f;
  for (int k = 1; k < n; k++)
    peak = MAX(peak, z[k]);
  for (int k = 0; k < n; k++)
    sum += p[k] = expf(z[k] - peak);
  for (int k = 0; k < width; k++)
    p[k] = k < n ? p[k] / sum : 0.0f;
}

static void
softmax_forward(CapGraph *graph, CapOp *op)
{
  const Rows *rows = op->state;
  const float *z = cap_graph_data(graph, op->inputs[0]);
  float *p = cap_graph_data(graph, op->outputs[0]);
  for (int i = 0; i < rows->rows * cap_graph_batch(graph); i++)
    softmax(z + i * rows->width, rows->levels[i % rows->rows], rows->width,
            p + i * rows->width);
}

static void
softmax_backward(CapGraph *graph, CapOp *op)
{
  const Rows *rows = op->state;
  const CapGradTarget dz = cap_graph_grad_target(graph, op->inputs[0]);
  for (int i = 0; i < rows->rows * cap_graph_batch(graph); i++) {
    const int at = i * rows->width;
    const float *p = cap_graph_data(graph, op->outputs[0]) + at;
    const float *dp = cap_graph_grad(graph, op->outputs[0]) + at;
    float mean = 0.0f;
    for (int k = 0; k < rows->width; k++)
      mean += p[k] * dp[k];
    for (int k = 0; k < rows->width; k++) {
      const float d = p[k] * (dp[k] - mean);
      dz.data[at + k] = dz.add ? dz.data[at + k] + d : d;
    }
  }
}

static void
loss_forward(CapGraph *graph, CapOp *op)
{
  const Rows *rows = op->state;
  const float *z = cap_graph_data(graph, op->inputs[0]);
  const float *t = cap_graph_data(graph, op->inputs[1]);
  const float *weight = cap_graph_data(graph, op->inputs[2]);
  float *loss = cap_graph_data(graph, op->outputs[0]);
  for (int n = 0; n < cap_graph_batch(graph); n++) {
    double total = 0.0;
    for (int r = 0; r < rows->rows; r++) {
      const int i = n * rows->rows + r, at = i * rows->width;
      if (weight[i] == 0.0f)
        continue;
      double peak = (double)z[at], sum = 0.0, row = 0.0;
      for (int k = 1; k < rows->levels[r]; k++)
        peak = MAX(peak, (double)z[at + k]);
      for (int k = 0; k < rows->levels[r]; k++)
        sum += exp((double)z[at + k] - peak);
      for (int k = 0; k < rows->levels[r]; k++) {
        const double goal = (double)t[at + k];
        if (goal > 0.0)
          row += goal * (log(goal) - ((double)z[at + k] - peak - log(sum)));
      }
      total += (double)weight[i] * row;
    }
    loss[n] = (float)(total / rows->rows);
  }
}

static void
loss_backward(CapGraph *graph, CapOp *op)
{
  const Rows *rows = op->state;
  const float *z = cap_graph_data(graph, op->inputs[0]);
  const float *t = cap_graph_data(graph, op->inputs[1]);
  const float *weight = cap_graph_data(graph, op->inputs[2]);
  const float *dloss = cap_graph_grad(graph, op->outputs[0]);
  const CapGradTarget dz = cap_graph_grad_target(graph, op->inputs[0]);
  for (int i = 0; i < rows->rows * cap_graph_batch(graph); i++) {
    const int at = i * rows->width, levels = rows->levels[i % rows->rows];
    const float scale = dloss[i / rows->rows] * weight[i] / (float)rows->rows;
    float p[MAX_WIDTH], mass = 0.0f;
    softmax(z + at, levels, rows->width, p);
    for (int k = 0; k < levels; k++)
      mass += t[at + k];
    for (int k = 0; k < rows->width; k++) {
      const float goal = k < levels ? t[at + k] : 0.0f;
      const float d = scale * (mass * p[k] - goal);
      dz.data[at + k] = dz.add ? dz.data[at + k] + d : d;
    }
  }
}

static void
rows_free(CapOp *op)
{
  Rows *rows = op->state;
  g_free(rows->levels);
  g_free(rows);
}

static const CapOpClass softmax_class = {"softmax",       NULL,
                                         softmax_forward, softmax_backward,
                                         rows_free,       CAP_UNREAD_INPUTS};
static const CapOpClass loss_class = {"rating_loss", NULL, loss_forward,
                                      loss_backward, rows_free};

static Rows *
rows_new(CapShape shape, const int *levels)
{
  Rows *rows = g_new0(Rows, 1);
  rows->rows = shape.n_dims == 1 ? 1 : shape.dims[0];
  rows->width = shape.dims[shape.n_dims - 1];
  rows->levels = g_new(int, rows->rows);
  for (int r = 0; r < rows->rows; r++)
    rows->levels[r] = levels != NULL ? levels[r] : rows->width;
  return rows;
}

CapTensor
cap_softmax_add(CapGraph *graph, const char *name, CapTensor input,
                const int *levels)
{
  const CapShape shape = cap_graph_shape(graph, input);
  g_return_val_if_fail(shape.n_dims <= 2, -1);
  const CapTensor output = cap_graph_activation(graph, name, shape);
  cap_graph_add(graph, &softmax_class, name, &input, 1, &output, 1, NULL, 0,
                rows_new(shape, levels));
  return output;
}

CapTensor
cap_rating_loss_add(CapGraph *graph, const char *name, CapTensor logits,
                    CapTensor target, CapTensor weight, const int *levels)
{
  const CapShape shape = cap_graph_shape(graph, logits);
  g_return_val_if_fail(shape.n_dims <= 2, -1);
  g_return_val_if_fail(shape.dims[shape.n_dims - 1] <= MAX_WIDTH, -1);
  const CapTensor inputs[] = {logits, target, weight};
  const CapTensor output =
      cap_graph_activation(graph, name, cap_shape_vector(1));
  cap_graph_add(graph, &loss_class, name, inputs, 3, &output, 1, NULL, 0,
                rows_new(shape, levels));
  return output;
}
