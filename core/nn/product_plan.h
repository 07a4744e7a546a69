/* One matrix product in bfloat16, for one size, as a oneDNN primitive. */
#pragma once

#include "core/nn/product.h"

typedef struct CapProductPlan CapProductPlan;

/* SPEC's sizes are those of the plan. A and B are rounded and multiplied as
 * such; sums and what is written are float32. With ADD the product is added to
 * what stands there. Returns, caller frees; NULL without memory or where oneDNN
 * has nothing but reference code for it on this processor. */
CapProductPlan *cap_product_plan_new(const CapProductSpec *spec, gboolean add);
void cap_product_plan_free(CapProductPlan *plan);

/* GENERATION as for cap_product_run. */
void cap_product_plan_run(CapProductPlan *plan, const float *a, const float *b,
                          float *c, guint64 generation);

/* oneDNN's name of the implementation; never freed. */
const char *cap_product_plan_name(const CapProductPlan *plan);
