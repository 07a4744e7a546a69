/* Convolution through oneDNN's C API, version 2.6. */
#include "core/nn/conv_plan.h"

#include "core/nn/onednn.h"
#include "core/nn/onednn_operand.h"

typedef enum { SRC, WEIGHTS, DST, N_OPERANDS } Role;

struct CapConvPlan {
  CapConvPass pass;
  gboolean bias;
  dnnl_primitive_t run;
  CapOnednnOperand operands[N_OPERANDS];
  dnnl_memory_t bias_memory;
  const char *name;
};

/* The operands as the caller has them and as oneDNN is asked for them. */
typedef struct {
  dnnl_memory_desc_t caller[N_OPERANDS], asked[N_OPERANDS], bias;
} Layouts;

/* What a plan is made for. */
typedef struct {
  CapConvSpec spec;
  CapConvPass pass;
  int batch;
  gboolean bfloat16;
} Wish;

static const Role results[CAP_CONV_N_PASSES] = {DST, SRC, WEIGHTS};

static dnnl_format_tag_t
tag(gboolean last)
{
  return last ? dnnl_ndhwc : dnnl_ncdhw;
}

/* ANY leaves the order of the volumes to oneDNN, as that of the weights is. */
static dnnl_status_t
describe(const Wish *wish, gboolean any, Layouts *l)
{
  const CapConvSpec *s = &wish->spec;
  const dnnl_dims_t dims[N_OPERANDS] = {
      {wish->batch, s->in_channels, s->in_size[0], s->in_size[1],
       s->in_size[2]},
      {s->out_channels, s->in_channels, s->kernel, s->kernel, s->kernel},
      {wish->batch, s->out_channels, s->out_size[0], s->out_size[1],
       s->out_size[2]}};
  const dnnl_format_tag_t tags[N_OPERANDS] = {tag(s->in_last), dnnl_oidhw,
                                              tag(s->out_last)};
  const dnnl_dims_t bias = {s->out_channels};
  dnnl_status_t status =
      dnnl_memory_desc_init_by_tag(&l->bias, 1, bias, dnnl_f32, dnnl_x);
  for (int i = 0; i < N_OPERANDS; i++) {
    const gboolean rounded = wish->bfloat16 && results[wish->pass] != (Role)i;
    status |= dnnl_memory_desc_init_by_tag(&l->caller[i], 5, dims[i], dnnl_f32,
                                           tags[i]);
    status |= dnnl_memory_desc_init_by_tag(
        &l->asked[i], 5, dims[i], rounded ? dnnl_bf16 : dnnl_f32,
        any || i == WEIGHTS ? dnnl_format_tag_any : tags[i]);
  }
  return status;
}

static void
paddings(const CapConvSpec *s, dnnl_dims_t strides, dnnl_dims_t before,
         dnnl_dims_t after)
{
  for (int i = 0; i < 3; i++) {
    strides[i] = s->stride;
    before[i] = s->pad;
    after[i] =
        (s->out_size[i] - 1) * s->stride + s->kernel - s->in_size[i] - s->pad;
  }
}

static dnnl_status_t
forward_pd(const CapConvSpec *s, const Layouts *l, dnnl_prop_kind_t kind,
           dnnl_primitive_desc_t *pd)
{
  dnnl_dims_t strides, before, after;
  paddings(s, strides, before, after);
  dnnl_convolution_desc_t desc;
  dnnl_status_t status = dnnl_convolution_forward_desc_init(
      &desc, kind, dnnl_convolution_direct, &l->asked[SRC], &l->asked[WEIGHTS],
      s->bias ? &l->bias : NULL, &l->asked[DST], strides, before, after);
  if (status != dnnl_success)
    return status;
  dnnl_primitive_attr_t attr;
  status =
      cap_onednn_attr_init(&attr, s->relu ? CAP_ONEDNN_RELU : CAP_ONEDNN_WRITE);
  if (status == dnnl_success)
    status =
        dnnl_primitive_desc_create(pd, &desc, attr, cap_onednn_engine(), NULL);
  dnnl_primitive_attr_destroy(attr);
  return status;
}

/* The forward pass that a backward one belongs to: in bfloat16 all its volumes
 * are. */
static dnnl_status_t
hint_pd(const Wish *wish, const Layouts *l, dnnl_primitive_desc_t *hint)
{
  CapConvSpec bare = wish->spec;
  bare.relu = FALSE;
  if (wish->pass == CAP_CONV_BACKWARD_DATA || wish->bfloat16)
    bare.bias = FALSE;
  Layouts all = *l;
  for (int i = 0; wish->bfloat16 && i < N_OPERANDS; i++)
    all.asked[i].data_type = dnnl_bf16;
  return forward_pd(&bare, &all, dnnl_forward_training, hint);
}

static dnnl_status_t
backward_pd(const Wish *wish, const Layouts *l, dnnl_primitive_desc_t *pd)
{
  dnnl_dims_t strides, before, after;
  paddings(&wish->spec, strides, before, after);
  dnnl_primitive_desc_t hint = NULL;
  dnnl_status_t status = hint_pd(wish, l, &hint);
  if (status != dnnl_success)
    return status;
  dnnl_convolution_desc_t desc;
  if (wish->pass == CAP_CONV_BACKWARD_DATA)
    status = dnnl_convolution_backward_data_desc_init(
        &desc, dnnl_convolution_direct, &l->asked[SRC], &l->asked[WEIGHTS],
        &l->asked[DST], strides, before, after);
  else
    status = dnnl_convolution_backward_weights_desc_init(
        &desc, dnnl_convolution_direct, &l->asked[SRC], &l->asked[WEIGHTS],
        wish->spec.bias && !wish->bfloat16 ? &l->bias : NULL, &l->asked[DST],
        strides, before, after);
  if (status == dnnl_success)
    status =
        dnnl_primitive_desc_create(pd, &desc, NULL, cap_onednn_engine(), hint);
  dnnl_primitive_desc_destroy(hint);
  return status;
}

static dnnl_status_t
pass_pd(const Wish *wish, const Layouts *l, dnnl_primitive_desc_t *pd)
{
  if (wish->pass != CAP_CONV_FORWARD)
    return backward_pd(wish, l, pd);
  return forward_pd(
      &wish->spec, l,
      wish->spec.train ? dnnl_forward_training : dnnl_forward_inference, pd);
}

/* On AVX2 a strided forward pass reads channels last at half the speed of
 * blocked channels, which is more than the reorders cost. */
static gboolean
likes_blocks(const Wish *wish)
{
  return wish->pass == CAP_CONV_FORWARD && wish->spec.stride > 1 &&
         wish->spec.in_last && !wish->bfloat16 && !cap_onednn_has_avx512();
}

/* oneDNN's reference code is a thousand times slower than the rest: where the
 * caller's order gets nothing better, whatever order does is worth a reorder.
 */
static dnnl_status_t
choose(const Wish *wish, Layouts *l, dnnl_primitive_desc_t *pd)
{
  dnnl_status_t status = describe(wish, FALSE, l);
  if (status == dnnl_success)
    status = pass_pd(wish, l, pd);
  if (status != dnnl_success ||
      (!cap_onednn_is_reference(*pd) && !likes_blocks(wish)))
    return status;
  Layouts free_choice;
  dnnl_primitive_desc_t other = NULL;
  if (describe(wish, TRUE, &free_choice) != dnnl_success ||
      pass_pd(wish, &free_choice, &other) != dnnl_success)
    return dnnl_success;
  if (cap_onednn_is_reference(other)) {
    dnnl_primitive_desc_destroy(other);
    return dnnl_success;
  }
  dnnl_primitive_desc_destroy(*pd);
  *pd = other;
  *l = free_choice;
  return dnnl_success;
}

static dnnl_status_t
plan_fill(CapConvPlan *plan, const Wish *wish)
{
  static const dnnl_query_t queries[CAP_CONV_N_PASSES][N_OPERANDS] = {
      {dnnl_query_src_md, dnnl_query_weights_md, dnnl_query_dst_md},
      {dnnl_query_diff_src_md, dnnl_query_weights_md, dnnl_query_diff_dst_md},
      {dnnl_query_src_md, dnnl_query_diff_weights_md, dnnl_query_diff_dst_md}};
  Layouts l;
  dnnl_primitive_desc_t pd = NULL;
  dnnl_status_t status = choose(wish, &l, &pd);
  if (status == dnnl_success && wish->bfloat16 && cap_onednn_is_reference(pd)) {
    dnnl_primitive_desc_destroy(pd);
    return dnnl_unimplemented;
  }
  if (status != dnnl_success)
    return status;
  plan->name = cap_onednn_implementation(pd);
  status = dnnl_primitive_create(&plan->run, pd);
  for (int i = 0; i < N_OPERANDS && status == dnnl_success; i++)
    status = cap_onednn_operand_init(
        &plan->operands[i], &l.caller[i],
        dnnl_primitive_desc_query_md(pd, queries[wish->pass][i], 0),
        results[wish->pass] == (Role)i);
  if (status == dnnl_success)
    status = dnnl_memory_create(&plan->bias_memory, &l.bias,
                                cap_onednn_engine(), DNNL_MEMORY_NONE);
  dnnl_primitive_desc_destroy(pd);
  return status;
}

/* Where padding on both sides meets an axis of two results or one, oneDNN 2.6.3
 * gets the weight gradient in bfloat16 wrong from the second sample on (seen
 * with avx512_core_bf16: kernel 4, stride 2, padding 1 on 4 voxels; kernel 5,
 * padding 2 on one). */
static gboolean
is_wrong_there(const Wish *wish)
{
  const CapConvSpec *s = &wish->spec;
  if (!wish->bfloat16 || wish->pass != CAP_CONV_BACKWARD_WEIGHTS)
    return FALSE;
  dnnl_dims_t strides, before, after;
  paddings(s, strides, before, after);
  for (int i = 0; i < 3; i++)
    if (s->out_size[i] <= 2 && before[i] > 0 && after[i] > 0)
      return TRUE;
  return FALSE;
}

CapConvPlan *
cap_conv_plan_new(const CapConvSpec *spec, CapConvPass pass, int batch,
                  gboolean bfloat16)
{
  const Wish wish = {*spec, pass, batch, bfloat16};
  CapConvPlan *plan = g_new0(CapConvPlan, 1);
  plan->pass = pass;
  plan->bias = spec->bias && (pass == CAP_CONV_FORWARD ||
                              (pass == CAP_CONV_BACKWARD_WEIGHTS && !bfloat16));
  if (!is_wrong_there(&wish) && plan_fill(plan, &wish) == dnnl_success)
    return plan;
  cap_conv_plan_free(plan);
  return NULL;
}

void
cap_conv_plan_free(CapConvPlan *plan)
{
  if (plan == NULL)
    return;
  dnnl_primitive_destroy(plan->run);
  dnnl_memory_destroy(plan->bias_memory);
  for (int i = 0; i < N_OPERANDS; i++) {
    cap_onednn_operand_clear(&plan->operands[i]);
  }
  g_free(plan);
}

void
cap_conv_plan_run(CapConvPlan *plan, const CapConvData *data,
                  guint64 generation)
{
  static const int names[CAP_CONV_N_PASSES][N_OPERANDS + 1] = {
      {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, DNNL_ARG_BIAS},
      {DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST, DNNL_ARG_BIAS},
      {DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_DST,
       DNNL_ARG_DIFF_BIAS}};
  const float *const operands[] = {data->src, data->weights, data->dst};
  dnnl_exec_arg_t args[N_OPERANDS + 1];
  for (int i = 0; i < N_OPERANDS; i++)
    args[i] = (dnnl_exec_arg_t){
        names[plan->pass][i],
        cap_onednn_operand_give(&plan->operands[i], operands[i],
                                i == WEIGHTS ? generation : 0)};
  dnnl_memory_set_data_handle(plan->bias_memory, (void *)data->bias);
  args[N_OPERANDS] =
      (dnnl_exec_arg_t){names[plan->pass][N_OPERANDS], plan->bias_memory};
  dnnl_primitive_execute(plan->run, cap_onednn_stream(),
                         plan->bias ? N_OPERANDS + 1 : N_OPERANDS, args);
  cap_onednn_operand_take(&plan->operands[results[plan->pass]]);
  dnnl_stream_wait(cap_onednn_stream());
}

const char *
cap_conv_plan_name(const CapConvPlan *plan)
{
  return plan->name;
}
