/* Measurements by hand of our structured reports, read back. */
#pragma once

#include "core/measure/measurement.h"
#include "io/import/content.h"
#include "io/import/place.h"

/* The measurement group ITEM is one of ours of a measurement by hand. */
gboolean cap_import_is_measured(const CapContentItem *item);
/* Reads it: its numbers as they were told, its place on the volume; id 0 where
 * it has no number of ours. Returns; NULL with a remark (of char *) where it
 * does not say enough. */
CapMeasurement *cap_import_measured(const CapContentItem *item,
                                    const CapImportPlace *place,
                                    GPtrArray *remarks);
