/* CapSeriesList: putting it together, for those who scan. */
#pragma once

#include "io/series/series.h"

CapSeriesList *cap_series_list_new(void);
CapSeries *cap_series_list_at(const CapSeriesList *list,
                              guint i); /* borrowed */
/* Counts a file without an image that is read. */
void cap_series_list_skip(CapSeriesList *list, const char *path);
/* Best for detection first. */
void cap_series_list_sort(CapSeriesList *list);
