/* A segmentation read back (PS3.3 A.51): binary, fractional and label map, on
 * the grid of the series. */
#pragma once

#include "io/import/group.h"

typedef struct CapImportSeg CapImportSeg;

/* Reads OBJECT (takes it, also on error); NAME is for messages. Returns; NULL
 * with CAP_ERROR_UNSUPPORTED (no segmentation, compressed, of a slide),
 * CAP_ERROR_DATA (its parts contradict each other) or CAP_ERROR_LIMIT. */
CapImportSeg *cap_import_seg_read(CapDcmtkObject *object, const char *name,
                                  GError **error);
void cap_import_seg_free(CapImportSeg *seg);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapImportSeg, cap_import_seg_free)

/* SOP instance UID; borrowed. */
const char *cap_import_seg_uid(const CapImportSeg *seg);
/* Number of the segment with TRACKING_UID; 0 when none has it. */
int cap_import_seg_find(const CapImportSeg *seg, const char *tracking_uid);

/* Who drew SEGMENT; automatic where it does not say. */
CapMaskMaker cap_import_seg_maker(const CapImportSeg *seg, int segment);

/* A group (of CapImportGroup) for each segment that can be a lung nodule, as if
 * a report referred to it; a remark for each other one. Caller unrefs. */
GPtrArray *cap_import_seg_groups(const CapImportSeg *seg, GPtrArray *remarks);

/* The voxels of SEGMENT, cropped, 1 inside, on the grid of PLACE's volume. Of a
 * fractional one those at half of its maximum and above. Returns; NULL with
 * CAP_ERROR_DATA (no such segment, none of its pixels in the volume, pixels
 * between the volume's voxels) or CAP_ERROR_MEMORY. */
CapMask *cap_import_seg_mask(const CapImportSeg *seg, int segment,
                             const CapImportPlace *place, GError **error);
