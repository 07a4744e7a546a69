/* One measurement group of a structured report as a finding: TID 1410, 1411
 * and 1501 (PS3.16), ours and others'. */
#pragma once

#include "core/measure/finding.h"
#include "io/import/content.h"
#include "io/import/place.h"

/* What a group said; the rest of the finding can be measured. */
typedef enum {
  CAP_TOLD_CENTER = 1 << 0,
  CAP_TOLD_SITE = 1 << 1,
  CAP_TOLD_TYPE = 1 << 2,
  CAP_TOLD_LONG_AXIS = 1 << 3,
  CAP_TOLD_SHORT_AXIS = 1 << 4,
  CAP_TOLD_MEAN_DIAMETER = 1 << 5,
  CAP_TOLD_SOLID_DIAMETER = 1 << 6,
  CAP_TOLD_VOLUME = 1 << 7,
  CAP_TOLD_HU = 1 << 8,
  CAP_TOLD_LONG_ENDS = 1 << 9,
  CAP_TOLD_SHORT_ENDS = 1 << 10,
  CAP_TOLD_PROBABILITY = 1 << 11,
  CAP_TOLD_STATUS = 1 << 12, /* the group is one of ours: all was told */
} CapTold;

typedef struct {
  CapFinding *finding; /* without mask; id 0 where the group gave no number of
                          ours */
  unsigned told;       /* CapTold bits */
  char *path;          /* of the group */
  char *seg_uid;       /* SOP instance UID of the segmentation; "" */
  int segment;
  char *algorithm, *algorithm_version, *weights_sha256; /* "" when untold */
} CapImportGroup;

/* Reads the measurement group ITEM. What is not understood is added to REMARKS
 * (of char *), a sentence each with the item's path. Returns; NULL when it is
 * not about a nodule, or does not say where, with a remark. */
CapImportGroup *cap_import_group_read(const CapContentItem *item,
                                      const CapImportPlace *place,
                                      GPtrArray *remarks);
void cap_import_group_free(CapImportGroup *group);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapImportGroup, cap_import_group_free)

/* CODE names what can be a lung nodule, or names nothing. */
gboolean cap_import_is_nodule(const CapContentCode *code);
/* Replaces *FIELD by the UID TEXT; FALSE when it is none. */
gboolean cap_import_take_uid(char **field, const char *text);
/* The number that we gave a thing, from its tracking identifier, which begins
 * with PREFIX; 0: none. */
int cap_import_our_number(const char *tracking_id, const char *prefix);
