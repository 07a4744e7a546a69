/* Blocks of networks: see blocks.h. Sizes are of a 32³ patch. */
#include "models/blocks.h"

#include "core/nn/ops/concat.h"
#include "core/nn/ops/conv3d.h"
#include "core/nn/ops/shuffle.h"

CapTensor
cap_blocks_conv(CapGraph *g, const char *name, CapTensor input, int channels,
                int kernel, int stride)
{
  CapConv3dOptions o = cap_conv3d_options_default();
  o.channels = channels;
  o.kernel = kernel;
  o.stride = stride;
  o.pad = kernel / 2;
  return cap_conv3d_bn_relu_add(g, name, input, &o);
}

CapTensor
cap_blocks_grow(CapGraph *g, const char *name, CapTensor input, int channels,
                int kernel)
{
  CapConv3dOptions o = cap_conv3d_options_default();
  o.channels = 8 * channels;
  o.kernel = kernel;
  o.pad = kernel / 2;
  g_autofree char *wide = g_strconcat(name, ".wide", NULL);
  return cap_depth_to_space_add(g, name, cap_conv3d_add(g, wide, input, &o));
}

CapStem
cap_blocks_stem(CapGraph *g, CapTensor patch)
{
  CapStem s;
  const CapTensor first = cap_blocks_conv(g, "stem.1", patch, 16, 5, 2);
  s.half = cap_blocks_conv(g, "stem.2", first, 32, 3, 1);
  s.quarter = cap_blocks_conv(
      g, "stem.4", cap_blocks_conv(g, "stem.3", s.half, 64, 3, 2), 64, 3, 1);
  s.eighth = cap_blocks_conv(g, "stem.5", s.quarter, 128, 3, 2);
  return s;
}

CapTensor
cap_blocks_mask(CapGraph *g, const CapStem *stem, CapTensor patch)
{
  const CapTensor at_quarter[] = {
      cap_blocks_grow(g, "mask.up1", stem->eighth, 32, 1), stem->quarter};
  const CapTensor quarter =
      cap_blocks_conv(g, "mask.merge1",
                      cap_concat_add(g, "mask.join1", at_quarter, 2), 32, 1, 1);
  const CapTensor at_half[] = {cap_blocks_grow(g, "mask.up2", quarter, 16, 1),
                               stem->half,
                               cap_space_to_depth_add(g, "mask.patch", patch)};
  const CapTensor half = cap_blocks_conv(
      g, "mask.merge2", cap_concat_add(g, "mask.join2", at_half, 3), 16, 1, 1);
  const CapTensor smooth = cap_blocks_conv(g, "mask.conv", half, 16, 3, 1);
  return cap_blocks_grow(g, "mask.logits", smooth, 1, 3);
}

void
cap_blocks_mask_start(CapGraph *g)
{
  const CapTensor bias = cap_graph_find(g, "mask.logits.wide.bias");
  float *logits = cap_graph_data(g, bias);
  for (gsize i = 0; i < cap_graph_size(g, bias); i++)
    logits[i] = -4.0f;
}
