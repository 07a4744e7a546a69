/* A convolution's passes, each in its way; oneDNN is core/nn/conv_plan.c. */
#include "core/nn/conv_kernel.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/nn/arena.h"
#include "core/nn/bfloat16.h"
#include "core/nn/conv_plan.h"
#include "core/nn/onednn.h"
#include "core/nn/weight_grad.h"

typedef enum { SRC, WEIGHTS, DST, N_OPERANDS } Role;

static const Role results[CAP_CONV_N_PASSES] = {DST, SRC, WEIGHTS};

/* One pass: its way, and plans by batch size, made when first needed. */
typedef struct {
  CapWay way;
  gboolean rounds; /* bfloat16 that oneDNN does not have here */
  CapConvPlan **plans;
} Pass;

struct CapConvKernel {
  CapConvSpec spec;
  int max_batch;
  gsize sizes[N_OPERANDS];         /* floats; of one sample for volumes */
  float *diff_weights, *diff_bias; /* of one pass */
  float *rounded[N_OPERANDS];      /* operands in bfloat16; NULL until needed */
  Pass passes[CAP_CONV_N_PASSES];
};

static gsize
voxels(const int size[3])
{
  return (gsize)size[0] * (gsize)size[1] * (gsize)size[2];
}

/* With AVX-512, oneDNN has a weight gradient of its own for channels last. */
CapWay
cap_conv_kernel_rule(const CapConvSpec *spec, CapConvPass pass)
{
  return pass == CAP_CONV_BACKWARD_WEIGHTS && cap_weight_grad_handles(spec) &&
                 !cap_onednn_has_avx512()
             ? CAP_WAY_FLOAT32_OWN
             : CAP_WAY_FLOAT32;
}

CapConvKernel *
cap_conv_kernel_new(const CapConvSpec *spec, int max_batch)
{
  CapConvKernel *kernel = g_new0(CapConvKernel, 1);
  kernel->spec = *spec;
  kernel->max_batch = max_batch;
  kernel->sizes[SRC] = (gsize)spec->in_channels * voxels(spec->in_size);
  kernel->sizes[DST] = (gsize)spec->out_channels * voxels(spec->out_size);
  const int cube[3] = {spec->kernel, spec->kernel, spec->kernel};
  kernel->sizes[WEIGHTS] =
      (gsize)spec->in_channels * (gsize)spec->out_channels * voxels(cube);
  for (int p = 0; p < CAP_CONV_N_PASSES; p++)
    kernel->passes[p] =
        (Pass){cap_conv_kernel_rule(spec, (CapConvPass)p), FALSE,
               g_new0(CapConvPlan *, (gsize)max_batch + 1)};
  return kernel;
}

static void
pass_clear(CapConvKernel *kernel, Pass *pass)
{
  for (int batch = 0; batch <= kernel->max_batch; batch++)
    g_clear_pointer(&pass->plans[batch], cap_conv_plan_free);
  pass->rounds = FALSE;
}

void
cap_conv_kernel_free(CapConvKernel *kernel)
{
  if (kernel == NULL)
    return;
  for (int p = 0; p < CAP_CONV_N_PASSES; p++) {
    pass_clear(kernel, &kernel->passes[p]);
    g_free(kernel->passes[p].plans);
  }
  for (int i = 0; i < N_OPERANDS; i++)
    free(kernel->rounded[i]);
  free(kernel->diff_weights);
  free(kernel->diff_bias);
  g_free(kernel);
}

void
cap_conv_kernel_set_way(CapConvKernel *kernel, CapConvPass pass, CapWay way)
{
  const gboolean own = pass == CAP_CONV_BACKWARD_WEIGHTS &&
                       cap_weight_grad_handles(&kernel->spec);
  if (way == CAP_WAY_FLOAT32_OWN && !own)
    way = CAP_WAY_FLOAT32;
  pass_clear(kernel, &kernel->passes[pass]);
  kernel->passes[pass].way = way;
}

CapWay
cap_conv_kernel_way(const CapConvKernel *kernel, CapConvPass pass)
{
  return kernel->passes[pass].way;
}

gboolean
cap_conv_kernel_has_bfloat16(const CapConvSpec *spec, CapConvPass pass,
                             int batch)
{
  CapConvPlan *plan = cap_conv_plan_new(spec, pass, batch, TRUE);
  cap_conv_plan_free(plan);
  return plan != NULL;
}

/* Memory for the operands that PASS reads, rounded. */
static gboolean
prepare_rounding(CapConvKernel *kernel, CapConvPass pass)
{
  gboolean good = TRUE;
  for (int i = 0; i < N_OPERANDS; i++) {
    if (results[pass] == (Role)i || kernel->rounded[i] != NULL)
      continue;
    const gsize copies = i == WEIGHTS ? 1 : (gsize)kernel->max_batch;
    kernel->rounded[i] = cap_arena_alloc(kernel->sizes[i] * copies);
    good &= kernel->rounded[i] != NULL;
  }
  return good;
}

/* oneDNN's plan; in bfloat16 where it has that, else in float32 on operands
 * that are rounded before. */
static gboolean
prepare_plan(CapConvKernel *kernel, CapConvPass which, int batch)
{
  Pass *pass = &kernel->passes[which];
  if (pass->way == CAP_WAY_BFLOAT16 && !pass->rounds) {
    pass->plans[batch] = cap_conv_plan_new(&kernel->spec, which, batch, TRUE);
    pass->rounds = pass->plans[batch] == NULL;
  }
  if (pass->rounds && !prepare_rounding(kernel, which))
    return FALSE;
  const gboolean own =
      pass->way == CAP_WAY_FLOAT32_OWN ||
      (pass->rounds &&
       cap_conv_kernel_rule(&kernel->spec, which) == CAP_WAY_FLOAT32_OWN);
  if (!own && pass->plans[batch] == NULL)
    pass->plans[batch] = cap_conv_plan_new(&kernel->spec, which, batch, FALSE);
  return own || pass->plans[batch] != NULL;
}

gboolean
cap_conv_kernel_prepare(CapConvKernel *kernel, CapConvPass pass, int batch,
                        GError **error)
{
  gboolean good = TRUE;
  if (pass == CAP_CONV_BACKWARD_WEIGHTS && kernel->diff_weights == NULL) {
    kernel->diff_weights = cap_arena_alloc(kernel->sizes[WEIGHTS]);
    kernel->diff_bias = cap_arena_alloc((gsize)kernel->spec.out_channels);
    good = kernel->diff_weights != NULL && kernel->diff_bias != NULL;
  }
  if (good && kernel->passes[pass].plans[batch] == NULL)
    good = prepare_plan(kernel, pass, batch);
  if (!good)
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "No memory for a convolution over a batch of %d; use a smaller "
                "batch",
                batch);
  return good;
}

/* The plan for BATCH; NULL where the pass is ours. */
static CapConvPlan *
plan_for(CapConvKernel *kernel, CapConvPass pass, int batch)
{
  GError *error = NULL;
  if (kernel->passes[pass].plans[batch] == NULL &&
      !cap_conv_kernel_prepare(kernel, pass, batch, &error))
    g_error("%s", error->message); /* a small allocation, as GLib's own */
  return kernel->passes[pass].plans[batch];
}

const char *
cap_conv_kernel_implementation(CapConvKernel *kernel, CapConvPass pass)
{
  const CapConvPlan *plan = plan_for(kernel, pass, kernel->max_batch);
  const char *name = plan != NULL ? cap_conv_plan_name(plan) : "own";
  if (!kernel->passes[pass].rounds)
    return name;
  g_autofree char *rounded = g_strconcat(name, ", rounded", NULL);
  return g_intern_string(rounded);
}

/* DATA with what PASS reads rounded, where oneDNN does not do it. */
static CapConvData
operands_of(const CapConvKernel *kernel, CapConvPass pass, int batch,
            const CapConvData *data)
{
  CapConvData out = *data;
  if (!kernel->passes[pass].rounds)
    return out;
  const float **const places[] = {&out.src, &out.weights, &out.dst};
  for (int i = 0; i < N_OPERANDS; i++) {
    if (results[pass] == (Role)i)
      continue;
    const gsize n = kernel->sizes[i] * (i == WEIGHTS ? 1 : (gsize)batch);
    cap_bfloat16_round_all(n, *places[i], kernel->rounded[i]);
    *places[i] = kernel->rounded[i];
  }
  return out;
}

void
cap_conv_kernel_forward(CapConvKernel *kernel, int batch, const float *src,
                        const float *weights, const float *bias, float *dst,
                        guint64 generation)
{
  CapConvPlan *plan = plan_for(kernel, CAP_CONV_FORWARD, batch);
  const CapConvData all = {src, weights, dst, bias};
  const CapConvData data = operands_of(kernel, CAP_CONV_FORWARD, batch, &all);
  cap_conv_plan_run(plan, &data, generation);
}

void
cap_conv_kernel_backward_data(CapConvKernel *kernel, int batch,
                              const float *diff_dst, const float *weights,
                              float *diff_src, guint64 generation)
{
  CapConvPlan *plan = plan_for(kernel, CAP_CONV_BACKWARD_DATA, batch);
  const CapConvData all = {diff_src, weights, diff_dst, NULL};
  const CapConvData data =
      operands_of(kernel, CAP_CONV_BACKWARD_DATA, batch, &all);
  cap_conv_plan_run(plan, &data, generation);
}

/* Sum of DIFF_DST over samples and voxels, channels last. */
static void
add_bias_grad(const CapConvSpec *s, int batch, const float *diff_dst,
              float *diff_bias)
{
  const gsize channels = (gsize)s->out_channels;
  const gsize voxels =
      (gsize)batch * (gsize)(s->out_size[0] * s->out_size[1] * s->out_size[2]);
  const gsize chunk = 1024;
  g_autofree double *sums = g_new0(double, channels);
  g_autofree float *part = g_new(float, channels);
  for (gsize start = 0; start < voxels; start += chunk) {
    memset(part, 0, channels * sizeof(float));
    for (gsize v = start; v < MIN(start + chunk, voxels); v++)
      for (gsize c = 0; c < channels; c++)
        part[c] += diff_dst[v * channels + c];
    for (gsize c = 0; c < channels; c++)
      sums[c] += (double)part[c];
  }
  for (gsize c = 0; c < channels; c++)
    diff_bias[c] += (float)sums[c];
}

void
cap_conv_kernel_backward_weights(CapConvKernel *kernel, int batch,
                                 const float *src, const float *diff_dst,
                                 float *diff_weights, float *diff_bias)
{
  const CapConvPass pass = CAP_CONV_BACKWARD_WEIGHTS;
  CapConvPlan *plan = plan_for(kernel, pass, batch);
  const CapConvData all = {src, kernel->diff_weights, diff_dst,
                           kernel->diff_bias};
  const CapConvData data = operands_of(kernel, pass, batch, &all);
  if (plan == NULL) {
    cap_weight_grad_add(&kernel->spec, batch, data.src, data.dst, diff_weights,
                        kernel->diff_weights);
  } else {
    cap_conv_plan_run(plan, &data, 0);
    for (gsize i = 0; i < kernel->sizes[WEIGHTS]; i++)
      diff_weights[i] += kernel->diff_weights[i];
  }
  if (!kernel->spec.bias)
    return;
  if (kernel->passes[pass].way != CAP_WAY_FLOAT32)
    add_bias_grad(&kernel->spec, batch, diff_dst, diff_bias);
  else
    for (int i = 0; i < kernel->spec.out_channels; i++)
      diff_bias[i] += kernel->diff_bias[i];
}
