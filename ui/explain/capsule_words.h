/* Capsules and ratings in words for people. */
#pragma once

#include "core/measure/finding.h"

/* "Nodule", "Internal structure", …; static. */
const char *cap_capsule_words_name(int capsule);
/* What level 1 and the last level of an attribute mean in LIDC's rating scheme
 * ("extremely subtle", "obvious"); static. */
const char *cap_capsule_words_low(CapAttributeKind kind);
const char *cap_capsule_words_high(CapAttributeKind kind);
/* "4.2  rather sharp": the expected level and what the nearest one means; of
 * classes the likeliest with its probability, "solid 61 %". Caller frees. */
char *cap_capsule_words_rating(CapAttributeKind kind, const CapRating *rating);
/* The same of a rating that became MOVED: "4.2 → 4.6  sharp". */
char *cap_capsule_words_moved(CapAttributeKind kind, const CapRating *rating,
                              const CapRating *moved);
