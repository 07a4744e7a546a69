/* Heads that judge from one vector of features: what networks without capsules
 * end in. */
#pragma once

#include "models/network.h"

/* A function of one number: see core/nn/ops/pointwise.h. */
typedef CapTensor (*CapActivation)(CapGraph *graph, const char *name,
                                   CapTensor input);

/* Nodule or not, malignancy and attributes from FEATURES (n) through linear
 * layers and softmax, parameters "class.*", "attributes.head.*" and
 * "malignancy.*", malignancy through 32 hidden units of ACTIVATION. When NET
 * has a mask, what OPTIONS say of it is known beside FEATURES to the heads that
 * know it in the capsule network. Sets NET's outputs and logits. */
void cap_heads_add(CapNetwork *net, CapTensor features,
                   CapActivation activation, const CapNetworkOptions *options);
