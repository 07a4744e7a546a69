/* From header facts to series: grouping, exclusions, sub-series (CASE-01 …
 * CASE-30 that headers show). */
#pragma once

#include "io/dicom/dicom_file.h"
#include "io/series/series.h"

/* Series of FILES (of CapDicomFile, borrows; any states). Returns an unsorted
 * array of CapSeries, possibly empty. */
GPtrArray *cap_series_build(GPtrArray *files);

CapSeries *cap_series_new(void);
void cap_series_free(CapSeries *series);

/* CapUsable bits of a planned series, from the plan, the modality and the
 * rescale facts; ASSUME_HU accepts stored values as HU. *WHY (may be NULL;
 * caller frees) says why it is not usable for detection, or is set to NULL. */
unsigned cap_series_usable(const CapSeries *series, gboolean assume_hu,
                           char **why);
/* CapUnknown bits of the same. */
unsigned cap_series_unknown(const CapSeries *series, gboolean assume_hu);
