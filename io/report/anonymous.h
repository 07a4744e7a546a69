/* Reports that name nobody.
 *
 * The report itself is changed before any format sees it, so that all of them
 * tell the same: pseudonyms for the patient, other UIDs, no reader, dates
 * shifted or gone, by the rules and the key that the images are anonymized
 * with. References lead to the images as `capsight anonymize` writes them with
 * that key; they lead nowhere without it. */
#pragma once

#include "io/anonymize/subject.h"
#include "io/report/report.h"

/* Makes REPORT anonymous. Age and sex go unless the options keep them, the
 * answers about the patient with them; texts that irregularities quote become
 * those of their code, a reader's reasons are not told. FALSE with
 * CAP_ERROR_DATA (an image's header cannot be read), CAP_ERROR_UNSUPPORTED
 * (text seems to be in the images that would be shown) or CAP_ERROR_INTERNAL;
 * the report is of no use then. */
gboolean cap_report_anonymize(CapReport *report,
                              const CapAnonymizer *anonymizer, GError **error);
