/* One SeriesInstanceUID's images into stacks that are volumes. */
#pragma once

#include "io/series/series_plan.h"

/* Splits PLANES (borrows) of one SeriesInstanceUID: copies, localizers and
 * outliers are dropped and noted in NOTES (a series that collects
 * irregularities); what remains comes back as stacks, largest first: a
 * GPtrArray of GArray of CapStackPlane. */
GPtrArray *cap_series_split(GArray *planes, CapSeries *notes);
