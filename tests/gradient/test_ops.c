/* Every op against its double-precision twin: outputs directly, gradients
 * against central differences of the twin. One row an op and shape; each runs
 * with a batch of 1 and of 37. */
#include <omp.h>

#include "core/nn/ops/batchnorm.h"
#include "core/nn/ops/concat.h"
#include "core/nn/ops/conv3d.h"
#include "core/nn/ops/linear.h"
#include "core/nn/ops/losses.h"
#include "core/nn/ops/pointwise.h"
#include "core/nn/ops/primary.h"
#include "core/nn/ops/rating_heads.h"
#include "core/nn/ops/shuffle.h"
#include "core/nn/ops/softmax.h"
#include "tests/support/gradient.h"
#include "tests/support/suite.h"

static CapTensor
build_conv(CapGraph *g, const CapTensor *in, const int *o)
{
  CapConv3dOptions options = {.channels = o[4],
                              .kernel = o[0],
                              .stride = o[1],
                              .pad = o[2],
                              .bias = o[3]};
  return cap_conv3d_add(g, "op", in[0], &options);
}

static CapTensor
build_deconv(CapGraph *g, const CapTensor *in, const int *o)
{
  CapConv3dOptions options = {.channels = o[4],
                              .kernel = o[0],
                              .stride = o[1],
                              .pad = o[2],
                              .bias = o[3]};
  return cap_deconv3d_add(g, "op", in[0], &options);
}

static CapTensor
build_batchnorm(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_batchnorm_add(g, "op", in[0], o[0]);
}

static CapTensor
build_relu(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_relu_add(g, "op", in[0]);
}

static CapTensor
build_sigmoid(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_sigmoid_add(g, "op", in[0], 2.0f);
}

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
build_space_to_depth(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_space_to_depth_add(g, "op", in[0]);
}

static CapTensor
build_depth_to_space(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_depth_to_space_add(g, "op", in[0]);
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
  return cap_rating_heads_add(g, "op", in[0], o[0], o[1], o[2]);
}

static CapTensor
build_primary(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_primary_add(g, "op", in[0], o[0]);
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
build_mask_loss(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_mask_loss_add(g, "op", in[0], in[1], in[2]);
}

static CapTensor
build_reconstruction_loss(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_reconstruction_loss_add(g, "op", in[0], in[1], in[2], in[3]);
}

#define VOLUME(c, d, h, w)                                                     \
  {                                                                            \
    4,                                                                         \
    {                                                                          \
      c, d, h, w                                                               \
    }                                                                          \
  }
#define MATRIX(a, b)                                                           \
  {                                                                            \
    2,                                                                         \
    {                                                                          \
      a, b                                                                     \
    }                                                                          \
  }
#define VECTOR(n)                                                              \
  {                                                                            \
    1,                                                                         \
    {                                                                          \
      n                                                                        \
    }                                                                          \
  }

static const CapGradientRow rows[] = {
    {"conv 3",
     build_conv,
     cap_twin_conv3d,
     1,
     {VOLUME(8, 4, 4, 4)},
     {3, 1, 1, 1, 16},
     TRUE,
     1},
    {"conv 3 odd",
     build_conv,
     cap_twin_conv3d,
     1,
     {VOLUME(3, 5, 4, 3)},
     {3, 1, 1, 1, 5},
     TRUE,
     1},
    {"conv 3 plain",
     build_conv,
     cap_twin_conv3d,
     1,
     {VOLUME(3, 3, 4, 5)},
     {3, 1, 1, 0, 8},
     FALSE,
     1},
    {"conv 3/2",
     build_conv,
     cap_twin_conv3d,
     1,
     {VOLUME(8, 6, 6, 6)},
     {3, 2, 1, 0, 16},
     TRUE,
     1},
    {"conv 5/2 of one",
     build_conv,
     cap_twin_conv3d,
     1,
     {VOLUME(1, 8, 8, 8)},
     {5, 2, 2, 0, 16},
     FALSE,
     1},
    {"conv 1",
     build_conv,
     cap_twin_conv3d,
     1,
     {VOLUME(16, 2, 3, 2)},
     {1, 1, 0, 1, 24},
     TRUE,
     1},
    {"conv 3 wide",
     build_conv,
     cap_twin_conv3d,
     1,
     {VOLUME(24, 3, 3, 3)},
     {3, 1, 1, 1, 32},
     TRUE,
     1},
    {"conv 3 of planes",
     build_conv,
     cap_twin_conv3d,
     1,
     {VOLUME(4, 5, 9, 17)},
     {3, 1, 1, 1, 8},
     TRUE,
     1},
    {"conv 3/2 odd size",
     build_conv,
     cap_twin_conv3d,
     1,
     {VOLUME(12, 5, 7, 3)},
     {3, 2, 1, 1, 40},
     TRUE,
     1},
    {"conv 5/3",
     build_conv,
     cap_twin_conv3d,
     1,
     {VOLUME(8, 7, 2, 6)},
     {5, 3, 2, 1, 8},
     TRUE,
     1},
    {"deconv 4/2",
     build_deconv,
     cap_twin_deconv3d,
     1,
     {VOLUME(8, 2, 2, 2)},
     {4, 2, 1, 1, 8},
     TRUE,
     1},
    {"deconv 2/2 odd",
     build_deconv,
     cap_twin_deconv3d,
     1,
     {VOLUME(3, 2, 3, 1)},
     {2, 2, 0, 1, 5},
     TRUE,
     1},
    {"batchnorm",
     build_batchnorm,
     cap_twin_batchnorm,
     1,
     {VOLUME(16, 3, 3, 3)},
     {0},
     TRUE,
     1},
    {"batchnorm relu",
     build_batchnorm,
     cap_twin_batchnorm,
     1,
     {VOLUME(32, 3, 2, 5)},
     {1},
     TRUE,
     1},
    {"batchnorm relu 8",
     build_batchnorm,
     cap_twin_batchnorm,
     1,
     {VOLUME(24, 3, 2, 3)},
     {1},
     TRUE,
     1},
    {"batchnorm relu odd",
     build_batchnorm,
     cap_twin_batchnorm,
     1,
     {VOLUME(5, 7, 7, 7)},
     {1},
     TRUE,
     1},
    {"batchnorm relu plain",
     build_batchnorm,
     cap_twin_batchnorm,
     1,
     {VOLUME(3, 3, 5, 3)},
     {1},
     FALSE,
     1},
    {"relu", build_relu, cap_twin_relu, 1, {VOLUME(3, 3, 5, 7)}, {0}, TRUE, 1},
    {"sigmoid",
     build_sigmoid,
     cap_twin_sigmoid,
     1,
     {VOLUME(1, 3, 5, 7)},
     {0},
     FALSE,
     1,
     -9,
     9},
    {"linear", build_linear, cap_twin_linear, 1, {MATRIX(3, 7)}, {5}, FALSE, 1},
    {"concat vectors",
     build_concat,
     cap_twin_concat,
     2,
     {MATRIX(3, 4), VECTOR(5)},
     {2},
     FALSE,
     2},
    {"concat volumes",
     build_concat,
     cap_twin_concat,
     3,
     {VOLUME(3, 2, 3, 2), VOLUME(1, 2, 3, 2), VOLUME(8, 2, 3, 2)},
     {3},
     TRUE,
     3},
    {"slice", build_slice, cap_twin_slice, 1, {MATRIX(4, 5)}, {3, 6}, FALSE, 1},
    {"space to depth",
     build_space_to_depth,
     cap_twin_space_to_depth,
     1,
     {VOLUME(1, 4, 2, 6)},
     {0},
     FALSE,
     1},
    {"space to depth 3",
     build_space_to_depth,
     cap_twin_space_to_depth,
     1,
     {VOLUME(3, 2, 4, 2)},
     {0},
     TRUE,
     1},
    {"depth to space",
     build_depth_to_space,
     cap_twin_depth_to_space,
     1,
     {VOLUME(8, 2, 3, 1)},
     {0},
     TRUE,
     1},
    {"depth to space 3",
     build_depth_to_space,
     cap_twin_depth_to_space,
     1,
     {VOLUME(24, 2, 1, 3)},
     {0},
     TRUE,
     1},
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

START_TEST(one_sample)
{
  cap_gradient_check(&rows[_i], 1);
}
END_TEST

START_TEST(many_samples)
{
  cap_gradient_check(&rows[_i], 37);
}
END_TEST

int
main(void)
{
  omp_set_num_threads(1); /* tiny shapes: threads that wait cost more */
  Suite *suite = suite_create("ops");
  TCase *tcase = tcase_create("twins");
  tcase_set_timeout(tcase, 60);
  tcase_add_loop_test(tcase, one_sample, 0, (int)G_N_ELEMENTS(rows));
  tcase_add_loop_test(tcase, many_samples, 0, (int)G_N_ELEMENTS(rows));
  suite_add_tcase(suite, tcase);
  return cap_suite_run(suite);
}
