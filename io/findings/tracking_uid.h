/* The UID that follows a finding through reports of the same scan (PS3.3
 * C.8.20.4, Tracking UID). */
#pragma once

#include "core/measure/finding.h"

/* The one that FINDING came with, else one that follows from the series, its
 * number and where it lies: whoever moves it has to write down the UID that it
 * had. Returns; caller frees. */
char *cap_tracking_uid(const char *series_uid, const CapFinding *finding);
/* Gives MEASUREMENT a tracking UID unless it has one: from the series, its kind
 * and where it lies now. */
void cap_measurement_track(const char *series_uid, CapMeasurement *measurement);
/* Gives CHANGED, which takes the place of FINDING, the same UID. */
void cap_tracking_uid_keep(const char *series_uid, const CapFinding *finding,
                           CapFinding *changed);
