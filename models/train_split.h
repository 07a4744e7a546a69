/* Training with the capsule layer split over ranks, all of which see the same
 * batches: see core/nn/routing_split.h. What is not split every rank works out
 * for itself. */
#pragma once

#include "models/train_config.h"

/* Whether CONFIG's network can be split; FALSE with CAP_ERROR_CONFIG. */
gboolean cap_train_split_check(const CapTrainConfig *config, GError **error);

/* Whether NET's trained weights are the same on all of RANKS, to the last bit:
 * nothing but equal arithmetic keeps them so. FALSE with CAP_ERROR_CONFIG, on
 * all ranks. */
gboolean cap_train_split_agrees(const CapNetwork *net, const CapRanks *ranks,
                                GError **error);
