/* A researcher's own volumes and points (datasets/points.h) as training data.
 *
 * A nodule becomes an example with everything within 40 mm of it in plane and
 * 20 mm along z, on the grid of its volume; its mask is the one that the index
 * names, else a ball of diameter_mm. Volumes also serve as hosts: their nodules
 * and excluded points are kept away from, their negative points are candidates.
 */
#pragma once

#include "datasets/host.h"
#include "datasets/nodule.h"

typedef struct {
  char *
      *without_patients; /* borrowed, NULL-terminated: rows left out; or NULL */
  int hosts;             /* the first so many volumes become hosts */
} CapOwnOptions;

typedef struct {
  GPtrArray *examples; /* of CapExample, in the order of the index */
  GPtrArray *hosts;    /* of CapHost, with the negative points alone */
} CapOwn;

/* Reads INDEX_PATH and the volumes it names. PROGRESS may be NULL. NULL with
 * the errors of cap_index_points_read and of reading volumes; CAP_ERROR_DATA
 * for a row with a fault, a point outside its volume, or a nodule that has
 * neither diameter_mm nor mask. */
CapOwn *cap_own_read(const char *index_path, const CapOwnOptions *options,
                     const CapProgress *progress, GError **error);
void cap_own_free(CapOwn *own);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapOwn, cap_own_free)
