/* Whether two scans are of the same patient, as far as they say. */
#pragma once

#include "core/image/volume.h"

/* Sentences (of char *), in the reader's language, on how A and B (borrows)
 * differ: patient ID, name, birth date, sex; what one of them does not say is
 * no difference. An empty list: nothing speaks against the same patient. Caller
 * unrefs. */
GPtrArray *cap_patient_differences(const CapSource *a, const CapSource *b);
