/* Evaluating one scan after another. */
#pragma once

#include "models/detect.h"
#include "models/detector.h"
#include "models/evaluate/case.h"
#include "models/evaluate/jobs.h"

typedef struct {
  CapDetectOptions detect;
  int min_readers; /* LIDC-IDRI: fewer make an excluded finding; default 3 */
  int shard, n_shards; /* job i belongs to shard i % n_shards + 1 */
  gboolean resume;     /* keep cases that match input, settings and weights */
  gboolean no_pictures;
} CapEvalOptions;

/* Like detection, with findings down to a probability of 0.1: a FROC needs the
 * doubtful ones. */
CapEvalOptions cap_eval_options_default(void);

typedef struct {
  int done, kept, failed; /* kept: from an earlier run */
  double seconds;
} CapEvalTally;

/* Called before each case and after the last. */
typedef void (*CapEvalProgressFunc)(const CapEvalTally *tally, int n_jobs,
                                    gpointer user_data);

/* Evaluates the shard's jobs into FOLDER (made when missing), one file each. A
 * case that fails is a file with its error; the run goes on. FALSE only when
 * FOLDER cannot be written (CAP_ERROR_OUTPUT, CAP_ERROR_WRITE) or the user
 * interrupts (CAP_ERROR_CANCELLED): what was written by then stays. */
gboolean cap_eval_run(const CapEvalJobs *jobs, const CapDetector *detector,
                      const CapEvalOptions *options, const char *folder,
                      GCancellable *cancellable, CapEvalProgressFunc on_case,
                      gpointer user_data, CapEvalTally *tally, GError **error);
