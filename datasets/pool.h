/* CapPool: everything that training draws from, split by patient.
 *
 * Four makings: whole crops (all labels but no class, because they have no
 * negatives), crops and cubes beside their twins, and transplants into host
 * scans beside negatives made the same way. Within each of the latter three,
 * positives and negatives are equally many. A training sample is decided by
 * (seed, epoch, index) alone; validation samples are a fixed list. */
#pragma once

#include "datasets/transplant.h"
#include "datasets/twin.h"

typedef enum {
  CAP_MAKING_WHOLE,
  CAP_MAKING_CROP,
  CAP_MAKING_CUBE,
  CAP_MAKING_TRANSPLANT,
  CAP_N_MAKINGS,
} CapMaking;

const char *cap_making_name(CapMaking making); /* "whole", "crop", … */

typedef struct {
  guint64 seed;
  double validation;         /* share of patients; default 0.15. 0 leaves all
                                for training, 1 all for validation. */
  double mix[CAP_N_MAKINGS]; /* shares; need not sum to 1 */
  int transplants;           /* validation pairs; default 300 */
  CapAugmentOptions augment;
} CapPoolOptions;

CapPoolOptions cap_pool_options_default(void);

/* What the network is shown and what it should say. */
typedef struct {
  float hu[CAP_PATCH * CAP_PATCH * CAP_PATCH];   /* [z][y][x] */
  float mask[CAP_PATCH * CAP_PATCH * CAP_PATCH]; /* share of readers; 0 for
                                                    negatives */
  float cut[CAP_PATCH * CAP_PATCH * CAP_PATCH];  /* cut mask; filled only by
                                                    cap_pool_probe */
  const CapNodule *nodule; /* NULL for negatives; borrowed from the pool */
  const char *group;       /* whose tissue surrounds it: patient of the crop,
                              cube or host; borrowed */
  gboolean is_nodule;
  CapMaking making;
  float class_weight; /* 0: no say in nodule or not; few readers weigh less */
  float bright_hu;    /* of a negative's middle; for choosing hard ones */
} CapSample;

typedef struct CapPool CapPool;

/* Takes CROPS, CUBES (of CapExample) and HOSTS (of CapHost, with points); the
 * latter two may be empty. Returns; NULL with CAP_ERROR_DATA when a side of the
 * split has no nodule. */
CapPool *cap_pool_new(GPtrArray *crops, GPtrArray *cubes, GPtrArray *hosts,
                      const CapPoolOptions *options, GError **error);
void cap_pool_free(CapPool *pool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapPool, cap_pool_free)

/* Training sample INDEX of EPOCH. FALSE with CAP_ERROR_MEMORY. Thread-safe. */
gboolean cap_pool_train(const CapPool *pool, int epoch, int index,
                        CapSample *sample, GError **error);

int cap_pool_n_validation(const CapPool *pool);
/* Validation sample INDEX, off its centre by up to the augmentation's shift;
 * then the same on its centre. */
gboolean cap_pool_validate(const CapPool *pool, int index, CapSample *sample,
                           GError **error);
gboolean cap_pool_validate_centred(const CapPool *pool, int index,
                                   CapSample *sample, GError **error);

/* As cap_pool_validate, the centre then moved on by MOVED, mm along the patch
 * axes. */
gboolean cap_pool_validate_moved(const CapPool *pool, int index, CapPoint moved,
                                 CapSample *sample, GError **error);

/* As cap_pool_validate, the patch changed by PERTURB, whose random numbers
 * follow the pool's seed and INDEX; the mask is not. */
gboolean cap_pool_validate_perturbed(const CapPool *pool, int index,
                                     const CapPerturb *perturb,
                                     CapSample *sample, GError **error);

/* Draw INDEX of one MAKING, positive or not, from the training side, without
 * noise, with the cut mask: for the erased-nodule probe. */
gboolean cap_pool_probe(const CapPool *pool, CapMaking making, int index,
                        gboolean positive, CapSample *sample, GError **error);

/* The crop of the nodule KEY, borrowed; NULL when the pool has none. */
const CapExample *cap_pool_find(const CapPool *pool, const char *key);

/* Nodule INDEX of the training side, INDEX < cap_pool_count(pool,
 * CAP_MAKING_WHOLE, TRUE, FALSE); borrowed. */
const CapNodule *cap_pool_nodule(const CapPool *pool, int index);

/* Counts for logs: nodules and negative places of MAKING on a side. */
int cap_pool_count(const CapPool *pool, CapMaking making, gboolean positive,
                   gboolean validation);
