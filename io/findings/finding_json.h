/* One finding as JSON: an item of findings.json, or a text of its own. */
#pragma once

#include "core/measure/finding.h"
#include "io/json_reader.h"

/* Appends the object to the array that JSON is in; guidelines look at FINDING
 * as one of FINDINGS. */
void cap_finding_json_write(CapJson *json, const CapFindings *findings,
                            const CapFinding *finding);
/* NODE as a finding, mask left NULL. Returns, perhaps with READER failed; NULL
 * only then. */
CapFinding *cap_finding_json_read(CapJsonReader *reader, JsonNode *node);

/* The object by itself, without what guidelines say. Returns; g_free. */
char *cap_finding_json_text(const CapFinding *finding);
/* The reverse; NAME is for messages. Returns; NULL with CAP_ERROR_DATA. */
CapFinding *cap_finding_json_parse(const char *text, const char *name,
                                   GError **error);
