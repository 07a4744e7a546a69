/* CapField: see field.h. */
#include "core/image/field.h"

#include "core/error.h"

#include <math.h>
#include <string.h>

/* One half of a symmetric kernel, weight[0] in the middle. */
typedef struct {
  int radius;
  float weight[64];
} Kernel;

CapField *
cap_field_new(const int size[3], GError **error)
{
  const gsize n = (gsize)size[0] * size[1] * size[2];
  float *values = g_try_new0(float, n);
  if (values == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory to filter an image of %d x %d x %d", size[0],
                size[1], size[2]);
    return NULL;
  }
  CapField *field = g_new0(CapField, 1);
  memcpy(field->size, size, sizeof field->size);
  field->values = values;
  return field;
}

void
cap_field_free(CapField *field)
{
  if (field == NULL)
    return;
  g_free(field->values);
  g_free(field);
}

gsize
cap_field_n(const CapField *field)
{
  return (gsize)field->size[0] * field->size[1] * field->size[2];
}

float
cap_field_at(const CapField *f, int column, int row, int slice)
{
  return f->values[((gsize)slice * f->size[1] + row) * f->size[0] + column];
}

static Kernel
gaussian(double sigma)
{
  Kernel k = {.radius =
                  MIN((int)ceil(3.5 * sigma), (int)G_N_ELEMENTS(k.weight) - 1)};
  double sum = 0;
  for (int i = 0; i <= k.radius; i++) {
    k.weight[i] = (float)exp(-0.5 * i * i / (sigma * sigma));
    sum += i == 0 ? k.weight[i] : 2 * k.weight[i];
  }
  for (int i = 0; i <= k.radius; i++)
    k.weight[i] = (float)(k.weight[i] / sum);
  return k;
}

/* OUT[i] = sum over t of weight |t| times IN[i + t * STEP], for N values; IN
 * must be readable for radius steps on either side. */
static void
convolve(const Kernel *k, const float *in, gsize step, int n, float *out)
{
  const float middle = k->weight[0];
  int t = 1;
#pragma omp simd
  for (int i = 0; i < n; i++)
    out[i] = in[i] * middle;
  for (; t + 1 <= k->radius; t += 2) { /* two taps a pass: half the traffic */
    const float w0 = k->weight[t], w1 = k->weight[t + 1];
    const float *a = in - t * step, *b = in + t * step;
    const float *c = a - step, *d = b + step;
#pragma omp simd
    for (int i = 0; i < n; i++)
      out[i] += (a[i] + b[i]) * w0 + (c[i] + d[i]) * w1;
  }
  if (t <= k->radius) {
    const float w = k->weight[t];
    const float *a = in - t * step, *b = in + t * step;
#pragma omp simd
    for (int i = 0; i < n; i++)
      out[i] += (a[i] + b[i]) * w;
  }
}

/* Copies LINES lines of N values, STEP apart, into BUFFER with RADIUS replicas
 * of the first and last line around them. */
static void
pad_lines(const float *from, gsize step, int lines, int n, int radius,
          float *buffer)
{
  for (int l = -radius; l < lines + radius; l++)
    memcpy(buffer + (gsize)(l + radius) * n,
           from + CLAMP(l, 0, lines - 1) * step, n * sizeof *buffer);
}

static void
smooth_rows(const Kernel *k, float *plane, const int size[3], float *buffer)
{
  const int n = size[0];
  for (int r = 0; r < size[1]; r++) {
    float *row = plane + (gsize)r * n;
    memcpy(buffer + k->radius, row, n * sizeof *row);
    for (int i = 0; i < k->radius; i++) {
      buffer[i] = row[0];
      buffer[k->radius + n + i] = row[n - 1];
    }
    convolve(k, buffer + k->radius, 1, n, row);
  }
}

/* The lines of a plane (or of a slab through the slices) along their other
 * axis. */
static void
smooth_lines(const Kernel *k, float *first, gsize step, int lines, int n,
             float *buffer)
{
  pad_lines(first, step, lines, n, k->radius, buffer);
  for (int l = 0; l < lines; l++)
    convolve(k, buffer + (gsize)(l + k->radius) * n, n, n, first + l * step);
}

gboolean
cap_field_smooth(CapField *field, double sigma, GError **error)
{
  const int *size = field->size;
  const gsize plane = (gsize)size[0] * size[1];
  const Kernel k = gaussian(sigma);
  const gsize n_buffer =
      (gsize)(MAX(size[1], size[2]) + 2 * k.radius) * (size[0] + 2 * k.radius);
  gboolean enough = TRUE;
  if (sigma <= 0)
    return TRUE;
#pragma omp parallel
  {
    float *buffer = g_try_new(float, n_buffer);
    if (buffer == NULL) {
#pragma omp atomic write
      enough = FALSE;
    }
#pragma omp for schedule(static)
    for (int s = 0; s < size[2]; s++)
      if (buffer != NULL) {
        smooth_rows(&k, field->values + s * plane, size, buffer);
        smooth_lines(&k, field->values + s * plane, size[0], size[1], size[0],
                     buffer);
      }
#pragma omp for schedule(static)
    for (int r = 0; r < size[1]; r++)
      if (buffer != NULL)
        smooth_lines(&k, field->values + (gsize)r * size[0], plane, size[2],
                     size[0], buffer);
    g_free(buffer);
  }
  if (!enough)
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory to smooth an image of %d x %d x %d", size[0],
                size[1], size[2]);
  return enough;
}

CapField *
cap_field_halve(const CapField *field, GError **error)
{
  const int size[3] = {(field->size[0] + 1) / 2, (field->size[1] + 1) / 2,
                       (field->size[2] + 1) / 2};
  CapField *half = cap_field_new(size, error);
  if (half == NULL)
    return NULL;
#pragma omp parallel for schedule(static)
  for (int s = 0; s < size[2]; s++)
    for (int r = 0; r < size[1]; r++) {
      float *out = half->values + ((gsize)s * size[1] + r) * size[0];
      for (int c = 0; c < size[0]; c++)
        out[c] = cap_field_at(field, 2 * c, 2 * r, 2 * s);
    }
  return half;
}
