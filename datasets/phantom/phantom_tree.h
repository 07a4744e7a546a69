/* Vessels and airways inside the lungs: trees that fill the lobes. */
#pragma once

#include "datasets/phantom/phantom_anatomy.h"

/* Appends arteries, veins and airways of both lungs to TUBES. DETAIL scales
 * the number of terminal branches (1: about 2,200 in each tree and lung). */
void cap_phantom_tree_grow(const CapPhantomAnatomy *anatomy, double detail,
                           GArray *tubes);
