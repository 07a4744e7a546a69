/* The ITK filters we use, on our own buffers, as plain C.
 *
 * Buffers are dense, SIZE = columns, rows, slices, column fastest, isotropic
 * voxels. All return FALSE with CAP_ERROR_MEMORY or CAP_ERROR_INTERNAL when ITK
 * gives up; results do not depend on the thread count. */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* DISTANCE (borrows) = Euclidean distance from each voxel's centre to the
 * border voxels of MASK (non-zero), in voxels, negative inside. Source: Maurer,
 * Qi, Raghavan, "A linear time algorithm for computing exact Euclidean distance
 * transforms", 2003 (itk::SignedMaurerDistanceMapImageFilter). An empty mask
 * gives G_MAXFLOAT everywhere. */
gboolean cap_itk_distance(const uint8_t *mask, const int size[3],
                          float *distance, GError **error);

/* LABELS (borrows) = 1 … *N for the face-connected parts of MASK (non-zero),
 * largest first; 0 elsewhere (itk::ConnectedComponentImageFilter,
 * itk::RelabelComponentImageFilter). VOLUMES gets a g_free-able array of *N + 1
 * voxel counts, of which [0] is 0. */
gboolean cap_itk_label_parts(const uint8_t *mask, const int size[3],
                             int32_t *labels, int *n, gsize **volumes,
                             GError **error);

G_END_DECLS
