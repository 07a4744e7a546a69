/* Cutting training patches: one resampling from the block's native grid, with
 * symmetry, shift, scale and noise drawn from the sample's own key. */
#pragma once

#include "core/random.h"
#include "datasets/nodule.h"

/* A place in a block to look at. Voxels beyond the box are those of its edge
 * (as cap_resample_patch replicates the edges of a volume). */
typedef struct {
  const CapBlock *block; /* borrowed */
  CapPoint center;       /* voxel indices */
  double low[3], high[3];/* box, voxel indices */
} CapPlace;

/* The whole BLOCK as seen from CENTER. */
CapPlace cap_place_whole(const CapBlock *block, CapPoint center);

typedef struct {
  double shift_mm;   /* centre moves by up to this along each axis; 3 */
  double scale;      /* size between 1 − scale and 1 + scale; 0.1 */
  double noise_hu;   /* standard deviation drawn from 0 … this; 25 */
  double offset_hu;  /* ± this; 15 */
  gboolean symmetries; /* the 48 of the cube */
} CapAugmentOptions;

CapAugmentOptions cap_augment_options_default(void);

/* What can be done to a patch on purpose (perturb.h), and how much of it. */
typedef enum {
  CAP_PERTURB_NONE,
  CAP_PERTURB_ROTATION_X, /* degrees about a patch axis, either way */
  CAP_PERTURB_ROTATION_Y,
  CAP_PERTURB_ROTATION_Z,
  CAP_PERTURB_SHIFT,     /* mm in any direction, on top of the draw's own */
  CAP_PERTURB_NOISE,     /* HU: standard deviation, voxel by voxel */
  CAP_PERTURB_THICKNESS, /* mm, up to 5: of touching slices */
  CAP_PERTURB_SMOOTH,    /* mm, up to 2.5: sd of a kernel in the slices' plane */
  CAP_PERTURB_SHARPEN,   /* times the difference to a kernel of 1 mm is added */
  CAP_N_PERTURBS,
} CapPerturbKind;

typedef struct {
  CapPerturbKind kind;
  double strength;
  CapRandom random; /* of directions, phases and noise */
} CapPerturb;

/* One draw. Patch axis i runs along block axis axis[i], backwards if sign[i] is
 * −1. */
typedef struct {
  int axis[3], sign[3];
  double shift_mm[3], scale, noise_hu, offset_hu;
  CapRandom random; /* of the noise */
  CapPerturb perturb; /* for cap_perturb_cut; none in training */
} CapAugment;

CapAugment cap_augment_none(void);
/* OPTIONS and the stream RANDOM (advanced) decide alone. */
CapAugment cap_augment_draw(const CapAugmentOptions *options,
                            CapRandom *random);

/* Cuts EDGE³ (at most CAP_AUGMENT_WIDEST) voxels of 1 mm around PLACE's centre
 * into HU ([z][y][x], borrowed), without noise. */
#define CAP_AUGMENT_WIDEST 48
void cap_augment_cut_plain(const CapAugment *augment, const CapPlace *place,
                           int edge, float *hu);
/* Cuts 32³ voxels of 1 mm of PLACE into HU ([z][y][x], borrowed). */
void cap_augment_cut(const CapAugment *augment, const CapPlace *place,
                     float *hu);
/* The same voxels of MASK (bytes on PLACE's block, centred on CENTER instead of
 * the place's own centre) as 0 … 1. Beyond the block it is 0, or with REPLICATE
 * the value at the edge, as the HU are. */
void cap_augment_cut_mask(const CapAugment *augment, const CapPlace *place,
                          const guint8 *mask, CapPoint center,
                          gboolean replicate, float *out);
