/* Matrix products in bfloat16 through oneDNN's C API, version 2.6. */
#include "core/nn/product_plan.h"

#include "core/nn/onednn_operand.h"

typedef enum { A, B, C, N_OPERANDS } Role;

struct CapProductPlan {
  dnnl_primitive_t run;
  CapOnednnOperand operands[N_OPERANDS];
  const char *name;
};

/* The operands as the caller has them and as oneDNN is asked for them: B in
 * whatever order it likes, since it is copied anyway. */
typedef struct {
  dnnl_memory_desc_t caller[N_OPERANDS], asked[N_OPERANDS];
} Layouts;

static dnnl_format_tag_t
tag(gboolean turned)
{
  return turned ? dnnl_ba : dnnl_ab;
}

static dnnl_status_t
describe(const CapProductSpec *s, Layouts *l)
{
  const dnnl_dims_t dims[N_OPERANDS] = {
      {s->rows, s->inner}, {s->inner, s->columns}, {s->rows, s->columns}};
  const dnnl_format_tag_t tags[N_OPERANDS] = {tag(s->a_turned),
                                              tag(s->b_turned), dnnl_ab};
  dnnl_status_t status = dnnl_success;
  for (int i = 0; i < N_OPERANDS && status == dnnl_success; i++) {
    status = dnnl_memory_desc_init_by_tag(&l->caller[i], 2, dims[i], dnnl_f32,
                                          tags[i]);
    if (status == dnnl_success)
      status = dnnl_memory_desc_init_by_tag(
          &l->asked[i], 2, dims[i], i == C ? dnnl_f32 : dnnl_bf16,
          i == B ? dnnl_format_tag_any : tags[i]);
  }
  return status;
}

static dnnl_status_t
product_pd(const Layouts *l, gboolean add, dnnl_primitive_desc_t *pd)
{
  dnnl_matmul_desc_t desc;
  dnnl_primitive_attr_t attr;
  dnnl_status_t status =
      cap_onednn_attr_init(&attr, add ? CAP_ONEDNN_ADD : CAP_ONEDNN_WRITE);
  if (status == dnnl_success)
    status = dnnl_matmul_desc_init(&desc, &l->asked[A], &l->asked[B], NULL,
                                   &l->asked[C]);
  if (status == dnnl_success)
    status =
        dnnl_primitive_desc_create(pd, &desc, attr, cap_onednn_engine(), NULL);
  dnnl_primitive_attr_destroy(attr);
  return status;
}

static dnnl_status_t
plan_fill(CapProductPlan *plan, const CapProductSpec *spec, gboolean add)
{
  static const dnnl_query_t queries[N_OPERANDS] = {
      dnnl_query_src_md, dnnl_query_weights_md, dnnl_query_dst_md};
  Layouts l;
  dnnl_primitive_desc_t pd = NULL;
  dnnl_status_t status = describe(spec, &l);
  if (status == dnnl_success)
    status = product_pd(&l, add, &pd);
  if (status == dnnl_success && cap_onednn_is_reference(pd))
    status = dnnl_unimplemented;
  if (status == dnnl_success) {
    plan->name = cap_onednn_implementation(pd);
    status = dnnl_primitive_create(&plan->run, pd);
  }
  for (int i = 0; i < N_OPERANDS && status == dnnl_success; i++)
    status = cap_onednn_operand_init(
        &plan->operands[i], &l.caller[i],
        dnnl_primitive_desc_query_md(pd, queries[i], 0), i == C);
  dnnl_primitive_desc_destroy(pd);
  return status;
}

CapProductPlan *
cap_product_plan_new(const CapProductSpec *spec, gboolean add)
{
  CapProductPlan *plan = g_new0(CapProductPlan, 1);
  if (plan_fill(plan, spec, add) == dnnl_success)
    return plan;
  cap_product_plan_free(plan);
  return NULL;
}

void
cap_product_plan_free(CapProductPlan *plan)
{
  if (plan == NULL)
    return;
  dnnl_primitive_destroy(plan->run);
  for (int i = 0; i < N_OPERANDS; i++)
    cap_onednn_operand_clear(&plan->operands[i]);
  g_free(plan);
}

void
cap_product_plan_run(CapProductPlan *plan, const float *a, const float *b,
                     float *c, guint64 generation)
{
  CapOnednnOperand *operands = plan->operands;
  const dnnl_exec_arg_t args[N_OPERANDS] = {
      {DNNL_ARG_SRC, cap_onednn_operand_give(&operands[A], a, 0)},
      {DNNL_ARG_WEIGHTS, cap_onednn_operand_give(&operands[B], b, generation)},
      {DNNL_ARG_DST, cap_onednn_operand_give(&operands[C], c, 0)}};
  dnnl_primitive_execute(plan->run, cap_onednn_stream(), N_OPERANDS, args);
  cap_onednn_operand_take(&operands[C]);
  dnnl_stream_wait(cap_onednn_stream());
}

const char *
cap_product_plan_name(const CapProductPlan *plan)
{
  return plan->name;
}
