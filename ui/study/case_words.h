/* Irregularities of a series in words for the reader. */
#pragma once

#include <glib.h>

/* Of IRREGULARITIES (of CapIrregularity), those that are more than information,
 * every kind once: "gantry tilt (CASE-05)", joined by SEPARATOR; "" where there
 * is none. Caller frees. */
char *cap_case_words(const GPtrArray *irregularities, const char *separator);
/* How many of them are more than information. */
int cap_case_words_number(const GPtrArray *irregularities);
/* "⚠ 2 irregularities". Caller frees. */
char *cap_case_words_count(int n);
/* All of them in short: "⚠ 2 irregularities, 1 note"; a note is what only
 * informs. GRAVE: whether there is more than notes. Caller frees. */
char *cap_case_words_summary(const GPtrArray *irregularities, gboolean *grave);
