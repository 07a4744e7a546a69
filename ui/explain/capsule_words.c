/* Capsules and ratings in words: see capsule_words.h. */
#include "ui/explain/capsule_words.h"

#include "core/language.h"

#include <math.h>

static const char *const names[CAP_N_CAPSULES] = {
    N_("Nodule"),     N_("Not a nodule"),
    N_("Subtlety"),   N_("Calcification"),
    N_("Sphericity"), N_("Margin"),
    N_("Lobulation"), N_("Spiculation"),
    N_("Texture"),    N_("Internal structure"),
};

/* The rating scheme of the LIDC readers (Armato et al. 2011, table of nodule
 * characteristics). */
static const char *const levels[CAP_N_ATTRIBUTES][CAP_MAX_LEVELS] = {
    {N_("extremely subtle"), N_("moderately subtle"), N_("fairly subtle"),
     N_("moderately obvious"), N_("obvious")},
    {N_("popcorn"), N_("laminated"), N_("solid"), N_("non-central"),
     N_("central"), N_("absent")},
    {N_("linear"), N_("between linear and ovoid"), N_("ovoid"),
     N_("between ovoid and round"), N_("round")},
    {N_("poorly defined"), N_("rather poorly defined"), N_("medium"),
     N_("rather sharp"), N_("sharp")},
    {N_("no lobulation"), N_("slight"), N_("medium"), N_("considerable"),
     N_("marked")},
    {N_("no spiculation"), N_("slight"), N_("medium"), N_("considerable"),
     N_("marked")},
    {N_("ground-glass"), N_("mostly ground-glass"), N_("part-solid"),
     N_("mostly solid"), N_("solid")},
    {N_("soft tissue"), N_("fluid"), N_("fat"), N_("air")},
};

const char *
cap_capsule_words_name(int capsule)
{
  g_return_val_if_fail(capsule >= 0 && capsule < CAP_N_CAPSULES, "");
  return _(names[capsule]);
}

const char *
cap_capsule_words_low(CapAttributeKind kind)
{
  return _(levels[kind][0]);
}

const char *
cap_capsule_words_high(CapAttributeKind kind)
{
  return _(levels[kind][cap_attribute_levels(kind) - 1]);
}

static const char *
level_name(CapAttributeKind kind, double level)
{
  const int nearest = (int)floor(level + 0.5);
  return _(levels[kind][CLAMP(nearest, 1, cap_attribute_levels(kind)) - 1]);
}

char *
cap_capsule_words_rating(CapAttributeKind kind, const CapRating *rating)
{
  const int likeliest = cap_rating_likeliest(rating);
  if (cap_attribute_is_classes(kind))
    return g_strdup_printf("%s %.0f %%", level_name(kind, likeliest),
                           100 * rating->p[likeliest - 1]);
  return g_strdup_printf("%.1f  %s", rating->expected,
                         level_name(kind, rating->expected));
}

char *
cap_capsule_words_moved(CapAttributeKind kind, const CapRating *rating,
                        const CapRating *moved)
{
  g_autofree char *after = cap_capsule_words_rating(kind, moved);
  if (!cap_attribute_is_classes(kind))
    return g_strdup_printf("%.1f → %s", rating->expected, after);
  g_autofree char *before = cap_capsule_words_rating(kind, rating);
  return g_strdup_printf("%s → %s", before, after);
}
