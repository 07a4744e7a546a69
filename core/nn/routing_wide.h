/* routing_space.h's arithmetic, sixteen floats at a time, for the shape that
 * the network has: children of eight dimensions, poses of sixteen and voxels in
 * blocks of 64. A register then holds a row of a matrix twice or two rows of
 * it, and two rows over voxels share what is read of the children. */
#pragma once

#include "core/nn/routing.h"

/* Whether this processor and TASK's rows over voxels are those of the functions
 * that do not name children or poses, and its whole shape that of the others.
 */
#if defined(__x86_64__)
gboolean cap_wide_rows_fit(const CapRoutingTask *task);
gboolean cap_wide_fits(const CapRoutingTask *task);
#else
static inline gboolean
cap_wide_rows_fit(const CapRoutingTask *task G_GNUC_UNUSED)
{
  return FALSE;
}
#define cap_wide_fits cap_wide_rows_fit
#endif

/* As the functions of the same names in routing_space.h. */
void cap_wide_project(const CapRoutingTask *task, const CapRoutingInput *in,
                      const float *q, float *g);
void cap_wide_lift(const CapRoutingTask *task, const CapRoutingInput *in,
                   const float *m, float *s);
void cap_wide_score(const CapRoutingTask *task, const float *u, const float *g,
                    const float *base, float *out);
void cap_wide_gather(const CapRoutingTask *task, const float *u, const float *c,
                     float *m, float *total);
void cap_wide_scatter(const CapRoutingTask *task, const float *const rows[2],
                      const float *const rates[2], float *du);
void cap_wide_outer(const CapRoutingTask *task, const float *const left[2],
                    const float *const right[2], gsize step, float *dweights);
/* SHARED [type][child_dim] = sums of children U over voxels. */
void cap_wide_share(const CapRoutingTask *task, const float *u, float *shared);
/* As cap_couple. */
void cap_wide_couple(const CapRoutingTask *task, float *c);
/* Logits N [row][lane] of one type, over parents and heads, become
 * e^(logit - peak of the row); WEIGHT is that times A [lane]. */
void cap_wide_attend(const CapRoutingTask *task, const float *peak,
                     const float *a, float *n, float *weight);
