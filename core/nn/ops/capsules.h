/* A layer of parent capsules: votes and their routing in one op, so that votes
 * are never stored for the whole batch and by most routings not at all. */
#pragma once

#include "core/nn/graph.h"
#include "core/nn/routing.h"

#define CAP_CAPSULES_MAX_GROUPS 16

typedef struct {
  const CapRouting *routing; /* default dynamic */
  int iterations;            /* 1 ... 5, default 3 */
  int child_dim;             /* of a primary capsule; default 8 */
  int dim;                   /* of a parent's pose, 3 ... 64; default 16 */
  gboolean matrix; /* 4 x 4 votes: both dims 16; for "em". Default FALSE */
  float gain;      /* see CapRoutingTask; default 4 */
  float mass;      /* see CapRoutingTask; default 0.5 */
  int heads;       /* at most; the largest that divides dim. Default 4 */
  int n_groups;
  CapCapsuleGroup groups[CAP_CAPSULES_MAX_GROUPS]; /* parents in this order */
} CapCapsulesOptions;

CapCapsulesOptions cap_capsules_options_default(void);

typedef struct {
  CapTensor poses;       /* (parents,dim) */
  CapTensor activations; /* (parents), 0 ... 1: the routing's own, else the
                            poses' lengths */
  CapTensor routing;     /* (parents,D x H x W), see cap_routing_share; a
                            training step leaves it undefined */
} CapCapsules;

/* CHILDREN are primary capsules (types x child_dim,D,H,W), plain; ACTIVATIONS
 * theirs (types,D,H,W), plain, 0 ... 1, or -1: the lengths of the children. The
 * vote of the child of type t at voxel p for parent j is W_tj u_tp, with the
 * voxel's place ((p + 1/2) / size - 1/2 along z, y, x) added to its first three
 * dimensions. Parameter NAME.weight (types,parents,dim,child_dim), or
 * (types,parents,4,4), shared by all voxels, normal with sd
 * sqrt(2 / child_dim), or sqrt(1 / 2); those of the routing are called
 * NAME.<parameter>.
 *
 * In a graph whose capsules are split over ranks (cap_graph_set_split) ROUTING
 * has an agreement rule and ACTIVATIONS is -1; training steps are made
 * together, see core/nn/routing_split.h. */
CapCapsules cap_capsules_add(CapGraph *graph, const char *name,
                             CapTensor children, CapTensor activations,
                             const CapCapsulesOptions *options);

/* What GRAPH's capsule layers have really worked on so far, and what dynamic
 * routing would have in the same number of iterations. A training step counts
 * its forward pass. */
void cap_capsules_count(const CapGraph *graph, CapRoutingCount *used,
                        CapRoutingCount *dense);
