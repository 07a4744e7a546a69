/* Which part of a voxel's votes a parent took: one type's votes at a time. */
#include "core/nn/routing_share.h"

#include <math.h>
#include <string.h>

#include "core/nn/routing_votes.h"

/* Scratch: votes [dim][lane], then taken and whole [lane]. */
gsize
cap_routing_share_scratch(const CapRoutingTask *task)
{
  return ((gsize)task->dim + 2) * (gsize)task->lanes;
}

/* Adds one type's votes to ROWS taken and whole. */
CAP_KERNEL(void, add_type,
           (const CapRoutingTask *t, const float *votes, const float *direction,
            const float *coupling, float *const rows[2]),
           (t, votes, direction, coupling, rows))
{
  const int lanes = t->lanes;
  for (int p = 0; p < lanes; p += 8) {
    CapLanes along = {0}, square = {0};
    for (int d = 0; d < t->dim; d++) {
      const CapLanes vote = cap_lanes_load(votes + d * lanes + p);
      along += direction[d] * vote;
      square += vote * vote;
    }
    for (int i = 0; i < 8; i++) {
      rows[0][p + i] += coupling[p + i] * (along[i] > 0.0f ? along[i] : 0.0f);
      rows[1][p + i] += sqrtf(square[i]);
    }
  }
}

CAP_KERNEL(void, make_votes,
           (const CapRoutingTask *t, const float *w, const float *u,
            const float *places, float *votes),
           (t, w, u, places, votes))
{
  cap_votes_make(t, w, u, places, votes);
}

static void
share_of_parent(const CapRoutingTask *t, const CapRoutingInput *in, int j,
                const CapRoutingOutput *out, float *share, float *scratch)
{
  float *taken = scratch + t->dim * t->lanes, *whole = taken + t->lanes;
  float *const rows[2] = {taken, whole};
  const float *pose = out->poses + j * t->dim;
  float direction[CAP_ROUTING_MAX_DIM], length = 0.0f;
  for (int d = 0; d < t->dim; d++)
    length += pose[d] * pose[d];
  length = MAX(sqrtf(length), 1e-12f);
  for (int d = 0; d < t->dim; d++)
    direction[d] = pose[d] / length;
  memset(taken, 0, 2 * (gsize)t->lanes * sizeof(float));
  for (int type = 0; type < t->types; type++) {
    make_votes(t,
               in->weights + (gsize)type * in->weight_step +
                   j * cap_routing_weights(t),
               in->children + type * t->child_dim * t->lanes, in->places,
               scratch);
    add_type(t, scratch, direction,
             out->coupling + (type * t->parents + j) * t->lanes, rows);
  }
  for (int p = 0; p < t->voxels; p++)
    share[p] = whole[p] > 0.0f ? MIN(taken[p] / whole[p], 1.0f) : 0.0f;
}

void
cap_routing_share(const CapRoutingTask *task, const CapRoutingInput *in,
                  const CapRoutingOutput *out, float *shares, float *scratch)
{
  for (int j = 0; j < task->parents; j++)
    share_of_parent(task, in, j, out, shares + j * task->voxels, scratch);
}
