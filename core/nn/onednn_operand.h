/* What primitives of oneDNN read and write: the caller's memory and, where
 * oneDNN wants another order or type, a copy of ours with the reorder between
 * them. Only plans (core/nn/conv_plan.c, core/nn/product_plan.c) include this.
 */
#pragma once

#include <glib.h>
#include <oneapi/dnnl/dnnl.h>

/* Started when first asked for; shared by all plans, never freed. */
dnnl_engine_t cap_onednn_engine(void);
dnnl_stream_t cap_onednn_stream(void);

/* Zeroed before CapOnednnOperand's init. */
typedef struct {
  dnnl_memory_t caller, own; /* own is NULL where the caller's suits */
  dnnl_primitive_t reorder;  /* caller to own, or own to caller for a result */
  gboolean result;
  guint64 generation; /* of what own holds */
} CapOnednnOperand;

/* An operand that lies as CALLER and is WANTED so; with RESULT the primitive
 * writes it. Cleared by the caller even after a failure. */
dnnl_status_t cap_onednn_operand_init(CapOnednnOperand *operand,
                                      const dnnl_memory_desc_t *caller,
                                      const dnnl_memory_desc_t *wanted,
                                      gboolean result);
void cap_onednn_operand_clear(CapOnednnOperand *operand);

/* The memory for the primitive, where what it reads is brought to from DATA.
 * GENERATION names DATA's values: equal and not 0 means unchanged since the
 * last call, so that the copy is used again. */
dnnl_memory_t cap_onednn_operand_give(CapOnednnOperand *operand,
                                      const float *data, guint64 generation);
/* After the primitive: brings a result back to the caller. */
void cap_onednn_operand_take(const CapOnednnOperand *operand);

/* What is done to a result before it is written: ReLU, or adding it to what
 * stands there. Returns in ATTR, the caller destroys it even after a failure.
 */
typedef enum {
  CAP_ONEDNN_WRITE,
  CAP_ONEDNN_RELU,
  CAP_ONEDNN_ADD
} CapOnednnAfter;
dnnl_status_t cap_onednn_attr_init(dnnl_primitive_attr_t *attr,
                                   CapOnednnAfter after);

/* oneDNN's name of what it chose, "jit:avx2"; never freed. */
const char *cap_onednn_implementation(const_dnnl_primitive_desc_t pd);
/* Reference code is a thousand times slower than the rest. */
gboolean cap_onednn_is_reference(const_dnnl_primitive_desc_t pd);
