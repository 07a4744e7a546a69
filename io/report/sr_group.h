/* The measurement group of one finding in a structured report. */
#pragma once

#include "io/dcmtk_sr.h"
#include "io/report/report.h"

/* How the algorithm parameters (TID 4019) begin that importing understands. */
#define CAP_SR_WEIGHTS "weights sha256 "
#define CAP_SR_CANDIDATES "candidates "
#define CAP_SR_SETTINGS "settings "

/* Appends FINDING below PARENT by TID 1411, Volumetric ROI Measurements, with
 * SEGMENT as its region; without a segment (NULL) by TID 1501. */
void cap_report_sr_group(CapDcmtkSr *sr, int parent, const CapReport *report,
                         const CapFinding *finding,
                         const CapSrReference *segment);
