/* Votes of one type of children for one parent, [dim][lane], for those who need
 * the votes themselves; inlined into functions marked CAP_KERNEL.
 *
 * A vote is W u plus the voxel's place, W [dim][child_dim]. A matrix vote
 * (Hinton, Sabour, Frosst 2018, section 2) is the product of the child's 4 x 4
 * pose and the parent's 4 x 4 matrix; W holds the transposed matrix. */
#pragma once

#include "core/nn/routing.h"
#include "core/nn/routing_lanes.h"

CAP_INLINE void
cap_votes_make(const CapRoutingTask *t, const float *w, const float *u,
               const float *places, float *votes)
{
  const int lanes = t->lanes;
  for (int d = 0; d < t->dim; d++) {
    const float *base = places + MIN(d, 3) * lanes;
    if (t->matrix)
      cap_lanes_score(lanes, 4, w + d % 4 * 4, u + d / 4 * 4 * lanes, base,
                      votes + d * lanes);
    else
      cap_lanes_score(lanes, t->child_dim, w + d * t->child_dim, u, base,
                      votes + d * lanes);
  }
}

/* Adds to DW and DU what gradients DVOTES [dim][lane] of those votes say. */
CAP_INLINE void
cap_votes_gradient(const CapRoutingTask *t, const float *const from[2],
                   const float *dvotes, float *dw, float *du)
{
  const float *w = from[0], *u = from[1];
  const int lanes = t->lanes, k = t->matrix ? 4 : t->child_dim;
  for (int d = 0; d < t->dim; d++) {
    const int row = t->matrix ? d % 4 : d, first = t->matrix ? d / 4 * 4 : 0;
    const float *slope = dvotes + d * lanes;
    float part[CAP_ROUTING_MAX_DIM];
    cap_lanes_gather(lanes, k, slope, u + first * lanes, part);
    for (int i = 0; i < k; i++)
      dw[row * k + i] += part[i];
    for (int p = 0; p < lanes; p += 8)
      for (int i = 0; i < k; i++) {
        float *to = du + (first + i) * lanes + p;
        cap_lanes_store(to, cap_lanes_load(to) +
                                w[row * k + i] * cap_lanes_load(slope + p));
      }
  }
}
