/* The plain convolutional network: see cnn.h. */
#include "models/cnn.h"

#include "core/nn/ops/dropout.h"
#include "core/nn/ops/linear.h"
#include "core/nn/ops/pointwise.h"
#include "core/nn/ops/pooling.h"
#include "models/blocks.h"
#include "models/heads.h"

/* Together with the heads as many parameters as the capsules have. */
#define CHANNELS 64
#define FEATURES 48

void
cap_cnn_build(CapNetwork *net, const CapNetworkOptions *options)
{
  CapGraph *g = net->graph;
  const CapStem stem = cap_blocks_stem(g, net->patch);
  net->mask_logits = cap_blocks_mask(g, &stem, net->patch);
  net->mask = cap_sigmoid_add(g, "mask", net->mask_logits, 1.0f);
  /* Halves of the grid stay apart, so that places are not lost altogether. */
  const CapPoolingOptions halves = {
      .average = FALSE, .kernel = CAP_GRID / 2, .stride = CAP_GRID / 2};
  const CapTensor pooled = cap_pooling_add(
      g, "features.pool",
      cap_blocks_conv(g, "features.conv", stem.eighth, CHANNELS, 1, 1),
      &halves);
  const CapTensor features = cap_relu_add(
      g, "features.relu",
      cap_linear_add(g, "features.linear", pooled, cap_shape_vector(FEATURES)));
  cap_heads_add(net, cap_dropout_add(g, "features", features, options->dropout),
                cap_relu_add, options);
  cap_blocks_mask_start(g);
}
