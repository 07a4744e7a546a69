/* Matrix products, each in its way; oneDNN is core/nn/product_plan.c. */
#include "core/nn/product.h"

#include <cblas.h>
#include <stdlib.h>

#include "core/error.h"
#include "core/nn/arena.h"
#include "core/nn/bfloat16.h"
#include "core/nn/choices.h"
#include "core/nn/product_plan.h"

/* Rows of C that a thread does at a time, however many there are. */
#define BLOCK 64

struct CapProduct {
  CapProductSpec spec;
  CapWay way;
  gboolean rounds;              /* bfloat16 that oneDNN does not have here */
  const char *name;             /* of oneDNN's implementation, once known */
  GHashTable *plans;            /* of oneDNN, by sizes and whether it adds */
  float *rounded_a, *rounded_b; /* NULL until needed */
};

CapProduct *
cap_product_new(const CapProductSpec *spec)
{
  CapProduct *product = g_new0(CapProduct, 1);
  product->spec = *spec;
  product->plans = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
                                         (GDestroyNotify)cap_product_plan_free);
  return product;
}

void
cap_product_free(CapProduct *product)
{
  if (product == NULL)
    return;
  g_hash_table_unref(product->plans);
  free(product->rounded_a);
  free(product->rounded_b);
  g_free(product);
}

void
cap_product_set_way(CapProduct *product, CapWay way)
{
  product->way = way == CAP_WAY_BFLOAT16 ? way : CAP_WAY_FLOAT32;
  product->rounds = product->way == CAP_WAY_BFLOAT16 &&
                    !cap_product_has_bfloat16(&product->spec);
}

CapWay
cap_product_way(const CapProduct *product)
{
  return product->way;
}

gboolean
cap_product_has_bfloat16(const CapProductSpec *spec)
{
  CapProductPlan *plan = cap_product_plan_new(spec, FALSE);
  cap_product_plan_free(plan);
  return plan != NULL;
}

const char *
cap_product_implementation(const CapProduct *product)
{
  if (product->rounds)
    return "OpenBLAS, rounded";
  return product->name != NULL ? product->name : "OpenBLAS";
}

static gsize
size_of_a(const CapProductSpec *s)
{
  return (gsize)s->rows * (gsize)s->inner;
}

static gsize
size_of_b(const CapProductSpec *s)
{
  return (gsize)s->inner * (gsize)s->columns;
}

/* The plan for these sizes; NULL without memory. */
static CapProductPlan *
plan_for(CapProduct *product, int rows, int inner, gboolean add)
{
  const gint64 key = (gint64)rows << 32 | (gint64)inner << 1 | (add ? 1 : 0);
  CapProductPlan *plan = g_hash_table_lookup(product->plans, &key);
  if (plan != NULL)
    return plan;
  CapProductSpec spec = product->spec;
  spec.rows = rows;
  spec.inner = inner;
  plan = cap_product_plan_new(&spec, add);
  if (plan == NULL)
    return NULL;
  product->name = cap_product_plan_name(plan);
  g_hash_table_insert(product->plans, g_memdup2(&key, sizeof key), plan);
  return plan;
}

gboolean
cap_product_prepare(CapProduct *product, GError **error)
{
  const CapProductSpec *s = &product->spec;
  gboolean good = TRUE;
  if (product->rounds) {
    if (product->rounded_a == NULL)
      product->rounded_a = cap_arena_alloc(size_of_a(s));
    if (product->rounded_b == NULL)
      product->rounded_b = cap_arena_alloc(size_of_b(s));
    good = product->rounded_a != NULL && product->rounded_b != NULL;
  } else if (product->way == CAP_WAY_BFLOAT16) {
    good = plan_for(product, s->rows, s->inner, s->adds) != NULL;
  }
  if (!good)
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "No memory for a product of %d × %d and %d × %d numbers; use "
                "a smaller batch",
                s->rows, s->inner, s->inner, s->columns);
  return good;
}

static void
multiply(const CapProductSpec *s, int rows, int inner, const float *a,
         const float *b, float *c, gboolean add)
{
  const int block = s->whole ? rows : BLOCK;
  const gsize step = s->a_turned ? 1 : (gsize)inner;
#pragma omp parallel for if (rows > block)
  for (int i = 0; i < rows; i += block)
    cblas_sgemm(CblasRowMajor, s->a_turned ? CblasTrans : CblasNoTrans,
                s->b_turned ? CblasTrans : CblasNoTrans, MIN(block, rows - i),
                s->columns, inner, 1.0f, a + (gsize)i * step,
                s->a_turned ? rows : inner, b, s->b_turned ? inner : s->columns,
                add ? 1.0f : 0.0f, c + (gsize)i * (gsize)s->columns,
                s->columns);
}

void
cap_product_run(CapProduct *product, int rows, int inner, const float *a,
                const float *b, float *c, gboolean add, guint64 generation)
{
  const CapProductSpec *s = &product->spec;
  if (product->way == CAP_WAY_FLOAT32) {
    multiply(s, rows, inner, a, b, c, add);
    return;
  }
  if (product->rounds) {
    cap_bfloat16_round_all((gsize)rows * (gsize)inner, a, product->rounded_a);
    cap_bfloat16_round_all((gsize)inner * (gsize)s->columns, b,
                           product->rounded_b);
    multiply(s, rows, inner, product->rounded_a, product->rounded_b, c, add);
    return;
  }
  CapProductPlan *plan = plan_for(product, rows, inner, add);
  if (plan == NULL)
    g_error("no memory for a product of %d rows", rows);
  cap_product_plan_run(plan, a, b, c, generation);
}

/* A product that is timed. */
typedef struct {
  CapProduct *product;
  float *a, *b, *c;
} Trial;

static gboolean
run_way(CapWay way, gpointer data)
{
  Trial *t = data;
  const CapProductSpec *s = &t->product->spec;
  if (t->a == NULL || t->b == NULL || t->c == NULL)
    return FALSE;
  if (cap_product_way(t->product) != way)
    cap_product_set_way(t->product, way);
  if (!cap_product_prepare(t->product, NULL))
    return FALSE;
  cap_product_run(t->product, s->rows, s->inner, t->a, t->b, t->c, s->adds, 0);
  return TRUE;
}

CapWay
cap_product_choice(const CapProductSpec *spec, CapPrecision precision)
{
  static const CapWay ways[] = {CAP_WAY_FLOAT32, CAP_WAY_BFLOAT16};
  if (precision == CAP_PRECISION_BFLOAT16)
    return CAP_WAY_BFLOAT16;
  if (precision != CAP_PRECISION_AUTO || !cap_product_has_bfloat16(spec))
    return CAP_WAY_FLOAT32;
  g_autofree char *key = g_strdup_printf(
      "product-%d%s-%d%s-%d", spec->rows, spec->a_turned ? "t" : "",
      spec->inner, spec->b_turned ? "t" : "", spec->columns);
  g_autoptr(CapProduct) product = cap_product_new(spec);
  const gsize n_c = (gsize)spec->rows * (gsize)spec->columns;
  g_autoptr(GRand) random = g_rand_new_with_seed(1);
  Trial trial = {product, cap_choices_numbers(size_of_a(spec), random),
                 cap_choices_numbers(size_of_b(spec), random),
                 cap_choices_numbers(n_c, random)};
  const CapWay way =
      cap_choices_fastest(key, ways, G_N_ELEMENTS(ways), run_way, &trial);
  free(trial.a);
  free(trial.b);
  free(trial.c);
  return way;
}
