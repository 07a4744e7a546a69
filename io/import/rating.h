/* Coded answers of structured reports: site, status, type, and the levels of
 * rated attributes. */
#pragma once

#include "core/measure/finding.h"
#include "io/import/content.h"

/* Each looks at one CODE item of a measurement group and fills what it says
 * into FINDING; FALSE when it is about something else, or says what is not
 * known. A rating without likelihoods below it becomes one level for sure. */
gboolean cap_import_read_site(const CapContentItem *item, CapFinding *finding);
gboolean cap_import_read_status(const CapContentItem *item,
                                CapFinding *finding);
gboolean cap_import_read_type(const CapContentItem *item, CapFinding *finding);
gboolean cap_import_read_rating(const CapContentItem *item,
                                CapFinding *finding);

/* The site of the code SITE, on the side of the code SIDE (NULL: not told). */
gboolean cap_import_take_site(const CapContentCode *site,
                              const CapContentCode *side, CapFinding *finding);

/* FINDING's ratings as nobody gave them: every level as likely. */
void cap_import_unrated(CapFinding *finding);
