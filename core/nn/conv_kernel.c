/* Convolution through oneDNN's C API, version 2.6. */
#include "core/nn/conv_kernel.h"

#include <oneapi/dnnl/dnnl.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/nn/arena.h"
#include "core/nn/weight_grad.h"

/* One operand of a primitive: the caller's memory and, when oneDNN wants
 * another order, our own with the reorder between them. */
typedef struct {
  dnnl_memory_t caller, own;
  dnnl_primitive_t reorder; /* caller -> own, or own -> caller for results */
  guint64 generation;       /* of weights: what own holds */
} Operand;

typedef enum { SRC, WEIGHTS, DST, N_OPERANDS } Role;

/* A primitive for one pass and batch size. */
typedef struct {
  dnnl_primitive_t run;
  Operand operands[N_OPERANDS];
  dnnl_memory_t bias;
} Plan;

struct CapConvKernel {
  CapConvSpec spec;
  int max_batch;
  gsize n_weights;
  float *diff_weights, *diff_bias; /* of one pass */
  gboolean own_weight_grad;        /* ours beats oneDNN's here */
  Plan *plans[CAP_CONV_N_PASSES];  /* max_batch + 1 each */
};

/* The operands as the caller has them and as oneDNN is asked for them. */
typedef struct {
  dnnl_memory_desc_t caller[N_OPERANDS], asked[N_OPERANDS], bias;
} Layouts;

static dnnl_engine_t shared_engine;
static dnnl_stream_t shared_stream;

static void
start_engine(void)
{
  static gsize started;
  if (!g_once_init_enter(&started))
    return;
  if (dnnl_engine_create(&shared_engine, dnnl_cpu, 0) != dnnl_success ||
      dnnl_stream_create(&shared_stream, shared_engine,
                         dnnl_stream_default_flags) != dnnl_success)
    g_error("oneDNN does not start");
  g_once_init_leave(&started, 1);
}

CapConvKernel *
cap_conv_kernel_new(const CapConvSpec *spec, int max_batch)
{
  start_engine();
  CapConvKernel *kernel = g_new0(CapConvKernel, 1);
  kernel->spec = *spec;
  kernel->max_batch = max_batch;
  kernel->n_weights = (gsize)spec->in_channels * (gsize)spec->out_channels *
                      (gsize)spec->kernel * (gsize)spec->kernel *
                      (gsize)spec->kernel;
  /* With AVX-512, oneDNN has a kernel of its own for channels last. */
  kernel->own_weight_grad =
      cap_weight_grad_handles(spec) &&
      (dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx512_core) !=
          dnnl_cpu_isa_avx512_core;
  for (int pass = 0; pass < CAP_CONV_N_PASSES; pass++)
    kernel->plans[pass] = g_new0(Plan, (gsize)max_batch + 1);
  return kernel;
}

static void
plan_clear(Plan *plan)
{
  dnnl_primitive_destroy(plan->run);
  dnnl_memory_destroy(plan->bias);
  for (int i = 0; i < N_OPERANDS; i++) {
    dnnl_memory_destroy(plan->operands[i].caller);
    dnnl_memory_destroy(plan->operands[i].own);
    dnnl_primitive_destroy(plan->operands[i].reorder);
  }
  *plan = (Plan){0};
}

void
cap_conv_kernel_free(CapConvKernel *kernel)
{
  if (kernel == NULL)
    return;
  for (int pass = 0; pass < CAP_CONV_N_PASSES; pass++) {
    for (int batch = 0; batch <= kernel->max_batch; batch++)
      plan_clear(&kernel->plans[pass][batch]);
    g_free(kernel->plans[pass]);
  }
  free(kernel->diff_weights);
  free(kernel->diff_bias);
  g_free(kernel);
}

static dnnl_format_tag_t
tag(gboolean last)
{
  return last ? dnnl_ndhwc : dnnl_ncdhw;
}

/* ANY leaves the order of the volumes to oneDNN, as that of the weights is. */
static dnnl_status_t
describe(const CapConvSpec *s, int batch, gboolean any, Layouts *l)
{
  const dnnl_dims_t dims[N_OPERANDS] = {
      {batch, s->in_channels, s->in_size[0], s->in_size[1], s->in_size[2]},
      {s->out_channels, s->in_channels, s->kernel, s->kernel, s->kernel},
      {batch, s->out_channels, s->out_size[0], s->out_size[1], s->out_size[2]}};
  const dnnl_format_tag_t tags[N_OPERANDS] = {tag(s->in_last), dnnl_oidhw,
                                              tag(s->out_last)};
  const dnnl_dims_t bias = {s->out_channels};
  dnnl_status_t status =
      dnnl_memory_desc_init_by_tag(&l->bias, 1, bias, dnnl_f32, dnnl_x);
  for (int i = 0; i < N_OPERANDS; i++) {
    status |= dnnl_memory_desc_init_by_tag(&l->caller[i], 5, dims[i], dnnl_f32,
                                           tags[i]);
    status |= dnnl_memory_desc_init_by_tag(
        &l->asked[i], 5, dims[i], dnnl_f32,
        any || i == WEIGHTS ? dnnl_format_tag_any : tags[i]);
  }
  return status;
}

static dnnl_status_t
forward_pd(const CapConvSpec *s, const Layouts *l, dnnl_prop_kind_t kind,
           dnnl_primitive_desc_t *pd)
{
  const dnnl_dims_t strides = {s->stride, s->stride, s->stride};
  dnnl_dims_t before, after;
  for (int i = 0; i < 3; i++) {
    before[i] = s->pad;
    after[i] =
        (s->out_size[i] - 1) * s->stride + s->kernel - s->in_size[i] - s->pad;
  }
  dnnl_convolution_desc_t desc;
  dnnl_status_t status = dnnl_convolution_forward_desc_init(
      &desc, kind, dnnl_convolution_direct, &l->asked[SRC], &l->asked[WEIGHTS],
      s->bias ? &l->bias : NULL, &l->asked[DST], strides, before, after);
  if (status != dnnl_success)
    return status;
  dnnl_primitive_attr_t attr = NULL;
  dnnl_post_ops_t post = NULL;
  status = dnnl_primitive_attr_create(&attr);
  if (status == dnnl_success && s->relu) {
    status = dnnl_post_ops_create(&post);
    if (status == dnnl_success)
      status = dnnl_post_ops_append_eltwise(post, 1.0f, dnnl_eltwise_relu, 0.0f,
                                            0.0f);
    if (status == dnnl_success)
      status = dnnl_primitive_attr_set_post_ops(attr, post);
  }
  if (status == dnnl_success)
    status = dnnl_primitive_desc_create(pd, &desc, attr, shared_engine, NULL);
  dnnl_post_ops_destroy(post);
  dnnl_primitive_attr_destroy(attr);
  return status;
}

static dnnl_status_t
backward_pd(const CapConvSpec *s, const Layouts *l, CapConvPass pass,
            dnnl_primitive_desc_t *pd)
{
  const dnnl_dims_t strides = {s->stride, s->stride, s->stride};
  dnnl_dims_t before, after;
  for (int i = 0; i < 3; i++) {
    before[i] = s->pad;
    after[i] =
        (s->out_size[i] - 1) * s->stride + s->kernel - s->in_size[i] - s->pad;
  }
  CapConvSpec bare = *s;
  bare.relu = FALSE;
  if (pass == CAP_CONV_BACKWARD_DATA)
    bare.bias = FALSE;
  dnnl_primitive_desc_t hint = NULL;
  dnnl_status_t status = forward_pd(&bare, l, dnnl_forward_training, &hint);
  if (status != dnnl_success)
    return status;
  dnnl_convolution_desc_t desc;
  if (pass == CAP_CONV_BACKWARD_DATA)
    status = dnnl_convolution_backward_data_desc_init(
        &desc, dnnl_convolution_direct, &l->asked[SRC], &l->asked[WEIGHTS],
        &l->asked[DST], strides, before, after);
  else
    status = dnnl_convolution_backward_weights_desc_init(
        &desc, dnnl_convolution_direct, &l->asked[SRC], &l->asked[WEIGHTS],
        s->bias ? &l->bias : NULL, &l->asked[DST], strides, before, after);
  if (status == dnnl_success)
    status = dnnl_primitive_desc_create(pd, &desc, NULL, shared_engine, hint);
  dnnl_primitive_desc_destroy(hint);
  return status;
}

/* The operand's memory in the order WANTED, RESULT: the primitive writes it. */
static dnnl_status_t
plan_operand(Operand *operand, const dnnl_memory_desc_t *caller,
             const dnnl_memory_desc_t *wanted, gboolean result)
{
  dnnl_status_t status = dnnl_memory_create(&operand->caller, caller,
                                            shared_engine, DNNL_MEMORY_NONE);
  if (status != dnnl_success || dnnl_memory_desc_equal(wanted, caller))
    return status;
  status = dnnl_memory_create(&operand->own, wanted, shared_engine,
                              DNNL_MEMORY_ALLOCATE);
  if (status != dnnl_success)
    return status;
  dnnl_primitive_desc_t pd = NULL;
  status = dnnl_reorder_primitive_desc_create(
      &pd, result ? wanted : caller, shared_engine, result ? caller : wanted,
      shared_engine, NULL);
  if (status == dnnl_success)
    status = dnnl_primitive_create(&operand->reorder, pd);
  dnnl_primitive_desc_destroy(pd);
  return status;
}

static dnnl_status_t
pass_pd(const CapConvSpec *s, const Layouts *l, CapConvPass pass,
        dnnl_primitive_desc_t *pd)
{
  if (pass != CAP_CONV_FORWARD)
    return backward_pd(s, l, pass, pd);
  return forward_pd(
      s, l, s->train ? dnnl_forward_training : dnnl_forward_inference, pd);
}

static gboolean
is_reference(dnnl_primitive_desc_t pd)
{
  const char *name = "";
  dnnl_primitive_desc_query(pd, dnnl_query_impl_info_str, 0, &name);
  return g_str_has_prefix(name, "ref");
}

/* oneDNN's reference code is a thousand times slower than the rest: where the
 * caller's order gets nothing better, whatever order does is worth a reorder.
 */
static dnnl_status_t
choose(const CapConvSpec *s, int batch, CapConvPass pass, Layouts *l,
       dnnl_primitive_desc_t *pd)
{
  dnnl_status_t status = describe(s, batch, FALSE, l);
  if (status == dnnl_success)
    status = pass_pd(s, l, pass, pd);
  if (status != dnnl_success || !is_reference(*pd))
    return status;
  Layouts free_choice;
  dnnl_primitive_desc_t other = NULL;
  if (describe(s, batch, TRUE, &free_choice) != dnnl_success ||
      pass_pd(s, &free_choice, pass, &other) != dnnl_success)
    return dnnl_success;
  if (is_reference(other)) {
    dnnl_primitive_desc_destroy(other);
    return dnnl_success;
  }
  dnnl_primitive_desc_destroy(*pd);
  *pd = other;
  return dnnl_success;
}

static dnnl_status_t
plan_create(const CapConvSpec *s, CapConvPass pass, int batch, Plan *plan)
{
  static const dnnl_query_t queries[CAP_CONV_N_PASSES][N_OPERANDS] = {
      {dnnl_query_src_md, dnnl_query_weights_md, dnnl_query_dst_md},
      {dnnl_query_diff_src_md, dnnl_query_weights_md, dnnl_query_diff_dst_md},
      {dnnl_query_src_md, dnnl_query_diff_weights_md, dnnl_query_diff_dst_md}};
  static const Role results[CAP_CONV_N_PASSES] = {DST, SRC, WEIGHTS};
  Layouts l;
  dnnl_primitive_desc_t pd = NULL;
  dnnl_status_t status = choose(s, batch, pass, &l, &pd);
  if (status != dnnl_success)
    return status;
  status = dnnl_primitive_create(&plan->run, pd);
  for (int i = 0; i < N_OPERANDS && status == dnnl_success; i++)
    status = plan_operand(&plan->operands[i], &l.caller[i],
                          dnnl_primitive_desc_query_md(pd, queries[pass][i], 0),
                          results[pass] == (Role)i);
  if (status == dnnl_success)
    status = dnnl_memory_create(&plan->bias, &l.bias, shared_engine,
                                DNNL_MEMORY_NONE);
  dnnl_primitive_desc_destroy(pd);
  return status;
}

gboolean
cap_conv_kernel_prepare(CapConvKernel *kernel, CapConvPass pass, int batch,
                        GError **error)
{
  Plan *plan = &kernel->plans[pass][batch];
  gboolean good = TRUE;
  if (pass == CAP_CONV_BACKWARD_WEIGHTS && kernel->diff_weights == NULL) {
    kernel->diff_weights = cap_arena_alloc(kernel->n_weights);
    kernel->diff_bias = cap_arena_alloc((gsize)kernel->spec.out_channels);
    good = kernel->diff_weights != NULL && kernel->diff_bias != NULL;
  }
  const gboolean own =
      pass == CAP_CONV_BACKWARD_WEIGHTS && kernel->own_weight_grad;
  if (good && !own && plan->run == NULL)
    good = plan_create(&kernel->spec, pass, batch, plan) == dnnl_success;
  if (!good) {
    plan_clear(plan);
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "No memory for a convolution over a batch of %d; use a smaller "
                "batch",
                batch);
  }
  return good;
}

static Plan *
plan_for(CapConvKernel *kernel, CapConvPass pass, int batch)
{
  GError *error = NULL;
  if (kernel->plans[pass][batch].run == NULL &&
      !cap_conv_kernel_prepare(kernel, pass, batch, &error))
    g_error("%s", error->message); /* a small allocation, as GLib's own */
  return &kernel->plans[pass][batch];
}

static void
reorder(const Operand *operand, dnnl_memory_t from, dnnl_memory_t to)
{
  const dnnl_exec_arg_t args[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
  dnnl_primitive_execute(operand->reorder, shared_stream, 2, args);
}

/* DATA for the primitive to read, in its order. */
static dnnl_memory_t
give(Operand *operand, const float *data, guint64 generation)
{
  dnnl_memory_set_data_handle(operand->caller, (void *)data);
  if (operand->own == NULL)
    return operand->caller;
  if (generation == 0 || operand->generation != generation)
    reorder(operand, operand->caller, operand->own);
  operand->generation = generation;
  return operand->own;
}

/* Memory for the primitive to write; fetch brings it to DATA. */
static dnnl_memory_t
receive(Operand *operand, float *data)
{
  dnnl_memory_set_data_handle(operand->caller, data);
  return operand->own != NULL ? operand->own : operand->caller;
}

static void
fetch(const Operand *operand)
{
  if (operand->own != NULL)
    reorder(operand, operand->own, operand->caller);
  dnnl_stream_wait(shared_stream);
}

void
cap_conv_kernel_forward(CapConvKernel *kernel, int batch, const float *src,
                        const float *weights, const float *bias, float *dst,
                        guint64 generation)
{
  Plan *plan = plan_for(kernel, CAP_CONV_FORWARD, batch);
  Operand *o = plan->operands;
  dnnl_memory_set_data_handle(plan->bias, (void *)bias);
  const dnnl_exec_arg_t args[] = {
      {DNNL_ARG_SRC, give(&o[SRC], src, 0)},
      {DNNL_ARG_WEIGHTS, give(&o[WEIGHTS], weights, generation)},
      {DNNL_ARG_DST, receive(&o[DST], dst)},
      {DNNL_ARG_BIAS, plan->bias}};
  dnnl_primitive_execute(plan->run, shared_stream, kernel->spec.bias ? 4 : 3,
                         args);
  fetch(&o[DST]);
}

void
cap_conv_kernel_backward_data(CapConvKernel *kernel, int batch,
                              const float *diff_dst, const float *weights,
                              float *diff_src, guint64 generation)
{
  Plan *plan = plan_for(kernel, CAP_CONV_BACKWARD_DATA, batch);
  Operand *o = plan->operands;
  const dnnl_exec_arg_t args[] = {
      {DNNL_ARG_DIFF_DST, give(&o[DST], diff_dst, 0)},
      {DNNL_ARG_WEIGHTS, give(&o[WEIGHTS], weights, generation)},
      {DNNL_ARG_DIFF_SRC, receive(&o[SRC], diff_src)}};
  dnnl_primitive_execute(plan->run, shared_stream, 3, args);
  fetch(&o[SRC]);
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
  if (kernel->own_weight_grad) {
    cap_weight_grad_add(&kernel->spec, batch, src, diff_dst, diff_weights,
                        kernel->diff_weights);
    if (kernel->spec.bias)
      add_bias_grad(&kernel->spec, batch, diff_dst, diff_bias);
    return;
  }
  Plan *plan = plan_for(kernel, CAP_CONV_BACKWARD_WEIGHTS, batch);
  Operand *o = plan->operands;
  dnnl_memory_set_data_handle(plan->bias, kernel->diff_bias);
  const dnnl_exec_arg_t args[] = {
      {DNNL_ARG_SRC, give(&o[SRC], src, 0)},
      {DNNL_ARG_DIFF_DST, give(&o[DST], diff_dst, 0)},
      {DNNL_ARG_DIFF_WEIGHTS, receive(&o[WEIGHTS], kernel->diff_weights)},
      {DNNL_ARG_DIFF_BIAS, plan->bias}};
  dnnl_primitive_execute(plan->run, shared_stream, kernel->spec.bias ? 4 : 3,
                         args);
  fetch(&o[WEIGHTS]);
  for (gsize i = 0; i < kernel->n_weights; i++)
    diff_weights[i] += kernel->diff_weights[i];
  for (int i = 0; kernel->spec.bias && i < kernel->spec.out_channels; i++)
    diff_bias[i] += kernel->diff_bias[i];
}
