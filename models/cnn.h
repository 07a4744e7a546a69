/* A plain convolutional network of the capsule network's size, to compare it
 * with: the same stem and mask head, then a convolution, pooling and linear
 * heads where that has capsules. */
#pragma once

#include "models/network.h"

#define CAP_CNN_ARCHITECTURE "capsight cnn 1"

/* See CapNetworkKind. */
void cap_cnn_build(CapNetwork *net, const CapNetworkOptions *options);
