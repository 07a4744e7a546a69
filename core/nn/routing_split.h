/* Routing by agreement with the plane of parents x pose dimensions split over
 * ranks (core/nn/routing_plane.h): every rank sees the same children and works
 * out its rows of the votes' matrices alone, forward and backward.
 *
 * What ranks have to know of each other in an iteration is, for all samples of
 * a batch at once: their parts of the logits of parents that they share (the
 * agreement is a sum over dimensions, the softmax one over parents), from which
 * each makes all couplings for itself, and their rows of the poses before the
 * squash. Backward sends the gradients of couplings and of rows the same way,
 * and at the end those of children and matrices. Poses and gradients are thus
 * whole and equal to the last bit on all ranks.
 *
 * All pairs are worked on, also those that sparse routing has dropped: their
 * couplings are zero. Backward belongs to the forward pass before it, of which
 * everything is kept. */
#pragma once

#include "core/nn/ranks.h"
#include "core/nn/routing.h"

typedef struct CapRoutingSplit CapRoutingSplit;

/* TASK holds all parents; its groups are borrowed, as is RANKS. ROUTING has an
 * agreement rule. Returns; NULL without memory for MAX_BATCH samples. */
CapRoutingSplit *cap_routing_split_new(const CapRoutingTask *task,
                                       const CapRouting *routing,
                                       const CapRanks *ranks, int max_batch);
void cap_routing_split_free(CapRoutingSplit *split);

/* IN's children are those of BATCH samples, [sample][type][child_dim][lane];
 * so are POSES, [sample][parent][dim]. Returns the pairs that this rank worked
 * on. */
CapRoutingCount cap_routing_split_forward(CapRoutingSplit *split,
                                          const CapRoutingInput *in, int batch,
                                          float *poses);
/* DPOSES [sample][parent][dim]. DCHILDREN, laid out as children, is set;
 * DWEIGHTS [type][parent][dim][child_dim] is added to. */
void cap_routing_split_backward(CapRoutingSplit *split,
                                const CapRoutingInput *in, int batch,
                                const float *dposes, float *dchildren,
                                float *dweights);
