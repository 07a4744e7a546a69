/* Choosing a convolution's ways by rule or by the clock. */
#include "core/nn/conv_choice.h"

#include <stdlib.h>

#include "core/nn/arena.h"
#include "core/nn/choices.h"
#include "core/nn/conv_plan.h"
#include "core/nn/weight_grad.h"

#define RUNS 5 /* the shortest counts */

/* Operands to time on: source, weights, destination, bias, and gradients of the
 * last two kinds that are added to. */
typedef struct {
  float *src, *weights, *dst, *bias, *diff_weights;
} Operands;

static float *
random_floats(gsize n, GRand *random)
{
  float *values = cap_arena_alloc(n);
  for (gsize i = 0; values != NULL && i < n; i++)
    values[i] = (float)g_rand_double_range(random, -1.0, 1.0);
  return values;
}

static void
operands_clear(Operands *o)
{
  free(o->src);
  free(o->weights);
  free(o->dst);
  free(o->bias);
  free(o->diff_weights);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Operands, operands_clear)

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
  o->src = random_floats(n * in, random);
  o->dst = random_floats(n * out, random);
  o->weights = random_floats(weights, random);
  o->diff_weights = random_floats(weights, random);
  o->bias = random_floats((gsize)s->out_channels, random);
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

/* Shortest of some runs, us; -1 without memory. */
static gint64
time_way(const CapConvSpec *spec, CapConvPass pass, int batch, CapWay way)
{
  g_auto(Operands) operands = {0};
  CapConvKernel *kernel = cap_conv_kernel_new(spec, batch);
  cap_conv_kernel_set_way(kernel, pass, way);
  gint64 best = -1;
  if (operands_make(&operands, spec, batch) &&
      cap_conv_kernel_prepare(kernel, pass, batch, NULL)) {
    run(kernel, pass, batch, &operands); /* code and caches */
    for (int i = 0; i < RUNS; i++) {
      const gint64 start = g_get_monotonic_time();
      run(kernel, pass, batch, &operands);
      const gint64 took = g_get_monotonic_time() - start;
      best = best < 0 || took < best ? took : best;
    }
  }
  cap_conv_kernel_free(kernel);
  return best;
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
  CapWay ways[CAP_N_WAYS];
  if (precision == CAP_PRECISION_BFLOAT16)
    return CAP_WAY_BFLOAT16;
  if (precision != CAP_PRECISION_AUTO)
    return rule;
  const int n = list_ways(spec, pass, batch, ways);
  if (n == 1)
    return rule;
  g_autofree char *library = cap_conv_plan_library();
  g_autofree char *machine = cap_choices_machine(cap_conv_plan_isa(), library);
  g_autofree char *key = shape_key(spec, pass, batch);
  CapWay chosen = rule;
  if (cap_choices_find(machine, key, &chosen))
    return chosen;
  gint64 best = -1;
  for (int i = 0; i < n; i++) {
    const gint64 took = time_way(spec, pass, batch, ways[i]);
    if (took < 0 || (best >= 0 && took >= best))
      continue;
    best = took;
    chosen = ways[i];
  }
  cap_choices_keep(machine, key, chosen);
  return chosen;
}
