/* Which way a convolution's pass takes. */
#pragma once

#include "core/nn/conv_kernel.h"

/* The way for PRECISION. With CAP_PRECISION_AUTO, each way that PASS has here
 * is timed on random numbers for BATCH samples, unless the machine's choice is
 * known already (core/nn/choices.h); a single way needs no timing. */
CapWay cap_conv_choice(const CapConvSpec *spec, CapConvPass pass, int batch,
                       CapPrecision precision);
