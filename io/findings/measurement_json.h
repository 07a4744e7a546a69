/* One measurement as JSON: an item of findings.json, or a text of its own. */
#pragma once

#include "core/measure/measurement.h"
#include "io/json_reader.h"

/* Appends the object, on one line, to the array that JSON is in, or as the
 * root. Numbers have four decimals; those that its kind lacks are left out. */
void cap_measurement_json_write(CapJson *json, const CapMeasurement *m);
/* NODE as a measurement. Returns, perhaps with READER failed; NULL only then.
 */
CapMeasurement *cap_measurement_json_read(CapJsonReader *reader,
                                          JsonNode *node);

/* The object by itself. Returns; g_free. */
char *cap_measurement_json_text(const CapMeasurement *measurement);
/* The reverse; NAME is for messages. Returns; NULL with CAP_ERROR_DATA. */
CapMeasurement *cap_measurement_json_parse(const char *text, const char *name,
                                           GError **error);
