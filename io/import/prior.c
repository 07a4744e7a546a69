/* An earlier scan read back: see prior.h. */
#include "io/import/prior.h"

#include "core/date.h"
#include "io/import/group.h"

#include <math.h>

/* Numbers of a prior, in our own units, and the largest that is taken. */
static const struct {
  CapCodeId name;
  double most;
  glong field;
} numbers[] = {
    {CAP_CODE_PRIOR_DIAMETER, 1e3, G_STRUCT_OFFSET(CapPrior, mean_diameter_mm)},
    {CAP_CODE_PRIOR_SOLID_DIAMETER, 1e3,
     G_STRUCT_OFFSET(CapPrior, solid_mean_diameter_mm)},
    {CAP_CODE_PRIOR_VOLUME, 1e8, G_STRUCT_OFFSET(CapPrior, volume_mm3)},
    {CAP_CODE_VOLUME_LOG_SD, 100, G_STRUCT_OFFSET(CapPrior, log_sd)},
};

/* Whole days of a number; 0 where they make no sense. */
static int
days_of(const CapContentItem *item)
{
  return item->number >= 0 && item->number <= 1e6 ? (int)lround(item->number)
                                                  : 0;
}

static gboolean
read_number(const CapContentItem *item, CapPrior *prior)
{
  if (cap_content_means(&item->name, CAP_CODE_PRIOR_INTERVAL)) {
    prior->days = days_of(item);
    return TRUE;
  }
  for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
    if (cap_content_means(&item->name, numbers[i].name)) {
      if (item->number >= 0 && item->number <= numbers[i].most)
        G_STRUCT_MEMBER(double, prior, numbers[i].field) = item->number;
      return TRUE;
    }
  return FALSE;
}

static gboolean
read_code(const CapContentItem *item, CapPrior *prior)
{
  if (cap_content_means(&item->name, CAP_CODE_PRIOR)) {
    if (cap_content_means(&item->value, CAP_CODE_PRIOR_NEW))
      prior->state = CAP_PRIOR_NEW;
    if (cap_content_means(&item->value, CAP_CODE_PRIOR_MATCHED))
      prior->state = CAP_PRIOR_MATCHED;
    return TRUE;
  }
  if (!cap_content_means(&item->name, CAP_CODE_PRIOR_TYPE))
    return FALSE;
  const CapCode value = {item->value.value, item->value.scheme, ""};
  for (int t = CAP_TYPE_SOLID; t <= CAP_TYPE_CALCIFIED; t++)
    if (cap_code_equal(&value, cap_code_type((CapNoduleType)t)))
      prior->type = (CapNoduleType)t;
  return TRUE;
}

gboolean
cap_import_read_prior(const CapContentItem *item, CapFinding *finding)
{
  guint64 id = 0;
  switch (item->type) {
  case CAP_SR_NUMBER:
    return read_number(item, &finding->prior);
  case CAP_SR_CODE:
    return read_code(item, &finding->prior);
  case CAP_SR_TEXT:
    if (!cap_content_means(&item->name, CAP_CODE_PRIOR_FINDING))
      return FALSE;
    if (g_ascii_string_to_unsigned(item->text, 10, 1, 10000, &id, NULL))
      finding->prior.id = (int)id;
    return TRUE;
  default:
    return FALSE;
  }
}

CapPriorScan *
cap_import_read_prior_scan(const CapContentItem *item)
{
  CapPriorScan *scan = cap_prior_scan_new("", "", "", 0);
  const CapContentItem *study = cap_content_find(item, CAP_CODE_STUDY_UID);
  const CapContentItem *series = cap_content_find(item, CAP_CODE_SERIES_UID);
  const CapContentItem *date = cap_content_find(item, CAP_CODE_PRIOR_DATE);
  const CapContentItem *days = cap_content_find(item, CAP_CODE_PRIOR_INTERVAL);
  GDate day;
  if (study != NULL)
    cap_import_take_uid(&scan->study_uid, study->text);
  if (series != NULL)
    cap_import_take_uid(&scan->series_uid, series->text);
  if (date != NULL && cap_date_parse(date->text, &day)) {
    g_free(scan->date);
    scan->date = g_strdup(date->text);
  }
  if (days != NULL)
    scan->days = days_of(days);
  return scan;
}
