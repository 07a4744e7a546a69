/* Segmentation of one nodule from the image alone: see cap_measure_segment.
 *
 * The outline is the half-way level between nodule and lung (right for a
 * blurred edge), seen from the nodule's middle in all directions. Directions
 * that never reach lung (chest wall, mediastinum) or reach it late (a vessel)
 * are bounded by their neighbours' distances, which is what keeps the region
 * from leaking. */
#include "core/measure/measure.h"

#include "core/image/point.h"
#include "core/image/resample.h"
#include "core/image/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_RAYS 400
#define N_NEIGHBOURS 48 /* of a ray, about a 40 degree cone */
#define ROUNDS 3        /* of recentring */
#define MIN_CONTRAST_HU 90.0
#define MAX_INSIDE_HU 60.0 /* calcium must not raise the half-way level */
#define LOOSE 1.35         /* a ray may exceed its neighbours' median by this */
#define MIN_REACHED 0.2    /* of the rays must reach lung */
#define MAX_EDGE 96
#define OUTLINE 0.5 /* level of the outline from lung (0) to nodule (1) */

/* The isotropic surroundings, and what the rays found. */
typedef struct {
  int edge;
  double spacing_mm;
  float *hu;
  double middle[3]; /* of the nodule, in voxels */
  double inside_hu, lung_hu;
  double max_inside_hu; /* infinite where values are no HU */
  double limit;         /* longest ray, in voxels */
  CapPoint ray[N_RAYS];
  int neighbour[N_RAYS][N_NEIGHBOURS];
  double length[N_RAYS]; /* in voxels; after bounding */
} Scene;

/* Evenly spread directions (a Fibonacci sphere). */
static void
set_rays(Scene *scene)
{
  for (int i = 0; i < N_RAYS; i++) {
    const double z = 1 - (2 * i + 1.0) / N_RAYS, r = sqrt(1 - z * z);
    const double phi = i * G_PI * (3 - sqrt(5.0));
    scene->ray[i] = (CapPoint){r * cos(phi), r * sin(phi), z};
  }
}

typedef struct {
  double cosine;
  int ray;
} Near;

static int
nearest_first(const void *a, const void *b)
{
  const Near *p = a, *q = b;
  if (p->cosine != q->cosine)
    return p->cosine > q->cosine ? -1 : 1;
  return p->ray - q->ray;
}

static void
set_neighbours(Scene *scene)
{
  for (int i = 0; i < N_RAYS; i++) {
    Near near[N_RAYS];
    for (int j = 0; j < N_RAYS; j++)
      near[j] = (Near){cap_point_dot(scene->ray[i], scene->ray[j]), j};
    qsort(near, N_RAYS, sizeof *near, nearest_first);
    for (int k = 0; k < N_NEIGHBOURS; k++)
      scene->neighbour[i][k] = near[k].ray;
  }
}

static double
value_at(const Scene *s, double x, double y, double z)
{
  const double at[3] = {x, y, z};
  int low[3], high[3];
  double w[3], sum = 0;
  for (int i = 0; i < 3; i++) {
    const double p = CLAMP(at[i], 0.0, s->edge - 1.0);
    low[i] = (int)p;
    high[i] = MIN(low[i] + 1, s->edge - 1);
    w[i] = p - low[i];
  }
  for (int k = 0; k < 8; k++) {
    const int c = k & 1 ? high[0] : low[0], r = k & 2 ? high[1] : low[1],
              t = k & 4 ? high[2] : low[2];
    sum += (k & 1 ? w[0] : 1 - w[0]) * (k & 2 ? w[1] : 1 - w[1]) *
           (k & 4 ? w[2] : 1 - w[2]) *
           s->hu[((gsize)t * s->edge + r) * s->edge + c];
  }
  return sum;
}

static int
ascending(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double
percentile(double *values, int n, double p)
{
  qsort(values, n, sizeof *values, ascending);
  return values[CLAMP((int)(p * n), 0, n - 1)];
}

/* Levels: the median within a third of the expected radius, and the darker
 * quarter of what the rays meet outside it. FALSE when they hardly differ. */
static gboolean
set_levels(Scene *s, double radius)
{
  double inside[N_RAYS], outside[N_RAYS];
  for (int i = 0; i < N_RAYS; i++) {
    const CapPoint d = s->ray[i];
    const double r = radius / 3 * cbrt((i % 20 + 0.5) / 20.0);
    inside[i] = value_at(s, s->middle[0] + r * d.x, s->middle[1] + r * d.y,
                         s->middle[2] + r * d.z);
    const double far = fmin(1.2 * radius + 2 / s->spacing_mm, s->limit) +
                       (s->limit - 1.2 * radius) * 0.5 * ((i * 7) % 20) / 20.0;
    outside[i] = value_at(s, s->middle[0] + far * d.x, s->middle[1] + far * d.y,
                          s->middle[2] + far * d.z);
  }
  s->inside_hu = fmin(percentile(inside, N_RAYS, 0.5), s->max_inside_hu);
  s->lung_hu = percentile(outside, N_RAYS, 0.25);
  return s->inside_hu - s->lung_hu >= MIN_CONTRAST_HU;
}

/* Distance at which the ray falls below the half-way level, or a negative
 * number when it does not within the limit. */
static double
shoot(const Scene *s, CapPoint d)
{
  const double half = s->lung_hu + OUTLINE * (s->inside_hu - s->lung_hu);
  const double step = 0.25;
  double before = value_at(s, s->middle[0], s->middle[1], s->middle[2]);
  for (double r = step; r <= s->limit; r += step) {
    const double here =
        value_at(s, s->middle[0] + r * d.x, s->middle[1] + r * d.y,
                 s->middle[2] + r * d.z);
    if (here < half)
      return r - (before > half ? step * (half - here) / (before - here) : 0);
    before = here;
  }
  return -1;
}

/* Shoots all rays, then bounds each by the median of its neighbours that
 * reached lung. Returns the share of rays that did. */
static double
measure_rays(Scene *s)
{
  double raw[N_RAYS], reached[N_RAYS];
  int n_reached = 0;
  for (int i = 0; i < N_RAYS; i++) {
    raw[i] = shoot(s, s->ray[i]);
    if (raw[i] >= 0)
      reached[n_reached++] = raw[i];
  }
  if (n_reached == 0)
    return 0;
  const double overall = percentile(reached, n_reached, 0.5);
  for (int i = 0; i < N_RAYS; i++) {
    double near[N_NEIGHBOURS];
    int n = 0;
    for (int k = 0; k < N_NEIGHBOURS; k++)
      if (raw[s->neighbour[i][k]] >= 0)
        near[n++] = raw[s->neighbour[i][k]];
    const double typical = n >= 8 ? percentile(near, n, 0.5) : overall;
    s->length[i] = raw[i] < 0 ? typical : fmin(raw[i], LOOSE * typical);
  }
  return (double)n_reached / N_RAYS;
}

/* Moves the middle to the centre of mass of the star of rays: each ray stands
 * for a cone of volume ~ length^3, whose centre lies at 3/4 of its length. */
static void
recentre(Scene *s)
{
  double sum[3] = {0}, volume = 0;
  for (int i = 0; i < N_RAYS; i++) {
    const double v = s->length[i] * s->length[i] * s->length[i];
    const double at = 0.75 * s->length[i] * v;
    sum[0] += at * s->ray[i].x;
    sum[1] += at * s->ray[i].y;
    sum[2] += at * s->ray[i].z;
    volume += v;
  }
  for (int i = 0; i < 3 && volume > 0; i++)
    s->middle[i] += sum[i] / volume;
}

/* Length of the star towards D (unit): mean of the three nearest rays. */
static double
length_towards(const Scene *s, CapPoint d)
{
  double best[3] = {-2, -2, -2}, length[3] = {0};
  for (int i = 0; i < N_RAYS; i++) {
    const double cosine = cap_point_dot(d, s->ray[i]);
    if (cosine <= best[2])
      continue;
    int k = 2;
    for (; k > 0 && cosine > best[k - 1]; k--) {
      best[k] = best[k - 1];
      length[k] = length[k - 1];
    }
    best[k] = cosine;
    length[k] = s->length[i];
  }
  return (length[0] + length[1] + length[2]) / 3;
}

/* Overwrites the HU with what cap_resample_mask cuts at one half: the level
 * between lung and nodule, ending softly where the star ends. */
static void
set_probability(Scene *s)
{
  double longest = 0;
  for (int i = 0; i < N_RAYS; i++)
    longest = fmax(longest, s->length[i]);
  float *out = s->hu;
  for (int z = 0; z < s->edge; z++)
    for (int y = 0; y < s->edge; y++)
      for (int x = 0; x < s->edge; x++, out++) {
        const CapPoint d = {x - s->middle[0], y - s->middle[1],
                            z - s->middle[2]};
        const double r = cap_point_length(d);
        const double level =
            (*out - s->lung_hu) / (s->inside_hu - s->lung_hu) + 0.5 - OUTLINE;
        double end = 1;
        if (r > longest + 2)
          end = 0;
        else if (r > 0.5)
          end = 0.5 + length_towards(s, (CapPoint){d.x / r, d.y / r, d.z / r}) +
                0.25 - r;
        *out = (float)CLAMP(fmin(level, end), 0.0, 1.0);
      }
}

/* Finds the star around the middle; FALSE when nothing stands out. */
static gboolean
find_star(Scene *s, double radius)
{
  set_rays(s);
  set_neighbours(s);
  for (int round = 0; round < ROUNDS; round++) {
    if (!set_levels(s, radius) || measure_rays(s) < MIN_REACHED)
      return FALSE;
    double sum = 0;
    for (int i = 0; i < N_RAYS; i++)
      sum += s->length[i];
    radius = CLAMP(sum / N_RAYS, 1.0, s->limit);
    if (round < ROUNDS - 1)
      recentre(s);
  }
  for (int i = 0; i < 3; i++)
    if (!(s->middle[i] >= 0 && s->middle[i] <= s->edge - 1))
      return FALSE;
  return TRUE;
}

CapMask *
cap_measure_segment(const CapVolume *volume, CapPoint center_mm,
                    double diameter_mm)
{
  static const CapPoint axis[3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  const double diameter = CLAMP(diameter_mm, 2.0, 60.0);
  const double reach_mm = fmax(0.85 * diameter, 0.5 * diameter + 4);
  const CapPoint index = cap_volume_to_index(volume, center_mm);
  if (!(index.x > -1 && index.x < volume->columns && index.y > -1 &&
        index.y < volume->rows && index.z > -1 && index.z < volume->slices))
    return NULL;
  g_autofree Scene *s = g_new0(Scene, 1);
  s->spacing_mm = CLAMP(diameter / 20, 0.4, 1.2);
  s->edge = MIN((int)ceil(2.6 * reach_mm / s->spacing_mm), MAX_EDGE);
  s->limit = reach_mm / s->spacing_mm;
  s->max_inside_hu =
      volume->source->unknown & CAP_UNKNOWN_HU ? INFINITY : MAX_INSIDE_HU;
  for (int i = 0; i < 3; i++)
    s->middle[i] = (s->edge - 1) / 2.0;
  s->hu = g_try_new(float, (gsize)s->edge * s->edge * s->edge);
  CapMask *mask = NULL;
  if (s->hu != NULL) {
    cap_resample_patch(volume, center_mm, axis, s->edge, s->spacing_mm, s->hu);
    if (find_star(s, diameter / 2 / s->spacing_mm)) {
      set_probability(s);
      mask = cap_resample_mask(volume, center_mm, axis, s->edge, s->spacing_mm,
                               s->hu, 0.5);
    }
  }
  g_free(s->hu);
  return mask;
}
