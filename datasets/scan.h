/* Full scans of LIDC-IDRI with their annotations, as hosts. */
#pragma once

#include "datasets/host.h"

/* Reads FOLDER/PATIENT (a DICOM folder with the readers' .xml in it, or
 * PATIENT.mha beside PATIENT.xml) and finds its lungs. No points are added yet.
 * Errors: those of cap_series_load and cap_lidc_read; CAP_ERROR_NO_INPUT when
 * there are no annotations, because unmarked nodules would become negatives. */
CapHost *cap_scan_read(const char *folder, const char *patient,
                       const CapProgress *progress, GError **error);
