/* Coded answers read back: see rating.h. */
#include "io/import/rating.h"

#include <string.h>

/* Sites by the codes that others use. */
static const struct {
  const char *value, *scheme;
  CapSide side;
  CapLobe lobe;
} sites[] = {
    {"39607008", "SCT", CAP_SIDE_UNKNOWN, CAP_LOBE_UNKNOWN},
    {"3341006", "SCT", CAP_SIDE_RIGHT, CAP_LOBE_UNKNOWN},
    {"44029006", "SCT", CAP_SIDE_LEFT, CAP_LOBE_UNKNOWN},
    {"45653009", "SCT", CAP_SIDE_UNKNOWN, CAP_LOBE_UPPER},
    {"42400003", "SCT", CAP_SIDE_RIGHT, CAP_LOBE_UPPER},
    {"44714003", "SCT", CAP_SIDE_LEFT, CAP_LOBE_UPPER},
    {"72481006", "SCT", CAP_SIDE_RIGHT, CAP_LOBE_MIDDLE},
    {"90572001", "SCT", CAP_SIDE_UNKNOWN, CAP_LOBE_LOWER},
    {"266005", "SCT", CAP_SIDE_RIGHT, CAP_LOBE_LOWER},
    {"41224006", "SCT", CAP_SIDE_LEFT, CAP_LOBE_LOWER},
    {"T-28000", "SRT", CAP_SIDE_UNKNOWN, CAP_LOBE_UNKNOWN},
};

gboolean
cap_import_read_site(const CapContentItem *item, CapFinding *finding)
{
  const CapContentItem *side = cap_content_find(item, CAP_CODE_LATERALITY);
  return cap_import_take_site(&item->value, side ? &side->value : NULL,
                              finding);
}

gboolean
cap_import_take_site(const CapContentCode *site, const CapContentCode *side,
                     CapFinding *finding)
{
  const CapCode read = {site->value, site->scheme, ""};
  for (guint i = 0; i < G_N_ELEMENTS(sites); i++) {
    const CapCode known = {sites[i].value, sites[i].scheme, ""};
    if (!cap_code_equal(&read, &known))
      continue;
    finding->side = sites[i].side;
    finding->lobe = sites[i].lobe;
    if (side != NULL && cap_content_means(side, CAP_CODE_RIGHT))
      finding->side = CAP_SIDE_RIGHT;
    if (side != NULL && cap_content_means(side, CAP_CODE_LEFT))
      finding->side = CAP_SIDE_LEFT;
    return TRUE;
  }
  return FALSE;
}

static gboolean
is_code(const CapContentCode *code, const CapCode *wanted)
{
  const CapCode read = {code->value, code->scheme, ""};
  return cap_code_equal(&read, wanted);
}

gboolean
cap_import_read_status(const CapContentItem *item, CapFinding *finding)
{
  if (!cap_content_means(&item->name, CAP_CODE_STATUS))
    return FALSE;
  for (int i = CAP_STATUS_UNREVIEWED; i <= CAP_STATUS_UNCERTAIN; i++)
    if (is_code(&item->value, cap_code_status((CapStatus)i))) {
      finding->status = (CapStatus)i;
      return TRUE;
    }
  return FALSE;
}

gboolean
cap_import_read_type(const CapContentItem *item, CapFinding *finding)
{
  if (!cap_content_means(&item->name, CAP_CODE_TYPE))
    return FALSE;
  for (int i = CAP_TYPE_SOLID; i <= CAP_TYPE_CALCIFIED; i++)
    if (is_code(&item->value, cap_code_type((CapNoduleType)i))) {
      finding->type = (CapNoduleType)i;
      return TRUE;
    }
  return FALSE;
}

/* How likely LEVEL is by the numbers below ITEM; 0 when none is about it. */
static double
likelihood_below(const CapContentItem *item, const CapCode *level)
{
  for (guint i = 0; i < item->children->len; i++) {
    const CapContentItem *child = cap_content_child(item, i);
    if (child->type == CAP_SR_NUMBER && is_code(&child->name, level) &&
        child->number >= 0 && child->number <= 100)
      return child->number / 100;
  }
  return 0;
}

/* The likelihoods below ITEM, by the codes of LEVELS, or without them the one
 * level that its value names. FALSE when it names none. */
static gboolean
read_levels(const CapContentItem *item, const CapCode *levels, int n,
            CapRating *rating)
{
  CapRating read = {.n_levels = n};
  double sum = 0;
  for (int i = 0; i < n; i++)
    sum += read.p[i] = likelihood_below(item, &levels[i]);
  for (int i = 0; i < n && sum < 0.99; i++)
    if (is_code(&item->value, &levels[i])) {
      read = (CapRating){.n_levels = n};
      sum = read.p[i] = 1;
    }
  if (sum < 0.99)
    return FALSE;
  *rating = read;
  cap_rating_finish(rating);
  /* as they were told: made to add up, the sixth decimal would move */
  memcpy(rating->p, read.p, sizeof read.p);
  return TRUE;
}

gboolean
cap_import_read_rating(const CapContentItem *item, CapFinding *finding)
{
  if (cap_content_means(&item->name, CAP_CODE_MALIGNANCY))
    return read_levels(item, cap_code_malignancy_level(1), 5,
                       &finding->malignancy);
  for (int i = 0; i < CAP_N_ATTRIBUTES; i++) {
    const CapAttributeKind kind = (CapAttributeKind)i;
    if (is_code(&item->name, cap_code_attribute(kind)))
      return read_levels(item, cap_code_attribute_level(kind, 1),
                         cap_attribute_levels(kind), &finding->attributes[i]);
  }
  return FALSE;
}

void
cap_import_unrated(CapFinding *finding)
{
  finding->malignancy = (CapRating){.n_levels = 5};
  cap_rating_finish(&finding->malignancy);
  for (int i = 0; i < CAP_N_ATTRIBUTES; i++) {
    finding->attributes[i] =
        (CapRating){.n_levels = cap_attribute_levels((CapAttributeKind)i)};
    cap_rating_finish(&finding->attributes[i]);
  }
}
