/* Measurements of a finding: see measure.h.
 *
 * Type: calcified when a fifth of the core is at or above 200 HU and, in a scan
 * with contrast medium, 100 HU brighter than its blood; else solid,
 * part-solid or ground-glass by the share of the core at or above -300 HU (at
 * least one half, at least a twentieth, less). -300 HU finds a solid component
 * as radiologists do (Scholten et al., European Radiology 2015: 90 % sensitive,
 * 88 % specific). Malignant nodules stayed below 150 HU in Siegelman et al.,
 * AJR 1980; 200 HU leaves room for a nodule's own enhancement. A vessel full of
 * contrast medium is as bright as the blood in the heart, so brightness proves
 * calcium only above that. Against LIDC-IDRI's ratings
 * of 1,057 nodules by three or more readers, in their masks: of 136 calcified
 * ones 90 % are called so, of the others 3 %. */
#include "core/measure/measure.h"

#include "core/image/blood_pool.h"
#include "core/image/lung.h"
#include "core/image/parts.h"
#include "core/image/unit.h"
#include "core/measure/axes.h"

#include <math.h>

#define SOLID_HU (-300)
#define CALCIUM_HU 200
#define ABOVE_BLOOD_HU 100  /* noise, and kernels that overshoot at edges */
#define CORE_MIN 8          /* voxels; smaller nodules are all core */
#define CALCIFIED_SHARE 0.2 /* of the core */
#define SOLID_SHARE 0.5
#define GLASS_SHARE 0.05 /* less than this is noise and vessels */
#define SIDE_REACH_MM 20.0

/* What the mask holds on valid planes. */
typedef struct {
  gsize n, n_hu; /* voxels; those that are not padding */
  double sum, square, min, max;
} Content;

static int16_t
hu_under(const CapVolume *volume, const CapMask *mask, int c, int r, int s)
{
  return cap_volume_at(volume, c + mask->first[0], r + mask->first[1],
                       s + mask->first[2]);
}

static gboolean
is_measurable(const CapVolume *volume, const CapMask *mask, int s)
{
  const int slice = s + mask->first[2];
  return slice >= 0 && slice < volume->slices && volume->valid[slice];
}

static const uint8_t *
row_of(const CapMask *mask, int r, int s)
{
  return mask->voxels + ((gsize)s * mask->rows + r) * mask->columns;
}

static Content
content_of(const CapVolume *volume, const CapMask *mask)
{
  Content content = {.min = G_MAXDOUBLE, .max = -G_MAXDOUBLE};
  for (int s = 0; s < mask->slices; s++) {
    if (!is_measurable(volume, mask, s))
      continue;
    for (int r = 0; r < mask->rows; r++)
      for (int c = 0; c < mask->columns; c++) {
        if (row_of(mask, r, s)[c] == 0)
          continue;
        content.n++;
        const double hu = hu_under(volume, mask, c, r, s);
        if (hu <= CAP_HU_AIR) /* padding, or off the volume */
          continue;
        content.n_hu++;
        content.sum += hu;
        content.square += hu * hu;
        content.min = fmin(content.min, hu);
        content.max = fmax(content.max, hu);
      }
  }
  return content;
}

static void
set_content(const CapVolume *volume, CapFinding *finding)
{
  const Content content = content_of(volume, finding->mask);
  const double *mm = volume->spacing_mm;
  finding->volume_mm3 = content.n * mm[0] * mm[1] * mm[2];
  finding->hu_mean = finding->hu_sd = finding->hu_min = finding->hu_max = 0;
  if (content.n_hu == 0)
    return;
  finding->hu_mean = content.sum / content.n_hu;
  finding->hu_sd = sqrt(fmax(0.0, content.square / content.n_hu -
                                      finding->hu_mean * finding->hu_mean));
  finding->hu_min = content.min;
  finding->hu_max = content.max;
}

static void
set_axes(const CapVolume *volume, CapFinding *finding)
{
  CapAxes axes = {0};
  cap_axes_measure(volume, finding->mask, &axes); /* else they stay 0 */
  finding->long_axis_mm = axes.long_mm;
  finding->short_axis_mm = axes.short_mm;
  finding->mean_diameter_mm = (axes.long_mm + axes.short_mm) / 2;
  for (int i = 0; i < 4; i++)
    finding->axes_mm[i / 2][i % 2] = axes.ends_mm[i / 2][i % 2];
}

/* The mean diameter of the largest part at or above -300 HU. */
static double
solid_diameter(const CapVolume *volume, const CapMask *mask)
{
  g_autoptr(CapMask) solid = cap_mask_copy(mask);
  for (int s = 0; s < mask->slices; s++)
    for (int r = 0; r < mask->rows; r++)
      for (int c = 0; c < mask->columns; c++)
        if (!is_measurable(volume, mask, s) ||
            hu_under(volume, mask, c, r, s) < SOLID_HU)
          solid->voxels[((gsize)s * mask->rows + r) * mask->columns + c] = 0;
  CapAxes axes;
  if (!cap_parts_keep_largest(solid) || !cap_axes_measure(volume, solid, &axes))
    return 0;
  return (axes.long_mm + axes.short_mm) / 2;
}

static gboolean
is_core(const CapMask *mask, int c, int r, int s)
{
  return c > 0 && r > 0 && c < mask->columns - 1 && r < mask->rows - 1 &&
         row_of(mask, r, s)[c - 1] && row_of(mask, r, s)[c + 1] &&
         row_of(mask, r - 1, s)[c] && row_of(mask, r + 1, s)[c];
}

/* Share of the voxels (of the core only, when CORE) at or above HU. Returns how
 * many voxels there were. */
static gsize
count_share(const CapVolume *volume, const CapMask *mask, gboolean core, int hu,
            double *share)
{
  gsize n = 0, n_above = 0;
  for (int s = 0; s < mask->slices; s++) {
    if (!is_measurable(volume, mask, s))
      continue;
    for (int r = 0; r < mask->rows; r++)
      for (int c = 0; c < mask->columns; c++) {
        if (row_of(mask, r, s)[c] == 0 || (core && !is_core(mask, c, r, s)))
          continue;
        n++;
        n_above += hu_under(volume, mask, c, r, s) >= hu;
      }
  }
  *share = n > 0 ? (double)n_above / n : 0;
  return n;
}

/* The rim is partly lung, whatever the nodule is made of: where there is a core
 * (a pixel away from the outline) it decides. */
static double
share_above(const CapVolume *volume, const CapMask *mask, int hu)
{
  double share;
  if (count_share(volume, mask, TRUE, hu, &share) < CORE_MIN)
    count_share(volume, mask, FALSE, hu, &share);
  return share;
}

static gboolean
is_calcified(const CapVolume *volume, const CapMask *lungs, const CapMask *mask)
{
  if (share_above(volume, mask, CALCIUM_HU) < CALCIFIED_SHARE)
    return FALSE;
  const double blood = lungs ? cap_blood_pool_hu(volume, lungs) : NAN;
  return isnan(blood) || blood + ABOVE_BLOOD_HU <= CALCIUM_HU ||
         share_above(volume, mask, (int)blood + ABOVE_BLOOD_HU) >=
             CALCIFIED_SHARE;
}

static CapNoduleType
type_of(const CapVolume *volume, const CapMask *lungs, const CapMask *mask)
{
  if (is_calcified(volume, lungs, mask))
    return CAP_TYPE_CALCIFIED;
  const double solid = share_above(volume, mask, SOLID_HU);
  return solid >= SOLID_SHARE   ? CAP_TYPE_SOLID
         : solid >= GLASS_SHARE ? CAP_TYPE_PART_SOLID
                                : CAP_TYPE_GROUND_GLASS;
}

/* Label of the lung voxel nearest to AT (an index), 0 when none is near. */
static uint8_t
lung_near(const CapVolume *volume, const CapMask *lungs, const int at[3])
{
  const double *mm = volume->spacing_mm;
  int reach[3];
  double best = SIDE_REACH_MM * SIDE_REACH_MM;
  uint8_t found = cap_mask_at(lungs, at[0], at[1], at[2]);
  if (found != 0)
    return found;
  for (int i = 0; i < 3; i++)
    reach[i] = (int)(SIDE_REACH_MM / mm[i]);
  for (int s = -reach[2]; s <= reach[2]; s++)
    for (int r = -reach[1]; r <= reach[1]; r++)
      for (int c = -reach[0]; c <= reach[0]; c++) {
        const double x = c * mm[0], y = r * mm[1], z = s * mm[2];
        const double d = x * x + y * y + z * z;
        const uint8_t label =
            d < best ? cap_mask_at(lungs, at[0] + c, at[1] + r, at[2] + s) : 0;
        if (label != 0) {
          best = d;
          found = label;
        }
      }
  return found;
}

static gboolean
is_near_gap(const CapVolume *volume, int low, int high)
{
  for (int s = MAX(low - 1, 0); s <= MIN(high + 1, volume->slices - 1); s++)
    if (!volume->valid[s])
      return TRUE;
  return FALSE;
}

static void
set_site(const CapVolume *volume, const CapMask *lungs, CapFinding *finding)
{
  const CapPoint index = cap_volume_to_index(volume, finding->center_mm);
  const int at[3] = {(int)lround(index.x), (int)lround(index.y),
                     (int)lround(index.z)};
  const uint8_t label = lungs ? lung_near(volume, lungs, at) : 0;
  finding->side = label == CAP_LUNG_RIGHT  ? CAP_SIDE_RIGHT
                  : label == CAP_LUNG_LEFT ? CAP_SIDE_LEFT
                                           : CAP_SIDE_UNKNOWN;
  finding->lobe = CAP_LOBE_UNKNOWN; /* fissures are not segmented */
  finding->source_slice = CLAMP(at[2], 0, volume->slices - 1);
  const CapMask *mask = finding->mask;
  finding->near_gap =
      mask ? is_near_gap(volume, mask->first[2],
                         mask->first[2] + mask->slices - 1)
           : is_near_gap(volume, finding->source_slice, finding->source_slice);
}

void
cap_measure_finding(const CapVolume *volume, const CapMask *lungs,
                    CapFinding *finding)
{
  set_site(volume, lungs, finding);
  finding->unknown = volume->source->unknown;
  if (finding->mask != NULL) {
    set_content(volume, finding);
    set_axes(volume, finding);
    finding->solid_mean_diameter_mm =
        finding->unknown & CAP_UNKNOWN_HU
            ? 0
            : solid_diameter(volume, finding->mask);
    finding->type = finding->unknown & CAP_UNKNOWN_HU
                        ? CAP_TYPE_UNCLASSIFIED
                        : type_of(volume, lungs, finding->mask);
  }
  g_free(finding->sop_uid);
  char *const *uids = volume->source->sop_uids;
  finding->sop_uid = g_strdup(uids ? uids[finding->source_slice] : "");
}
