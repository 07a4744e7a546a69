/* What speaks for and against comparing two scans: see prior_objections.h. */
#include "ui/prior/prior_objections.h"

#include "core/date.h"
#include "core/image/patient.h"
#include "core/language.h"
#include "core/told.h"

static void
note_kind(GPtrArray *objections, const CapSource *then)
{
  if (*then->modality != '\0' && !g_str_equal(then->modality, "CT"))
    g_ptr_array_add(
        objections,
        g_strdup_printf(_("It is not a CT (modality %s)."), then->modality));
  else if (*then->unusable_text != '\0') {
    g_autofree char *why = cap_told(then->unusable_text);
    g_ptr_array_add(
        objections,
        g_strdup_printf(
            _("It is not a chest CT that nodules can be looked for in: %s."),
            why));
  }
}

static void
note_time(GPtrArray *objections, const CapSource *now, const CapSource *then)
{
  int days;
  if (*now->series_uid != '\0' &&
      g_str_equal(now->series_uid, then->series_uid))
    g_ptr_array_add(objections,
                    g_strdup(_("It is the same series as the present one.")));
  else if (cap_date_days(then->study_date, now->study_date, &days) && days < 0)
    g_ptr_array_add(
        objections,
        g_strdup_printf(
            P_("It is not earlier: it was made %d day after the present scan.",
               "It is not earlier: it was made %d days after the present scan.",
               -days),
            -days));
}

GPtrArray *
cap_prior_objections(const CapSource *now, const CapSource *then,
                     gboolean *other_patient)
{
  GPtrArray *objections = cap_patient_differences(now, then);
  *other_patient = objections->len > 0;
  note_time(objections, now, then);
  note_kind(objections, then);
  return objections;
}

int
cap_prior_best_series(const CapSeriesList *list, const CapSource *now)
{
  int best = -1, least = G_MAXINT;
  for (guint i = 0; now != NULL && i < list->series->len; i++) {
    const CapSeries *series = list->series->pdata[i];
    g_autoptr(GPtrArray) differences =
        cap_patient_differences(now, series->source);
    int days;
    if ((series->usable & CAP_USABLE_VIEW) && differences->len == 0 &&
        cap_date_days(series->source->study_date, now->study_date, &days) &&
        days > 0 && days < least) {
      best = (int)i;
      least = days;
    }
  }
  guint index;
  const CapSeries *any = best < 0 ? cap_series_choose(list, NULL, NULL) : NULL;
  return any != NULL && g_ptr_array_find(list->series, any, &index) ? (int)index
                                                                    : best;
}
