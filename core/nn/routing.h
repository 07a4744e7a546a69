/* Routing by agreement: one interface, one file per algorithm (routing_*.c).
 *
 * A task is one sample and one group of parents: every child has a vote for
 * every parent, and routing makes the parents' poses from them. Votes are
 * [parent][dim][child], child fastest, so that all loops run over children. An
 * algorithm differentiates through its iterations: backward replays them. */
#pragma once

#include <glib.h>

typedef struct {
  int parents, children, dim;
  int iterations;   /* 1 … 5 */
  gboolean compete; /* softmax over the group's parents, else sigmoid each */
  float gain;       /* s = gain / children x sum of coupling x vote */
} CapRoutingTask;

typedef struct {
  const char *name;
  /* Floats of scratch that a forward or backward of TASK needs. */
  gsize (*scratch)(const CapRoutingTask *task);
  /* POSES [parent][dim]; COUPLING [parent][child], the last iteration's. */
  void (*forward)(const CapRoutingTask *task, const float *votes, float *poses,
                  float *coupling, float *scratch);
  /* Overwrites DVOTES, laid out like VOTES. */
  void (*backward)(const CapRoutingTask *task, const float *votes,
                   const float *dposes, float *dvotes, float *scratch);
} CapRouting;

extern const CapRouting cap_routing_dynamic; /* Sabour et al. 2017 */
extern const CapRouting cap_routing_mean;    /* no routing: equal couplings */

/* By name; NULL when there is none. */
const CapRouting *cap_routing_find(const char *name);

/* v = |s| / (1 + |s|^2) s, and its transposed Jacobian times DV. */
void cap_squash(int dim, const float *s, float *v);
void cap_squash_gradient(int dim, const float *s, const float *dv, float *ds);

/* For algorithms: sum of a[i] b[i]. */
float cap_routing_dot(int n, const float *a, const float *b);
