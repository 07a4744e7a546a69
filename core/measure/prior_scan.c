/* The earlier scan of a comparison: see prior_scan.h. */
#include "core/measure/prior_scan.h"

CapPriorScan *
cap_prior_scan_new(const char *study_uid, const char *series_uid,
                   const char *date, int days)
{
  CapPriorScan *scan = g_new(CapPriorScan, 1);
  *scan = (CapPriorScan){.study_uid = g_strdup(study_uid),
                         .series_uid = g_strdup(series_uid),
                         .date = g_strdup(date),
                         .days = days};
  return scan;
}

CapPriorScan *
cap_prior_scan_copy(const CapPriorScan *from)
{
  return from ? cap_prior_scan_new(from->study_uid, from->series_uid,
                                   from->date, from->days)
              : NULL;
}

void
cap_prior_scan_free(CapPriorScan *scan)
{
  if (scan == NULL)
    return;
  g_free(scan->study_uid);
  g_free(scan->series_uid);
  g_free(scan->date);
  g_free(scan);
}
