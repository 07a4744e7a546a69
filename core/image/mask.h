/* CapMask: a byte label image on the grid of a CapVolume (or of a box of it).
 */
#pragma once

#include "core/image/volume.h"

typedef struct {
  int columns, rows, slices;
  int first[3];    /* offset of voxel (0,0,0) in the volume: column,row,slice */
  uint8_t *voxels; /* slices*rows*columns; 0 outside, else a label; owned */
} CapMask;

/* Returns an empty mask; NULL with CAP_ERROR_MEMORY. */
CapMask *cap_mask_new(int columns, int rows, int slices, GError **error);
CapMask *cap_mask_copy(const CapMask *mask);
void cap_mask_free(CapMask *mask);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapMask, cap_mask_free)

/* Label at a whole index of the *volume* (not of the box); 0 outside. */
uint8_t cap_mask_at(const CapMask *mask, int column, int row, int slice);
gsize cap_mask_count(const CapMask *mask);
/* Voxels of their volume that both have. */
gsize cap_mask_shared(const CapMask *a, const CapMask *b);
/* They share voxels, or lie beside each other (26-neighbourhood). */
gboolean cap_mask_touch(const CapMask *a, const CapMask *b);

/* The labels of one slice of VOLUME's whole grid, rows*columns of it, into
 * LABELS; 0 where MASK does not reach. */
void cap_mask_spread(const CapMask *mask, const CapVolume *volume, int slice,
                     uint8_t *labels);
