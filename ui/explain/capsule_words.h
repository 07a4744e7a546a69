/* Capsules and ratings in words for people. */
#pragma once

#include "core/measure/finding.h"

/* "Nodule", "Internal structure", …; static. */
const char *cap_capsule_words_name(int capsule);
/* What level 1 and the last level of an attribute mean in LIDC's rating scheme
 * ("extremely subtle", "obvious"); static. */
const char *cap_capsule_words_low(CapAttributeKind kind);
const char *cap_capsule_words_high(CapAttributeKind kind);
/* The meaning of the level nearest to EXPECTED; static. */
const char *cap_capsule_words_level(CapAttributeKind kind, double expected);
