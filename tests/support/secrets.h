/* A DICOM file in which every attribute of the de-identification profile, at
 * several depths, and every private corner holds something to be found again.
 */
#pragma once

#include <glib.h>

/* Of SOP_CLASS: each attribute of the table with a secret that fits its VR,
 * once in the data set, once in an item and once in an item of an item of a
 * sequence that the profile keeps; private groups, a curve, an overlay;
 * secrets in preamble and meta information and behind the pixels. Texts begin
 * with SECRET. Explicit little endian, 2 × 2 pixels. Caller unrefs. */
GByteArray *cap_test_secret_bytes(const char *sop_class);

/* The first of the secrets that BYTES have, as printable text; NULL when they
 * have none. TIMES_TOO looks for times of day as well. Caller frees. */
char *cap_test_find_secret(const void *bytes, gsize n_bytes,
                           gboolean times_too);
