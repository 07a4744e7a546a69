/* The 3D capsule network: stem, primary capsules, capsules for nodule,
 * non-nodule and each attribute; malignancy from their poses and the predicted
 * mask, which a head with skips from the stem draws; a decoder of the nodule's
 * pose.
 *
 * Source: Sabour, Frosst, Hinton, "Dynamic routing between capsules", 2017;
 * attribute capsules after LaLonde et al., X-Caps, 2020. */
#pragma once

#include "models/network.h"

#define CAP_CAPSNET_ARCHITECTURE "capsight capsnet 2"

/* See CapNetworkKind. */
void cap_network_build(CapNetwork *net, const CapNetworkOptions *options);
