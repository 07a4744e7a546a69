/* Ops that transformers are made of: see tests/support/ops.h. */
#include "core/nn/ops/attention.h"
#include "core/nn/ops/dropout.h"
#include "core/nn/ops/layernorm.h"
#include "core/nn/ops/linear.h"
#include "core/nn/ops/pointwise.h"
#include "core/nn/ops/tokens.h"
#include "tests/support/ops.h"
#include "tests/support/suite.h"

static CapTensor
build_layernorm(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_layernorm_add(g, "op", in[0]);
}

static CapTensor
build_gelu(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_gelu_add(g, "op", in[0]);
}

static CapTensor
build_linear_rows(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_linear_rows_add(g, "op", in[0], o[0]);
}

static CapTensor
build_attention(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_attention_add(g, "op", in[0], o[0]);
}

static CapTensor
build_cut(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_tokens_cut_add(g, "op", in[0], o[0]);
}

static CapTensor
build_embed(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_tokens_embed_add(g, "op", in[0]);
}

static CapTensor
build_dropout(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_dropout_add(g, "op", in[0], o[0] / 100.0);
}

static const CapGradientRow rows[] = {
    {"layer norm",
     build_layernorm,
     cap_twin_layernorm,
     1,
     {MATRIX(3, 24)},
     {0},
     FALSE,
     1},
    {"layer norm odd",
     build_layernorm,
     cap_twin_layernorm,
     1,
     {MATRIX(5, 13)},
     {0},
     FALSE,
     1},
    {"gelu",
     build_gelu,
     cap_twin_gelu,
     1,
     {MATRIX(3, 7)},
     {0},
     FALSE,
     1,
     -5,
     5},
    {"linear of rows",
     build_linear_rows,
     cap_twin_linear_rows,
     1,
     {MATRIX(5, 7)},
     {9},
     FALSE,
     1},
    {"linear of rows in blocks",
     build_linear_rows,
     cap_twin_linear_rows,
     1,
     {MATRIX(3, 5)},
     {70},
     FALSE,
     1},
    {"attention",
     build_attention,
     cap_twin_attention,
     1,
     {MATRIX(9, 24)},
     {2},
     FALSE,
     1},
    {"attention odd",
     build_attention,
     cap_twin_attention,
     1,
     {MATRIX(5, 45)},
     {3},
     FALSE,
     1,
     -2,
     2},
    {"attention of one head",
     build_attention,
     cap_twin_attention,
     1,
     {MATRIX(2, 15)},
     {1},
     FALSE,
     1},
    {"tokens cut",
     build_cut,
     cap_twin_tokens_cut,
     1,
     {VOLUME(1, 4, 2, 6)},
     {2},
     FALSE,
     1},
    {"tokens cut 3",
     build_cut,
     cap_twin_tokens_cut,
     1,
     {VOLUME(1, 3, 9, 6)},
     {3},
     FALSE,
     1},
    {"tokens embedded",
     build_embed,
     cap_twin_tokens_embed,
     1,
     {MATRIX(5, 7)},
     {0},
     FALSE,
     1},
    {"dropout",
     build_dropout,
     cap_twin_dropout,
     1,
     {MATRIX(5, 7)},
     {30},
     FALSE,
     1},
    {"dropout of nothing",
     build_dropout,
     cap_twin_dropout,
     1,
     {MATRIX(2, 3)},
     {0},
     FALSE,
     1},
};

int
main(void)
{
  return cap_ops_run("ops_tokens", rows, (int)G_N_ELEMENTS(rows));
}
