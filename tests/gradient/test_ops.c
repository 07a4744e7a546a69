/* Every op against its double-precision twin: outputs directly, gradients
 * against central differences of the twin. One row an op and shape; each runs
 * with a batch of 1 and of 37. */
#include <math.h>
#include <omp.h>

#include "core/nn/ops/batchnorm.h"
#include "core/nn/ops/capsules.h"
#include "core/nn/ops/concat.h"
#include "core/nn/ops/conv3d.h"
#include "core/nn/ops/linear.h"
#include "core/nn/ops/losses.h"
#include "core/nn/ops/pointwise.h"
#include "core/nn/ops/primary.h"
#include "core/nn/ops/rating_heads.h"
#include "core/nn/ops/shuffle.h"
#include "core/nn/ops/softmax.h"
#include "tests/support/suite.h"
#include "tests/support/twin.h"

#define PROBES 24 /* elements of each tensor whose gradient is checked */

typedef struct {
  const char *name;
  CapTensor (*build)(CapGraph *, const CapTensor *, const int *);
  void (*twin)(const CapTwin *);
  int n_inputs;
  CapShape inputs[5];
  int options[12];
  gboolean last;    /* first input is laid out channels last */
  int n_gradients;  /* leading inputs that need one */
  double low, high; /* of inputs; 0, 0 is -1, 1 */
} Row;

static CapTensor
build_conv(CapGraph *g, const CapTensor *in, const int *o)
{
  CapConv3dOptions options = {.channels = o[4],
                              .kernel = o[0],
                              .stride = o[1],
                              .pad = o[2],
                              .bias = o[3]};
  return cap_conv3d_add(g, "op", in[0], &options);
}

static CapTensor
build_deconv(CapGraph *g, const CapTensor *in, const int *o)
{
  CapConv3dOptions options = {.channels = o[4],
                              .kernel = o[0],
                              .stride = o[1],
                              .pad = o[2],
                              .bias = o[3]};
  return cap_deconv3d_add(g, "op", in[0], &options);
}

static CapTensor
build_batchnorm(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_batchnorm_add(g, "op", in[0], o[0]);
}

static CapTensor
build_relu(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_relu_add(g, "op", in[0]);
}

static CapTensor
build_sigmoid(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_sigmoid_add(g, "op", in[0], 2.0f);
}

static CapTensor
build_linear(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_linear_add(g, "op", in[0], cap_shape_vector(o[0]));
}

static CapTensor
build_concat(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_concat_add(g, "op", in, o[0]);
}

static CapTensor
build_slice(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_slice_add(g, "op", in[0], o[0], o[1]);
}

static CapTensor
build_space_to_depth(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_space_to_depth_add(g, "op", in[0]);
}

static CapTensor
build_depth_to_space(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_depth_to_space_add(g, "op", in[0]);
}

static CapTensor
build_softmax(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_softmax_add(g, "op", in[0], o);
}

static CapTensor
build_rating_loss(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_rating_loss_add(g, "op", in[0], in[1], in[2], o);
}

static CapTensor
build_rating_heads(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_rating_heads_add(g, "op", in[0], o[0], o[1], o[2]);
}

static CapTensor
build_primary(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_primary_add(g, "op", in[0], o[0]);
}

static CapTensor
build_length(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_length_add(g, "op", in[0]);
}

static CapTensor
build_capsules(CapGraph *g, const CapTensor *in, const int *o)
{
  CapCapsulesOptions options = cap_capsules_options_default();
  options.routing = cap_routing_find(o[0] > 0 ? "dynamic" : "mean");
  options.iterations = MAX(o[0], 1);
  options.child_dim = o[1];
  options.dim = o[11];
  options.n_groups = o[2];
  for (int i = 0; i < o[2]; i++)
    options.groups[i] = (CapCapsuleGroup){o[3 + 2 * i], o[4 + 2 * i]};
  CapTensor poses, routing;
  cap_capsules_add(g, "op", in[0], &options, &poses, &routing);
  return poses;
}

static CapTensor
build_margin_loss(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_margin_loss_add(g, "op", in[0], in[1], in[2]);
}

static CapTensor
build_mask_loss(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_mask_loss_add(g, "op", in[0], in[1], in[2]);
}

static CapTensor
build_reconstruction_loss(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_reconstruction_loss_add(g, "op", in[0], in[1], in[2], in[3]);
}

#define VOLUME(c, d, h, w)                                                     \
  {                                                                            \
    4,                                                                         \
    {                                                                          \
      c, d, h, w                                                               \
    }                                                                          \
  }
#define MATRIX(a, b)                                                           \
  {                                                                            \
    2,                                                                         \
    {                                                                          \
      a, b                                                                     \
    }                                                                          \
  }
#define VECTOR(n)                                                              \
  {                                                                            \
    1,                                                                         \
    {                                                                          \
      n                                                                        \
    }                                                                          \
  }

static const Row rows[] = {
    {"conv 3",
     build_conv,
     cap_twin_conv3d,
     1,
     {VOLUME(8, 4, 4, 4)},
     {3, 1, 1, 1, 16},
     TRUE,
     1},
    {"conv 3 odd",
     build_conv,
     cap_twin_conv3d,
     1,
     {VOLUME(3, 5, 4, 3)},
     {3, 1, 1, 1, 5},
     TRUE,
     1},
    {"conv 3 plain",
     build_conv,
     cap_twin_conv3d,
     1,
     {VOLUME(3, 3, 4, 5)},
     {3, 1, 1, 0, 8},
     FALSE,
     1},
    {"conv 3/2",
     build_conv,
     cap_twin_conv3d,
     1,
     {VOLUME(8, 6, 6, 6)},
     {3, 2, 1, 0, 16},
     TRUE,
     1},
    {"conv 5/2 of one",
     build_conv,
     cap_twin_conv3d,
     1,
     {VOLUME(1, 8, 8, 8)},
     {5, 2, 2, 0, 16},
     FALSE,
     1},
    {"conv 1",
     build_conv,
     cap_twin_conv3d,
     1,
     {VOLUME(16, 2, 3, 2)},
     {1, 1, 0, 1, 24},
     TRUE,
     1},
    {"conv 3 wide",
     build_conv,
     cap_twin_conv3d,
     1,
     {VOLUME(24, 3, 3, 3)},
     {3, 1, 1, 1, 32},
     TRUE,
     1},
    {"deconv 4/2",
     build_deconv,
     cap_twin_deconv3d,
     1,
     {VOLUME(8, 2, 2, 2)},
     {4, 2, 1, 1, 8},
     TRUE,
     1},
    {"deconv 2/2 odd",
     build_deconv,
     cap_twin_deconv3d,
     1,
     {VOLUME(3, 2, 3, 1)},
     {2, 2, 0, 1, 5},
     TRUE,
     1},
    {"batchnorm",
     build_batchnorm,
     cap_twin_batchnorm,
     1,
     {VOLUME(16, 3, 3, 3)},
     {0},
     TRUE,
     1},
    {"batchnorm relu",
     build_batchnorm,
     cap_twin_batchnorm,
     1,
     {VOLUME(32, 3, 2, 5)},
     {1},
     TRUE,
     1},
    {"batchnorm relu 8",
     build_batchnorm,
     cap_twin_batchnorm,
     1,
     {VOLUME(24, 3, 2, 3)},
     {1},
     TRUE,
     1},
    {"batchnorm relu odd",
     build_batchnorm,
     cap_twin_batchnorm,
     1,
     {VOLUME(5, 7, 7, 7)},
     {1},
     TRUE,
     1},
    {"batchnorm relu plain",
     build_batchnorm,
     cap_twin_batchnorm,
     1,
     {VOLUME(3, 3, 5, 3)},
     {1},
     FALSE,
     1},
    {"relu", build_relu, cap_twin_relu, 1, {VOLUME(3, 3, 5, 7)}, {0}, TRUE, 1},
    {"sigmoid",
     build_sigmoid,
     cap_twin_sigmoid,
     1,
     {VOLUME(1, 3, 5, 7)},
     {0},
     FALSE,
     1,
     -9,
     9},
    {"linear", build_linear, cap_twin_linear, 1, {MATRIX(3, 7)}, {5}, FALSE, 1},
    {"concat vectors",
     build_concat,
     cap_twin_concat,
     2,
     {MATRIX(3, 4), VECTOR(5)},
     {2},
     FALSE,
     2},
    {"concat volumes",
     build_concat,
     cap_twin_concat,
     3,
     {VOLUME(3, 2, 3, 2), VOLUME(1, 2, 3, 2), VOLUME(8, 2, 3, 2)},
     {3},
     TRUE,
     3},
    {"slice", build_slice, cap_twin_slice, 1, {MATRIX(4, 5)}, {3, 6}, FALSE, 1},
    {"space to depth",
     build_space_to_depth,
     cap_twin_space_to_depth,
     1,
     {VOLUME(1, 4, 2, 6)},
     {0},
     FALSE,
     1},
    {"space to depth 3",
     build_space_to_depth,
     cap_twin_space_to_depth,
     1,
     {VOLUME(3, 2, 4, 2)},
     {0},
     TRUE,
     1},
    {"depth to space",
     build_depth_to_space,
     cap_twin_depth_to_space,
     1,
     {VOLUME(8, 2, 3, 1)},
     {0},
     TRUE,
     1},
    {"depth to space 3",
     build_depth_to_space,
     cap_twin_depth_to_space,
     1,
     {VOLUME(24, 2, 1, 3)},
     {0},
     TRUE,
     1},
    {"softmax",
     build_softmax,
     cap_twin_softmax,
     1,
     {MATRIX(3, 6)},
     {5, 6, 4},
     FALSE,
     1,
     -4,
     4},
    {"rating loss",
     build_rating_loss,
     cap_twin_rating_loss,
     3,
     {MATRIX(3, 6), MATRIX(3, 6), VECTOR(3)},
     {5, 6, 4},
     FALSE,
     1,
     0,
     0.4},
    {"rating heads",
     build_rating_heads,
     cap_twin_rating_heads,
     1,
     {MATRIX(5, 7)},
     {2, 3, 4},
     FALSE,
     1},
    {"primary",
     build_primary,
     cap_twin_primary,
     1,
     {VOLUME(16, 2, 2, 2)},
     {8},
     TRUE,
     1},
    {"primary odd",
     build_primary,
     cap_twin_primary,
     1,
     {VOLUME(15, 3, 1, 2)},
     {5},
     FALSE,
     1},
    {"length",
     build_length,
     cap_twin_length,
     1,
     {MATRIX(3, 16)},
     {0},
     FALSE,
     1},
    {"mean",
     build_capsules,
     cap_twin_capsules,
     1,
     {VOLUME(16, 2, 2, 2)},
     {0, 8, 2, 2, 1, 1, 0, [11] = 16},
     FALSE,
     1},
    {"dynamic 1",
     build_capsules,
     cap_twin_capsules,
     1,
     {VOLUME(16, 2, 2, 2)},
     {1, 8, 2, 2, 1, 1, 0, [11] = 16},
     FALSE,
     1},
    {"dynamic 2",
     build_capsules,
     cap_twin_capsules,
     1,
     {VOLUME(10, 3, 1, 2)},
     {2, 5, 3, 3, 1, 1, 0, 2, 0, [11] = 7},
     FALSE,
     1},
    {"dynamic 3",
     build_capsules,
     cap_twin_capsules,
     1,
     {VOLUME(32, 2, 2, 2)},
     {3, 8, 3, 2, 1, 1, 0, 1, 0, [11] = 16},
     FALSE,
     1},
    {"dynamic 5",
     build_capsules,
     cap_twin_capsules,
     1,
     {VOLUME(16, 3, 3, 3)},
     {5, 8, 2, 2, 1, 1, 0, [11] = 16},
     FALSE,
     1},
    {"margin loss",
     build_margin_loss,
     cap_twin_margin_loss,
     3,
     {VECTOR(5), VECTOR(2), VECTOR(1)},
     {0},
     FALSE,
     1,
     0,
     1},
    {"mask loss",
     build_mask_loss,
     cap_twin_mask_loss,
     3,
     {VOLUME(1, 5, 6, 7), VOLUME(1, 5, 6, 7), VECTOR(1)},
     {0},
     FALSE,
     1,
     0,
     1},
    {"reconstruction loss",
     build_reconstruction_loss,
     cap_twin_reconstruction_loss,
     4,
     {VOLUME(1, 5, 6, 7), VOLUME(1, 5, 6, 7), VOLUME(1, 5, 6, 7), VECTOR(1)},
     {0},
     FALSE,
     1,
     0,
     1},
};

/* A row's graph, and its tensors as doubles in plain order. */
typedef struct {
  const Row *row;
  CapGraph *graph;
  CapTensor in[5], params[5], out;
  double *in_values[5], *param_values[5], *projection;
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

static double *
fill(Case *c, CapTensor tensor, gsize n, double low, double high)
{
  double *values = g_new(double, n);
  float *data = cap_graph_data(c->graph, tensor);
  for (gsize i = 0; i < n; i++) {
    const float value =
        (float)(low + (high - low) * cap_graph_random(c->graph));
    data[memory_index(c->graph, tensor, i)] = value;
    values[i] = (double)value;
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
case_open(Case *c, const Row *row, int batch)
{
  *c = (Case){.row = row, .graph = cap_graph_new(batch, CAP_GRAPH_TRAIN, 9)};
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
  for (gsize i = 0; i < n; i++)
    c->projection[i] = (double)(float)(cap_graph_random(c->graph) - 0.3);
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
  cap_graph_free(c->graph);
}

static double
twin_loss(Case *c)
{
  c->row->twin(&c->twin);
  double loss = 0.0;
  const gsize n = cap_graph_size(c->graph, c->out) * (gsize)c->twin.batch;
  for (gsize i = 0; i < n; i++)
    loss += c->projection[i] * c->twin.out[i];
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
    const double above = twin_loss(c);
    values[i] = value - step;
    numeric[k] = (above - twin_loss(c)) / (2.0 * step);
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

static void
check_row(const Row *row, int batch)
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

START_TEST(one_sample)
{
  check_row(&rows[_i], 1);
}
END_TEST

START_TEST(many_samples)
{
  check_row(&rows[_i], 37);
}
END_TEST

int
main(void)
{
  omp_set_num_threads(1); /* tiny shapes: threads that wait cost more */
  Suite *suite = suite_create("ops");
  TCase *tcase = tcase_create("twins");
  tcase_set_timeout(tcase, 60);
  tcase_add_loop_test(tcase, one_sample, 0, (int)G_N_ELEMENTS(rows));
  tcase_add_loop_test(tcase, many_samples, 0, (int)G_N_ELEMENTS(rows));
  suite_add_tcase(suite, tcase);
  return cap_suite_run(suite);
}
