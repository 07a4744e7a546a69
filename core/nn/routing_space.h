/* Arithmetic of routing in the children's space, all parents at once. A pose
 * may be cut into task->heads parts of equal width, each with couplings of its
 * own: rows in the children's space are [type][parent][head][child_dim], rows
 * over voxels [parent][head][lane]. C, SLOPE, BASE and TOTAL are rows over the
 * voxels of one type; G, H, M and R in the children's space, of all types where
 * a function reads weights, else of one. */
#pragma once

#include "core/nn/routing.h"

/* g = W^T q, base = q . place, for poses Q [parent][dim]. */
void cap_space_project(const CapRoutingTask *task, const CapRoutingInput *in,
                       const float *q, float *g, float *base);
/* The transpose: S [parent][dim] = scale x (sum over types of W m, plus the sum
 * of total x place), for ROWS m and total. */
void cap_space_lift(const CapRoutingTask *task, const CapRoutingInput *in,
                    float scale, const float *const rows[2], float *s);
/* out = base + g . u. */
void cap_space_score(const CapRoutingTask *task, const float *u, const float *g,
                     const float *base, float *out);
/* m = sum over voxels of c u; c is added to TOTAL. */
void cap_space_gather(const CapRoutingTask *task, const float *u,
                      const float *c, float *m, float *total);
/* du += sum over parents and heads of c h + slope g, for ROWS c and slope,
 * RATES h and g. */
void cap_space_scatter(const CapRoutingTask *task, const float *const rows[2],
                       const float *const rates[2], float *du);
/* dW += left[0] right[0]^T + left[1] right[1]^T, LEFT [parent][dim], RIGHT in
 * the children's space; DWEIGHTS as in CapRoutingGradient, STEP from a type to
 * the next. */
void cap_space_outer(const CapRoutingTask *task, const float *const left[2],
                     const float *const right[2], gsize step, float *dweights);
