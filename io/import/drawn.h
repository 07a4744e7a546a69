/* What readers drew in other programs: measurement groups of TID 1410 and 1501
 * (PS3.16) with lengths, two axes, angles or regions that have their points, as
 * OHIF, highdicom and others write them. */
#pragma once

#include "core/measure/measurement.h"
#include "io/import/content.h"
#include "io/import/place.h"

/* The measurement group ITEM, not one of ours, was drawn by hand: it is about
 * no nodule, which would be a finding with its axes, or has an angle. */
gboolean cap_import_is_drawn(const CapContentItem *item);
/* Reads it: numbers as they were told where its points agree with them. Its
 * name is the comment, or what was found and where; its id 0. Returns; NULL
 * with a remark (of char *) where the viewer has nothing for it. */
CapMeasurement *cap_import_drawn(const CapContentItem *item,
                                 const CapImportPlace *place,
                                 GPtrArray *remarks);
