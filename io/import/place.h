/* The series that reports are read back onto. */
#pragma once

#include "io/import/content.h"
#include "io/report/report.h"

/* A measured point farther from the origin is a fault. */
#define CAP_IMPORT_FARTHEST_MM 1e5

typedef struct {
  const CapVolume *volume;
  const GPtrArray *images; /* of CapReportImage, one a slice, NULL where absent;
                              NULL for a volume without DICOM images */
} CapImportPlace;

/* The image of the object SOP_UID, and of its frame FRAME (from 1) where it has
 * several; borrowed, NULL when the series has no such image. */
const CapReportImage *cap_import_image(const CapImportPlace *place,
                                       const char *sop_uid, int frame);

/* Points of ITEM, a SCOORD or SCOORD3D, in patient millimetres: of CapPoint, at
 * least one; caller unrefs. NULL with the reason in *WHY (static): it is not
 * of the series, nor of its frame of reference. */
GArray *cap_import_points(const CapImportPlace *place,
                          const CapContentItem *item, const char **why);
/* Middle of a region of points: of a CIRCLE its first (PS3.3 C.18.6.1.2), else
 * half way between the extremes. */
CapPoint cap_import_middle(const GArray *points, const char *graphic);
