/* CapPriorMap: where points of the present scan lie in the earlier one. */
#pragma once

#include "core/image/transform.h"

/* What the map rests on, from guess to measurement. */
typedef enum {
  CAP_PRIOR_MAP_POSITION, /* the scanner's coordinates, taken for the same */
  CAP_PRIOR_MAP_MIDDLES,  /* the middles of both volumes, on each other */
  CAP_PRIOR_MAP_CENTERS,  /* the centres of the lungs */
  CAP_PRIOR_MAP_RIGID,    /* the lungs, turned and shifted */
  CAP_PRIOR_MAP_AFFINE,   /* … and stretched */
} CapPriorMapKind;

typedef struct {
  CapPriorMapKind kind;
  CapTransform base;
  CapPoint nudge_mm; /* the reader's, in the earlier scan's coordinates */
} CapPriorMap;

/* Before anything was measured: POSITION when the volumes (borrows) share a
 * frame of reference, or overlap by at least half of the smaller one's height;
 * else MIDDLES. */
CapPriorMap cap_prior_map_guess(const CapVolume *current,
                                const CapVolume *prior, gboolean same_frame);
/* The whole map, nudge and all. */
CapTransform cap_prior_map_transform(const CapPriorMap *map);
CapPoint cap_prior_map_to_prior(const CapPriorMap *map, CapPoint at_mm);
/* The reverse. A map that cannot be turned round shifts only. */
CapPoint cap_prior_map_to_current(const CapPriorMap *map, CapPoint at_mm);
/* Nudged so that HERE, of the present scan, is THERE in the earlier one. */
void cap_prior_map_match(CapPriorMap *map, CapPoint here, CapPoint there);
/* "scanner coordinates", "lungs, rigid"…, marked for translation; static. */
const char *cap_prior_map_name(CapPriorMapKind kind);
