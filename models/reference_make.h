/* Making a CapReference: every nodule of a training run's crops is shown to the
 * trained network once more. */
#pragma once

#include "core/progress.h"
#include "models/reference.h"
#include "models/train_config.h"

/* Of the weights at WEIGHTS_PATH, which must have been trained by CONFIG, from
 * the crops below DATA_DIR, into a file beside them (cap_reference_path). Each
 * nodule is looked at on the readers' centre with eight flips. Those trained on
 * are kept; patients of the validation side give distances, contradictions and
 * effects of sweeps. FALSE with CAP_ERROR_CONFIG (other weights, no validation
 * side, a network without capsules), or the errors of data, weights and output.
 */
gboolean cap_reference_make(CapTrainConfig *config, const char *weights_path,
                            const char *data_dir, const CapProgress *progress,
                            GError **error);
