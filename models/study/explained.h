/* CapExplained: how far the explanations that a fold's network gives of one
 * nodule hold, kept as a row of a table in the fold's folder. */
#pragma once

#include "models/study/study.h"
#include "models/study/sweep.h"

typedef enum {
  CAP_EXPLAINED_WON, /* 1: the nodule capsule was the longer of the two */
  /* Of maps on the patch that sum to one, what lies where half of the readers
   * or more see the nodule: the routing map of the nodule capsule, interpolated
   * as the viewer draws it; a Gaussian on the patch's centre, as wide at half
   * its height as the predicted mask is; that Gaussian averaged over the
   * routing map's cells and interpolated like it; an even map. NAN where that
   * region is empty. */
  CAP_EXPLAINED_ROUTING,
  CAP_EXPLAINED_GAUSSIAN,
  CAP_EXPLAINED_GAUSSIAN_CELLS,
  CAP_EXPLAINED_EVEN,
  /* Dice of the predicted mask with that region; by the rule of reader_dice.h
   * with each reader; by the same rule of the readers among each other */
  CAP_EXPLAINED_CONSENSUS,
  CAP_EXPLAINED_READERS,
  CAP_EXPLAINED_MUTUAL,
  CAP_EXPLAINED_RHO, /* of pose sweeps: [measure][dimension] */
  CAP_N_EXPLAINED = CAP_EXPLAINED_RHO + CAP_N_SWEEP_MEASURES * CAP_POSE_DIM,
} CapExplainedNumber;

typedef struct {
  int fold;
  char *key, *patient; /* owned */
  double numbers[CAP_N_EXPLAINED];
} CapExplained;

/* "routing", "rho_mean_hu_7", …. Returns. */
char *cap_explained_name(int number);

/* Explains the nodules of two readers or more that are held out of MODEL's
 * FOLD, unless that is kept already. A CapStudyStep. CAP_ERROR_CONFIG for a
 * network without capsules. */
gboolean cap_explained_run(const CapStudyModel *model, int fold,
                           const CapProgress *progress, GError **error);
/* The rows of all reported folds. Returns a GPtrArray of CapExplained; NULL
 * with CAP_ERROR_NO_INPUT or CAP_ERROR_DATA. */
GPtrArray *cap_explained_read(const CapStudy *study, const CapStudyModel *model,
                              GError **error);

/* What the first four shares are of: the map on the patch's 32³ voxels that
 * CELLS (4³) stand for, divided by its sum. */
void cap_explained_spread(const float *cells, double *map);
/* The Gaussian of DIAMETER_MM (full width at half maximum), divided by its sum.
 */
void cap_explained_gaussian(double diameter_mm, double *map);
