/* Findings as text: see findings_table.h. */
#include "app/findings_table.h"

static char *
fixed(double value, int decimals, int width)
{
  char format[16], number[400];
  g_snprintf(format, sizeof format, "%%.%df", decimals);
  g_ascii_formatd(number, sizeof number, format, value);
  return g_strdup_printf("%*s", width, number);
}

static char *
site(const CapFinding *finding)
{
  if (finding->side == CAP_SIDE_UNKNOWN)
    return g_strdup("unknown");
  return g_strdup_printf("%s %s", cap_side_name(finding->side),
                         finding->lobe == CAP_LOBE_UNKNOWN
                             ? "lung"
                             : cap_lobe_name(finding->lobe));
}

static void
append_row(GString *out, const CapFinding *finding)
{
  g_autofree char *p = fixed(finding->probability, 2, 4);
  g_autofree char *mean = fixed(finding->mean_diameter_mm, 1, 5);
  g_autofree char *size_long = fixed(finding->long_axis_mm, 1, 5);
  g_autofree char *size_short = fixed(finding->short_axis_mm, 1, 0);
  g_autofree char *axes = g_strdup_printf("%s x %s", size_long, size_short);
  g_autofree char *volume = fixed(finding->volume_mm3, 0, 7);
  g_autofree char *where = site(finding);
  g_autofree char *rating = fixed(finding->malignancy.expected, 1, 3);
  g_autofree char *above = fixed(finding->malignancy_probability, 2, 4);
  g_autofree char *x = fixed(finding->center_mm.x, 1, 7);
  g_autofree char *y = fixed(finding->center_mm.y, 1, 7);
  g_autofree char *z = fixed(finding->center_mm.z, 1, 7);
  g_string_append_printf(
      out, "%3d  %s  %s  %-12s  %s  %-12s  %-12s  %s %s  %s %s %s%s\n",
      finding->id, p, mean, axes, volume, cap_nodule_type_name(finding->type),
      where, rating, above, x, y, z,
      finding->near_gap ? "  slice missing" : "");
}

/* An empty list is a result only where somebody has searched. */
static void
append_none(GString *out, const CapFindings *findings)
{
  const char *why = cap_findings_not_evaluable(findings);
  const CapResult result = cap_findings_result(findings, why);
  if (result == CAP_RESULT_NOT_EVALUABLE)
    g_string_append_printf(out, "Could not be evaluated: %s.\n", why);
  else if (result == CAP_RESULT_NOTHING_FOUND)
    g_string_append_printf(out, "No findings (%d candidates judged).\n",
                           findings->n_candidates);
  else
    g_string_append(out, "No findings, and nothing says that anybody has "
                         "searched for them.\n");
}

static void
append_measured(GString *out, const CapFindings *findings)
{
  const guint n = findings->measurements->len;
  if (n > 0)
    g_string_append_printf(out, "%u measurement%s by hand.\n", n,
                           n == 1 ? "" : "s");
}

char *
cap_findings_table(const CapFindings *findings)
{
  GString *out = g_string_new(NULL);
  if (findings->items->len == 0) {
    append_none(out, findings);
    append_measured(out, findings);
    return g_string_free(out, FALSE);
  }
  g_string_append(out, "  #     p  mean   axes mm           mm3  type          "
                       "site          malignancy     x       y       z mm\n");
  for (guint i = 0; i < findings->items->len; i++)
    append_row(out, findings->items->pdata[i]);
  g_string_append_printf(out,
                         "%u findings of %d candidates; malignancy is the "
                         "expected rating (1-5) and P(rating above 3). Not for "
                         "diagnostic use.\n",
                         findings->items->len, findings->n_candidates);
  append_measured(out, findings);
  return g_string_free(out, FALSE);
}
