/* ITK's registration on our own buffers, as plain C. */
#pragma once

#include "core/image/transform.h"
#include "core/progress.h"

G_BEGIN_DECLS

/* An isotropic grid in patient space; buffers are dense, column fastest. */
typedef struct {
  const float *values;
  const uint8_t *mask; /* where to look (non-zero), or NULL: everywhere */
  int size[3];
  double spacing_mm;
  CapPoint origin_mm, axis[3];
} CapItkGrid;

/* From points of FIXED to the same points of MOVING, from one step to the next.
 */
typedef struct {
  CapTransform rigid, affine;
} CapItkMaps;

/* The maps: rigid first (itk::Euler3DTransform, turning about CENTER_MM and
 * starting with the shift START_MM), then affine, each over two resolutions, by
 * Mattes' mutual information of every voxel in FIXED's mask with regular-step
 * gradient descent. No sample is drawn at random and each sum is one work unit
 * of ITK's, so the same input gives the same map to the last bit, whatever the
 * thread count and the load. FALSE with CAP_ERROR_CANCELLED,
 * CAP_ERROR_MEMORY or CAP_ERROR_INTERNAL. */
gboolean cap_itk_register(const CapItkGrid *fixed, const CapItkGrid *moving,
                          CapPoint center_mm, CapPoint start_mm,
                          const CapProgress *progress, CapItkMaps *maps,
                          GError **error);

G_END_DECLS
