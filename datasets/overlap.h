/* CapOverlaps: patches in which two things lie over each other, as the digits
 * of Sabour et al. 2017, section 6: the larger HU of two patches at every
 * voxel.
 *
 * Each patch has a first and a second layer. The first shows a nodule at its
 * centre or plain lung, the second another bright structure (vessel, airway
 * wall, pleura) at its centre or plain lung, each with one half; the second is
 * moved in the plane so that the two overlap in part. All four kinds are made
 * by the same steps, so that only what is shown tells them apart.
 *
 * Bright and plain places are the twins beside nodules (twin.h), not points of
 * the full scans: of those there are two patients, too few to train on one side
 * and ask about the other. */
#pragma once

#include "datasets/twin.h"

typedef struct CapOverlaps CapOverlaps;

typedef struct {
  float hu[CAP_PATCH * CAP_PATCH * CAP_PATCH]; /* [z][y][x] */
  gboolean nodule, other;                      /* what lies in it */
  const CapExample *first,
      *second;     /* whose crops the layers are of; borrowed */
  double apart_mm; /* of the layers' centres */
} CapOverlapSample;

/* Of EXAMPLES (of CapExample; borrowed, must outlive it), nodules of two
 * readers or more. What is drawn depends on SEED and the order of EXAMPLES.
 * Returns; NULL with CAP_ERROR_DATA when they hold no nodule, bright or plain
 * place. */
CapOverlaps *cap_overlaps_new(const GPtrArray *examples, guint64 seed,
                              GError **error);
void cap_overlaps_free(CapOverlaps *overlaps);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapOverlaps, cap_overlaps_free)

/* Draw INDEX of EPOCH; with AUGMENT both layers in one of the cube's
 * symmetries, each off by up to 3 mm, with noise. Thread-safe. */
void cap_overlaps_draw(const CapOverlaps *overlaps, int epoch, int index,
                       gboolean augment, CapOverlapSample *sample);
