/* CapBrick: neighbouring planes across the columns of a volume, side by side.
 *
 * Along columns a volume's voxels lie a row apart in memory: every voxel of a
 * sagittal plane costs a cache line, which holds those of the next planes as
 * well. A brick takes CAP_BRICK_PLANES of them out of it at once and keeps them
 * for a while, so that scrolling, slabs, and drawing the same plane again read
 * contiguous memory. */
#pragma once

#include "core/image/volume.h"

#define CAP_BRICK_PLANES 8

typedef struct CapBrick CapBrick;

CapBrick *cap_brick_new(void);
void cap_brick_free(CapBrick *brick);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapBrick, cap_brick_free)
/* The voxels that it has copied have changed. */
void cap_brick_forget(CapBrick *brick);
/* From now on that many neighbouring planes can be had at once (at first: one).
 */
void cap_brick_keep(CapBrick *brick, int n_planes);

/* HU of COLUMN of VOLUME, slice by slice, each of its rows; borrowed until as
 * many others have been asked for as the brick keeps. NULL when memory is
 * short: then read the volume itself. VOLUME is remembered by its address: call
 * cap_brick_forget before another one. */
const int16_t *cap_brick_plane(CapBrick *brick, const CapVolume *volume,
                               int column);
