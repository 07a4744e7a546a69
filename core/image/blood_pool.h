/* How bright the blood of a scan is: contrast medium makes it look like
 * calcium. */
#pragma once

#include "core/image/mask.h"
#include "core/image/volume.h"

/* HU of the brightest blood in the heart and great vessels of VOLUME: the 95th
 * percentile of even tissue between the two LUNGS (labelled as cap_lung_mask
 * does). About 50 without contrast medium, 150 to 450 with it. NAN when there
 * is no tissue between two lungs. Takes milliseconds. */
double cap_blood_pool_hu(const CapVolume *volume, const CapMask *lungs);
