/* The engine of oneDNN 2.6's C API, and operands in its order and type. */
#include "core/nn/onednn_operand.h"

static dnnl_engine_t shared_engine;
static dnnl_stream_t shared_stream;

static void
start(void)
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

dnnl_engine_t
cap_onednn_engine(void)
{
  start();
  return shared_engine;
}

dnnl_stream_t
cap_onednn_stream(void)
{
  start();
  return shared_stream;
}

dnnl_status_t
cap_onednn_operand_init(CapOnednnOperand *operand,
                        const dnnl_memory_desc_t *caller,
                        const dnnl_memory_desc_t *wanted, gboolean result)
{
  const dnnl_engine_t engine = cap_onednn_engine();
  operand->result = result;
  dnnl_status_t status =
      dnnl_memory_create(&operand->caller, caller, engine, DNNL_MEMORY_NONE);
  if (status != dnnl_success || dnnl_memory_desc_equal(wanted, caller))
    return status;
  status =
      dnnl_memory_create(&operand->own, wanted, engine, DNNL_MEMORY_ALLOCATE);
  if (status != dnnl_success)
    return status;
  dnnl_primitive_desc_t pd = NULL;
  status = dnnl_reorder_primitive_desc_create(&pd, result ? wanted : caller,
                                              engine, result ? caller : wanted,
                                              engine, NULL);
  if (status == dnnl_success)
    status = dnnl_primitive_create(&operand->reorder, pd);
  dnnl_primitive_desc_destroy(pd);
  return status;
}

void
cap_onednn_operand_clear(CapOnednnOperand *operand)
{
  dnnl_memory_destroy(operand->caller);
  dnnl_memory_destroy(operand->own);
  dnnl_primitive_destroy(operand->reorder);
  *operand = (CapOnednnOperand){0};
}

static void
reorder(const CapOnednnOperand *operand, dnnl_memory_t from, dnnl_memory_t to)
{
  const dnnl_exec_arg_t args[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
  dnnl_primitive_execute(operand->reorder, shared_stream, 2, args);
}

dnnl_memory_t
cap_onednn_operand_give(CapOnednnOperand *operand, const float *data,
                        guint64 generation)
{
  dnnl_memory_set_data_handle(operand->caller, (void *)data);
  if (operand->own == NULL)
    return operand->caller;
  if (!operand->result &&
      (generation == 0 || operand->generation != generation))
    reorder(operand, operand->caller, operand->own);
  operand->generation = generation;
  return operand->own;
}

void
cap_onednn_operand_take(const CapOnednnOperand *operand)
{
  if (operand->own != NULL)
    reorder(operand, operand->own, operand->caller);
}

dnnl_status_t
cap_onednn_attr_init(dnnl_primitive_attr_t *attr, CapOnednnAfter after)
{
  dnnl_post_ops_t post = NULL;
  *attr = NULL;
  dnnl_status_t status = dnnl_primitive_attr_create(attr);
  if (status == dnnl_success)
    status = dnnl_post_ops_create(&post);
  if (status == dnnl_success && after == CAP_ONEDNN_RELU)
    status =
        dnnl_post_ops_append_eltwise(post, 1.0f, dnnl_eltwise_relu, 0.0f, 0.0f);
  if (status == dnnl_success && after == CAP_ONEDNN_ADD)
    status = dnnl_post_ops_append_sum(post, 1.0f);
  if (status == dnnl_success)
    status = dnnl_primitive_attr_set_post_ops(*attr, post);
  dnnl_post_ops_destroy(post);
  return status;
}

const char *
cap_onednn_implementation(const_dnnl_primitive_desc_t pd)
{
  const char *name = "";
  dnnl_primitive_desc_query(pd, dnnl_query_impl_info_str, 0, &name);
  return g_intern_string(name);
}

gboolean
cap_onednn_is_reference(const_dnnl_primitive_desc_t pd)
{
  return g_str_has_prefix(cap_onednn_implementation(pd), "ref");
}
