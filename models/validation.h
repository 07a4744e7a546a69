/* What a network is worth on the validation patients. */
#pragma once

#include "core/progress.h"
#include "datasets/pool.h"
#include "models/network.h"

typedef struct {
  /* nodule or not, by how the patches were made; NAN without such patches */
  double nodule_auc[CAP_N_MAKINGS]; /* whole: over all the others together */
  /* median malignancy above 3 against below, nodules of three readers or more,
   * median 3 left out: the network's, beside the readers' diameter alone */
  double malignancy_auc, diameter_auc;
  int n_malignancy;
  /* of the predicted mask alone; these and dice are NAN without one */
  double predicted_diameter_auc;
  double spearman[CAP_N_ATTRIBUTES]; /* level against readers' mean */
  int n_attributes;
  double dice; /* mean of predicted mask against half of the readers */
  double dice_transplant;
  /* fitted on the same patches: scale and shift of the log odds; nodule for a
   * tenth of nodules among the points asked about */
  double calibration_nodule[2], calibration_malignancy[2];
} CapValidation;

/* Runs the validation list of POOL through NET (left in training mode as it was
 * when it is a training graph). FALSE with CAP_ERROR_MEMORY or
 * CAP_ERROR_CANCELLED. */
gboolean cap_validation_run(CapNetwork *net, const CapPool *pool,
                            const CapProgress *progress, CapValidation *result,
                            GError **error);

/* One number to tell better epochs by: the mean of nodule AUC, malignancy AUC
 * and mean Spearman over the attributes, of those that there are; NAN of none.
 */
double cap_validation_score(const CapValidation *validation);

/* Puts the calibration into NET's buffers. */
void cap_validation_calibrate(CapNetwork *net, const CapValidation *result);

/* Diameter of the sphere of the voxels (1 mm) that a mask of 32³ holds at 0.5
 * or more. */
double cap_validation_mask_diameter(const float *mask);
/* Dice of what PREDICTED and the share of READERS (32³ each) hold at a half;
 * NAN when neither does. */
double cap_validation_dice(const float *predicted, const float *readers);
