/* Tracking UIDs: see tracking_uid.h. */
#include "io/findings/tracking_uid.h"

#include "io/uid.h"

/* " 1.0000 2.0000 3.0000" */
static void
add_place(GString *text, CapPoint p)
{
  const double at[3] = {p.x, p.y, p.z};
  for (int i = 0; i < 3; i++) {
    char mm[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(mm, sizeof mm, "%.4f", at[i]);
    g_string_append_printf(text, " %s", mm);
  }
}

char *
cap_tracking_uid(const char *series_uid, const CapFinding *finding)
{
  if (*finding->tracking_uid != '\0')
    return g_strdup(finding->tracking_uid);
  g_autoptr(GString) text = g_string_new(NULL);
  g_string_printf(text, "%s finding %d", series_uid, finding->id);
  add_place(text, finding->center_mm);
  return cap_uid_from_text(text->str);
}

void
cap_measurement_track(const char *series_uid, CapMeasurement *m)
{
  if (*m->tracking_uid != '\0')
    return;
  g_autoptr(GString) text = g_string_new(NULL);
  g_string_printf(text, "%s measurement %d %s", series_uid, m->id,
                  cap_measure_kind_name(m->kind));
  for (int i = 0; i < cap_measurement_n_ends(m->kind); i++)
    add_place(text, m->ends_mm[i]);
  g_free(m->tracking_uid);
  m->tracking_uid = cap_uid_from_text(text->str);
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
