/* An earlier scan in a structured report: see sr_prior.h. */
#include "io/report/sr_prior.h"

#include "core/measure/prior.h"
#include "io/report/sr_number.h"
#include "io/report/words.h"

#include <math.h>

/* As findings.json has them. */
enum { MM = 4, MM3 = 2, SD = 6, PERCENT = 4, DAYS = 1 };

/* The limits of the 95 % interval of the number NODE that there are. */
static void
add_interval(CapDcmtkSr *sr, int node, const double limits[2], int decimals,
             CapCodeId unit)
{
  for (int i = 0; i < 2; i++) {
    if (!isfinite(limits[i]))
      continue;
    g_autofree char *number = cap_words_number(limits[i], decimals);
    cap_dcmtk_sr_add_number(
        sr, node, CAP_SR_PROPERTIES,
        cap_code(i == 0 ? CAP_CODE_CI_LOW : CAP_CODE_CI_HIGH), number,
        cap_code(unit));
  }
}

static void
add_growth(CapDcmtkSr *sr, int group, const CapGrowth *g)
{
  const double change[] = {100 * (g->ratio_low - 1), 100 * (g->ratio_high - 1)};
  const double doubling[] = {g->doubling_low, g->doubling_high};
  const int volume =
      cap_report_sr_number(sr, group, CAP_CODE_VOLUME_CHANGE,
                           100 * (g->ratio - 1), PERCENT, CAP_CODE_PERCENT);
  add_interval(sr, volume, change, PERCENT, CAP_CODE_PERCENT);
  if (!isfinite(g->doubling_days))
    return;
  const int time = cap_report_sr_number(sr, group, CAP_CODE_DOUBLING_TIME,
                                        g->doubling_days, DAYS, CAP_CODE_DAY);
  add_interval(sr, time, doubling, DAYS, CAP_CODE_DAY);
}

void
cap_report_sr_prior(CapDcmtkSr *sr, int group, const CapFinding *finding)
{
  const CapPrior *then = &finding->prior;
  CapGrowth growth;
  if (then->state == CAP_PRIOR_NONE)
    return;
  cap_dcmtk_sr_add_code(sr, group, CAP_SR_CONTAINS, cap_code(CAP_CODE_PRIOR),
                        cap_code_prior(then->state));
  if (then->days > 0)
    cap_report_sr_number(sr, group, CAP_CODE_PRIOR_INTERVAL, then->days, 0,
                         CAP_CODE_DAY);
  if (then->state != CAP_PRIOR_MATCHED)
    return;
  g_autofree char *id = g_strdup_printf("%d", then->id);
  cap_dcmtk_sr_add_text(sr, group, CAP_SR_CONTAINS,
                        cap_code(CAP_CODE_PRIOR_FINDING), id);
  if (then->type != CAP_TYPE_UNCLASSIFIED)
    cap_dcmtk_sr_add_code(sr, group, CAP_SR_CONTAINS,
                          cap_code(CAP_CODE_PRIOR_TYPE),
                          cap_code_type(then->type));
  cap_report_sr_number(sr, group, CAP_CODE_PRIOR_DIAMETER,
                       then->mean_diameter_mm, MM, CAP_CODE_MILLIMETER);
  if (then->solid_mean_diameter_mm > 0)
    cap_report_sr_number(sr, group, CAP_CODE_PRIOR_SOLID_DIAMETER,
                         then->solid_mean_diameter_mm, MM, CAP_CODE_MILLIMETER);
  cap_report_sr_number(sr, group, CAP_CODE_PRIOR_VOLUME, then->volume_mm3, MM3,
                       CAP_CODE_CUBIC_MILLIMETER);
  if (then->log_sd > 0)
    cap_report_sr_number(sr, group, CAP_CODE_VOLUME_LOG_SD, then->log_sd, SD,
                         CAP_CODE_ONE);
  if (cap_prior_growth(finding, &growth))
    add_growth(sr, group, &growth);
}

void
cap_report_sr_prior_scan(CapDcmtkSr *sr, int parent,
                         const CapFindings *findings)
{
  const CapPriorScan *scan = findings->prior_scan;
  if (scan == NULL)
    return;
  const int list = cap_dcmtk_sr_add_container(
      sr, parent, CAP_SR_CONTAINS, cap_code(CAP_CODE_PRIOR_SCAN), NULL);
  const struct {
    CapCodeId name;
    const char *uid;
  } uids[] = {{CAP_CODE_STUDY_UID, scan->study_uid},
              {CAP_CODE_SERIES_UID, scan->series_uid}};
  for (guint i = 0; i < G_N_ELEMENTS(uids); i++)
    if (*uids[i].uid != '\0')
      cap_dcmtk_sr_add_uid(sr, list, CAP_SR_CONTAINS, cap_code(uids[i].name),
                           uids[i].uid);
  if (*scan->date != '\0')
    cap_dcmtk_sr_add_text(sr, list, CAP_SR_CONTAINS,
                          cap_code(CAP_CODE_PRIOR_DATE), scan->date);
  cap_report_sr_number(sr, list, CAP_CODE_PRIOR_INTERVAL, scan->days, 0,
                       CAP_CODE_DAY);
}
