/* Scanning the phantom: slice thickness, kernel, noise. */
#pragma once

#include "core/progress.h"
#include "datasets/phantom/phantom_slice.h"

typedef struct {
  uint64_t seed;
  double noise_hu; /* sd in soft tissue at the body's middle */
  double blur_mm;  /* sd of the in-plane point spread */
  double edge;     /* overshoot of a sharp kernel: 0 … 0.8 */
  double slice_mm;
} CapPhantomScanner;

/* Fills VOLUME (borrows), whose index (0,0,0) is SCENE's first point. FALSE
 * with CAP_ERROR_MEMORY or CAP_ERROR_CANCELLED. */
gboolean cap_phantom_scan(const CapPhantomScene *scene,
                          const CapPhantomScanner *scanner, CapVolume *volume,
                          const CapProgress *progress, GError **error);
