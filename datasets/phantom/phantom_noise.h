/* Smooth noise for the phantom's tissues and contours. */
#pragma once

#include <stdint.h>

/* Value noise in -1 … 1 with lattice period 1, a hash of SEED and place alone;
 * its sd is about 0.35. */
float cap_phantom_noise(uint32_t seed, float x, float y, float z);
