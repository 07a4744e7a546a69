/* Convolutions and the other ops over volumes, plain or channels last: see
 * tests/support/ops.h. */
#include "core/nn/ops/batchnorm.h"
#include "core/nn/ops/concat.h"
#include "core/nn/ops/conv3d.h"
#include "core/nn/ops/pointwise.h"
#include "core/nn/ops/pooling.h"
#include "core/nn/ops/shuffle.h"
#include "core/nn/ops/sum.h"
#include "tests/support/ops.h"
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
build_concat(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_concat_add(g, "op", in, o[0]);
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
build_pooling(CapGraph *g, const CapTensor *in, const int *o)
{
  const CapPoolingOptions options = {o[0], o[1], o[2], o[3]};
  return cap_pooling_add(g, "op", in[0], &options);
}

static CapTensor
build_sum(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_sum_add(g, "op", in[0], in[1], o[0]);
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
    {"concat volumes",
     build_concat,
     cap_twin_concat,
     3,
     {VOLUME(3, 2, 3, 2), VOLUME(1, 2, 3, 2), VOLUME(8, 2, 3, 2)},
     {3},
     TRUE,
     3},
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
    {"max pooling 3/2",
     build_pooling,
     cap_twin_pooling,
     1,
     {VOLUME(8, 5, 4, 7)},
     {0, 3, 2, 1},
     TRUE,
     1},
    {"max pooling odd",
     build_pooling,
     cap_twin_pooling,
     1,
     {VOLUME(3, 5, 3, 4)},
     {0, 2, 1, 0},
     FALSE,
     1},
    {"average pooling 2/2",
     build_pooling,
     cap_twin_pooling,
     1,
     {VOLUME(16, 4, 2, 6)},
     {1, 2, 2, 0},
     TRUE,
     1},
    {"average pooling at borders",
     build_pooling,
     cap_twin_pooling,
     1,
     {VOLUME(5, 3, 5, 4)},
     {1, 3, 2, 1},
     FALSE,
     1},
    {"average of all",
     build_pooling,
     cap_twin_pooling,
     1,
     {VOLUME(7, 3, 3, 3)},
     {1, 3, 1, 0},
     TRUE,
     1},
    {"sum",
     build_sum,
     cap_twin_sum,
     2,
     {VOLUME(3, 5, 3, 7), VOLUME(3, 5, 3, 7)},
     {0},
     FALSE,
     2},
    {"sum relu",
     build_sum,
     cap_twin_sum,
     2,
     {VOLUME(1, 9, 3, 5), VOLUME(1, 9, 3, 5)},
     {1},
     FALSE,
     2},
};

int
main(void)
{
  return cap_ops_run("ops_volumes", rows, (int)G_N_ELEMENTS(rows));
}
