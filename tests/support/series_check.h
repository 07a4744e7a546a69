/* Shorthand for tests of series reading: each call fails the test on error. */
#pragma once

#include "core/irregularity.h"
#include "io/series/series.h"

#define CAP_CHECK_ALL (CAP_USABLE_VIEW | CAP_USABLE_MEASURE | CAP_USABLE_DETECT)

CapSeriesList *cap_check_scan(const char *path);
/* The only series of LIST. */
const CapSeries *cap_check_only(const CapSeriesList *list);
CapVolume *cap_check_load(const CapSeries *series);
/* SERIES has CASE-NUMBER exactly TIMES, at that severity; returns the first. */
const CapIrregularity *cap_check_case(const CapSeries *series, int number,
                                      CapSeverity severity, int times);
