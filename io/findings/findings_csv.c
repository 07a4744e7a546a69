/* findings.csv: see findings_csv.h. */
#include "io/findings/findings_csv.h"

#include "io/atomic_file.h"
#include "io/csv.h"

#include <string.h>

static void
append_number(GString *out, const char *format, double value)
{
  char number[400];
  g_string_append_c(out, ',');
  g_string_append(out, g_ascii_formatd(number, sizeof number, format, value));
}

char *
cap_findings_csv_text(const CapFindings *findings)
{
  GString *out = g_string_new("seriesuid,coordX,coordY,coordZ,probability\n");
  for (guint i = 0; i < findings->items->len; i++) {
    const CapFinding *finding = findings->items->pdata[i];
    cap_csv_append(out, findings->series_uid);
    append_number(out, "%.4f", finding->center_mm.x);
    append_number(out, "%.4f", finding->center_mm.y);
    append_number(out, "%.4f", finding->center_mm.z);
    append_number(out, "%.6f", finding->probability);
    g_string_append_c(out, '\n');
  }
  return g_string_free(out, FALSE);
}

gboolean
cap_findings_csv_save(const CapFindings *findings, const char *path,
                      GError **error)
{
  g_autofree char *text = cap_findings_csv_text(findings);
  return cap_atomic_file_save(path, text, strlen(text), error);
}
