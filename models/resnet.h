/* ResNet-50 in three dimensions, to compare the capsule network with.
 *
 * Bottlenecks 3, 4, 6, 3 of 256 to 2048 channels (He et al., "Deep residual
 * learning for image recognition", 2016, table 1), the stride on the 3³
 * convolution. A patch of 32³ would be 1³ before the last stage: the stem's 7³
 * convolution is one of 3³ and stride 2, and pooling after it leaves the stages
 * 8³, 4³, 2³ and 1³. */
#pragma once

#include "models/network.h"

#define CAP_RESNET_ARCHITECTURE "capsight resnet50 1"

/* See CapNetworkKind. */
void cap_resnet_build(CapNetwork *net, const CapNetworkOptions *options);
