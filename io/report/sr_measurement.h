/* Measurements by hand in a structured report: a region as a planar ROI (TID
 * 1410, PS3.16), lines as a measurement group (TID 1501) whose numbers are
 * inferred from them. */
#pragma once

#include "io/dcmtk_sr.h"
#include "io/report/report.h"

/* "Capsight measurement 3". */
#define CAP_MEASUREMENT_TRACKING_PREFIX "Capsight measurement "

/* Appends MEASUREMENT of REPORT to the list PARENT. */
void cap_report_sr_measurement(CapDcmtkSr *sr, int parent,
                               const CapReport *report,
                               const CapMeasurement *measurement);
