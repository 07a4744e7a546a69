/* CapAnonymizeLog: what de-identification did, attribute by attribute and file
 * by file, without any original value. */
#pragma once

#include "io/anonymize/profile.h"
#include "io/anonymize/rules.h"
#include "io/json.h"

typedef struct CapAnonymizeLog CapAnonymizeLog;

CapAnonymizeLog *cap_anonymize_log_new(void);
void cap_anonymize_log_free(CapAnonymizeLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapAnonymizeLog, cap_anonymize_log_free)

/* ELEMENT was DONE. Private elements are counted by their group. */
void cap_anonymize_log_element(CapAnonymizeLog *log,
                               const CapDcmtkElement *element, CapDone done);
/* All that FROM has counted comes to LOG too: an object's own log is added when
 * its file is there. */
void cap_anonymize_log_add(CapAnonymizeLog *log, const CapAnonymizeLog *from);

/* Input NUMBER (from 1, in the order of the sorted paths), which was PATH, was
 * written as OUTPUT, relative to the output folder, or left out (OUTPUT NULL);
 * WHY is a reason or warning, or NULL. */
void cap_anonymize_log_file(CapAnonymizeLog *log, int number, const char *path,
                            const char *output, const char *why);
int cap_anonymize_log_written(const CapAnonymizeLog *log);
int cap_anonymize_log_left_out(const CapAnonymizeLog *log);

/* Appends "attributes" and "files" to the object that JSON is in. */
void cap_anonymize_log_to_json(const CapAnonymizeLog *log, CapJson *json);
/* The same as lines for people. Neither says what the inputs were called. */
void cap_anonymize_log_to_text(const CapAnonymizeLog *log, GString *out);
/* Lines for whoever runs the program: paths of the inputs that were left out or
 * have a warning, and why. */
void cap_anonymize_log_tell(const CapAnonymizeLog *log, GString *out);
