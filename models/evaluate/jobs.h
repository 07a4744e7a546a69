/* The scans of an evaluation, in one order on every machine. */
#pragma once

#include "core/progress.h"
#include "datasets/luna16.h"

typedef enum { CAP_EVAL_LIDC, CAP_EVAL_LUNA16 } CapEvalKind;

typedef struct {
  char *series_uid, *patient;
  char *images;      /* folder of DICOM files, or a volume file; NULL when there
                        is none */
  char *annotations; /* LIDC XML; NULL when there is none */
  int scan;          /* LUNA16's number */
} CapEvalJob;

typedef struct {
  CapEvalKind kind;
  GPtrArray *jobs;     /* of CapEvalJob, by series UID */
  CapLuna16 *luna;     /* of LUNA16, else NULL */
  GPtrArray *warnings; /* of char * */
} CapEvalJobs;

/* LIDC-IDRI: every CT series below FOLDER, in any layout, with the annotations
 * below XML (NULL: below FOLDER). A folder named by a series UID is taken at
 * its word, another by the headers of its files; .mhd, .mha and .nii volumes by
 * their names. A CT series without annotations becomes a job without; messages
 * without images are counted in a warning. */
CapEvalJobs *cap_eval_jobs_lidc(const char *folder, const char *xml,
                                const CapProgress *progress, GError **error);

/* LUNA16: the volumes below FOLDER (subset0 … subset9, or any other layout) of
 * the scans that the tables name. ANNOTATIONS, EXCLUDED and SERIES default to
 * annotations.csv, annotations_excluded.csv and seriesuids.csv in FOLDER or in
 * its folders; the latter two may be missing. */
CapEvalJobs *cap_eval_jobs_luna16(const char *folder, const char *annotations,
                                  const char *excluded, const char *series,
                                  const CapProgress *progress, GError **error);

void cap_eval_jobs_free(CapEvalJobs *jobs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapEvalJobs, cap_eval_jobs_free)

/* SHA-256 in hex over the names, sizes and times of the job's image files and
 * the contents of its annotations (TRUTH: LUNA16's rows of the scan). Returns.
 */
char *cap_eval_job_hash(const CapEvalJobs *jobs, const CapEvalJob *job);
