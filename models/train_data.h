/* The data of a training run, from its configuration. */
#pragma once

#include "core/progress.h"
#include "models/train_config.h"

/* Reads crops, cubes, host scans and the user's own index below DATA_DIR (or
 * where their absolute names say), leaves the held-out patients out of all, and
 * adds the detector's own candidates to the hosts' points. HASHES (may be NULL)
 * receives "name sha256" lines of the index and annotation files used; caller
 * frees. Returns; NULL with the errors of the readers. */
CapPool *cap_train_data_read(const CapTrainConfig *config, const char *data_dir,
                             char **hashes, const CapProgress *progress,
                             GError **error);
