/* Softmax over rows, and the loss that fits rating histograms. */
#pragma once

#include "core/nn/graph.h"

/* INPUT (width) or (rows,width). LEVELS (may be NULL: all) gives how many
 * leading columns of each row exist; the others come out 0. Borrowed, copied.
 * Returns the probabilities, shaped like INPUT. */
CapTensor cap_softmax_add(CapGraph *graph, const char *name, CapTensor input,
                          const int *levels);

/* Kullback-Leibler divergence of softmax(LOGITS) from the histograms TARGET
 * (shaped like LOGITS, rows sum to 1), each row times its WEIGHT (rows), mean
 * over rows. Returns the loss (1). */
CapTensor cap_rating_loss_add(CapGraph *graph, const char *name,
                              CapTensor logits, CapTensor target,
                              CapTensor weight, const int *levels);
