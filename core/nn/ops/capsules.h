/* A layer of parent capsules: votes and their routing in one op, so that votes
 * are never stored for the whole batch: each task makes its own and, for the
 * gradient, makes them again. */
#pragma once

#include "core/nn/graph.h"
#include "core/nn/routing.h"

#define CAP_CAPSULES_MAX_GROUPS 16

/* Parents routed together. */
typedef struct {
  int parents;
  gboolean compete; /* softmax over them, else a sigmoid for each */
} CapCapsuleGroup;

typedef struct {
  const CapRouting *routing; /* default dynamic */
  int iterations;            /* default 3 */
  int child_dim;             /* of a primary capsule; default 8 */
  int dim;                   /* of a parent's pose; default 16 */
  float gain;                /* see CapRoutingTask; default 4 */
  int n_groups;
  CapCapsuleGroup groups[CAP_CAPSULES_MAX_GROUPS]; /* parents in this order */
} CapCapsulesOptions;

CapCapsulesOptions cap_capsules_options_default(void);

/* CHILDREN are primary capsules (types x child_dim,D,H,W), plain. The vote of
 * the child of type t at voxel p for parent j is W_tj u_tp, with the voxel's
 * place ((p + 1/2) / size - 1/2 along z, y, x) added to its first three
 * dimensions. Parameter NAME.weight (types,parents,dim,child_dim), shared by
 * all voxels, normal with sd sqrt(2 / child_dim).
 *
 * Writes POSES (parents,dim) and ROUTING (parents,D x H x W): of the votes of a
 * voxel's children, by length, the part that the parent took: sum of coupling x
 * the vote's component along the parent (>= 0), over the sum of vote lengths.
 * A training step leaves ROUTING undefined. */
void cap_capsules_add(CapGraph *graph, const char *name, CapTensor children,
                      const CapCapsulesOptions *options, CapTensor *poses,
                      CapTensor *routing);
