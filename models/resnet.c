/* The residual network: see resnet.h. */
#include "models/resnet.h"

#include "core/nn/ops/conv3d.h"
#include "core/nn/ops/dropout.h"
#include "core/nn/ops/pointwise.h"
#include "core/nn/ops/pooling.h"
#include "core/nn/ops/sum.h"
#include "models/blocks.h"
#include "models/heads.h"

#define EXPANSION 4 /* channels of a bottleneck's output to those inside */

static CapTensor
linear_conv(CapGraph *g, const char *name, CapTensor input, int channels,
            int stride)
{
  CapConv3dOptions o = cap_conv3d_options_default();
  o.channels = channels;
  o.kernel = 1;
  o.stride = stride;
  o.pad = 0;
  o.relu = FALSE;
  return cap_conv3d_bn_add(g, name, input, &o);
}

/* The last normalisation of a branch starts with scale 0, so that a block
 * starts as the identity (Goyal et al. 2017, section 5.1). */
static void
start_as_identity(CapGraph *g, const char *name)
{
  g_autofree char *scale = g_strconcat(name, ".bn.scale", NULL);
  const CapTensor t = cap_graph_find(g, scale);
  for (gsize i = 0; i < cap_graph_size(g, t); i++)
    cap_graph_data(g, t)[i] = 0.0f;
}

static CapTensor
bottleneck(CapGraph *g, const char *name, CapTensor input, int inside,
           int stride)
{
  g_autofree char *first = g_strconcat(name, ".1", NULL);
  g_autofree char *second = g_strconcat(name, ".2", NULL);
  g_autofree char *third = g_strconcat(name, ".3", NULL);
  g_autofree char *across = g_strconcat(name, ".across", NULL);
  const int channels = EXPANSION * inside;
  CapTensor x = cap_blocks_conv(g, first, input, inside, 1, 1);
  x = cap_blocks_conv(g, second, x, inside, 3, stride);
  x = linear_conv(g, third, x, channels, 1);
  start_as_identity(g, third);
  const gboolean same =
      stride == 1 && cap_graph_shape(g, input).dims[0] == channels;
  const CapTensor past =
      same ? input : linear_conv(g, across, input, channels, stride);
  return cap_sum_add(g, name, x, past, TRUE);
}

void
cap_resnet_build(CapNetwork *net, const CapNetworkOptions *options)
{
  static const int blocks[] = {3, 4, 6, 3};
  CapGraph *g = net->graph;
  const int width = options->width > 0 ? options->width : 64;
  const CapPoolingOptions halve = {
      .average = FALSE, .kernel = 3, .stride = 2, .pad = 1};
  CapTensor x = cap_blocks_conv(g, "stem", net->patch, width, 3, 2);
  x = cap_pooling_add(g, "stem.pool", x, &halve);
  for (int stage = 0; stage < (int)G_N_ELEMENTS(blocks); stage++)
    for (int block = 0; block < blocks[stage]; block++) {
      g_autofree char *name =
          g_strdup_printf("stage%d.%d", stage + 1, block + 1);
      x = bottleneck(g, name, x, width << stage,
                     stage > 0 && block == 0 ? 2 : 1);
    }
  const CapPoolingOptions all = {
      .average = TRUE, .kernel = cap_graph_shape(g, x).dims[1], .stride = 1};
  x = cap_pooling_add(g, "features.pool", x, &all);
  cap_heads_add(net, cap_dropout_add(g, "features", x, options->dropout),
                cap_relu_add, options);
}
