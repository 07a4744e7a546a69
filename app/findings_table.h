/* The findings of a scan as a table for people. */
#pragma once

#include "core/measure/finding.h"

/* One line for each finding under a line of names, or a sentence when there are
 * none. Returns; caller frees. */
char *cap_findings_table(const CapFindings *findings);
