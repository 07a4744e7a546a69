/* An earlier scan read back from a structured report of ours. */
#pragma once

#include "core/measure/finding.h"
#include "io/import/content.h"

/* Fills what ITEM of a measurement group says into FINDING's prior; FALSE when
 * it is about something else. */
gboolean cap_import_read_prior(const CapContentItem *item, CapFinding *finding);
/* The scan that the container ITEM describes. Returns; caller frees. */
CapPriorScan *cap_import_read_prior_scan(const CapContentItem *item);
