/* JPEG 2000 codestreams through OpenJPEG. */
#pragma once

#include <glib.h>
#include <stdint.h>

/* Decodes a grey codestream (raw J2K or JP2) of ROWS x COLUMNS into VALUES.
 * FALSE with a reason in *WHY (caller frees) when it is damaged or of another
 * size. */
gboolean cap_j2k_decode(const uint8_t *bytes, gsize n_bytes, int rows,
                        int columns, int32_t *values, char **why);
