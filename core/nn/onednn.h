/* The oneDNN library on this machine. */
#pragma once

#include <glib.h>

/* The instruction set that oneDNN uses here, "AVX-512 with bfloat16"; never
 * freed. */
const char *cap_onednn_isa(void);
gboolean cap_onednn_has_avx512(void);
char *cap_onednn_version(void); /* "oneDNN 2.6.3"; caller frees */
