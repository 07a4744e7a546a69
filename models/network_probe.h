/* The erased-nodule probe (datasets/probe.h) asked of a convolutional network,
 * which sees shapes that means and histograms do not. */
#pragma once

#include "datasets/probe.h"

/* N draws of MAKING, as they are or ERASED: a small network, three convolutions
 * and a linear layer, learns from those that are for fitting, each seen once,
 * and is tested on the others, at most 2,000. As they are shows what such a
 * network is able to see. FALSE with CAP_ERROR_DATA (no negatives of that
 * making) or CAP_ERROR_MEMORY.
 */
gboolean cap_network_probe_run(const CapPool *pool, CapMaking making, int n,
                               gboolean erased, CapProbe *probe,
                               GError **error);
