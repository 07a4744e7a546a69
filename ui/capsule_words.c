/* Capsules and ratings in words: see capsule_words.h. */
#include "ui/capsule_words.h"

#include <math.h>

static const char *const names[CAP_N_CAPSULES] = {
    "Nodule",     "Not a nodule",
    "Subtlety",   "Calcification",
    "Sphericity", "Margin",
    "Lobulation", "Spiculation",
    "Texture",    "Internal structure",
};

/* The rating scheme of the LIDC readers (Armato et al. 2011, table of nodule
 * characteristics). */
static const char *const levels[CAP_N_ATTRIBUTES][CAP_MAX_LEVELS] = {
    {"extremely subtle", "moderately subtle", "fairly subtle",
     "moderately obvious", "obvious"},
    {"popcorn", "laminated", "solid", "non-central", "central", "absent"},
    {"linear", "between linear and ovoid", "ovoid", "between ovoid and round",
     "round"},
    {"poorly defined", "rather poorly defined", "medium", "rather sharp",
     "sharp"},
    {"no lobulation", "slight", "medium", "considerable", "marked"},
    {"no spiculation", "slight", "medium", "considerable", "marked"},
    {"ground-glass", "mostly ground-glass", "part-solid", "mostly solid",
     "solid"},
    {"soft tissue", "fluid", "fat", "air"},
};

const char *
cap_capsule_words_name(int capsule)
{
  g_return_val_if_fail(capsule >= 0 && capsule < CAP_N_CAPSULES, "");
  return names[capsule];
}

const char *
cap_capsule_words_low(CapAttributeKind kind)
{
  return levels[kind][0];
}

const char *
cap_capsule_words_high(CapAttributeKind kind)
{
  return levels[kind][cap_attribute_levels(kind) - 1];
}

const char *
cap_capsule_words_level(CapAttributeKind kind, double expected)
{
  const int level = (int)floor(expected + 0.5);
  return levels[kind][CLAMP(level, 1, cap_attribute_levels(kind)) - 1];
}
