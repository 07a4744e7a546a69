/* What a training consists of, for models/train*.c alone. */
#pragma once

#include "models/train.h"
#include "models/train_stop.h"

/* A training while it runs. */
typedef struct {
  const CapTrainConfig *config;
  const CapPool *pool;
  const CapTrainOptions *options;
  const CapProgress *progress;
  const CapRanks *ranks;
  const CapRanks *sharers; /* of batches: the ranks, or NULL with split capsules
                            */
  CapNetwork *net;
  CapOptim *optim;
  char *log_path, *checkpoint_path, *weights_path;
  CapTrainPast past; /* where this rank writes */
  char *start_hash;  /* of the weights that the run started from; or "" */
} CapTrainRun;

/* One epoch's steps and its validation. FALSE with CAP_ERROR_MEMORY,
 * CAP_ERROR_CANCELLED or the errors of the data. */
gboolean cap_train_epoch_run(CapTrainRun *run, CapTrainEpoch *epoch,
                             GError **error);
/* TRUE when OK holds on all ranks; if only others failed, ERROR says so. */
gboolean cap_train_agree(const CapTrainRun *run, gboolean ok, GError **error);

/* The log of the first N epochs: rows of an epoch whose checkpoint was never
 * written go. FALSE with CAP_ERROR_OUTPUT. */
gboolean cap_train_start_log(const char *path, int n, GError **error);
/* Log, weights and checkpoint after EPOCH, whose STOPPED it finds. FALSE with
 * CAP_ERROR_WRITE. */
gboolean cap_train_save_epoch(CapTrainRun *run, CapTrainEpoch *epoch,
                              GError **error);
