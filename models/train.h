/* Training of the capsule network.
 *
 * A run lives in a folder: log.csv has a row per epoch, checkpoint.safetensors
 * is where it continues, weights.safetensors is what detection loads (written
 * after every epoch, or every better one, so that an unfinished run is usable).
 * A run that finds its own checkpoint resumes from it bit for bit, at the same
 * number of threads.
 *
 * Several ranks (all with the same POOL and, on many machines, the same folder)
 * take the steps that one alone takes, but for rounding: the batch is shared
 * out, and what a sample looks like depends on its number only. With split
 * capsules each sees the whole batch and they share out parents and pose
 * dimensions instead. */
#pragma once

#include "core/progress.h"
#include "models/train_config.h"
#include "models/validation.h"

typedef struct {
  int epoch;                    /* from 1 */
  double seconds, core_seconds; /* passed; worked by all threads */
  double rate, loss;
  double loss_class, loss_malignancy, loss_attributes, loss_mask,
      loss_reconstruction; /* means over the epoch, unweighted */
  int skipped;             /* updates left out: gradient not finite */
  double loss_scale;       /* after the epoch */
  CapValidation validation;
  const char *stopped; /* why the run ends here: "epochs", "budget", "patience";
                          else "" or NULL. Static */
} CapTrainEpoch;

/* Called after each epoch, when everything of it is on disk. */
typedef void (*CapTrainFunc)(const CapTrainEpoch *epoch, gpointer user_data);

typedef struct {
  const char
      *data_notes;       /* of cap_train_data_read, for the metadata; or NULL */
  int stop_after;        /* epochs to run now; 0: to the end */
  const CapRanks *ranks; /* borrowed; share out each batch; NULL is alone */
  gboolean split_capsules; /* ranks share out the capsule layer, not batches */
  CapTrainFunc on_epoch;   /* may be NULL */
  gpointer user_data;
} CapTrainOptions;

/* Trains CONFIG's network on POOL in the folder OUT_DIR (created). Errors:
 * CAP_ERROR_CONFIG (the folder holds a run with another configuration, or
 * batches do not go round all ranks, or capsules cannot be split),
 * CAP_ERROR_OUTPUT, CAP_ERROR_WRITE, CAP_ERROR_NO_INPUT, CAP_ERROR_WEIGHTS,
 * CAP_ERROR_MEMORY, CAP_ERROR_CANCELLED (the checkpoint of the last full epoch
 * stays). */
gboolean cap_train_run(const CapTrainConfig *config, const CapPool *pool,
                       const char *out_dir, const CapTrainOptions *options,
                       const CapProgress *progress, GError **error);

/* The header and one row of log.csv, without line ends; caller frees. */
char *cap_train_log_header(void);
char *cap_train_log_row(const CapTrainEpoch *epoch);
