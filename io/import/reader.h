/* What a reader has added to a finding, read back from its measurement group:
 * the comment, who marked it and drew its outline, own categories; and to the
 * scan: patient context and conclusion. */
#pragma once

#include "core/measure/finding.h"
#include "io/import/content.h"

/* Fills what ITEM says into FINDING; FALSE when it is about something else. */
gboolean cap_import_read_reader(const CapContentItem *item,
                                CapFinding *finding);
/* The same for an item of the whole report and HEAD. */
gboolean cap_import_read_context(const CapContentItem *item, CapFindings *head);
