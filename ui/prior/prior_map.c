/* CapPriorMap: see prior_map.h. */
#include "ui/prior/prior_map.h"

#include "core/language.h"

#include <math.h>

static CapPoint
add(CapPoint a, CapPoint b)
{
  return (CapPoint){a.x + b.x, a.y + b.y, a.z + b.z};
}

static CapPoint
subtract(CapPoint a, CapPoint b)
{
  return (CapPoint){a.x - b.x, a.y - b.y, a.z - b.z};
}

static CapPoint
middle(const CapVolume *v)
{
  return cap_volume_to_patient(v, (CapPoint){(v->columns - 1) / 2.0,
                                             (v->rows - 1) / 2.0,
                                             (v->slices - 1) / 2.0});
}

static double
height(const CapVolume *v)
{
  return v->slices * v->spacing_mm[2];
}

/* Whether scanner coordinates alone bring the two volumes on each other. */
static gboolean
overlap(const CapVolume *a, const CapVolume *b)
{
  const CapPoint d = subtract(middle(a), middle(b));
  const double least = fmin(height(a), height(b));
  return fabs(d.z) <= (height(a) + height(b) - least) / 2 &&
         hypot(d.x, d.y) <= fmin(a->columns * a->spacing_mm[0],
                                 b->columns * b->spacing_mm[0]) /
                                4;
}

CapPriorMap
cap_prior_map_guess(const CapVolume *current, const CapVolume *prior,
                    gboolean same_frame)
{
  CapPriorMap map = {.kind = CAP_PRIOR_MAP_POSITION,
                     .base = cap_transform_identity()};
  if (!same_frame && !overlap(current, prior)) {
    map.kind = CAP_PRIOR_MAP_MIDDLES;
    map.base.t = subtract(middle(prior), middle(current));
  }
  return map;
}

CapTransform
cap_prior_map_transform(const CapPriorMap *map)
{
  CapTransform transform = map->base;
  transform.t = add(transform.t, map->nudge_mm);
  return transform;
}

CapPoint
cap_prior_map_to_prior(const CapPriorMap *map, CapPoint at)
{
  return add(cap_transform_apply(&map->base, at), map->nudge_mm);
}

CapPoint
cap_prior_map_to_current(const CapPriorMap *map, CapPoint at)
{
  const CapTransform forth = cap_prior_map_transform(map);
  CapTransform back;
  return cap_transform_invert(&forth, &back) ? cap_transform_apply(&back, at)
                                             : subtract(at, forth.t);
}

void
cap_prior_map_match(CapPriorMap *map, CapPoint here, CapPoint there)
{
  map->nudge_mm = subtract(there, cap_transform_apply(&map->base, here));
}

const char *
cap_prior_map_name(CapPriorMapKind kind)
{
  static const char *const names[] = {
      N_("scanner coordinates"), N_("middles of the scans"),
      N_("centres of the lungs"), N_("lungs, rigid"), N_("lungs, affine")};
  return names[kind];
}
