/* An earlier scan told on findings: see prior.h. */
#include "core/measure/prior.h"

#include "core/date.h"
#include "core/image/patient.h"

#include <math.h>

/* VOLUME has an image there. */
static gboolean
covers(const CapVolume *volume, CapPoint at_mm)
{
  const CapPoint i = cap_volume_to_index(volume, at_mm);
  const int slice = (int)lround(i.z);
  return i.x > -0.5 && i.x < volume->columns - 0.5 && i.y > -0.5 &&
         i.y < volume->rows - 0.5 && slice >= 0 && slice < volume->slices &&
         volume->valid[slice];
}

/* With the decimals that findings.json keeps, so that growth is the same before
 * findings are written and after they are read. */
static double
as_kept(double value, double unit)
{
  return round(value * unit) / unit;
}

gboolean
cap_prior_growth(const CapFinding *finding, CapGrowth *growth)
{
  const CapPrior *then = &finding->prior;
  return then->state == CAP_PRIOR_MATCHED &&
         cap_growth_of(as_kept(then->volume_mm3, 1e2),
                       as_kept(finding->volume_mm3, 1e2), then->days,
                       as_kept(then->log_sd, 1e6), growth);
}

/* Standard deviation of the logarithm of the volumes' ratio; 0 without two. */
static double
log_sd(const CapPair *pair, const CapComparison *c)
{
  const double now = pair->current->volume_mm3, then = pair->prior->volume_mm3;
  if (!(now > 0) || !(then > 0))
    return 0;
  return hypot(cap_growth_log_sd(now, cap_growth_sampling(c->current_volume)),
               cap_growth_log_sd(then, cap_growth_sampling(c->prior_volume)));
}

static CapPrior
prior_of(const CapPair *pair, const CapComparison *c, int days)
{
  const CapFinding *then = pair->prior;
  if (then == NULL)
    return (CapPrior){.state =
                          covers(c->prior_volume,
                                 cap_transform_apply(&c->alignment->to_prior,
                                                     pair->current->center_mm))
                              ? CAP_PRIOR_NEW
                              : CAP_PRIOR_NONE,
                      .days = days};
  return (CapPrior){
      .state = CAP_PRIOR_MATCHED,
      .days = days,
      .id = then->id,
      .type = then->type,
      .mean_diameter_mm = then->mean_diameter_mm,
      .solid_mean_diameter_mm = then->solid_mean_diameter_mm,
      .volume_mm3 = then->volume_mm3,
      .log_sd = log_sd(pair, c),
  };
}

static void G_GNUC_PRINTF(2, 3)
    note(CapFindings *findings, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_ptr_array_add(findings->notes, g_strdup_vprintf(format, arguments));
  va_end(arguments);
}

/* How the notes begin that a comparison makes. */
static const char *const beginnings[] = {
    "Compared with the CT of ", "The earlier CT ",
    "The two scans could not be aligned well", "Earlier finding "};

/* What an earlier comparison said of CURRENT is no longer true. */
static void
forget(CapFindings *current)
{
  for (guint i = current->notes->len; i-- > 0;)
    for (guint k = 0; k < G_N_ELEMENTS(beginnings); k++)
      if (g_str_has_prefix(current->notes->pdata[i], beginnings[k])) {
        g_ptr_array_remove_index(current->notes, i);
        break;
      }
  for (guint i = 0; i < current->items->len; i++)
    ((CapFinding *)current->items->pdata[i])->prior = (CapPrior){0};
}

static void
note_scans(CapFindings *current, const CapComparison *c, int days)
{
  const CapSource *then = c->prior_volume->source;
  if (days > 0)
    note(current, "Compared with the CT of %d days before.", days);
  else
    note(current, "The earlier CT is not known to be earlier: there is no "
                  "growth rate.");
  if (c->alignment->overlap < CAP_ALIGNMENT_DOUBTFUL)
    note(current, "The two scans could not be aligned well: pairs of nodules "
                  "need a look.");
  g_autoptr(GPtrArray) differences =
      cap_patient_differences(c->current_volume->source, then);
  if (differences->len > 0) /* what differs would name somebody */
    note(current, "The earlier CT may be another patient's: ID, name, birth "
                  "date or sex differ.");
}

GArray *
cap_prior_compare(CapFindings *current, const CapComparison *c)
{
  int days = 0;
  const CapSource *then = c->prior_volume->source;
  if (!cap_date_days(then->study_date, c->current_volume->source->study_date,
                     &days) ||
      days < 0)
    days = 0;
  cap_prior_scan_free(current->prior_scan);
  current->prior_scan = cap_prior_scan_new(then->study_uid, then->series_uid,
                                           then->study_date, days);
  GArray *pairs =
      cap_pair_findings(current, c->prior, &c->alignment->to_prior, c->choices);
  forget(current);
  note_scans(current, c, days);
  for (guint i = 0; i < pairs->len; i++) {
    const CapPair *pair = &g_array_index(pairs, CapPair, i);
    if (pair->current != NULL) /* it is in CURRENT, which is ours to change */
      ((CapFinding *)pair->current)->prior = prior_of(pair, c, days);
    if (pair->current == NULL)
      note(current, "Earlier finding %d (%s, %.0f mm) has no partner now.",
           pair->prior->id, cap_nodule_type_name(pair->prior->type),
           pair->prior->mean_diameter_mm);
  }
  current->context.exam = CAP_EXAM_FOLLOW_UP;
  return pairs;
}
