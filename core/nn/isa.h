/* Which instruction set our own kernels use: the best that the machine has,
 * unless the environment variable CAPSIGHT_ISA names a lesser one. Results of
 * two paths differ by rounding (tests allow each 2e-5 from the twin in double,
 * and 3e-4 of the largest in gradients); on one path they are the same bits
 * whatever the number of threads. */
#pragma once

#include <glib.h>

typedef enum { CAP_ISA_PORTABLE, CAP_ISA_AVX2, CAP_ISA_AVX512 } CapIsa;

extern CapIsa cap_isa; /* read only */

gboolean cap_isa_available(CapIsa isa);
/* "portable", "avx2", "avx512". */
const char *cap_isa_name(CapIsa isa);
/* From now on; not while a kernel runs. FALSE, and nothing changes, when the
 * machine does not have it. */
gboolean cap_isa_set(CapIsa isa);
