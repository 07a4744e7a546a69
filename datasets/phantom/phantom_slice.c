/* One plane of the phantom: see phantom_slice.h.
 *
 * Smooth distances are sampled on a coarse grid and interpolated linearly along
 * rows; coverage of a pixel follows from the distance, which gives the partial
 * volume effect in plane. */
#include "datasets/phantom/phantom_slice.h"

#include <math.h>
#include <string.h>

#define COARSE_MM 2.5
#define MAX_NODES 1700 /* along one side of a plane */

typedef enum {
  F_SKIN,
  F_MUSCLE,
  F_WALL,
  F_LUNG,
  F_MEDIASTINUM,
  F_BELOW,
  F_HEART,
  F_CHAMBERS,
  F_LIVER,
  F_SPLEEN,
  F_STOMACH,
  F_DROP,
  F_ANGLE,
  F_OBLIQUE,
  F_LEVEL,
  F_STREAK,
  F_TEXTURE,
  F_X,
  F_Y,
  F_Z,
  N_FIELDS,
} Field;

typedef struct {
  int n;               /* nodes along x and y */
  double step;         /* mm */
  float *at[N_FIELDS]; /* n*n each */
} Coarse;

static double
ball(CapPoint q, double x, double y, double z, const double r[3])
{
  const double u = (q.x - x) / r[0], v = (q.y - y) / r[1], w = (q.z - z) / r[2];
  const double f = sqrt(u * u + v * v + w * w);
  return (f - 1) * fmin(r[0], fmin(r[1], r[2]));
}

static void
sample_organs(const CapPhantomAnatomy *a, CapPoint q, double below, double wall,
              float out[N_FIELDS])
{
  out[F_LIVER] = out[F_SPLEEN] = out[F_STOMACH] = 50;
  if (below < -6 || wall > 10)
    return;
  const double *s = a->scale, top = a->dome_z[1];
  const double wobble =
      9 * cap_phantom_noise((uint32_t)a->seed + 44, (float)q.x / 28,
                            (float)q.y / 28, (float)q.z / 28);
  const double spine = hypot(q.x, q.y - a->spine_y) - 34;
  /* Right lobe fills the right side; the left lobe thins out to the left. */
  const double edge =
      q.x - (38 - 0.5 * (top - q.z)) + fmax(q.y + 5, 0) * 0.75 + wobble;
  out[F_LIVER] =
      (float)fmax(fmax(edge * 0.7, 3.5 - below), fmax(wall + 4.5, -spine));
  out[F_SPLEEN] = (float)fmax(
      ball(q, 92 * s[0], 42, top - 48, (double[]){27, 40, 44}), wall + 4.5);
  out[F_STOMACH] = (float)fmax(
      ball(q, 52 * s[0], -14, top - 44, (double[]){40, 42, 36}), 4.5 - below);
}

static void
sample(const CapPhantomAnatomy *a, CapPoint p, float out[N_FIELDS])
{
  const CapPoint q = cap_phantom_anatomy_warp(a, p);
  const uint32_t seed = (uint32_t)a->seed;
  out[F_SKIN] = (float)cap_phantom_anatomy_skin(a, q);
  for (int i = F_MUSCLE; i < N_FIELDS; i++)
    out[i] = 50;
  if (out[F_SKIN] > 6)
    return;
  const double wall = cap_phantom_anatomy_wall(a, q);
  out[F_WALL] = (float)wall;
  out[F_MUSCLE] = (float)cap_phantom_anatomy_muscle(a, q);
  out[F_X] = (float)q.x;
  out[F_Y] = (float)q.y;
  out[F_Z] = (float)q.z;
  const double angle = atan2(fabs(q.x), q.y);
  out[F_ANGLE] = (float)angle;
  out[F_DROP] = (float)cap_phantom_bone_drop(angle);
  out[F_STREAK] = cap_phantom_noise(seed + 41, (float)q.x / 17, (float)q.y / 17,
                                    (float)q.z / 40);
  if (wall > 10)
    return;
  const double mediastinum = cap_phantom_anatomy_mediastinum(a, q),
               below = cap_phantom_anatomy_below(a, q);
  out[F_MEDIASTINUM] = (float)mediastinum;
  out[F_BELOW] = (float)below;
  out[F_LUNG] =
      (float)cap_phantom_anatomy_lungs(a, q, wall, mediastinum, below);
  if (mediastinum < 10) {
    out[F_HEART] = (float)fmax(cap_phantom_anatomy_heart(a, q), below);
    out[F_CHAMBERS] = (float)cap_phantom_anatomy_chambers(a, q);
  }
  sample_organs(a, q, below, wall, out);
  double level;
  out[F_OBLIQUE] = (float)cap_phantom_anatomy_fissure(a, q, &level);
  out[F_LEVEL] = (float)level;
  out[F_TEXTURE] = 22 * cap_phantom_noise(seed + 42, (float)p.x / 7,
                                          (float)p.y / 7, (float)p.z / 7) +
                   26 * cap_phantom_noise(seed + 43, (float)p.x / 18,
                                          (float)p.y / 18, (float)p.z / 18);
}

static Coarse
sample_plane(const CapPhantomScene *scene, double z)
{
  Coarse c = {.step = fmax(COARSE_MM, fmin(1.6 * scene->pixel_mm, 5))};
  c.n = (int)ceil(scene->size * scene->pixel_mm / c.step) + 2;
  const gsize n = (gsize)c.n * c.n;
  float *block = g_new(float, n *N_FIELDS);
  for (int f = 0; f < N_FIELDS; f++)
    c.at[f] = block + f * n;
  for (int j = 0; j < c.n; j++)
    for (int i = 0; i < c.n; i++) {
      float out[N_FIELDS];
      sample(scene->anatomy,
             (CapPoint){scene->first.x + i * c.step,
                        scene->first.y + j * c.step, z},
             out);
      for (int f = 0; f < N_FIELDS; f++)
        c.at[f][(gsize)j * c.n + i] = out[f];
    }
  return c;
}

static inline float
cover(float distance, float width)
{
  const float t = 0.5f - distance / width;
  return t < 0 ? 0 : t > 1 ? 1 : t;
}

static inline void
mix(float *hu, float to, float share)
{
  *hu += share * (to - *hu);
}

/* Chest and abdominal wall: skin, fat, muscles in two layers with fat between.
 */
static float
wall_tissue(const CapPhantomAnatomy *a, const float f[N_FIELDS], float w,
            float grain)
{
  float hu = -106 + 8 * grain + 10 * f[F_STREAK];
  if (a->female && f[F_Y] < -50) { /* gland within the fat of the breast */
    /* A cone that widens from the skin inwards. */
    const float wide = 8 - 0.9f * f[F_SKIN],
                u = (fabsf(f[F_X]) - 88 * (float)a->scale[0]) / wide,
                v = (f[F_Z] + 42) / wide, r = 1 - u * u - v * v;
    if (r > 0)
      mix(&hu, 25 + 10 * grain,
          cover(0.1f - f[F_STREAK] - 0.5f * grain - 0.4f * r, 0.5f) *
              cover(f[F_SKIN] + 9, 6) * MIN(2 * r, 1) * 0.8f);
  }
  const float depth = f[F_WALL] - 10.5f, thick = f[F_MUSCLE];
  float muscle = cover(depth - thick, 1.5f) * cover(f[F_SKIN] + 4, 2);
  if (muscle > 0) {
    /* Sheets of fat: on the ribs, between the layers, and here and there. */
    const float ragged = 0.55f + 1.5f * f[F_STREAK];
    float fat = cover(fabsf(depth - 0.4f) - 0.5f, 1) * 0.8f;
    if (thick > 8)
      fat = MAX(
          fat, cover(fabsf(depth - 0.48f * thick - 3 * f[F_STREAK]) - 0.7f, 1));
    if (thick > 25)
      fat = MAX(
          fat, cover(fabsf(depth - 0.75f * thick + 6 * f[F_STREAK]) - 0.7f, 1));
    fat = MAX(fat, cover(fabsf(f[F_STREAK]) - 0.022f, 0.03f));
    muscle *= 1 - fat * CLAMP(ragged, 0, 1);
    mix(&hu, 56 + 8 * grain, muscle);
  }
  if (f[F_WALL] < 11) { /* between the ribs, with fat under the pleura */
    mix(&hu, 40 + 7 * grain, cover(f[F_WALL] - 9.5f, 1.5f) * 0.92f);
    mix(&hu, -60, cover(fabsf(f[F_WALL] - 0.9f) - 0.5f, 1) * 0.6f);
  }
  if (f[F_SKIN] > -2.2f)
    mix(&hu, 5, cover(-f[F_SKIN] - 1.4f, w));
  return hu;
}

static float
mediastinal_tissue(const CapPhantomAnatomy *a, const float f[N_FIELDS], float w,
                   float grain)
{
  float hu = -98 + 12 * grain + 14 * f[F_STREAK];
  const float behind = f[F_Y] - (float)a->spine_y;
  if (behind > 8 && f[F_BELOW] < 0) /* muscles of the back */
    mix(&hu, 52 + 6 * grain,
        cover(4 - behind * 0.3f, 2) * cover(0.06f - fabsf(f[F_STREAK]), 0.05f));
  if (f[F_HEART] < 6) {
    mix(&hu, 12, cover(fabsf(f[F_HEART] - 3.6f) - 0.5f, w)); /* pericardium */
    mix(&hu, 44 + 0.3f * (float)(a->blood_hu - 40) + 5 * grain,
        cover(f[F_HEART], w));
    mix(&hu, (float)a->blood_hu + 5 * grain,
        cover(f[F_CHAMBERS], w) * cover(f[F_HEART] + 2, w));
  }
  return hu;
}

static float
abdominal_tissue(const CapPhantomAnatomy *a, const float f[N_FIELDS], float w,
                 float grain, float before)
{
  float hu = before;
  mix(&hu, -103 + 10 * grain, cover(2.8f - f[F_BELOW], w));
  const float diaphragm = fabsf(f[F_BELOW] - 1.4f) - 1.4f;
  mix(&hu, 48, cover(diaphragm, w));
  const float more = a->contrast ? 45 : 0;
  mix(&hu, 56 + more + 6 * grain, cover(f[F_LIVER], w));
  mix(&hu, 48 + 1.4f * more + 5 * grain, cover(f[F_SPLEEN], w));
  if (f[F_STOMACH] < 2) {
    mix(&hu, 42, cover(f[F_STOMACH], w));
    const gboolean gas = f[F_Y] < -22;
    mix(&hu, gas ? -960 : 22 + 8 * grain, cover(f[F_STOMACH] + 4.5f, w));
  }
  return hu;
}

static float
lung_tissue(const CapPhantomAnatomy *a, const float f[N_FIELDS], float fine)
{
  float hu = (float)a->lung_hu + f[F_TEXTURE] + 17 * fine +
             (float)a->gradient_hu * f[F_Y] / 160;
  if (a->emphysema && f[F_TEXTURE] < -9)
    hu += (f[F_TEXTURE] + 9) * (f[F_Z] > -20 ? 5 : 2);
  const float oblique = 1 - fabsf(f[F_OBLIQUE]) / 0.85f;
  if (oblique > 0)
    hu += 150 * oblique;
  if (f[F_OBLIQUE] > 0 && f[F_X] < 0) {
    const float level = 1 - fabsf(f[F_LEVEL]) / 0.95f;
    if (level > 0)
      hu += 110 * level;
  }
  /* Denser against the lowest pleura: the patient lies on the back. */
  if (f[F_Y] > 30 && f[F_LUNG] > -9)
    hu += (f[F_LUNG] + 9) * 6 * (f[F_Y] - 30) / 60;
  return MAX(hu, -1000);
}

static void
paint_row(const CapPhantomScene *scene, const float f_row[N_FIELDS][MAX_NODES],
          int n, double step, CapPoint start, float *hu, float *lung)
{
  const CapPhantomAnatomy *a = scene->anatomy;
  const float w = (float)fmax(0.8, scene->pixel_mm);
  const uint32_t seed = (uint32_t)a->seed;
  for (int c = 0; c < scene->size; c++) {
    const float at = (float)(c * scene->pixel_mm / step);
    const int i = MIN((int)at, n - 2);
    const float t = at - (float)i;
    float f[N_FIELDS];
    f[F_SKIN] =
        f_row[F_SKIN][i] + t * (f_row[F_SKIN][i + 1] - f_row[F_SKIN][i]);
    lung[c] = 0;
    hu[c] = -1000;
    if (f[F_SKIN] > w)
      continue;
    for (int k = F_MUSCLE; k < N_FIELDS; k++)
      f[k] = f_row[k][i] + t * (f_row[k][i + 1] - f_row[k][i]);
    const float x = (float)(start.x + c * scene->pixel_mm), y = (float)start.y,
                z = (float)start.z;
    const float inside = cover(f[F_LUNG], w);
    float tissue = 0;
    if (inside < 1) {
      const float grain =
          cap_phantom_noise(seed + 51, x / 2.6f, y / 2.6f, z / 2.6f);
      tissue = wall_tissue(a, f, w, grain);
      if (f[F_WALL] < 2) {
        mix(&tissue, mediastinal_tissue(a, f, w, grain),
            cover(f[F_WALL], 1.5f));
        if (f[F_BELOW] > -3)
          mix(&tissue, abdominal_tissue(a, f, w, grain, tissue),
              cover(f[F_WALL] + 2.5f, 1.5f) * cover(-f[F_BELOW], w));
      }
      tissue = cap_phantom_bone(a, (CapPoint){f[F_X], f[F_Y], f[F_Z]},
                                f[F_WALL], f[F_DROP], f[F_ANGLE], tissue);
    }
    if (inside > 0)
      mix(&tissue,
          lung_tissue(
              a, f, cap_phantom_noise(seed + 52, x / 1.7f, y / 1.7f, z / 1.7f)),
          inside);
    lung[c] = inside;
    mix(&hu[c], tissue, cover(f[F_SKIN], w));
  }
}

static float
matter_hu(const CapPhantomAnatomy *a, CapPhantomMatter matter)
{
  switch (matter) {
  case CAP_PHANTOM_NODE:
    return 40;
  case CAP_PHANTOM_OESOPHAGUS:
    return 38;
  case CAP_PHANTOM_BAND:
    return 10;
  case CAP_PHANTOM_VEIN:
    return (float)a->blood_hu;
  case CAP_PHANTOM_ARTERY:
  case CAP_PHANTOM_AORTA:
    return (float)a->artery_hu;
  case CAP_PHANTOM_AIRWAY_WALL:
    return 10;
  case CAP_PHANTOM_AIRWAY:
    return -985;
  case CAP_PHANTOM_BONE:
    return 700;
  case CAP_PHANTOM_MARROW:
    return 260;
  }
  return 0;
}

/* Pixel range that a ball of RADIUS around X..Y covers. */
static void
reach(const CapPhantomScene *s, double low, double high, double origin,
      int *from, int *to)
{
  *from = MAX(0, (int)floor((low - origin) / s->pixel_mm));
  *to = MIN(s->size - 1, (int)ceil((high - origin) / s->pixel_mm));
}

static void
paint_tube(const CapPhantomScene *s, const CapPhantomTube *tube, double z,
           float *hu, const float *lung)
{
  const double w = fmax(0.8, s->pixel_mm),
               r = fmax(tube->radius_a, tube->radius_b) + w;
  if (z < fmin(tube->a.z, tube->b.z) - r || z > fmax(tube->a.z, tube->b.z) + r)
    return;
  /* A tube thinner than a pixel fills part of it: widen it and thin it out. */
  const double mean = (tube->radius_a + tube->radius_b) / 2, half = w / 2;
  const double strength = mean < half ? (mean / half) * sqrt(mean / half) : 1;
  const double widen = mean < half ? half - mean : 0;
  const float to = matter_hu(s->anatomy, tube->matter);
  const gboolean clip = tube->in_lung && mean < 2.2;
  int c0, c1, r0, r1;
  reach(s, fmin(tube->a.x, tube->b.x) - r, fmax(tube->a.x, tube->b.x) + r,
        s->first.x, &c0, &c1);
  reach(s, fmin(tube->a.y, tube->b.y) - r, fmax(tube->a.y, tube->b.y) + r,
        s->first.y, &r0, &r1);
  for (int row = r0; row <= r1; row++)
    for (int c = c0; c <= c1; c++) {
      const CapPoint p = {s->first.x + c * s->pixel_mm,
                          s->first.y + row * s->pixel_mm, z};
      const double d = cap_phantom_tube_distance(tube, p) - widen;
      const gsize at = (gsize)row * s->size + c;
      float share = cover((float)d, (float)w) * (float)strength;
      if (clip)
        share *= lung[at];
      if (share <= 0)
        continue;
      const float now = hu[at] + share * (to - hu[at]);
      /* Neighbouring pieces of one vessel overlap: the denser one stays. */
      if (tube->matter == CAP_PHANTOM_MARROW ||
          (to < 0 ? now < hu[at] : now > hu[at]))
        hu[at] = now;
    }
}

static void
paint_nodule(const CapPhantomScene *s, const CapPhantomShape *n, double z,
             float *hu, const float *lung)
{
  const double w = fmax(n->softness, s->pixel_mm),
               r = cap_phantom_shape_reach(n) + w;
  if (fabs(z - n->center.z) > r)
    return;
  int c0, c1, r0, r1;
  reach(s, n->center.x - r, n->center.x + r, s->first.x, &c0, &c1);
  reach(s, n->center.y - r, n->center.y + r, s->first.y, &r0, &r1);
  for (int i = 0; i < n->n_spicules; i++)
    paint_tube(s, &n->spicules[i], z, hu, lung);
  for (int row = r0; row <= r1; row++)
    for (int c = c0; c <= c1; c++) {
      const gsize at = (gsize)row * s->size + c;
      const CapPoint p = {s->first.x + c * s->pixel_mm,
                          s->first.y + row * s->pixel_mm, z};
      float share = cover((float)cap_phantom_shape_distance(n, p), (float)w);
      if (n->clipped)
        share *= lung[at];
      if (share <= 0)
        continue;
      float to =
          (float)(n->hu + n->grain_hu * cap_phantom_noise(n->seed + 3,
                                                          (float)p.x / 2.2f,
                                                          (float)p.y / 2.2f,
                                                          (float)p.z / 2.2f));
      if (n->core_radius > 0)
        mix(&to, (float)n->core_hu,
            cover((float)cap_phantom_shape_core(n, p),
                  (float)fmax(0.9, s->pixel_mm)));
      const float now = hu[at] + share * (to - hu[at]);
      /* Vessels are seen through ground glass. */
      hu[at] = n->hu < -200 ? MAX(hu[at], now) : now;
    }
}

/* The couch below the back: two shells with foam between. */
static void
paint_couch(const CapPhantomScene *s, float *hu)
{
  const CapPhantomAnatomy *a = s->anatomy;
  const double back = a->chest_y + 18 + a->fat_mm + a->muscle_mm;
  for (int row = 0; row < s->size; row++)
    for (int c = 0; c < s->size; c++) {
      const double x = s->first.x + c * s->pixel_mm,
                   y = s->first.y + row * s->pixel_mm;
      const double d = y - (back + 1 - x * x / 620);
      float *p = &hu[(gsize)row * s->size + c];
      if (d < -1 || d > 36 || fabs(x) > 215 || *p > -900)
        continue;
      const float w = (float)fmax(0.8, s->pixel_mm);
      mix(p, -850, cover((float)fabs(d - 1) - 0.6f, w));
      mix(p, -940, cover((float)fabs(d - 14) - 12, w));
      mix(p, -60, cover((float)fabs(d - 28) - 1.2f, w));
    }
}

void
cap_phantom_slice_paint(const CapPhantomScene *s, double z, float *hu)
{
  const int size = s->size;
  Coarse c = sample_plane(s, z);
  float *lung = g_new(float, (gsize)size *size);
  float(*row_fields)[MAX_NODES] = g_malloc(sizeof(float[MAX_NODES]) * N_FIELDS);
  for (int row = 0; row < size; row++) {
    const double at = row * s->pixel_mm / c.step;
    const int j = MIN((int)at, c.n - 2);
    const float t = (float)(at - j);
    for (int k = 0; k < N_FIELDS; k++) {
      const float *top = c.at[k] + (gsize)j * c.n, *bottom = top + c.n;
      for (int i = 0; i < c.n; i++)
        row_fields[k][i] = top[i] + t * (bottom[i] - top[i]);
    }
    paint_row(s, (const float(*)[MAX_NODES])row_fields, c.n, c.step,
              (CapPoint){s->first.x, s->first.y + row * s->pixel_mm, z},
              hu + (gsize)row * size, lung + (gsize)row * size);
  }
  for (guint i = 0; i < s->tubes->len; i++)
    paint_tube(s, &g_array_index(s->tubes, CapPhantomTube, i), z, hu, lung);
  for (guint i = 0; i < s->nodules->len; i++)
    paint_nodule(s, &g_array_index(s->nodules, CapPhantomShape, i), z, hu,
                 lung);
  paint_couch(s, hu);
  g_free(row_fields);
  g_free(lung);
  g_free(c.at[0]);
}
