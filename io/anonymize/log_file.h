/* The log of a run as the two files that go with its output. */
#pragma once

#include "io/anonymize/subject.h"

/* anonymize.json: settings, name of the key, every attribute, every file.
 * Caller frees. */
char *cap_anonymize_log_json(const CapAnonymizeLog *log,
                             const CapAnonymizer *anonymizer);
/* Writes anonymize.json and anonymize.txt (the same for people) into FOLDER.
 * FALSE with CAP_ERROR_OUTPUT or CAP_ERROR_WRITE. */
gboolean cap_anonymize_log_save(const CapAnonymizeLog *log,
                                const CapAnonymizer *anonymizer,
                                const char *folder, GError **error);
