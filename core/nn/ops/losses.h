/* Losses: each returns one value a sample, tensor (1), for cap_graph_add_loss.
 * The loss that fits rating histograms is in softmax.h. */
#pragma once

#include "core/nn/graph.h"

/* Margin loss (Sabour et al. 2017, equation 4, m+ 0.9, m- 0.1, lambda 0.5) of
 * the leading capsules of LENGTHS against TARGET (k, 0 or 1), times WEIGHT (1).
 */
CapTensor cap_margin_loss_add(CapGraph *graph, const char *name,
                              CapTensor lengths, CapTensor target,
                              CapTensor weight);

/* Spread loss (Hinton et al. 2018, equation 3): the sum over pairs of a capsule
 * t that is meant and one i that is not of max(0, margin - (a_t - a_i))^2, for
 * the leading capsules of ACTIVATIONS and TARGET (k, 0 or 1), times WEIGHT (1).
 * MARGIN (1) is an input, since it grows in training. */
CapTensor cap_spread_loss_add(CapGraph *graph, const char *name,
                              CapTensor activations, CapTensor target,
                              CapTensor weight, CapTensor margin);

/* Mean binary cross-entropy plus 1 - (2 sum p t + 1) / (sum p + sum t + 1)
 * (soft Dice) of p = sigmoid(LOGITS) against TARGET (same shape, 0 … 1), times
 * WEIGHT (1). LOGITS is plain. */
CapTensor cap_mask_loss_add(CapGraph *graph, const char *name, CapTensor logits,
                            CapTensor target, CapTensor weight);

/* 0.5 x mean of (IMAGE - TARGET)^2 over voxels weighted by MASK (all three of
 * one shape, plain), times WEIGHT (1); the mean divides by max(sum MASK, 1). */
CapTensor cap_reconstruction_loss_add(CapGraph *graph, const char *name,
                                      CapTensor image, CapTensor target,
                                      CapTensor mask, CapTensor weight);
