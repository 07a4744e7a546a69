/* The scans of an evaluation, in one order on every machine. */
#pragma once

#include "core/progress.h"
#include "datasets/luna16.h"

typedef enum { CAP_EVAL_LIDC, CAP_EVAL_LUNA16, CAP_EVAL_INDEX } CapEvalKind;

typedef struct {
  char *series_uid, *patient;
  char *images;      /* folder of DICOM files, or a volume file; NULL when there
                        is none */
  char *image_uid;   /* the series to take in IMAGES; NULL: the best */
  char *annotations; /* LIDC XML; NULL when there is none */
  int scan;          /* LUNA16's number */
  GPtrArray
      *points; /* of CapIndexPoint, borrowed: an index's rows; else NULL */
  char *fault; /* why it cannot be compared with the truth; NULL */
} CapEvalJob;

typedef struct {
  CapEvalKind kind;
  GPtrArray *jobs;     /* of CapEvalJob, by series UID */
  CapLuna16 *luna;     /* of LUNA16, else NULL */
  GPtrArray *points;   /* of CapIndexPoint: an index's rows, else NULL */
  GPtrArray *warnings; /* of char * */
  GHashTable *shared;  /* images of several jobs (borrowed from one of them) ->
                          their digest, NULL until it is known */
} CapEvalJobs;

/* LIDC-IDRI: every CT series below FOLDER, in any layout, with the annotations
 * below XML (NULL: below FOLDER). A folder named by a series UID is taken at
 * its word, another by the headers of its files; .mhd, .mha and .nii volumes by
 * their names. A CT series without annotations becomes a job without; messages
 * without images are counted in a warning. */
CapEvalJobs *cap_eval_jobs_lidc(const char *folder, const char *xml,
                                const CapProgress *progress, GError **error);

/* Where LUNA16's tables are (borrowed; NULL: annotations.csv,
 * annotations_excluded.csv and seriesuids.csv in the folder or in its folders)
 * and which of its parts to take. */
typedef struct {
  const char *annotations, *excluded, *series;
  guint subsets; /* bit n: what lies in a folder “subsetn”; 0: everything */
} CapEvalLuna16;

#define CAP_EVAL_N_SUBSETS 10

/* LUNA16: the volumes below FOLDER (subset0 … subset9, or any other layout) of
 * the scans that the tables name. Without a list of scans every volume is one,
 * without a table of excluded findings there are none. A scan whose rows hold a
 * fault becomes a job that says so. */
CapEvalJobs *cap_eval_jobs_luna16(const char *folder, const CapEvalLuna16 *luna,
                                  const CapProgress *progress, GError **error);

/* A researcher's own volumes and points (datasets/points.h). A volume with a
 * row that holds a fault, or with rows that contradict each other, becomes a
 * job that says so. */
CapEvalJobs *cap_eval_jobs_index(const char *index_path, GError **error);

void cap_eval_jobs_free(CapEvalJobs *jobs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapEvalJobs, cap_eval_jobs_free)

/* For those who make jobs: an empty list; one more job (PATIENT may be NULL or
 * empty), borrowed; the end of it, in order. */
CapEvalJobs *cap_eval_jobs_new(CapEvalKind kind);
CapEvalJob *cap_eval_jobs_add(CapEvalJobs *jobs, const char *uid,
                              const char *patient, const char *images);
void cap_eval_jobs_warn(CapEvalJobs *jobs, const char *format, ...)
    G_GNUC_PRINTF(2, 3);
void cap_eval_jobs_sort(CapEvalJobs *jobs);
/* TRUE for names of files beside images that are none: XML, CSV, … */
gboolean cap_eval_jobs_is_table(const char *path);

/* SHA-256 in hex over the names and contents of the job's image files and the
 * contents of its annotations (its LIDC message, its rows of the tables). The
 * same for a copy in another folder or with other times. Reads every byte of
 * the input; a folder that several jobs share, and a mask that several points
 * do, only once. One thread at a time. Returns. */
char *cap_eval_job_hash(const CapEvalJobs *jobs, const CapEvalJob *job);
