/* Pose sweeps: what each dimension of a capsule's pose does to the nodule that
 * the decoder draws (Sabour et al. 2017, 5.1: one dimension at a time, in steps
 * of 0.05 from -0.25 to 0.25). */
#pragma once

#include "models/capsnet.h"

typedef enum {
  CAP_SWEEP_DIAMETER,   /* mm, of the sphere of the drawn object's volume */
  CAP_SWEEP_HU,         /* mean inside it */
  CAP_SWEEP_ELONGATION, /* longest over shortest axis, from its moments */
  CAP_N_SWEEP_MEASURES,
} CapSweepMeasure;

const char *cap_sweep_measure_name(CapSweepMeasure measure);

/* Measures the object in IMAGE (32³, 0 … 2): voxels of -400 HU or more that
 * hang together by faces with the one of them nearest to the middle. NAN, all
 * three, when no voxel is that dense; elongation NAN below 8 voxels. */
void cap_sweep_measure(const float *image,
                       double measures[CAP_N_SWEEP_MEASURES]);

/* Spearman's rho of each dimension of POSE, moved alone, with each measure of
 * what DECODER makes of it. 0 where the measure does not change, NAN where it
 * does not exist throughout. */
void cap_sweep_run(CapCapsnetDecoder *decoder, const float pose[CAP_POSE_DIM],
                   double rho[CAP_N_SWEEP_MEASURES][CAP_POSE_DIM]);
