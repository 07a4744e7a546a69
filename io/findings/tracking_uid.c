/* Tracking UIDs: see tracking_uid.h. */
#include "io/findings/tracking_uid.h"

#include "io/uid.h"

char *
cap_tracking_uid(const char *series_uid, const CapFinding *finding)
{
  if (*finding->tracking_uid != '\0')
    return g_strdup(finding->tracking_uid);
  char mm[3][G_ASCII_DTOSTR_BUF_SIZE];
  const double at[3] = {finding->center_mm.x, finding->center_mm.y,
                        finding->center_mm.z};
  for (int i = 0; i < 3; i++)
    g_ascii_formatd(mm[i], sizeof mm[i], "%.4f", at[i]);
  g_autofree char *text = g_strdup_printf("%s finding %d %s %s %s", series_uid,
                                          finding->id, mm[0], mm[1], mm[2]);
  return cap_uid_from_text(text);
}

void
cap_tracking_uid_keep(const char *series_uid, const CapFinding *finding,
                      CapFinding *changed)
{
  g_autofree char *before = cap_tracking_uid(series_uid, finding);
  g_autofree char *after = cap_tracking_uid(series_uid, changed);
  if (g_str_equal(before, after))
    return;
  g_free(changed->tracking_uid);
  changed->tracking_uid = g_steal_pointer(&before);
}
