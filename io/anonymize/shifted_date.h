/* Dates that are moved and stay dates (PS3.5 6.2: DA, DT). */
#pragma once

#include <glib.h>

/* VALUE is DA or DT, or several joined by backslashes; each goes back by DAYS,
 * with time of day and zone as they are. One that names only a year or a month
 * is taken for its middle and stays as coarse. Returns; NULL when any of them
 * is no date, or would be before the year 1. Caller frees. */
char *cap_shifted_date(const char *value, int days);
