/* The harness of tests/gradient. */
#include "tests/support/gradient.h"

#include <math.h>

#include "core/nn/bfloat16.h"
#include "tests/support/suite.h"

#define PROBES 24 /* elements of each tensor whose gradient is checked */

/* A row's graph, and its tensors as doubles in plain order. */
typedef struct {
  const CapGradientRow *row;
  CapGraph *graph;
  CapTensor in[5], params[5], out;
  double *in_values[5], *param_values[5], *projection;
  double *rounded; /* the projection as factors of a product have it */
  int n_params;
  CapTwin twin;
} Case;

/* Element I of a batch of TENSOR, counted in plain order, in its memory. */
static gsize
memory_index(CapGraph *g, CapTensor tensor, gsize i)
{
  const gsize size = cap_graph_size(g, tensor);
  const CapLay lay = cap_graph_lay(g, tensor);
  const gsize within = i % size;
  return i / size * size + within / lay.voxels * lay.channel_step +
         within % lay.voxels * lay.voxel_step;
}

/* VALUE as the twin of a factor gets it. */
static double
as_factor(const Case *c, float value)
{
  return (double)(c->row->precision == CAP_PRECISION_BFLOAT16
                      ? cap_bfloat16_round(value)
                      : value);
}

static gboolean
is_bias(const Case *c, CapTensor tensor)
{
  return cap_graph_shape(c->graph, tensor).n_dims == 1;
}

static double *
fill(Case *c, CapTensor tensor, gsize n, double low, double high)
{
  double *values = g_new(double, n);
  float *data = cap_graph_data(c->graph, tensor);
  for (gsize i = 0; i < n; i++) {
    const float value =
        (float)(low + (high - low) * cap_graph_random(c->graph));
    data[memory_index(c->graph, tensor, i)] = value;
    values[i] = is_bias(c, tensor) ? (double)value : as_factor(c, value);
  }
  return values;
}

static void
case_fill(Case *c, int batch)
{
  const double low = c->row->high > c->row->low ? c->row->low : -1.0;
  const double high = c->row->high > c->row->low ? c->row->high : 1.0;
  for (int i = 0; i < c->row->n_inputs; i++) {
    c->in_values[i] =
        fill(c, c->in[i], cap_graph_size(c->graph, c->in[i]) * (gsize)batch,
             low, high);
    c->twin.in[i] = c->in_values[i];
    c->twin.in_shape[i] = cap_graph_shape(c->graph, c->in[i]);
  }
  for (int i = 0; i < cap_graph_n_params(c->graph); i++) {
    const CapTensor tensor = cap_graph_param_at(c->graph, i);
    if (!cap_graph_is_trained(c->graph, tensor))
      continue;
    c->params[c->n_params] = tensor;
    c->param_values[c->n_params] =
        fill(c, tensor, cap_graph_size(c->graph, tensor), -0.7, 0.9);
    c->twin.param[c->n_params] = c->param_values[c->n_params];
    c->n_params++;
  }
}

static void
case_open(Case *c, const CapGradientRow *row, int batch)
{
  *c = (Case){.row = row, .graph = cap_graph_new(batch, CAP_GRAPH_TRAIN, 9)};
  cap_graph_set_precision(c->graph, row->precision, NULL);
  for (int i = 0; i < row->n_inputs; i++) {
    char name[8];
    g_snprintf(name, sizeof name, "in%d", i);
    c->in[i] = cap_graph_input(c->graph, name, row->inputs[i]);
    if (i == 0 && row->last)
      cap_graph_set_channels_last(c->graph, c->in[0]);
    if (i < row->n_gradients)
      cap_graph_require_grad(c->graph, c->in[i]);
  }
  c->out = row->build(c->graph, c->in, row->options);
  GError *error = NULL;
  ck_assert(cap_graph_plan(c->graph, &error));
  case_fill(c, batch);
  const gsize n = cap_graph_size(c->graph, c->out) * (gsize)batch;
  c->twin.batch = batch;
  c->twin.n_inputs = row->n_inputs;
  c->twin.n_params = c->n_params;
  c->twin.out_shape = cap_graph_shape(c->graph, c->out);
  c->twin.out = g_new0(double, n);
  c->twin.options = row->options;
  c->projection = g_new(double, n);
  c->rounded = g_new(double, n);
  for (gsize i = 0; i < n; i++) {
    c->projection[i] = (double)(float)(cap_graph_random(c->graph) - 0.3);
    c->rounded[i] = as_factor(c, (float)c->projection[i]);
  }
}

static void
case_close(Case *c)
{
  for (int i = 0; i < 5; i++) {
    g_free(c->in_values[i]);
    g_free(c->param_values[i]);
  }
  g_free(c->twin.out);
  g_free(c->projection);
  g_free(c->rounded);
  cap_graph_free(c->graph);
}

static double
twin_loss(Case *c, const double *projection)
{
  c->row->twin(&c->twin);
  double loss = 0.0;
  const gsize n = cap_graph_size(c->graph, c->out) * (gsize)c->twin.batch;
  for (gsize i = 0; i < n; i++)
    loss += projection[i] * c->twin.out[i];
  return loss;
}

static void
check_forward(Case *c)
{
  c->row->twin(&c->twin);
  cap_graph_forward(c->graph);
  const float *out = cap_graph_data(c->graph, c->out);
  const gsize n = cap_graph_size(c->graph, c->out) * (gsize)c->twin.batch;
  for (gsize i = 0; i < n; i++) {
    const double got = (double)out[memory_index(c->graph, c->out, i)];
    ck_assert_msg(fabs(got - c->twin.out[i]) <
                      2e-5 * (1.0 + fabs(c->twin.out[i])),
                  "%s, batch %d: output %d is %.8g, twin %.8g", c->row->name,
                  c->twin.batch, (int)i, got, c->twin.out[i]);
  }
}

/* Runs the engine's backward from the projection as the output's gradient. */
static void
run_backward(Case *c)
{
  cap_graph_zero_grad(c->graph);
  float *grad = cap_graph_grad(c->graph, c->out);
  const gsize n = cap_graph_size(c->graph, c->out) * (gsize)c->twin.batch;
  for (gsize i = 0; i < n; i++)
    grad[memory_index(c->graph, c->out, i)] = (float)c->projection[i];
  for (int i = cap_graph_n_ops(c->graph) - 1; i >= 0; i--) {
    const CapOp *op = cap_graph_op_at(c->graph, i);
    op->klass->backward(c->graph, (CapOp *)op);
  }
}

static void
check_tensor(Case *c, CapTensor tensor, double *values, gsize n,
             const char *what)
{
  const float *grad = cap_graph_grad(c->graph, tensor);
  const double *projection = is_bias(c, tensor) ? c->projection : c->rounded;
  const double step = 1e-5;
  double largest = 1e-3;
  double numeric[PROBES], got[PROBES];
  const gsize most = c->twin.batch > 1 ? PROBES / 4 : PROBES;
  const int probes = (int)MIN(n, most);
  for (int k = 0; k < probes; k++) {
    const gsize i =
        n <= most ? (gsize)k : (gsize)(cap_graph_random(c->graph) * (double)n);
    const double value = values[i];
    values[i] = value + step;
    const double above = twin_loss(c, projection);
    values[i] = value - step;
    numeric[k] = (above - twin_loss(c, projection)) / (2.0 * step);
    values[i] = value;
    got[k] = (double)grad[memory_index(c->graph, tensor, i)];
    largest = MAX(largest, fabs(numeric[k]));
  }
  for (int k = 0; k < probes; k++)
    ck_assert_msg(fabs(got[k] - numeric[k]) < 3e-4 * largest,
                  "%s, batch %d: gradient %d of %s is %.8g, differences say "
                  "%.8g",
                  c->row->name, c->twin.batch, k, what, got[k], numeric[k]);
}

void
cap_gradient_check(const CapGradientRow *row, int batch)
{
  Case c;
  case_open(&c, row, batch);
  check_forward(&c);
  run_backward(&c);
  for (int i = 0; i < row->n_gradients; i++)
    check_tensor(&c, c.in[i], c.in_values[i],
                 cap_graph_size(c.graph, c.in[i]) * (gsize)batch, "an input");
  for (int i = 0; i < c.n_params; i++)
    check_tensor(&c, c.params[i], c.param_values[i],
                 cap_graph_size(c.graph, c.params[i]),
                 cap_graph_name(c.graph, c.params[i]));
  case_close(&c);
}
