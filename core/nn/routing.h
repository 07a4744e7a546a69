/* Routing: how parent capsules are made from the votes of their children. One
 * interface, one file per algorithm (routing_*.c).
 *
 * Children are types x voxels. The vote of child (t, p) for parent j is
 * W_tj u_tp, with the place of voxel p added to its first three dimensions.
 * W does not depend on p, so hardly any algorithm needs the votes themselves:
 * a sum of votes is W_tj applied to a sum of children, and the agreement of a
 * vote with a pose is that of the child with W_tj^T pose. Those that need votes
 * make them for one type at a time (routing_votes.h).
 *
 * A task is one sample and some groups of its parents. Every algorithm
 * differentiates through all its iterations: backward replays them. Rows over
 * voxels are padded with zeros to a multiple of eight. */
#pragma once

#include <glib.h>

#define CAP_ROUTING_MAX_DIM 64
#define CAP_ROUTING_MAX_PARENTS 64
#define CAP_ROUTING_MAX_PARAMS 2

/* Parents routed together. */
typedef struct {
  int parents;
  gboolean compete; /* softmax over them, else a sigmoid for each */
} CapCapsuleGroup;

typedef struct {
  int types, voxels, lanes; /* a row has LANES floats, VOXELS of them real */
  int child_dim, dim;
  gboolean matrix; /* votes are 4 x 4 products, see routing_votes.h */
  int parents;     /* of all groups */
  int n_groups;
  const CapCapsuleGroup *groups;
  int iterations; /* 1 ... 5 */
  float gain;     /* sums over children count gain / children */
  float mass;     /* sparse: share of a child's couplings that survives */
  int heads;      /* attention: divides dim */
} CapRoutingTask;

/* What a task reads. WEIGHTS are the first parent's of type 0, [parent] of
 * cap_routing_weights floats; the next type lies WEIGHT_STEP further. */
typedef struct {
  const float *children;    /* [type][child_dim][lane] */
  const float *activations; /* [type][lane]; NULL: lengths of the children */
  const float *places;      /* [4][lane], along z, y, x, and zeros */
  const float *weights;
  gsize weight_step;
  const float *params[CAP_ROUTING_MAX_PARAMS]; /* of the first parent on */
} CapRoutingInput;

/* Pairs of child and parent that were really worked on, over all iterations. A
 * sum that all parents share, as that of the first, equal couplings, counts
 * once. */
typedef struct {
  gint64 scored; /* agreements */
  gint64 summed; /* couplings that entered a sum */
} CapRoutingCount;

typedef struct {
  float *poses;       /* [parent][dim] */
  float *activations; /* [parent], 0 ... 1 */
  /* Set to memory in the scratch: [type][parent][lane] of the last iteration,
   * 0 ... 1. */
  const float *coupling;
  CapRoutingCount count; /* added to */
} CapRoutingOutput;

/* The first two are read, the others added to. */
typedef struct {
  const float *dposes, *dactivations;
  float *dchildren; /* [type][child_dim][lane] */
  float *dinput;    /* of the children's activations; NULL when not given */
  float *dweights;  /* laid out like weights */
  float *dparams[CAP_ROUTING_MAX_PARAMS];
} CapRoutingGradient;

typedef struct CapAgreementRule CapAgreementRule;

/* A trained parameter of an algorithm, (parents) or (parents,dim). */
typedef struct {
  const char *name;
  gboolean per_dim;
  float start;
} CapRoutingParam;

typedef struct {
  const char *name;
  gboolean joint;       /* a task holds all groups */
  gboolean activations; /* of its own; else a capsule's is its pose's length */
  gboolean matrices;    /* of 4 x 4, with activations, are its children */
  CapRoutingParam params[CAP_ROUTING_MAX_PARAMS];
  /* Of routings by agreement, which can be split over ranks
   * (routing_split.h); else NULL. */
  const CapAgreementRule *agreement;
  /* Floats of scratch that a forward or backward of TASK needs. */
  gsize (*scratch)(const CapRoutingTask *task);
  /* Activations are written by algorithms that have their own. */
  void (*forward)(const CapRoutingTask *task, const CapRoutingInput *in,
                  CapRoutingOutput *out, float *scratch);
  void (*backward)(const CapRoutingTask *task, const CapRoutingInput *in,
                   const CapRoutingGradient *gradient, float *scratch);
} CapRouting;

extern const CapRouting cap_routing_attention; /* parents ask their votes */
extern const CapRouting cap_routing_dynamic;   /* Sabour et al. 2017 */
extern const CapRouting cap_routing_em;        /* Hinton et al. 2018 */
extern const CapRouting cap_routing_mean;      /* control: equal couplings */
extern const CapRouting cap_routing_sparse;    /* dynamic, strongest pairs */

/* By name; NULL when there is none. */
const CapRouting *cap_routing_find(const char *name);
/* All names, for messages: "dynamic, mean ...". Returns; caller frees. */
char *cap_routing_names(void);

/* v = |s| / (1 + |s|^2) s, and its transposed Jacobian times DV. */
void cap_squash(int dim, const float *s, float *v);
void cap_squash_gradient(int dim, const float *s, const float *dv, float *ds);

/* The coupling that a parent of GROUP has before anything is known. */
static inline float
cap_routing_equal(const CapCapsuleGroup *group)
{
  return group->compete ? 1.0f / (float)group->parents : 0.5f;
}

/* Floats of one type's matrix for one parent: [dim][child_dim], or [4][4]. */
static inline int
cap_routing_weights(const CapRoutingTask *task)
{
  return task->matrix ? 16 : task->dim * task->child_dim;
}

static inline float
cap_routing_scale(const CapRoutingTask *task)
{
  return task->gain / (float)(task->types * task->voxels);
}

/* The next N floats of scratch from AT, which moves on. */
static inline float *
cap_routing_take(float **at, gsize n)
{
  float *taken = *at;
  *at += (n + 15) / 16 * 16;
  return taken;
}
