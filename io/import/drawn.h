/* What readers drew in other programs: measurement groups of TID 1410 and 1501
 * (PS3.16) with lengths, two axes, angles or regions that have their points, as
 * OHIF, highdicom and others write them. */
#pragma once

#include "core/measure/measurement.h"
#include "io/import/drawn_group.h"
#include "io/import/place.h"

/* Reads ITEM, which was drawn by hand (cap_import_is_drawn): numbers as they
 * were told where its points agree with them. Its name is the comment, or what
 * was found and where; its id 0. Returns; NULL with a remark (of char *) where
 * the viewer has nothing for it. */
CapMeasurement *cap_import_drawn(const CapContentItem *item,
                                 const CapImportPlace *place,
                                 GPtrArray *remarks);
