/* Aligning two scans: see register.h. */
#include "core/image/register.h"

#include "core/error.h"
#include "core/image/itk_filters.h"
#include "core/image/itk_register.h"
#include "core/image/lung.h"
#include "core/image/resample.h"
#include "core/language.h"

#include <math.h>

#define GRID_MM 4.0
#define CLEARLY 0.02  /* of overlap */
#define AROUND_MM 8.0 /* of the lungs: their borders guide, too */
#define LEAST_HU (-1000.0F)
#define MOST_HU 200.0F /* bone moves otherwise than the lungs */

/* A scan on the coarse grid. */
typedef struct {
  CapItkGrid grid;
  float *values;
  uint8_t *lungs, *around;
  float *distance; /* to the lungs' border in voxels, negative inside */
  CapPoint centroid_mm;
} Coarse;

static void
coarse_clear(Coarse *coarse)
{
  g_free(coarse->values);
  g_free(coarse->lungs);
  g_free(coarse->around);
  g_free(coarse->distance);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Coarse, coarse_clear)

static gsize
n_voxels(const CapItkGrid *grid)
{
  return (gsize)grid->size[0] * grid->size[1] * grid->size[2];
}

static CapPoint
place(const CapItkGrid *g, int c, int r, int s)
{
  const double step[3] = {c * g->spacing_mm, r * g->spacing_mm,
                          s * g->spacing_mm};
  CapPoint p = g->origin_mm;
  for (int i = 0; i < 3; i++) {
    p.x += step[i] * g->axis[i].x;
    p.y += step[i] * g->axis[i].y;
    p.z += step[i] * g->axis[i].z;
  }
  return p;
}

static gboolean
lung_at(const CapVolume *volume, const CapMask *lungs, CapPoint at_mm)
{
  const CapPoint i = cap_volume_to_index(volume, at_mm);
  return cap_mask_at(lungs, (int)lround(i.x), (int)lround(i.y),
                     (int)lround(i.z)) != 0;
}

/* The coarse lung mask and its centroid; FALSE where it is empty. */
static gboolean
fill_lungs(Coarse *coarse, const CapVolume *volume, const CapMask *lungs)
{
  const CapItkGrid *g = &coarse->grid;
  double n = 0, x = 0, y = 0, z = 0;
  gsize i = 0;
  for (int s = 0; s < g->size[2]; s++)
    for (int r = 0; r < g->size[1]; r++)
      for (int c = 0; c < g->size[0]; c++, i++) {
        const CapPoint p = place(g, c, r, s);
        coarse->lungs[i] = lung_at(volume, lungs, p);
        if (!coarse->lungs[i])
          continue;
        n++;
        x += p.x;
        y += p.y;
        z += p.z;
      }
  if (n > 0)
    coarse->centroid_mm = (CapPoint){x / n, y / n, z / n};
  return n > 0;
}

/* The lungs and what is within AROUND_MM of them. */
static gboolean
fill_around(Coarse *coarse, GError **error)
{
  if (!cap_itk_distance(coarse->lungs, coarse->grid.size, coarse->distance,
                        error))
    return FALSE;
  for (gsize i = 0; i < n_voxels(&coarse->grid); i++)
    coarse->around[i] = coarse->distance[i] <= AROUND_MM / GRID_MM;
  return TRUE;
}

static gboolean
coarse_init(Coarse *coarse, const CapVolume *volume, const char *no_lung,
            const CapProgress *progress, GError **error)
{
  g_autoptr(CapMask) lungs = cap_lung_mask(volume, progress, error);
  g_autoptr(CapVolume) small =
      lungs ? cap_resample_isotropic(volume, GRID_MM, error) : NULL;
  if (small == NULL)
    return FALSE;
  CapItkGrid *g = &coarse->grid;
  g->size[0] = small->columns;
  g->size[1] = small->rows;
  g->size[2] = small->slices;
  g->spacing_mm = GRID_MM;
  g->origin_mm = small->origin_mm;
  const gsize n = n_voxels(g);
  for (int i = 0; i < 3; i++)
    g->axis[i] = small->axis[i];
  coarse->values = g_try_new(float, n);
  coarse->lungs = g_try_new(uint8_t, n);
  coarse->around = g_try_new(uint8_t, n);
  coarse->distance = g_try_new(float, n);
  if (coarse->values == NULL || coarse->lungs == NULL ||
      coarse->around == NULL || coarse->distance == NULL) {
    g_set_error_literal(error, CAP_ERROR, CAP_ERROR_MEMORY,
                        "not enough memory to align two scans");
    return FALSE;
  }
  for (gsize i = 0; i < n; i++)
    coarse->values[i] = CLAMP(small->voxels_hu[i], LEAST_HU, MOST_HU);
  if (!fill_lungs(coarse, volume, lungs)) {
    g_set_error_literal(error, CAP_ERROR, CAP_ERROR_DATA, no_lung);
    return FALSE;
  }
  g->values = coarse->values;
  g->mask = coarse->around;
  return fill_around(coarse, error);
}

/* Voxel coordinates of AT_MM. */
static void
index_of(const CapItkGrid *g, CapPoint at_mm, double index[3])
{
  const CapPoint d = {at_mm.x - g->origin_mm.x, at_mm.y - g->origin_mm.y,
                      at_mm.z - g->origin_mm.z};
  for (int i = 0; i < 3; i++)
    index[i] = (d.x * g->axis[i].x + d.y * g->axis[i].y + d.z * g->axis[i].z) /
               g->spacing_mm;
}

static gsize
voxel(const CapItkGrid *g, int c, int r, int s)
{
  return ((gsize)s * g->size[1] + r) * g->size[0] + c;
}

/* Whether the prior's lungs are at AT_MM. */
static gboolean
prior_lung_at(const Coarse *prior, CapPoint at_mm)
{
  const CapItkGrid *g = &prior->grid;
  double at[3];
  int index[3];
  index_of(g, at_mm, at);
  for (int i = 0; i < 3; i++) {
    index[i] = (int)lround(at[i]);
    if (index[i] < 0 || index[i] >= g->size[i])
      return FALSE;
  }
  return prior->lungs[voxel(g, index[0], index[1], index[2])] != 0;
}

/* How far AT_MM is from the border of the prior's lungs; FALSE outside the
 * grid. */
static gboolean
prior_border_at(const Coarse *prior, CapPoint at_mm, double *mm)
{
  const CapItkGrid *g = &prior->grid;
  double at[3], part[3];
  int low[3];
  index_of(g, at_mm, at);
  for (int i = 0; i < 3; i++) {
    low[i] = (int)floor(at[i]);
    part[i] = at[i] - low[i];
    if (low[i] < 0 || low[i] + 1 >= g->size[i])
      return FALSE;
  }
  double distance = 0;
  for (int k = 0; k < 8; k++)
    distance +=
        (k & 1 ? part[0] : 1 - part[0]) * (k & 2 ? part[1] : 1 - part[1]) *
        (k & 4 ? part[2] : 1 - part[2]) *
        prior->distance[voxel(g, low[0] + (k & 1), low[1] + (k >> 1 & 1),
                              low[2] + (k >> 2))];
  *mm = fabs(distance) * g->spacing_mm;
  return TRUE;
}

/* The mean distance between the borders; what the prior does not reach does not
 * count. 0 where nothing does. */
static double
border_mm(const Coarse *current, const Coarse *prior, const CapTransform *map)
{
  const CapItkGrid *g = &current->grid;
  double sum = 0, mm;
  gsize n = 0, i = 0;
  for (int s = 0; s < g->size[2]; s++)
    for (int r = 0; r < g->size[1]; r++)
      for (int c = 0; c < g->size[0]; c++, i++)
        if (current->distance[i] == 0 &&
            prior_border_at(prior, cap_transform_apply(map, place(g, c, r, s)),
                            &mm)) {
          sum += mm;
          n++;
        }
  return n > 0 ? sum / (double)n : 0;
}

/* Dice of the lungs; of the prior's, what lies outside the present scan counts
 * as missing. */
static double
overlap(const Coarse *current, const Coarse *prior, const CapTransform *map)
{
  double both = 0, here = 0, there = 0;
  const CapItkGrid *g = &current->grid;
  gsize i = 0;
  for (int s = 0; s < g->size[2]; s++)
    for (int r = 0; r < g->size[1]; r++)
      for (int c = 0; c < g->size[0]; c++, i++)
        if (current->lungs[i]) {
          here++;
          both +=
              prior_lung_at(prior, cap_transform_apply(map, place(g, c, r, s)));
        }
  for (gsize k = 0; k < n_voxels(&prior->grid); k++)
    there += prior->lungs[k] != 0;
  return 2 * both / (here + there);
}

const char *
cap_alignment_step_name(CapAlignmentStep step)
{
  static const char *const names[] = {"centers", "rigid", "affine"};
  return names[step];
}

gboolean
cap_register_lungs_by_steps(const CapVolume *current, const CapVolume *prior,
                            const CapProgress *progress,
                            CapAlignment steps[CAP_N_ALIGNMENTS],
                            GError **error)
{
  g_auto(Coarse) here = {0}, there = {0};
  if (!coarse_init(&here, current,
                   N_("the present scan shows no lung: it cannot be aligned"),
                   progress, error) ||
      !coarse_init(&there, prior,
                   N_("the earlier scan shows no lung: it cannot be aligned"),
                   progress, error))
    return FALSE;
  const CapPoint a = here.centroid_mm, b = there.centroid_mm;
  const CapPoint shift = {b.x - a.x, b.y - a.y, b.z - a.z};
  CapItkMaps maps;
  if (!cap_itk_register(&here.grid, &there.grid, a, shift, progress, &maps,
                        error))
    return FALSE;
  steps[CAP_ALIGN_CENTERS].to_prior = cap_transform_identity();
  steps[CAP_ALIGN_CENTERS].to_prior.t = shift;
  steps[CAP_ALIGN_RIGID].to_prior = maps.rigid;
  steps[CAP_ALIGN_AFFINE].to_prior = maps.affine;
  for (int i = 0; i < CAP_N_ALIGNMENTS; i++) {
    steps[i].step = (CapAlignmentStep)i;
    steps[i].overlap = overlap(&here, &there, &steps[i].to_prior);
    steps[i].border_mm = border_mm(&here, &there, &steps[i].to_prior);
  }
  return TRUE;
}

CapAlignmentStep
cap_register_best(const CapAlignment steps[CAP_N_ALIGNMENTS])
{
  for (int i = CAP_ALIGN_RIGID; i >= 0; i--)
    if (steps[i].overlap > steps[CAP_ALIGN_AFFINE].overlap + CLEARLY)
      return (CapAlignmentStep)i;
  return CAP_ALIGN_AFFINE;
}

gboolean
cap_register_lungs(const CapVolume *current, const CapVolume *prior,
                   const CapProgress *progress, CapAlignment *alignment,
                   GError **error)
{
  CapAlignment steps[CAP_N_ALIGNMENTS];
  if (!cap_register_lungs_by_steps(current, prior, progress, steps, error))
    return FALSE;
  *alignment = steps[cap_register_best(steps)];
  return TRUE;
}
