/* A matrix product C = A B in one of the ways of core/nn/precision.h: float32
 * is OpenBLAS; bfloat16 is oneDNN where the processor has it, else OpenBLAS on
 * rounded factors. */
#pragma once

#include "core/nn/precision.h"

/* C is (rows, columns), A (rows, inner) or, turned, (inner, rows), B (inner,
 * columns) or, turned, (columns, inner); all row by row. */
typedef struct {
  int rows, inner, columns; /* the largest that will be asked for */
  gboolean a_turned, b_turned;
  gboolean adds; /* whether it will mostly be added to C: made ready for that */
  gboolean whole; /* too little for threads to share */
} CapProductSpec;

typedef struct CapProduct CapProduct;

/* Multiplies in float32 until told otherwise. Returns; caller frees. */
CapProduct *cap_product_new(const CapProductSpec *spec);
void cap_product_free(CapProduct *product);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapProduct, cap_product_free)

/* CAP_WAY_FLOAT32_OWN is CAP_WAY_FLOAT32 here. */
void cap_product_set_way(CapProduct *product, CapWay way);
CapWay cap_product_way(const CapProduct *product);
/* Whether oneDNN multiplies in bfloat16 on this processor. */
gboolean cap_product_has_bfloat16(const CapProductSpec *spec);
/* The way for PRECISION; CAP_PRECISION_AUTO times them on random numbers unless
 * the machine's choice is known (core/nn/choices.h). */
CapWay cap_product_choice(const CapProductSpec *spec, CapPrecision precision);
/* Name of what runs the largest size: oneDNN's, or "OpenBLAS"; with ",
 * rounded" when bfloat16 is float32 on rounded factors. Never freed. */
const char *cap_product_implementation(const CapProduct *product);

/* Makes the largest size ready now instead of at first use. FALSE with
 * CAP_ERROR_MEMORY. */
gboolean cap_product_prepare(CapProduct *product, GError **error);

/* After cap_product_prepare. ROWS or INNER may be below the spec's. With ADD
 * the product is added to C. GENERATION names B's values: equal and not 0 means
 * unchanged since the last call of these sizes, so a copy of it is used again.
 */
void cap_product_run(CapProduct *product, int rows, int inner, const float *a,
                     const float *b, float *c, gboolean add,
                     guint64 generation);
