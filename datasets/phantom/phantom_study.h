/* A phantom with everything it was made from. */
#pragma once

#include "datasets/phantom/phantom_scan.h"

typedef struct {
  CapPhantomAnatomy *anatomy;
  GArray *tubes;         /* of CapPhantomTube, in painting order */
  GArray *nodules;       /* of CapPhantomShape */
  CapPhantomScene scene; /* borrows the three above */
  CapVolume *volume;
} CapPhantomStudy;

/* Returns; NULL with the errors of cap_phantom_make. */
CapPhantomStudy *cap_phantom_study_new(const CapPhantomOptions *options,
                                       const CapProgress *progress,
                                       GError **error);
void cap_phantom_study_free(CapPhantomStudy *study);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapPhantomStudy, cap_phantom_study_free)

/* Requests that stand for "no requests given". Returns. */
GArray *cap_phantom_usual_requests(gint64 seed, int n, int n_small);

/* What is known of the nodules: a new array of CapPhantomNodule; NULL with
 * CAP_ERROR_MEMORY. In phantom_truth.c. */
GArray *cap_phantom_truth_tell(const CapPhantomStudy *study, GError **error);

/* Voxels of the study's volume within GROW mm of a nodule's surface (less where
 * negative), roughened by ROUGH mm of noise from SEED; at least the voxel of
 * its centre. Returns; NULL with CAP_ERROR_MEMORY. In phantom_truth.c. */
CapMask *cap_phantom_truth_mask(const CapPhantomStudy *study,
                                const CapPhantomShape *shape, double grow_mm,
                                double rough_mm, uint32_t seed, GError **error);

/* Four reading sessions (of CapLidcSession) of the study; NULL with
 * CAP_ERROR_MEMORY. TRUTH is cap_phantom_truth_tell's. In phantom_readers.c. */
GPtrArray *cap_phantom_readers_read(const CapPhantomStudy *study,
                                    const GArray *truth, GError **error);
