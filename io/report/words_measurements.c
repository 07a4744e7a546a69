/* Measurements by hand in words: see words_measurements.h. */
#include "io/report/words_measurements.h"

#include "core/image/unit.h"
#include "core/language.h"
#include "io/report/words.h"
#include "io/report/words_tables.h"

const char *
cap_words_measure_kind(CapMeasureKind kind)
{
  static const char *const words[CAP_N_MEASURE_KINDS] = {
      N_("Length"), N_("Axes"), N_("Ellipse"), N_("Angle"), N_("Freehand")};
  g_return_val_if_fail(kind < CAP_N_MEASURE_KINDS, "");
  return words[kind];
}

static void
add_region_lines(GPtrArray *lines, const CapMeasurement *m)
{
  g_autofree char *mean = cap_words_number(m->hu_mean, 0);
  g_autofree char *sd = cap_words_number(m->hu_sd, 0);
  g_autofree char *min = cap_words_number(m->hu_min, 0);
  g_autofree char *max = cap_words_number(m->hu_max, 0);
  g_autofree char *area = cap_words_number(m->area_mm2, 1);
  const char *unit = cap_unit_after_value(m->unknown);
  if (m->n_voxels > 0) {
    g_ptr_array_add(lines, g_strdup_printf("%s ± %s%s", mean, sd, unit));
    g_ptr_array_add(lines, g_strdup_printf("%s … %s%s", min, max, unit));
  } else {
    g_ptr_array_add(lines, g_strdup_printf("–%s", unit));
  }
  g_ptr_array_add(lines,
                  g_strdup_printf("%s %s²", area, cap_unit_length(m->unknown)));
}

char **
cap_words_measurement_lines(const CapMeasurement *m)
{
  g_autoptr(GPtrArray) lines = g_ptr_array_new();
  g_autofree char *a = cap_words_number(m->long_mm, 1);
  g_autofree char *b = cap_words_number(m->short_mm, 1);
  g_autofree char *mean = cap_words_number(m->mean_diameter_mm, 1);
  const char *unit = cap_unit_length(m->unknown);
  g_autofree char *degrees = cap_words_number(m->angle_deg, 1);
  switch (m->kind) {
  case CAP_MEASURE_LENGTH:
    g_ptr_array_add(lines, g_strdup_printf("%s %s", a, unit));
    break;
  case CAP_MEASURE_AXES:
    g_ptr_array_add(lines, g_strdup_printf("%s × %s %s", a, b, unit));
    g_ptr_array_add(lines, g_strdup_printf("Ø %s %s", mean, unit));
    break;
  case CAP_MEASURE_ELLIPSE:
  case CAP_MEASURE_FREEHAND:
    add_region_lines(lines, m);
    break;
  default:
    g_ptr_array_add(lines, g_strdup_printf("%s°", degrees));
  }
  g_ptr_array_add(lines, NULL);
  return (char **)g_ptr_array_free(g_steal_pointer(&lines), FALSE);
}

char *
cap_words_measurement(const CapMeasurement *m)
{
  g_auto(GStrv) lines = cap_words_measurement_lines(m);
  return g_strjoinv(", ", lines);
}

char *
cap_words_measurement_title(const CapMeasurement *m)
{
  return g_strdup(*m->name != '\0' ? m->name : cap_words_measure_kind(m->kind));
}

char *
cap_words_measurement_place(const CapReport *report, const CapMeasurement *m)
{
  CapPlane plane;
  int index;
  if (report->volume == NULL) /* which planes there are is not known */
    return g_strdup("");
  if (!cap_measurement_plane(m, report->volume, &plane, &index))
    return g_strdup("Oblique");
  g_autofree char *number = cap_slice_is_stored(report->volume, plane)
                                ? cap_words_slice(report, index)
                                : g_strdup_printf("%d", index + 1);
  return g_strdup_printf(
      "%s %s", cap_slice_plane_name(plane, report->volume->source->unknown),
      number);
}

GPtrArray *
cap_words_measurements(const CapReport *report)
{
  GPtrArray *rows = cap_words_rows_new();
  const GPtrArray *list = report->findings->measurements;
  for (guint i = 0; i < list->len; i++) {
    const CapMeasurement *m = list->pdata[i];
    g_autofree char *label =
        g_strdup_printf("%d  %s", m->id, cap_words_measure_kind(m->kind));
    g_autofree char *numbers = cap_words_measurement(m);
    g_autofree char *place = cap_words_measurement_place(report, m);
    cap_words_rows_add(
        rows, label,
        g_strdup_printf("%s%s%s%s%s", numbers, *place != '\0' ? "  ·  " : "",
                        place, *m->name != '\0' ? "  ·  " : "", m->name));
  }
  return rows;
}
