/* A vision transformer in three dimensions, ViT-Base with patches of 8³, to
 * compare the capsule network with.
 *
 * 64 tokens and a class token of width 768 through 12 layers, each
 * self-attention in 12 heads and a perceptron of 3072, with layer norm before
 * each and residuals around (Dosovitskiy et al., "An image is worth 16x16
 * words", 2021, equations 1 to 4 and table 1). Patches are normalised first, by
 * mean and variance over the training's, as images are there. */
#pragma once

#include "models/network.h"

#define CAP_VIT_ARCHITECTURE "capsight vit-base-8 2"

/* See CapNetworkKind. */
void cap_vit_build(CapNetwork *net, const CapNetworkOptions *options);
