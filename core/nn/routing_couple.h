/* Couplings of one type's children with all parents, from their logits: rows
 * [parent][lane]. A softmax over the parents of a group that compete, else a
 * sigmoid for each. */
#pragma once

#include "core/nn/routing.h"

/* C, logits, become couplings, 0 ... 1. */
void cap_couple(const CapRoutingTask *task, float *c);
/* SLOPE, the gradients of couplings C, become those of logits. */
void cap_couple_gradient(const CapRoutingTask *task, const float *c,
                         float *slope);
