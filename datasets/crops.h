/* Nodule crops (the folder lidc-crops): planes of native resolution around one
 * nodule, only those that a reader marked, with the number of readers per
 * voxel. HU come in steps of 8 and stop at 1016. */
#pragma once

#include "core/progress.h"
#include "datasets/nodule.h"

typedef struct {
  char **without_patients; /* borrowed, NULL-terminated: rows left out; or NULL */
  int limit;               /* only the first rows; 0 is all */
} CapCropsOptions;

/* Reads INDEX_PATH and the files it names (relative to its folder). OPTIONS and
 * PROGRESS may be NULL. Returns a GPtrArray of CapExample in the order of the
 * index; NULL with CAP_ERROR_NO_INPUT, CAP_ERROR_DATA, CAP_ERROR_MEMORY or
 * CAP_ERROR_CANCELLED. */
GPtrArray *cap_crops_read(const char *index_path,
                          const CapCropsOptions *options,
                          const CapProgress *progress, GError **error);

/* The labels alone, without opening a crop. Returns a GPtrArray of CapNodule in
 * the order of the index; NULL with CAP_ERROR_NO_INPUT or CAP_ERROR_DATA. */
GPtrArray *cap_crops_read_labels(const char *index_path, GError **error);
