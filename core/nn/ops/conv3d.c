/* Convolutions: the graph's side; the arithmetic is core/nn/conv_kernel.c. */
#include "core/nn/ops/conv3d.h"

#include <math.h>
#include <stdlib.h>

#include "core/nn/arena.h"
#include "core/nn/conv_choice.h"
#include "core/nn/ops/batchnorm.h"

typedef struct {
  CapConvSpec spec;
  CapConvKernel *kernel;
  gboolean transposed, bias;
  gsize n_weights, n_bias; /* n_bias: output channels */
  gsize voxels;            /* of one output channel */
  float *spare;            /* for a gradient that is added to another */
  float *weights, *shift;  /* folded; NULL without batch normalisation */
  guint64 folded;          /* generation of those */
} Conv;

CapConv3dOptions
cap_conv3d_options_default(void)
{
  return (CapConv3dOptions){
      .kernel = 3, .stride = 1, .pad = 1, .bias = TRUE, .relu = TRUE};
}

/* Decides how PASS of the op is run, and makes it ready. */
static gboolean
prepare_pass(CapGraph *graph, CapOp *op, CapOpPass pass, GError **error)
{
  static const CapConvPass passes[2][CAP_OP_N_PASSES] = {
      {CAP_CONV_FORWARD, CAP_CONV_BACKWARD_DATA, CAP_CONV_BACKWARD_WEIGHTS},
      {CAP_CONV_BACKWARD_DATA, CAP_CONV_FORWARD, CAP_CONV_BACKWARD_WEIGHTS}};
  Conv *conv = op->state;
  CapWays *ways = cap_graph_ways(graph);
  const CapConvPass which = passes[conv->transposed ? 1 : 0][pass];
  const int batch = cap_graph_max_batch(graph);
  CapWay way;
  if (!cap_ways_get(ways, op->name, cap_op_pass_name(pass), &way))
    way =
        cap_conv_choice(&conv->spec, which, batch, cap_graph_precision(graph));
  cap_conv_kernel_set_way(conv->kernel, which, way);
  cap_ways_set(ways, op->name, cap_op_pass_name(pass),
               cap_conv_kernel_way(conv->kernel, which));
  if (!cap_conv_kernel_prepare(conv->kernel, which, batch, error))
    return FALSE;
  op->implementations[pass] =
      cap_conv_kernel_implementation(conv->kernel, which);
  return TRUE;
}

static gboolean
conv_prepare(CapGraph *graph, CapOp *op, GError **error)
{
  return cap_graph_prepare_passes(graph, op, prepare_pass, error);
}

/* Weights and shift with the running statistics of batch normalisation folded
 * in: w' = w g / sqrt(var + eps), b' = beta - mean g / sqrt(var + eps). */
static void
fold(CapGraph *graph, const CapOp *op, Conv *conv)
{
  if (conv->folded == cap_graph_generation(graph))
    return;
  const float *weights = cap_graph_data(graph, op->params[0]);
  const float *scale = cap_graph_data(graph, op->params[1]);
  const float *shift = cap_graph_data(graph, op->params[2]);
  const float *mean = cap_graph_data(graph, op->params[3]);
  const float *variance = cap_graph_data(graph, op->params[4]);
  const gsize each = conv->n_weights / conv->n_bias;
  for (gsize c = 0; c < conv->n_bias; c++) {
    const double factor =
        (double)scale[c] / sqrt((double)variance[c] + CAP_BATCHNORM_EPSILON);
    conv->shift[c] = (float)((double)shift[c] - (double)mean[c] * factor);
    for (gsize i = c * each; i < (c + 1) * each; i++)
      conv->weights[i] = (float)((double)weights[i] * factor);
  }
  conv->folded = cap_graph_generation(graph);
}

static void
add_bias(CapGraph *graph, const CapOp *op, const Conv *conv)
{
  const float *bias = cap_graph_data(graph, op->params[1]);
  float *y = cap_graph_data(graph, op->outputs[0]);
  const CapLay l = cap_graph_lay(graph, op->outputs[0]);
  const gsize n = (gsize)cap_graph_batch(graph) * conv->voxels;
#pragma omp parallel for
  for (gsize i = 0; i < n; i++) {
    float *voxel =
        y + i / l.voxels * l.voxels * l.channels + i % l.voxels * l.voxel_step;
    for (gsize c = 0; c < l.channels; c++)
      voxel[c * l.channel_step] += bias[c];
  }
}

static void
conv_forward(CapGraph *graph, CapOp *op)
{
  Conv *conv = op->state;
  const int batch = cap_graph_batch(graph);
  const float *x = cap_graph_data(graph, op->inputs[0]);
  float *y = cap_graph_data(graph, op->outputs[0]);
  const float *weights = cap_graph_data(graph, op->params[0]);
  const float *bias = conv->bias ? cap_graph_data(graph, op->params[1]) : NULL;
  const guint64 generation = cap_graph_weights_generation(graph);
  if (conv->weights != NULL) {
    fold(graph, op, conv);
    weights = conv->weights;
    bias = conv->shift;
  }
  if (!conv->transposed) {
    cap_conv_kernel_forward(conv->kernel, batch, x, weights, bias, y,
                            generation);
    return;
  }
  cap_conv_kernel_backward_data(conv->kernel, batch, x, weights, y, generation);
  if (conv->bias)
    add_bias(graph, op, conv);
}

/* Bias gradient of a transposed convolution, in double: sums are long. */
static void
bias_backward(CapGraph *graph, const CapOp *op, const Conv *conv)
{
  const float *dy = cap_graph_grad(graph, op->outputs[0]);
  float *dbias = cap_graph_grad(graph, op->params[1]);
  const CapLay l = cap_graph_lay(graph, op->outputs[0]);
  const gsize batch = (gsize)cap_graph_batch(graph);
#pragma omp parallel for
  for (gsize c = 0; c < conv->n_bias; c++) {
    double sum = 0.0;
    for (gsize n = 0; n < batch; n++) {
      const float *d = dy + n * l.channels * l.voxels + c * l.channel_step;
      for (gsize v = 0; v < l.voxels; v++)
        sum += (double)d[v * l.voxel_step];
    }
    dbias[c] += (float)sum;
  }
}

static void
data_backward(CapGraph *graph, CapOp *op, Conv *conv, CapGradTarget dx)
{
  const int batch = cap_graph_batch(graph);
  const float *dy = cap_graph_grad(graph, op->outputs[0]);
  const float *weights = cap_graph_data(graph, op->params[0]);
  const gsize size = cap_graph_size(graph, op->inputs[0]);
  if (dx.add && conv->spare == NULL)
    conv->spare = cap_arena_alloc(size * (gsize)cap_graph_max_batch(graph));
  float *out = dx.add ? conv->spare : dx.data;
  if (out == NULL)
    g_error("no memory for a gradient of %s", op->name);
  if (conv->transposed)
    cap_conv_kernel_forward(conv->kernel, batch, dy, weights, NULL, out, 0);
  else
    cap_conv_kernel_backward_data(conv->kernel, batch, dy, weights, out, 0);
  if (!dx.add)
    return;
  const gsize n = size * (gsize)batch;
#pragma omp parallel for simd
  for (gsize i = 0; i < n; i++)
    dx.data[i] += out[i];
}

static void
conv_backward(CapGraph *graph, CapOp *op)
{
  Conv *conv = op->state;
  const int batch = cap_graph_batch(graph);
  const float *x = cap_graph_data(graph, op->inputs[0]);
  const float *dy = cap_graph_grad(graph, op->outputs[0]);
  float *dweights = cap_graph_grad(graph, op->params[0]);
  if (conv->transposed) {
    cap_conv_kernel_backward_weights(conv->kernel, batch, dy, x, dweights,
                                     NULL);
    if (conv->bias)
      bias_backward(graph, op, conv);
  } else {
    cap_conv_kernel_backward_weights(
        conv->kernel, batch, x, dy, dweights,
        conv->bias ? cap_graph_grad(graph, op->params[1]) : NULL);
  }
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
  if (dx.data != NULL)
    data_backward(graph, op, conv, dx);
}

static void
conv_free(CapOp *op)
{
  Conv *conv = op->state;
  cap_conv_kernel_free(conv->kernel);
  free(conv->spare);
  g_free(conv->weights);
  g_free(conv->shift);
  g_free(conv);
}

static const CapOpClass conv_class = {"conv3d",     conv_prepare,
                                      conv_forward, conv_backward,
                                      conv_free,    CAP_UNREAD_OUTPUTS};
static const CapOpClass deconv_class = {"deconv3d",   conv_prepare,
                                        conv_forward, conv_backward,
                                        conv_free,    CAP_UNREAD_OUTPUTS};

static CapShape
output_shape(CapShape in, const CapConv3dOptions *o, gboolean transposed)
{
  CapShape out = {4, {o->channels}};
  for (int i = 1; i < 4; i++)
    out.dims[i] = transposed
                      ? (in.dims[i] - 1) * o->stride + o->kernel - 2 * o->pad
                      : (in.dims[i] + 2 * o->pad - o->kernel) / o->stride + 1;
  return out;
}

/* A transposed convolution's spec is that of the convolution it transposes. */
static CapConvSpec
make_spec(CapGraph *graph, CapTensor input, CapTensor output,
          const CapConv3dOptions *o, gboolean transposed)
{
  const CapTensor from = transposed ? output : input;
  const CapTensor to = transposed ? input : output;
  const CapShape a = cap_graph_shape(graph, from);
  const CapShape b = cap_graph_shape(graph, to);
  CapConvSpec spec = {.in_channels = a.dims[0],
                      .out_channels = b.dims[0],
                      .kernel = o->kernel,
                      .stride = o->stride,
                      .pad = o->pad,
                      .in_last = cap_graph_channels_last(graph, from),
                      .out_last = cap_graph_channels_last(graph, to),
                      .bias = o->bias && !transposed,
                      .train = cap_graph_mode(graph) == CAP_GRAPH_TRAIN};
  for (int i = 0; i < 3; i++) {
    spec.in_size[i] = a.dims[i + 1];
    spec.out_size[i] = b.dims[i + 1];
  }
  return spec;
}

static CapTensor
weight_param(CapGraph *graph, const char *name, CapShape in,
             const CapConv3dOptions *o, gboolean transposed)
{
  const int k = o->kernel, volume = k * k * k;
  const CapShape shape = {5,
                          {transposed ? in.dims[0] : o->channels,
                           transposed ? o->channels : in.dims[0], k, k, k}};
  g_autofree char *full = g_strconcat(name, ".weight", NULL);
  const int step = o->stride * o->stride * o->stride;
  const int fan_in =
      transposed ? MAX(in.dims[0] * volume / step, 1) : in.dims[0] * volume;
  return cap_graph_param(graph, full, shape, CAP_INIT_HE, fan_in,
                         o->channels * volume);
}

/* Adds the op with PARAMS after the weights; FOLD: they are a normalisation's,
 * and a ReLU follows. */
static CapTensor
add_op(CapGraph *graph, const char *name, CapTensor input,
       const CapConv3dOptions *o, gboolean transposed, const CapTensor *params)
{
  const CapShape in = cap_graph_shape(graph, input);
  g_return_val_if_fail(in.n_dims == 4, -1);
  const gboolean folds = params[4] >= 0;
  const CapShape shape = output_shape(in, o, transposed);
  const CapTensor output = cap_graph_activation(graph, name, shape);
  cap_graph_set_channels_last(graph, output);
  CapConvSpec spec = make_spec(graph, input, output, o, transposed);
  spec.bias |= folds;
  spec.relu = folds && o->relu;
  Conv *conv = g_new0(Conv, 1);
  conv->spec = spec;
  conv->kernel = cap_conv_kernel_new(&spec, cap_graph_max_batch(graph));
  conv->transposed = transposed;
  conv->bias = o->bias;
  conv->n_weights = cap_graph_size(graph, params[0]);
  conv->n_bias = (gsize)o->channels;
  conv->voxels = cap_graph_size(graph, output) / conv->n_bias;
  if (folds) {
    conv->weights = g_new(float, conv->n_weights);
    conv->shift = g_new(float, conv->n_bias);
  }
  CapOp *op = cap_graph_add(graph, transposed ? &deconv_class : &conv_class,
                            name, &input, 1, &output, 1, params,
                            folds ? 5 : (o->bias ? 2 : 1), conv);
  const gsize voxels = transposed
                           ? cap_graph_size(graph, input) / (gsize)in.dims[0]
                           : conv->voxels;
  op->macs = voxels * conv->n_weights;
  return output;
}

static CapTensor
add_plain(CapGraph *graph, const char *name, CapTensor input,
          const CapConv3dOptions *options, gboolean transposed)
{
  const CapShape in = cap_graph_shape(graph, input);
  CapTensor params[5] = {weight_param(graph, name, in, options, transposed), -1,
                         -1, -1, -1};
  if (options->bias) {
    g_autofree char *bias = g_strconcat(name, ".bias", NULL);
    params[1] = cap_graph_param(
        graph, bias, cap_shape_vector(options->channels), CAP_INIT_ZERO, 0, 0);
  }
  return add_op(graph, name, input, options, transposed, params);
}

CapTensor
cap_conv3d_add(CapGraph *graph, const char *name, CapTensor input,
               const CapConv3dOptions *options)
{
  return add_plain(graph, name, input, options, FALSE);
}

CapTensor
cap_deconv3d_add(CapGraph *graph, const char *name, CapTensor input,
                 const CapConv3dOptions *options)
{
  return add_plain(graph, name, input, options, TRUE);
}

CapTensor
cap_conv3d_bn_relu_add(CapGraph *graph, const char *name, CapTensor input,
                       const CapConv3dOptions *options)
{
  CapConv3dOptions o = *options;
  o.relu = TRUE;
  return cap_conv3d_bn_add(graph, name, input, &o);
}

CapTensor
cap_conv3d_bn_add(CapGraph *graph, const char *name, CapTensor input,
                  const CapConv3dOptions *options)
{
  CapConv3dOptions o = *options;
  o.bias = FALSE;
  g_autofree char *bn = g_strconcat(name, ".bn", NULL);
  if (cap_graph_mode(graph) == CAP_GRAPH_TRAIN)
    return cap_batchnorm_add(graph, bn,
                             add_plain(graph, name, input, &o, FALSE), o.relu);
  const CapShape in = cap_graph_shape(graph, input);
  CapTensor params[5] = {weight_param(graph, name, in, &o, FALSE)};
  cap_batchnorm_params(graph, bn, o.channels, params + 1);
  return add_op(graph, name, input, &o, FALSE, params);
}
