/* CapSlab: planes of a volume around one of them, laid over each other.
 *
 * A slab of T mm reaches T/2 to either side of the middle of a plane, in a
 * volume that is linear between its planes and ends half a spacing beyond the
 * first and the last: so it is as thick as it says, whatever the spacing. An
 * absent plane takes no part; its neighbours stand for half a spacing. */
#pragma once

#include "core/image/volume.h"

typedef enum {
  CAP_SLAB_OFF,  /* the plane itself */
  CAP_SLAB_MAX,  /* maximum intensity projection (MIP) */
  CAP_SLAB_MEAN, /* average */
  CAP_SLAB_MIN,  /* minimum intensity projection (MinIP) */
  CAP_N_SLAB_KINDS
} CapSlabKind;

typedef struct {
  CapSlabKind kind;
  double thickness_mm; /* > 0 unless off */
} CapSlab;

/* A slab at a place: around plane INDEX of grid axis AXIS (0 columns, 1 rows, 2
 * slices). LOW … HIGH (inclusive) say what is wanted of the two other axes, in
 * their order. */
typedef struct {
  CapSlab slab;
  int axis, index;
  int low[2], high[2];
} CapSlabCut;

/* What was laid over each other last: windowing and panning ask for it again.
 */
typedef struct CapSlabCache CapSlabCache;

CapSlabCache *cap_slab_cache_new(void);
void cap_slab_cache_free(CapSlabCache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapSlabCache, cap_slab_cache_free)
/* The voxels of the volume have changed. */
void cap_slab_cache_forget(CapSlabCache *cache);

/* HU of CUT, a slab that is not off: a whole plane, the lower of the two other
 * axes fastest, of which what CUT wants is defined. Borrowed until the next
 * call. NULL when every plane of it is absent or memory is short. VOLUME is
 * remembered by its address: forget before another one. */
const int16_t *cap_slab_plane(CapSlabCache *cache, const CapVolume *volume,
                              const CapSlabCut *cut);
/* HU of SLAB at one voxel; CUT's LOW is that voxel. FALSE when all is absent.
 */
gboolean cap_slab_hu(const CapVolume *volume, const CapSlabCut *cut, int *hu);
