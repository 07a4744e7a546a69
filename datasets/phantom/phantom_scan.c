/* Scanning the phantom: see phantom_scan.h.
 *
 * Every slice is painted, blurred by the point spread, given noise whose
 * spectrum rises and then falls as filtered back-projection's does, and at last
 * blended with its neighbours as helical interpolation blends them. Slices are
 * independent up to there, so threads share them freely. */
#include "datasets/phantom/phantom_scan.h"

#include "core/error.h"

#include <math.h>
#include <string.h>

#define MAX_TAPS 31
#define BATCH 8 /* slices between two looks at the cancellable */

/* Normalised Gaussian; returns the radius. */
static int
gaussian(double sd, float taps[MAX_TAPS])
{
  const int radius = CLAMP((int)ceil(3 * sd), 1, MAX_TAPS / 2);
  double sum = 0, value[MAX_TAPS];
  for (int i = -radius; i <= radius; i++)
    sum += value[i + radius] = exp(-0.5 * i * i / (sd * sd));
  for (int i = 0; i <= 2 * radius; i++)
    taps[i] = (float)(value[i] / sum);
  return radius;
}

/* Separable blur of an n*n image, edges replicated; SCRATCH has n*n floats. */
static void
blur(float *image, float *scratch, int n, double sd)
{
  if (sd < 0.2)
    return;
  float taps[MAX_TAPS], line[1024 + MAX_TAPS];
  const int r = gaussian(sd, taps);
  for (int row = 0; row < n; row++) {
    const float *in = image + (gsize)row * n;
    float *out = scratch + (gsize)row * n;
    for (int i = 0; i < r; i++) {
      line[i] = in[0];
      line[n + r + i] = in[n - 1];
    }
    memcpy(line + r, in, sizeof(float) * n);
    for (int c = 0; c < n; c++) {
      float sum = 0;
      for (int k = 0; k <= 2 * r; k++)
        sum += taps[k] * line[c + k];
      out[c] = sum;
    }
  }
  for (int row = 0; row < n; row++) {
    float *out = image + (gsize)row * n;
    memset(out, 0, sizeof(float) * n);
    for (int k = -r; k <= r; k++) {
      const float *in = scratch + (gsize)CLAMP(row + k, 0, n - 1) * n;
      const float tap = taps[k + r];
      for (int c = 0; c < n; c++)
        out[c] += tap * in[c];
    }
  }
}

typedef struct {
  float *hu, *noise, *extra, *scratch; /* size*size each, one block */
} Planes;

static void
sharpen(Planes *p, int size, double edge, double sd)
{
  if (edge <= 0)
    return;
  const gsize n = (gsize)size * size;
  memcpy(p->extra, p->hu, sizeof(float) * n);
  blur(p->extra, p->scratch, size, sd);
  for (gsize i = 0; i < n; i++)
    p->hu[i] += (float)edge * (p->hu[i] - p->extra[i]);
}

/* Noise of unit sd with a band-pass spectrum in p->noise. */
static void
make_noise(const CapPhantomScanner *s, Planes *p, int size, int slice,
           double pixel_mm)
{
  const gsize n = (gsize)size * size;
  CapRandom random = cap_random_start(s->seed, 4, (guint64)slice);
  for (gsize i = 0; i < n; i++)
    p->noise[i] = cap_random_noise(&random);
  const double fine = fmax(0.42 - 0.25 * s->edge, 0.1) / pixel_mm,
               wide = 1.3 / pixel_mm;
  blur(p->noise, p->scratch, size, fine);
  memcpy(p->extra, p->noise, sizeof(float) * n);
  blur(p->extra, p->scratch, size, wide);
  double sum = 0;
  for (gsize i = 0; i < n; i++) {
    p->noise[i] -= 0.8f * p->extra[i];
    sum += (double)p->noise[i] * p->noise[i];
  }
  const float scale = (float)(1 / sqrt(sum / (double)n + 1e-12));
  for (gsize i = 0; i < n; i++)
    p->noise[i] *= scale;
}

/* How much each row of the scan is dimmed by shoulders: streaks lie along x. */
static void
add_noise(const CapPhantomScene *scene, const CapPhantomScanner *s, Planes *p,
          double z)
{
  const CapPhantomAnatomy *a = scene->anatomy;
  const int size = scene->size;
  const double shoulders = CLAMP((z - a->apex_z + 45) / 50, 0.0, 1.0);
  const double rx = a->chest_x + 30, ry = a->chest_y + 30;
  for (int row = 0; row < size; row++) {
    const double y = (scene->first.y + row * scene->pixel_mm) / ry;
    const gsize base = (gsize)row * size;
    /* Neighbouring pixels share the streak noise. */
    float streak = 0;
    for (int c = 0; c < size; c++) {
      const double x = (scene->first.x + c * scene->pixel_mm) / rx;
      const double deep = exp(-0.9 * (x * x + y * y));
      double sd = s->noise_hu * (0.45 + 0.55 * deep) * (1 + 0.8 * shoulders);
      if (p->hu[base + c] < -700) /* less dense, lower noise */
        sd *= 0.95;
      streak = 0.985f * streak + 0.17f * p->noise[base + c];
      p->hu[base + c] += (float)(sd * p->noise[base + c] +
                                 0.5 * shoulders * s->noise_hu * streak * deep);
    }
  }
}

static void
store(const CapPhantomScene *scene, const float *hu, int16_t *out)
{
  const int size = scene->size;
  const double radius = size / 2.0, middle = (size - 1) / 2.0;
  for (int row = 0; row < size; row++)
    for (int c = 0; c < size; c++) {
      const double dx = c - middle, dy = row - middle;
      const gsize i = (gsize)row * size + c;
      /* Outside the reconstruction circle a scanner stores padding. */
      out[i] = dx * dx + dy * dy > radius * radius
                   ? CAP_HU_AIR
                   : (int16_t)lrintf(CLAMP(hu[i], -1024.0f, 3071.0f));
    }
}

static void
scan_slice(const CapPhantomScene *scene, const CapPhantomScanner *s,
           CapVolume *volume, int slice, Planes *p)
{
  const int size = scene->size;
  const gsize n = (gsize)size * size;
  const double z = scene->first.z + slice * s->slice_mm;
  const int layers = MAX(1, (int)lround(s->slice_mm / 2));
  memset(p->hu, 0, sizeof(float) * n);
  for (int i = 0; i < layers; i++) {
    const double at = z + ((i + 0.5) / layers - 0.5) * s->slice_mm;
    cap_phantom_slice_paint(scene, at, p->extra);
    for (gsize k = 0; k < n; k++)
      p->hu[k] += p->extra[k] / (float)layers;
  }
  const double sd = s->blur_mm / scene->pixel_mm;
  blur(p->hu, p->scratch, size, sd);
  sharpen(p, size, s->edge, 1.6 * sd);
  if (s->noise_hu > 0) {
    make_noise(s, p, size, slice, scene->pixel_mm);
    add_noise(scene, s, p, z);
  }
  store(scene, p->hu, cap_volume_slice(volume, slice));
}

/* Blends neighbouring slices in place, row by row. */
static void
blend_slices(CapVolume *v, double share)
{
  const int n = v->columns;
#pragma omp parallel for schedule(static)
  for (int row = 0; row < v->rows; row++) {
    g_autofree int16_t *before = g_new(int16_t, n), *here = g_new(int16_t, n);
    memcpy(before, cap_volume_slice(v, 0) + (gsize)row * n,
           sizeof(int16_t) * n);
    for (int s = 0; s < v->slices; s++) {
      int16_t *p = cap_volume_slice(v, s) + (gsize)row * n;
      const int16_t *next =
          cap_volume_slice(v, MIN(s + 1, v->slices - 1)) + (gsize)row * n;
      memcpy(here, p, sizeof(int16_t) * n);
      for (int c = 0; c < n; c++)
        p[c] = (int16_t)lrint((1 - 2 * share) * here[c] +
                              share * (before[c] + next[c]));
      int16_t *swap = before;
      before = here;
      here = swap;
    }
  }
}

gboolean
cap_phantom_scan(const CapPhantomScene *scene, const CapPhantomScanner *s,
                 CapVolume *volume, const CapProgress *progress, GError **error)
{
  const gsize n = (gsize)scene->size * scene->size;
  int failed = 0;
  for (int first = 0; first < volume->slices && !failed; first += BATCH) {
    if (!cap_progress_step(progress, "scanning the phantom",
                           (double)first / volume->slices, error))
      return FALSE;
    const int last = MIN(first + BATCH, volume->slices);
#pragma omp parallel for schedule(dynamic, 1) reduction(| : failed)
    for (int slice = first; slice < last; slice++) {
      float *block = g_try_new(float, 4 * n);
      if (block == NULL) {
        failed = 1;
        continue;
      }
      Planes planes = {block, block + n, block + 2 * n, block + 3 * n};
      scan_slice(scene, s, volume, slice, &planes);
      g_free(block);
    }
  }
  if (failed) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory to scan a phantom of %d x %d pixels",
                scene->size, scene->size);
    return FALSE;
  }
  blend_slices(volume, s->slice_mm < 2 ? 0.19 : 0.08);
  return cap_progress_step(progress, "scanning the phantom", 1, error);
}
