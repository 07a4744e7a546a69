/* Linear layer on OpenBLAS. */
#include "core/nn/ops/linear.h"

#include <cblas.h>
#include <string.h>

static void
linear_forward(CapGraph *graph, CapOp *op)
{
  const int n = cap_graph_batch(graph);
  const int in = (int)cap_graph_size(graph, op->inputs[0]);
  const int out = (int)cap_graph_size(graph, op->outputs[0]);
  const float *bias = cap_graph_data(graph, op->params[1]);
  float *y = cap_graph_data(graph, op->outputs[0]);
  for (int i = 0; i < n; i++)
    memcpy(y + (gsize)i * (gsize)out, bias, (gsize)out * sizeof(float));
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, out, in, 1.0f,
              cap_graph_data(graph, op->inputs[0]), in,
              cap_graph_data(graph, op->params[0]), in, 1.0f, y, out);
}

static void
linear_backward(CapGraph *graph, CapOp *op)
{
  const int n = cap_graph_batch(graph);
  const int in = (int)cap_graph_size(graph, op->inputs[0]);
  const int out = (int)cap_graph_size(graph, op->outputs[0]);
  const float *dy = cap_graph_grad(graph, op->outputs[0]);
  float *dbias = cap_graph_grad(graph, op->params[1]);
  for (int i = 0; i < n; i++)
    for (int o = 0; o < out; o++)
      dbias[o] += dy[(gsize)i * (gsize)out + (gsize)o];
  cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, out, in, n, 1.0f, dy,
              out, cap_graph_data(graph, op->inputs[0]), in, 1.0f,
              cap_graph_grad(graph, op->params[0]), in);
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
  if (dx.data != NULL)
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, in, out, 1.0f, dy,
                out, cap_graph_data(graph, op->params[0]), in,
                dx.add ? 1.0f : 0.0f, dx.data, in);
}

static const CapOpClass linear_class = {"linear", NULL, linear_forward,
                                        linear_backward, NULL};

CapTensor
cap_linear_add(CapGraph *graph, const char *name, CapTensor input,
               CapShape shape)
{
  const CapTensor output = cap_graph_activation(graph, name, shape);
  if (shape.n_dims == 4)
    cap_graph_set_channels_last(graph, output);
  const int in = (int)cap_graph_size(graph, input);
  const int out = (int)cap_graph_size(graph, output);
  g_autofree char *weight = g_strconcat(name, ".weight", NULL);
  g_autofree char *bias = g_strconcat(name, ".bias", NULL);
  const CapTensor params[] = {
      cap_graph_param(graph, weight, (CapShape){2, {out, in}}, CAP_INIT_GLOROT,
                      in, out),
      cap_graph_param(graph, bias, cap_shape_vector(out), CAP_INIT_ZERO, 0, 0)};
  CapOp *op = cap_graph_add(graph, &linear_class, name, &input, 1, &output, 1,
                            params, 2, NULL);
  op->macs = (gsize)in * (gsize)out;
  return output;
}
