/* findings.csv: marks in the columns of the LUNA16 challenge. */
#pragma once

#include "core/measure/finding.h"

/* "seriesuid,coordX,coordY,coordZ,probability", then a row a finding: patient
 * LPS millimetres with 4 decimals, probability with 6, lines end in LF.
 * Returns; caller frees. */
char *cap_findings_csv_text(const CapFindings *findings);

/* Writes that to PATH by rename. CAP_ERROR_OUTPUT or CAP_ERROR_WRITE. */
gboolean cap_findings_csv_save(const CapFindings *findings, const char *path,
                               GError **error);
