/* Damaged bytes for fuzz suites. */
#pragma once

#include <glib.h>

/* One to eight changes of BYTES: bits, nasty values, cuts, holes, repetitions.
 * Half of them in the first HEADER bytes, which are worth more than the rest.
 */
void cap_test_mutate(GRand *rand, GByteArray *bytes, guint header);

/* The same for text: also swaps in one of WORDS (NULL-terminated). */
void cap_test_mutate_text(GRand *rand, GByteArray *bytes,
                          const char *const *words);

/* A generator from FUZZ_SEED (default 1). */
GRand *cap_test_fuzz_rand(void);
/* The monotonic time, microseconds, at which one of N_PARTS of FUZZ_SECONDS
 * (default SECONDS) is over. */
gint64 cap_test_fuzz_end(double seconds, int n_parts);
