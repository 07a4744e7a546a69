/* A DICOM series on disk with findings about it, for suites of reports. */
#pragma once

#include "io/report/formats.h"

/* Writes into FOLDER: dicom/ with the volume of cap_test_volume, and N findings
 * on it (0 … 3) as findings.json and masks.mha; their statuses are those of
 * STATUS (N of them; NULL: all unreviewed). */
void cap_test_report_case(const char *folder, int n, const CapStatus *status);

/* Loads the report of that case with OPTIONS (NULL: the default). */
CapReport *cap_test_report(const char *folder, const CapReportOptions *options);
/* The text that WRITE makes of REPORT, in a file of FOLDER. Caller frees. */
char *cap_test_report_written(const CapReport *report, const char *folder,
                              CapReportWriter write);
