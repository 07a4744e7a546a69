/* Vectors of CapPoint: patient millimetres, or anything else with three
 * numbers. */
#pragma once

#include "core/image/volume.h"

#include <math.h>

static inline CapPoint
cap_point_add(CapPoint a, CapPoint b)
{
  return (CapPoint){a.x + b.x, a.y + b.y, a.z + b.z};
}

static inline CapPoint
cap_point_sub(CapPoint a, CapPoint b)
{
  return (CapPoint){a.x - b.x, a.y - b.y, a.z - b.z};
}

static inline CapPoint
cap_point_scale(CapPoint a, double by)
{
  return (CapPoint){by * a.x, by * a.y, by * a.z};
}

/* A + SHARE · (B − A). */
static inline CapPoint
cap_point_between(CapPoint a, CapPoint b, double share)
{
  return cap_point_add(a, cap_point_scale(cap_point_sub(b, a), share));
}

static inline double
cap_point_dot(CapPoint a, CapPoint b)
{
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

static inline CapPoint
cap_point_cross(CapPoint a, CapPoint b)
{
  return (CapPoint){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z,
                    a.x * b.y - a.y * b.x};
}

static inline double
cap_point_length(CapPoint a)
{
  return sqrt(cap_point_dot(a, a));
}

static inline double
cap_point_distance(CapPoint a, CapPoint b)
{
  return cap_point_length(cap_point_sub(a, b));
}

/* Of length 1; A itself when it has none. */
static inline CapPoint
cap_point_unit(CapPoint a)
{
  const double length = cap_point_length(a);
  return length > 0 ? cap_point_scale(a, 1 / length) : a;
}
