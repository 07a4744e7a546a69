/* Findings beside what they were in an earlier scan, in words: shared by all
 * formats, the command line and the clipboard. Strings are UTF-8; callers free
 * them. */
#pragma once

#include "io/report/report.h"

/* "the CT of 2026-08-12, 109 days before"; "" where no scan was compared. */
char *cap_words_prior_scan(const CapFindings *findings);
/* "volume +64 % (95 %: +38 to +95 %) in 109 days, doubling time 153 days (95 %:
 * 113 to 234 days)"; "new since the earlier CT"; "" where the earlier scan does
 * not reach, or none was compared. */
char *cap_words_change(const CapFinding *finding);

/* Tables (words_tables.h): FINDING in the earlier scan, now, and the change;
 * NULL unless it was there. */
GPtrArray *cap_words_prior_table(const CapReport *report,
                                 const CapFinding *finding);
/* A row for each finding: then, now, change of volume, doubling time; NULL
 * where no scan was compared or there is no finding. */
GPtrArray *cap_words_changes_table(const CapReport *report);
