/* Ops over vectors, capsules and losses: see tests/support/ops.h. */
#include "core/nn/ops/concat.h"
#include "core/nn/ops/linear.h"
#include "core/nn/ops/losses.h"
#include "core/nn/ops/primary.h"
#include "core/nn/ops/primary_matrix.h"
#include "core/nn/ops/rating_heads.h"
#include "core/nn/ops/softmax.h"
#include "tests/support/ops.h"
#include "tests/support/suite.h"

static CapTensor
build_linear(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_linear_add(g, "op", in[0], cap_shape_vector(o[0]));
}

static CapTensor
build_concat(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_concat_add(g, "op", in, o[0]);
}

static CapTensor
build_slice(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_slice_add(g, "op", in[0], o[0], o[1]);
}

static CapTensor
build_softmax(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_softmax_add(g, "op", in[0], o);
}

static CapTensor
build_rating_loss(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_rating_loss_add(g, "op", in[0], in[1], in[2], o);
}

static CapTensor
build_rating_heads(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_rating_heads_add(g, "op", in[0], o[3] ? in[1] : -1, o[0], o[1],
                              o[2]);
}

static CapTensor
build_primary(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_primary_add(g, "op", in[0], o[0]);
}

static CapTensor
build_primary_matrix(CapGraph *g, const CapTensor *in, const int *o)
{
  const CapPrimaryMatrices m = cap_primary_matrix_add(g, "op", in[0]);
  return o[0] ? m.activations : m.poses;
}

static CapTensor
build_length(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_length_add(g, "op", in[0]);
}

static CapTensor
build_margin_loss(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_margin_loss_add(g, "op", in[0], in[1], in[2]);
}

static CapTensor
build_spread_loss(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_spread_loss_add(g, "op", in[0], in[1], in[2], in[3]);
}

static CapTensor
build_mask_loss(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_mask_loss_add(g, "op", in[0], in[1], in[2]);
}

static CapTensor
build_reconstruction_loss(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_reconstruction_loss_add(g, "op", in[0], in[1], in[2], in[3]);
}

static const CapGradientRow rows[] = {
    {"linear", build_linear, cap_twin_linear, 1, {MATRIX(3, 7)}, {5}, FALSE, 1},
    {"concat vectors",
     build_concat,
     cap_twin_concat,
     2,
     {MATRIX(3, 4), VECTOR(5)},
     {2},
     FALSE,
     2},
    {"slice", build_slice, cap_twin_slice, 1, {MATRIX(4, 5)}, {3, 6}, FALSE, 1},
    {"softmax",
     build_softmax,
     cap_twin_softmax,
     1,
     {MATRIX(3, 6)},
     {5, 6, 4},
     FALSE,
     1,
     -4,
     4},
    {"rating loss",
     build_rating_loss,
     cap_twin_rating_loss,
     3,
     {MATRIX(3, 6), MATRIX(3, 6), VECTOR(3)},
     {5, 6, 4},
     FALSE,
     1,
     0,
     0.4},
    {"rating heads",
     build_rating_heads,
     cap_twin_rating_heads,
     1,
     {MATRIX(5, 7)},
     {2, 3, 4},
     FALSE,
     1},
    {"rating heads with shared values",
     build_rating_heads,
     cap_twin_rating_heads,
     2,
     {MATRIX(5, 7), VECTOR(3)},
     {2, 3, 4, TRUE},
     FALSE,
     2},
    {"primary",
     build_primary,
     cap_twin_primary,
     1,
     {VOLUME(16, 2, 2, 2)},
     {8},
     TRUE,
     1},
    {"primary odd",
     build_primary,
     cap_twin_primary,
     1,
     {VOLUME(15, 3, 1, 2)},
     {5},
     FALSE,
     1},
    {"primary matrices",
     build_primary_matrix,
     cap_twin_primary_matrix,
     1,
     {VOLUME(34, 2, 3, 2)},
     {0},
     TRUE,
     1},
    {"primary matrices, activations",
     build_primary_matrix,
     cap_twin_primary_matrix,
     1,
     {VOLUME(51, 3, 1, 5)},
     {1},
     FALSE,
     1,
     -9,
     9},
    {"length",
     build_length,
     cap_twin_length,
     1,
     {MATRIX(3, 16)},
     {0},
     FALSE,
     1},
    {"margin loss",
     build_margin_loss,
     cap_twin_margin_loss,
     3,
     {VECTOR(5), VECTOR(2), VECTOR(1)},
     {0},
     FALSE,
     1,
     0,
     1},
    {"spread loss",
     build_spread_loss,
     cap_twin_spread_loss,
     4,
     {VECTOR(5), VECTOR(3), VECTOR(1), VECTOR(1)},
     {0},
     FALSE,
     1,
     0,
     1},
    {"mask loss",
     build_mask_loss,
     cap_twin_mask_loss,
     3,
     {VOLUME(1, 5, 6, 7), VOLUME(1, 5, 6, 7), VECTOR(1)},
     {0},
     FALSE,
     1,
     0,
     1},
    {"reconstruction loss",
     build_reconstruction_loss,
     cap_twin_reconstruction_loss,
     4,
     {VOLUME(1, 5, 6, 7), VOLUME(1, 5, 6, 7), VOLUME(1, 5, 6, 7), VECTOR(1)},
     {0},
     FALSE,
     1,
     0,
     1},
};

int
main(void)
{
  return cap_ops_run("ops", rows, (int)G_N_ELEMENTS(rows));
}
