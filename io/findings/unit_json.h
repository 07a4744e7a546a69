/* What numbers are not, as keys beside them: "lengths_in_pixels" and
 * "values_without_unit", there only where they are true, since the numbers' own
 * keys speak of millimetres and HU. */
#pragma once

#include "core/measure/finding.h"
#include "io/json.h"
#include "io/json_reader.h"

/* UNKNOWN: CapUnknown bits. */
/* The type of a nodule, null where there is none without HU. */
void cap_type_json_write(CapJson *json, CapNoduleType type);
void cap_unit_json_write(CapJson *json, unsigned unknown);
unsigned cap_unit_json_read(CapJsonReader *reader, JsonObject *object);
