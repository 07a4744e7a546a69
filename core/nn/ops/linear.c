/* Linear layers: the graph's side; the arithmetic is core/nn/product.c. */
#include "core/nn/ops/linear.h"

#include <string.h>

#include "core/nn/product.h"

typedef struct {
  int rows; /* of a sample; 0: the sample is one vector */
  int in, out;
  CapProduct *products[CAP_OP_N_PASSES];
} Linear;

static int
n_rows(const CapGraph *graph, const CapOp *op)
{
  return cap_graph_batch(graph) * MAX(((const Linear *)op->state)->rows, 1);
}

/* Decides how PASS is run, and makes it ready. Vectors are too little for a
 * choice: float32 in one piece. */
static gboolean
prepare_pass(CapGraph *graph, CapOp *op, CapOpPass pass, GError **error)
{
  Linear *linear = op->state;
  const int n = cap_graph_max_batch(graph) * MAX(linear->rows, 1);
  const int in = linear->in, out = linear->out;
  const CapProductSpec specs[CAP_OP_N_PASSES] = {
      [CAP_OP_FORWARD] = {n, in, out, .b_turned = TRUE, .adds = TRUE},
      [CAP_OP_DATA] = {n, out, in},
      [CAP_OP_WEIGHTS] = {out, n, in, .a_turned = TRUE, .adds = TRUE}};
  CapProductSpec spec = specs[pass];
  spec.whole = linear->rows == 0;
  CapProduct *product = cap_product_new(&spec);
  linear->products[pass] = product;
  if (spec.whole)
    return TRUE;
  CapWays *ways = cap_graph_ways(graph);
  CapWay way;
  if (!cap_ways_get(ways, op->name, cap_op_pass_name(pass), &way))
    way = cap_product_choice(&spec, cap_graph_precision(graph));
  cap_product_set_way(product, way);
  cap_ways_set(ways, op->name, cap_op_pass_name(pass),
               cap_product_way(product));
  if (!cap_product_prepare(product, error))
    return FALSE;
  op->implementations[pass] = cap_product_implementation(product);
  return TRUE;
}

static gboolean
linear_prepare(CapGraph *graph, CapOp *op, GError **error)
{
  return cap_graph_prepare_passes(graph, op, prepare_pass, error);
}

static void
linear_forward(CapGraph *graph, CapOp *op)
{
  const Linear *linear = op->state;
  const int n = n_rows(graph, op), in = linear->in, out = linear->out;
  const float *bias = cap_graph_data(graph, op->params[1]);
  float *y = cap_graph_data(graph, op->outputs[0]);
  const guint64 generation = cap_graph_weights_generation(graph);
#pragma omp parallel for
  for (int i = 0; i < n; i++)
    memcpy(y + (gsize)i * (gsize)out, bias, (gsize)out * sizeof(float));
  cap_product_run(linear->products[CAP_OP_FORWARD], n, in,
                  cap_graph_data(graph, op->inputs[0]),
                  cap_graph_data(graph, op->params[0]), y, TRUE, generation);
}

static void
linear_backward(CapGraph *graph, CapOp *op)
{
  const Linear *linear = op->state;
  const int n = n_rows(graph, op), out = linear->out;
  const float *dy = cap_graph_grad(graph, op->outputs[0]);
  float *dbias = cap_graph_grad(graph, op->params[1]);
  for (int i = 0; i < n; i++)
    for (int c = 0; c < out; c++)
      dbias[c] += dy[(gsize)i * (gsize)out + (gsize)c];
  cap_product_run(linear->products[CAP_OP_WEIGHTS], out, n, dy,
                  cap_graph_data(graph, op->inputs[0]),
                  cap_graph_grad(graph, op->params[0]), TRUE, 0);
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
  if (dx.data != NULL)
    cap_product_run(linear->products[CAP_OP_DATA], n, out, dy,
                    cap_graph_data(graph, op->params[0]), dx.data, dx.add, 0);
}

static void
linear_free(CapOp *op)
{
  Linear *linear = op->state;
  for (int i = 0; i < CAP_OP_N_PASSES; i++)
    cap_product_free(linear->products[i]);
  g_free(linear);
}

static const CapOpClass linear_class = {"linear",       linear_prepare,
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
  state->in = in;
  state->out = out;
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
