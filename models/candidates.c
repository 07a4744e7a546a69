/* Candidates: see candidates.h.
 *
 * Two passes over the lungs at 1 mm, in which everything outside the lung mask
 * is painted as lung, so that a nodule on the pleura is as free-standing as any
 * other. The solid pass sees all densities, the ground-glass pass only those
 * between lung and haze, where vessels saturate. Each pass runs through
 * diameters in steps of a quarter; large ones on coarser grids. */
#include "models/candidates.h"

#include "core/error.h"
#include "core/image/blobs.h"
#include "core/image/field.h"
#include "core/image/resample.h"
#include "core/language.h"

#include <math.h>
#include <string.h>

#define STEP 1.25 /* between diameters */
#define GRID_MM 1.0
#define COARSE_DIAMETER 9.0 /* in voxels: above, the grid is halved */
#define MARGIN_VOX 12
#define SOLID_TOP_HU 100.0f
#define GLASS_TOP_HU (-550.0f)
#define GLASS_MIN_MM 3.9
#define SOLID_MIN_RESPONSE 30.0
#define GLASS_MIN_RESPONSE 15.0

/* The lungs' box of the isotropic volume. */
typedef struct {
  const CapVolume *iso;
  int low[3], size[3];
  gsize n;
  uint8_t *inside; /* of the lungs, in the box */
  float lung_hu;   /* typical of aerated lung */
} Region;

typedef struct {
  gboolean ground_glass;
  float bottom_hu, top_hu;
  double min_mm, max_mm, min_response;
  double weight[5]; /* see score_of */
} Pass;

CapCandidatesOptions
cap_candidates_options_default(void)
{
  return (CapCandidatesOptions){
      .max_candidates = 300, .min_mm = 3.0, .max_mm = 30.0};
}

static gsize
region_offset(const Region *g, int c, int r, int s)
{
  return ((gsize)s * g->size[1] + r) * g->size[0] + c;
}

/* HU of the isotropic volume at a place of the box; absent planes repeat the
 * nearest valid one. */
static const int16_t *
iso_row(const Region *g, int r, int s)
{
  const CapVolume *iso = g->iso;
  int at = s + g->low[2];
  for (int d = 0; d < iso->slices && !iso->valid[at]; d++) {
    if (s + g->low[2] - d >= 0 && iso->valid[s + g->low[2] - d])
      at = s + g->low[2] - d;
    else if (s + g->low[2] + d < iso->slices && iso->valid[s + g->low[2] + d])
      at = s + g->low[2] + d;
  }
  return cap_volume_slice(iso, at) + (gsize)(r + g->low[1]) * iso->columns +
         g->low[0];
}

/* Whole index of the mask's grid under each voxel of one iso axis. */
static int *
index_map(const CapVolume *volume, const CapVolume *iso, int axis, int n)
{
  const CapPoint first = cap_volume_to_index(volume, iso->origin_mm);
  const double start = axis == 0 ? first.x : axis == 1 ? first.y : first.z;
  int *map = g_new(int, n);
  for (int i = 0; i < n; i++)
    map[i] = (int)floor(start + i * GRID_MM / volume->spacing_mm[axis] + 0.5);
  return map;
}

/* Box of the lungs in voxels of the isotropic volume; FALSE when empty. */
static gboolean
find_box(const CapMask *lungs, int *const map[3], Region *g)
{
  const CapVolume *iso = g->iso;
  const int n[3] = {iso->columns, iso->rows, iso->slices};
  int high[3] = {-1, -1, -1};
  for (int i = 0; i < 3; i++)
    g->low[i] = n[i];
  for (int s = 0; s < n[2]; s++)
    for (int r = 0; r < n[1]; r++)
      for (int c = 0; c < n[0]; c++) {
        if (!cap_mask_at(lungs, map[0][c], map[1][r], map[2][s]))
          continue;
        const int at[3] = {c, r, s};
        for (int i = 0; i < 3; i++) {
          g->low[i] = MIN(g->low[i], at[i]);
          high[i] = MAX(high[i], at[i]);
        }
      }
  g->n = 1;
  for (int i = 0; i < 3; i++) {
    g->low[i] = MAX(g->low[i] - MARGIN_VOX, 0);
    g->size[i] = MIN(high[i] + MARGIN_VOX, n[i] - 1) - g->low[i] + 1;
    g->n *= (gsize)MAX(g->size[i], 0);
  }
  return high[0] >= 0;
}

/* Median HU of aerated lung: what the surroundings are painted with. */
static float
median_lung(const Region *g)
{
  gsize histogram[1024] = {0}, n = 0, below = 0;
  for (int s = 0; s < g->size[2]; s++)
    for (int r = 0; r < g->size[1]; r++) {
      const int16_t *hu = iso_row(g, r, s);
      const uint8_t *inside = g->inside + region_offset(g, 0, r, s);
      for (int c = 0; c < g->size[0]; c++)
        if (inside[c] && hu[c] >= -1023 && hu[c] < -500) {
          histogram[hu[c] + 1024]++;
          n++;
        }
    }
  for (int i = 0; i < 1024; i++) {
    below += histogram[i];
    if (n > 0 && 2 * below >= n)
      return (float)(i - 1024);
  }
  return -850.0f;
}

/* Fills G from the volume's isotropic copy; FALSE in *ANY when there is no
 * lung. */
static gboolean
region_init(Region *g, const CapVolume *volume, const CapMask *lungs,
            gboolean *any, GError **error)
{
  const int n[3] = {g->iso->columns, g->iso->rows, g->iso->slices};
  int *map[3];
  for (int i = 0; i < 3; i++)
    map[i] = index_map(volume, g->iso, i, n[i]);
  *any = find_box(lungs, map, g);
  g->inside = *any ? g_try_malloc(g->n) : NULL;
  if (g->inside != NULL) {
    for (int s = 0; s < g->size[2]; s++)
      for (int r = 0; r < g->size[1]; r++) {
        uint8_t *out = g->inside + region_offset(g, 0, r, s);
        for (int c = 0; c < g->size[0]; c++)
          out[c] =
              cap_mask_at(lungs, map[0][c + g->low[0]], map[1][r + g->low[1]],
                          map[2][s + g->low[2]]) != 0;
      }
    g->lung_hu = median_lung(g);
  }
  for (int i = 0; i < 3; i++)
    g_free(map[i]);
  if (*any && g->inside == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory to look for candidates");
    return FALSE;
  }
  return TRUE;
}

static CapField *
field_of(const Region *g, const Pass *pass, GError **error)
{
  CapField *field = cap_field_new(g->size, error);
  if (field == NULL)
    return NULL;
  const float fill = CLAMP(g->lung_hu, pass->bottom_hu, pass->top_hu);
#pragma omp parallel for schedule(static)
  for (int s = 0; s < g->size[2]; s++)
    for (int r = 0; r < g->size[1]; r++) {
      const int16_t *hu = iso_row(g, r, s);
      const gsize at = region_offset(g, 0, r, s);
      for (int c = 0; c < g->size[0]; c++)
        field->values[at + c] =
            g->inside[at + c] ? CLAMP(hu[c], pass->bottom_hu, pass->top_hu)
                              : fill;
    }
  return field;
}

static uint8_t *
halve_mask(const uint8_t *mask, const int size[3])
{
  const int half[3] = {(size[0] + 1) / 2, (size[1] + 1) / 2, (size[2] + 1) / 2};
  uint8_t *out = g_try_malloc((gsize)half[0] * half[1] * half[2]);
  gsize i = 0;
  for (int s = 0; s < half[2] && out != NULL; s++)
    for (int r = 0; r < half[1]; r++)
      for (int c = 0; c < half[0]; c++)
        out[i++] = mask[((gsize)2 * s * size[1] + 2 * r) * size[0] + 2 * c];
  return out;
}

/* Curvature along axis I as a part of the strongest: both weaker ones are 1 for
 * a ball; a tube has one near 0, a sheet two. */
static double
roundness(const CapBlob *blob, int i)
{
  return blob->eigen[0] < 0 ? CLAMP(blob->eigen[i] / blob->eigen[0], 0.0, 1.0)
                            : 0.0;
}

/* Log-odds that a blob is a nodule: contrast, the two curvature ratios and
 * size. The weights are a logistic regression on 185 nodules of at least 4 mm
 * from LIDC-IDRI, set into the lungs of two other scans, against all other
 * blobs there. */
static double
score_of(const Pass *pass, const CapBlob *blob, double diameter_mm)
{
  const double *w = pass->weight;
  return w[0] + w[1] * log(blob->response / 100) +
         w[2] * log(roundness(blob, 2) + 0.05) +
         w[3] * log(roundness(blob, 1) + 0.05) + w[4] * log(diameter_mm / 8);
}

static void
add_blobs(const Region *g, const Pass *pass, double grid, double diameter_mm,
          const GArray *blobs, GArray *candidates)
{
  for (guint i = 0; i < blobs->len; i++) {
    const CapBlob *blob = &g_array_index(blobs, CapBlob, i);
    if (blob->eigen[2] >= 0) /* a saddle: never a nodule of its own */
      continue;
    const CapPoint at = {blob->at[0] * grid + g->low[0],
                         blob->at[1] * grid + g->low[1],
                         blob->at[2] * grid + g->low[2]};
    const CapCandidate candidate = {.center_mm =
                                        cap_volume_to_patient(g->iso, at),
                                    .diameter_mm = diameter_mm,
                                    .score = score_of(pass, blob, diameter_mm),
                                    .ground_glass = pass->ground_glass};
    g_array_append_val(candidates, candidate);
  }
}

/* A field and its mask on a grid of GRID voxels of the region. */
typedef struct {
  CapField *field;
  uint8_t *mask;
  double grid, sigma_mm; /* smoothing so far */
} Level;

static gboolean
level_halve(Level *level, GError **error)
{
  CapField *half = cap_field_halve(level->field, error);
  uint8_t *mask = half ? halve_mask(level->mask, level->field->size) : NULL;
  if (half != NULL && mask == NULL)
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory to look for candidates");
  cap_field_free(level->field);
  g_free(level->mask);
  level->field = half;
  level->mask = mask;
  level->grid *= 2;
  return mask != NULL;
}

/* Brings LEVEL to the scale of DIAMETER_MM and adds what stands out there. */
static gboolean
search_scale(const Region *g, const Pass *pass, Level *level,
             double diameter_mm, GArray *candidates, GError **error)
{
  while (diameter_mm / level->grid > COARSE_DIAMETER &&
         level->field->size[0] > 8 && level->field->size[2] > 8)
    if (!level_halve(level, error))
      return FALSE;
  const double sigma_mm = diameter_mm / (2 * sqrt(3.0));
  const double more =
      sqrt(fmax(0.0, sigma_mm * sigma_mm - level->sigma_mm * level->sigma_mm));
  if (!cap_field_smooth(level->field, more / level->grid, error))
    return FALSE;
  level->sigma_mm = sigma_mm;
  g_autoptr(GArray) blobs =
      cap_blobs_find(level->field, sigma_mm / level->grid, level->mask,
                     pass->min_response, error);
  if (blobs == NULL)
    return FALSE;
  add_blobs(g, pass, level->grid, diameter_mm, blobs, candidates);
  return TRUE;
}

static gboolean
search_pass(const Region *g, const Pass *pass, const CapProgress *progress,
            GArray *candidates, GError **error)
{
  Level level = {.field = field_of(g, pass, error),
                 .mask = g_try_malloc(g->n),
                 .grid = GRID_MM};
  gboolean ok = level.field != NULL;
  if (ok && level.mask == NULL) {
    ok = FALSE;
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory to look for candidates");
  }
  if (ok)
    memcpy(level.mask, g->inside, g->n);
  const double from = pass->ground_glass ? 0.6 : 0.1;
  const double span = log(pass->max_mm / pass->min_mm) + 0.01;
  for (double d = pass->min_mm; ok && d <= pass->max_mm * 1.001; d *= STEP)
    ok = cap_progress_step(progress, N_("looking for candidates"),
                           from + 0.4 * log(d / pass->min_mm) / span, error) &&
         search_scale(g, pass, &level, d, candidates, error);
  cap_field_free(level.field);
  g_free(level.mask);
  return ok;
}

/* Best first; equal scores by place, so that the order is one. */
static int
by_score(const void *a, const void *b)
{
  const CapCandidate *p = a, *q = b;
  if (p->score != q->score)
    return p->score > q->score ? -1 : 1;
  if (p->center_mm.z != q->center_mm.z)
    return p->center_mm.z < q->center_mm.z ? -1 : 1;
  if (p->center_mm.y != q->center_mm.y)
    return p->center_mm.y < q->center_mm.y ? -1 : 1;
  return (p->center_mm.x > q->center_mm.x) - (p->center_mm.x < q->center_mm.x);
}

static gboolean
is_covered(const CapCandidate *c, const GArray *kept)
{
  for (guint i = 0; i < kept->len; i++) {
    const CapCandidate *k = &g_array_index(kept, CapCandidate, i);
    const double x = c->center_mm.x - k->center_mm.x,
                 y = c->center_mm.y - k->center_mm.y,
                 z = c->center_mm.z - k->center_mm.z;
    const double reach = k->diameter_mm / 2;
    if (x * x + y * y + z * z < reach * reach)
      return TRUE;
  }
  return FALSE;
}

/* Non-maximum suppression over places, scales and both passes. */
static GArray *
choose(GArray *all, int max)
{
  GArray *kept = g_array_new(FALSE, FALSE, sizeof(CapCandidate));
  g_array_sort(all, by_score);
  for (guint i = 0; i < all->len && (int)kept->len < max; i++) {
    const CapCandidate *c = &g_array_index(all, CapCandidate, i);
    if (!is_covered(c, kept))
      g_array_append_vals(kept, c, 1);
  }
  return kept;
}

static gboolean
find_all(Region *g, const CapCandidatesOptions *options,
         const CapProgress *progress, GArray *all, GError **error)
{
  const Pass solid = {.bottom_hu = -1000,
                      .top_hu = SOLID_TOP_HU,
                      .min_mm = options->min_mm,
                      .max_mm = options->max_mm,
                      .min_response = SOLID_MIN_RESPONSE,
                      .weight = {-7.8, 6.06, 5.30, 2.84, 0.94}};
  const Pass glass = {.ground_glass = TRUE,
                      .bottom_hu = MIN(g->lung_hu - 60, GLASS_TOP_HU - 100),
                      .top_hu = GLASS_TOP_HU,
                      .min_mm = fmax(options->min_mm, GLASS_MIN_MM),
                      .max_mm = options->max_mm,
                      .min_response = GLASS_MIN_RESPONSE,
                      .weight = {-3.5, 4.13, 4.13, 2.08, 1.60}};
  return search_pass(g, &solid, progress, all, error) &&
         search_pass(g, &glass, progress, all, error);
}

GArray *
cap_candidates_find(const CapVolume *volume, const CapMask *lungs,
                    const CapCandidatesOptions *options,
                    const CapProgress *progress, GError **error)
{
  g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(CapCandidate));
  if (!cap_progress_step(progress, N_("looking for candidates"), 0.0, error))
    return NULL;
  g_autoptr(CapVolume) iso = cap_resample_isotropic(volume, GRID_MM, error);
  if (iso == NULL)
    return NULL;
  Region g = {.iso = iso};
  gboolean any = FALSE;
  gboolean ok = region_init(&g, volume, lungs, &any, error);
  if (ok && any)
    ok = find_all(&g, options, progress, all, error);
  g_free(g.inside);
  if (!ok)
    return NULL;
  cap_progress_step(progress, N_("looking for candidates"), 1.0, NULL);
  return choose(all, options->max_candidates);
}
