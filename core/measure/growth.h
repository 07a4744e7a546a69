/* Growth between two scans: how much the volume changed, how fast it doubles,
 * and how sure that is. */
#pragma once

#include "core/image/volume.h"

/* How a volume was sampled. */
typedef struct {
  double pixel_mm; /* in plane */
  double slice_mm; /* the larger of slice thickness and distance of slices */
} CapSampling;

CapSampling cap_growth_sampling(const CapVolume *volume);

/* Standard deviation of the logarithm of a measured VOLUME_MM3.
 *
 * Error model: the border is placed wrongly by a fixed share of the voxel, so
 * that the volume's relative error is 6 · e / d for a diameter d, e = 0.12 · v,
 * v² = (2 · pixel² + slice²) / 3 (the voxel's edge as a sphere's normals meet
 * it on average); besides, 3 % remain however fine the voxels are. Both
 * constants are set by repeatability in the literature: two scans of one day
 * differ by ±25 % to ±27 % (95 %) for nodules of 5.7 to 6.5 mm on 1 mm slices
 * (Wormanns 2000; Marchianò et al., Radiology 2009;251:919; Gietema et al.,
 * Radiology 2007;245:888), readers of one scan by ±9 % at 11 mm (Hein et al.,
 * J Digit Imaging 2010;23:8). With slices of 2.5 and 5 mm intervals become as
 * wide as Nietert et al. (Chest 2009;135:1580) say. */
double cap_growth_log_sd(double volume_mm3, CapSampling sampling);

/* Change of volume and its 95 % interval; doubling times in days, of which an
 * upper limit without growth is INFINITY. */
typedef struct {
  double ratio, ratio_low, ratio_high;
  double doubling_days, doubling_low, doubling_high; /* INFINITY: no growth */
  gboolean grows;   /* the whole interval lies above 1 */
  gboolean shrinks; /* … below 1 */
} CapGrowth;

/* From volume THEN_MM3 to NOW_MM3 in DAYS: doubling time days · ln 2 / ln (V2 /
 * V1) (Schwartz, Cancer 1961;14:1272), its interval by LOG_SD, the standard
 * deviation of ln (V2 / V1). FALSE unless all four are positive. */
gboolean cap_growth_of(double then_mm3, double now_mm3, int days, double log_sd,
                       CapGrowth *growth);
