/* CapTransform: an affine map of patient space, p' = M·p + t in LPS mm. */
#pragma once

#include "core/image/volume.h"

typedef struct {
  double m[3][3]; /* rows */
  CapPoint t;
} CapTransform;

static inline CapTransform
cap_transform_identity(void)
{
  return (CapTransform){.m = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
}

static inline CapPoint
cap_transform_apply(const CapTransform *a, CapPoint p)
{
  return (CapPoint){
      a->m[0][0] * p.x + a->m[0][1] * p.y + a->m[0][2] * p.z + a->t.x,
      a->m[1][0] * p.x + a->m[1][1] * p.y + a->m[1][2] * p.z + a->t.y,
      a->m[2][0] * p.x + a->m[2][1] * p.y + a->m[2][2] * p.z + a->t.z};
}

/* The map back. FALSE, and BACK untouched, where there is none (a determinant
 * below 1e-9). */
gboolean cap_transform_invert(const CapTransform *a, CapTransform *back);
