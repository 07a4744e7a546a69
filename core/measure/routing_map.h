/* The routing heat map in the patient: which parts of a nodule's surroundings
 * voted for a capsule. */
#pragma once

#include "core/image/slice.h"
#include "core/measure/finding.h"

/* MAP (4³, [z][y][x], borrowed) at MM from the patch's middle along its x, y
 * and z: linear between cell centres, which lie 8 mm apart; 0 beyond the patch.
 */
double cap_routing_map_sample(const float *map, const double mm[3]);

/* Share (0 … 1) of the votes at a patient point that CAPSULE of FINDING took:
 * its 4 x 4 x 4 map interpolated linearly between cell centres, which lie 8 mm
 * apart around center_mm along patch_axis. 0 outside the patch that the network
 * saw (32 mm). */
double cap_routing_map_at(const CapFinding *finding, int capsule,
                          CapPoint patient_mm);

/* Largest value of the map, for legends. */
double cap_routing_map_max(const CapFinding *finding, int capsule);

/* Fills MAP (width*height, borrows) with the map on VIEW's plane, divided by
 * its largest value, so that 1 is the hottest cell. */
void cap_routing_map_render(const CapVolume *volume, const CapFinding *finding,
                            int capsule, const CapSliceView *view, int width,
                            int height, float *map);
