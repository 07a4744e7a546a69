/* Choosing a convolution's ways by rule or by the clock. */
#include "core/nn/conv_choice.h"

#include <stdlib.h>

#include "core/nn/choices.h"
#include "core/nn/weight_grad.h"

/* Operands to time on: source, weights, destination, bias, and gradients of the
 * last two kinds that are added to. */
typedef struct {
  float *src, *weights, *dst, *bias, *diff_weights;
} Operands;

static void
operands_clear(Operands *o)
{
  free(o->src);
  free(o->weights);
  free(o->dst);
  free(o->bias);
  free(o->diff_weights);
}

static gboolean
operands_make(Operands *o, const CapConvSpec *s, int batch)
{
  g_autoptr(GRand) random = g_rand_new_with_seed(1);
  const gsize n = (gsize)batch, k = (gsize)s->kernel;
  gsize in = (gsize)s->in_channels, out = (gsize)s->out_channels;
  const gsize weights = in * out * k * k * k;
  for (int i = 0; i < 3; i++) {
    in *= (gsize)s->in_size[i];
    out *= (gsize)s->out_size[i];
  }
  o->src = cap_choices_numbers(n * in, random);
  o->dst = cap_choices_numbers(n * out, random);
  o->weights = cap_choices_numbers(weights, random);
  o->diff_weights = cap_choices_numbers(weights, random);
  o->bias = cap_choices_numbers((gsize)s->out_channels, random);
  return o->src != NULL && o->dst != NULL && o->weights != NULL &&
         o->diff_weights != NULL && o->bias != NULL;
}

static void
run(CapConvKernel *kernel, CapConvPass pass, int batch, Operands *o)
{
  if (pass == CAP_CONV_FORWARD)
    cap_conv_kernel_forward(kernel, batch, o->src, o->weights, o->bias, o->dst,
                            0);
  else if (pass == CAP_CONV_BACKWARD_DATA)
    cap_conv_kernel_backward_data(kernel, batch, o->dst, o->weights, o->src, 0);
  else
    cap_conv_kernel_backward_weights(kernel, batch, o->src, o->dst,
                                     o->diff_weights, o->bias);
}

/* A pass of a convolution that is timed. */
typedef struct {
  const CapConvSpec *spec;
  CapConvPass pass;
  int batch;
  Operands operands;
  CapConvKernel *kernel;
} Trial;

static gboolean
run_way(CapWay way, gpointer data)
{
  Trial *t = data;
  if (t->kernel == NULL) {
    t->kernel = cap_conv_kernel_new(t->spec, t->batch);
    if (!operands_make(&t->operands, t->spec, t->batch))
      return FALSE;
  }
  if (cap_conv_kernel_way(t->kernel, t->pass) != way)
    cap_conv_kernel_set_way(t->kernel, t->pass, way);
  if (!cap_conv_kernel_prepare(t->kernel, t->pass, t->batch, NULL))
    return FALSE;
  run(t->kernel, t->pass, t->batch, &t->operands);
  return TRUE;
}

/* The ways of PASS on this machine; returns how many. */
static int
list_ways(const CapConvSpec *spec, CapConvPass pass, int batch,
          CapWay ways[CAP_N_WAYS])
{
  int n = 0;
  ways[n++] = CAP_WAY_FLOAT32;
  if (pass == CAP_CONV_BACKWARD_WEIGHTS && cap_weight_grad_handles(spec))
    ways[n++] = CAP_WAY_FLOAT32_OWN;
  if (cap_conv_kernel_has_bfloat16(spec, pass, batch))
    ways[n++] = CAP_WAY_BFLOAT16;
  return n;
}

/* The key of choices.h. */
static char *
shape_key(const CapConvSpec *s, CapConvPass pass, int batch)
{
  static const char *const names[CAP_CONV_N_PASSES] = {"forward", "data",
                                                       "weights"};
  return g_strdup_printf("conv3d-%d-%dx%dx%dx%d-%dx%dx%dx%d-k%d-s%d-p%d-%s%s%s",
                         batch, s->in_channels, s->in_size[0], s->in_size[1],
                         s->in_size[2], s->out_channels, s->out_size[0],
                         s->out_size[1], s->out_size[2], s->kernel, s->stride,
                         s->pad, names[pass], s->in_last ? "" : "-plain",
                         s->relu ? "-relu" : "");
}

CapWay
cap_conv_choice(const CapConvSpec *spec, CapConvPass pass, int batch,
                CapPrecision precision)
{
  const CapWay rule = cap_conv_kernel_rule(spec, pass);
  if (precision == CAP_PRECISION_BFLOAT16)
    return CAP_WAY_BFLOAT16;
  if (precision != CAP_PRECISION_AUTO)
    return rule;
  CapWay ways[CAP_N_WAYS];
  const int n = list_ways(spec, pass, batch, ways);
  g_autofree char *key = shape_key(spec, pass, batch);
  Trial trial = {spec, pass, batch, {0}, NULL};
  const CapWay chosen = cap_choices_fastest(key, ways, n, run_way, &trial);
  cap_conv_kernel_free(trial.kernel);
  operands_clear(&trial.operands);
  return chosen;
}
