/* The arithmetic of routing_space.h for some pairs of child and parent only,
 * one type at a time. Pairs are scattered, so their children are turned first:
 * rows [voxel][width] of cap_pairs_width floats, zero after child_dim. Rows
 * over voxels stay as they are, [parent][lane]. */
#pragma once

#include "core/nn/routing.h"

/* The voxels whose children a parent still has, in their order. */
typedef struct {
  gint32 *count; /* [parent] */
  gint32 *voxel; /* [parent][lane] */
} CapPairs;

static inline int
cap_pairs_width(int child_dim)
{
  return (child_dim + 7) / 8 * 8;
}

/* TURNED [voxel][width] of U [child_dim][lane], and its gradient's way back,
 * which adds. */
void cap_pairs_turn(const CapRoutingTask *task, const float *u, float *turned);
void cap_pairs_turn_back(const CapRoutingTask *task, const float *turned,
                         float *u);
/* Fills PAIRS with those whose coupling C is not zero; of BEFORE's only, unless
 * it is NULL. */
void cap_pairs_list(const CapRoutingTask *task, const float *c,
                    const CapPairs *before, const CapPairs *pairs);
/* out = base + g . u, for ROWS g and base; elsewhere OUT stays. */
void cap_pairs_score(const CapRoutingTask *task, const float *turned,
                     const float *const rows[2], const CapPairs *pairs,
                     float *out);
/* m = sum of c u. */
void cap_pairs_gather(const CapRoutingTask *task, const float *turned,
                      const float *c, const CapPairs *pairs, float *m);
/* du += c h + slope g, for ROWS c and slope, RATES h and g, DU turned. */
void cap_pairs_scatter(const CapRoutingTask *task, const float *const rows[2],
                       const float *const rates[2], const CapPairs *pairs,
                       float *du);
