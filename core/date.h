/* Calendar dates as DICOM writes them: YYYYMMDD (PS3.5 6.2, DA). */
#pragma once

#include <glib.h>

/* "2000-01-31" of a date; a text that is none as it is. Caller frees. */
char *cap_date_text(const char *date);
/* FALSE unless TEXT is a day that there is; DATE is left alone then. */
gboolean cap_date_parse(const char *text, GDate *date);
/* Whole years from FROM to TO, as birthdays count. FALSE unless both are dates
 * and TO is not before FROM. */
gboolean cap_date_years(const char *from, const char *to, int *years);
/* Days from FROM to TO, negative when TO is earlier. FALSE unless both are
 * dates. */
gboolean cap_date_days(const char *from, const char *to, int *days);
