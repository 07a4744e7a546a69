/* Measurements of one nodule from its mask: axes, volume, HU, type, site. */
#pragma once

#include "core/measure/finding.h"

/* Fills FINDING's axes, diameters, volume, HU statistics, type, side, lobe,
 * source slice and near_gap from its mask and centre. Axes are taken on the
 * axial slice with the largest section: the longest diameter and the longest
 * perpendicular to it (Fleischner 2017), in mm, from the mask's pixel outline.
 * Volume is the sum of voxels. LUNGS may be NULL: side and lobe are unknown
 * then, and contrast medium may pass for calcium. Absent planes and padding do
 * not count. */
void cap_measure_finding(const CapVolume *volume, const CapMask *lungs,
                         CapFinding *finding);

/* A mask from the image alone (region growing from a point, leak-limited by
 * DIAMETER_MM), for findings whose network mask is empty and for one-click
 * segmentation. Returns; NULL (no error) when nothing stands out there. */
CapMask *cap_measure_segment(const CapVolume *volume, CapPoint center_mm,
                             double diameter_mm);
