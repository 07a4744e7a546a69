/* Capsules as tensors: what the network's parents said of each point, for
 * those who work with NumPy or PyTorch.
 *
 * A safetensors file of F32 tensors, N rows and K = CAP_N_CAPSULES parents:
 *   lengths    (N,K)       0 … 1
 *   poses      (N,K,16)
 *   routing    (N,K,4,4,4) share of each 8 mm cell of the patch, [z][y][x]
 *   centers_mm (N,3)       middle of the patch, patient LPS
 *   axes       (N,3,3)     unit vectors of its x, y and z, patient LPS
 * A row that could not be judged is NaN. Metadata: "format" (below), "capsules"
 * (names in order, commas between), "software_version" and the caller's. */
#pragma once

#include "core/measure/finding.h"

#define CAP_CAPSULES_FORMAT "capsight capsules 1"

typedef struct CapCapsuleRows CapCapsuleRows;

CapCapsuleRows *cap_capsule_rows_new(void);
/* One more row; CAPSULES has CAP_N_CAPSULES, or is NULL: a row of NaN. */
void cap_capsule_rows_add(CapCapsuleRows *rows, const CapCapsule *capsules,
                          CapPoint center_mm, const CapPoint axis[3]);
/* Writes ROWS by rename. METADATA: string to string (borrows). FALSE with
 * CAP_ERROR_OUTPUT, CAP_ERROR_WRITE or CAP_ERROR_LIMIT. */
gboolean cap_capsule_rows_save(const CapCapsuleRows *rows, GHashTable *metadata,
                               const char *path, GError **error);
void cap_capsule_rows_free(CapCapsuleRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapCapsuleRows, cap_capsule_rows_free)

/* The capsules of FINDINGS, row by row in their order; "findings" in the
 * metadata has their numbers, "series_uid" and "weights_sha256" theirs. */
gboolean cap_findings_capsules_save(const CapFindings *findings,
                                    const char *path, GError **error);
