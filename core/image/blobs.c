/* Blobs: see blobs.h. */
#include "core/image/blobs.h"

#include "core/symmetric.h"

#include <math.h>
#include <string.h>

typedef struct {
  const CapField *field;
  CapField *response;
  const uint8_t *mask;
  double scale, min_response; /* sigma squared */
} Search;

static gsize
offset_of(const CapField *f, int c, int r, int s)
{
  return ((gsize)s * f->size[1] + r) * f->size[0] + c;
}

/* -sigma^2 * (seven-point Laplacian), for all but the outermost voxels. */
static void
fill_response(const Search *search)
{
  const CapField *f = search->field;
  const gsize row = f->size[0], plane = row * f->size[1];
  const float scale = (float)search->scale;
#pragma omp parallel for schedule(static)
  for (int s = 1; s < f->size[2] - 1; s++)
    for (int r = 1; r < f->size[1] - 1; r++) {
      const float *in = f->values + offset_of(f, 0, r, s);
      float *out = search->response->values + offset_of(f, 0, r, s);
      const int n = f->size[0] - 1;
#pragma omp simd
      for (int c = 1; c < n; c++)
        out[c] = scale * (6.0f * in[c] - in[c - 1] - in[c + 1] - in[c - row] -
                          in[c + row] - in[c - plane] - in[c + plane]);
    }
}

/* Ties go to the voxel that comes last, so that a plateau counts once. */
static gboolean
is_maximum(const CapField *f, int c, int r, int s)
{
  const float here = cap_field_at(f, c, r, s);
  for (int z = -1; z <= 1; z++)
    for (int y = -1; y <= 1; y++)
      for (int x = -1; x <= 1; x++) {
        const int order = (z * 3 + y) * 3 + x;
        const float there = cap_field_at(f, c + x, r + y, s + z);
        if (order < 0 ? there > here : order > 0 && there >= here)
          return FALSE;
      }
  return TRUE;
}

/* Vertex of the parabola through three samples, within half a voxel. */
static double
vertex(double before, double here, double after)
{
  const double curvature = before - 2 * here + after;
  return curvature < -1e-9
             ? CLAMP(0.5 * (before - after) / curvature, -0.5, 0.5)
             : 0.0;
}

static void
fill_eigen(const Search *search, int c, int r, int s, double eigen[3])
{
  const CapField *f = search->field;
  const gsize step[3] = {1, f->size[0], (gsize)f->size[0] * f->size[1]};
  const float *v = f->values + offset_of(f, c, r, s);
  double a[3], b[3];
  for (int i = 0; i < 3; i++)
    a[i] = v[step[i]] - 2.0 * v[0] + *(v - step[i]);
  static const int pairs[3][2] = {{0, 1}, {0, 2}, {1, 2}};
  for (int i = 0; i < 3; i++) {
    const gsize p = step[pairs[i][0]], q = step[pairs[i][1]];
    b[i] = 0.25 * (v[p + q] - *(v + p - q) - *(v - p + q) + *(v - p - q));
  }
  cap_symmetric_eigenvalues(a, b, eigen);
  for (int i = 0; i < 3; i++)
    eigen[i] *= search->scale;
}

static CapBlob
describe(const Search *search, int c, int r, int s)
{
  const CapField *f = search->response;
  CapBlob blob = {.response = cap_field_at(f, c, r, s)};
  blob.at[0] = c + vertex(cap_field_at(f, c - 1, r, s), blob.response,
                          cap_field_at(f, c + 1, r, s));
  blob.at[1] = r + vertex(cap_field_at(f, c, r - 1, s), blob.response,
                          cap_field_at(f, c, r + 1, s));
  blob.at[2] = s + vertex(cap_field_at(f, c, r, s - 1), blob.response,
                          cap_field_at(f, c, r, s + 1));
  fill_eigen(search, c, r, s, blob.eigen);
  return blob;
}

static GArray *
find_in_slice(const Search *search, int s)
{
  const CapField *f = search->response;
  GArray *blobs = g_array_new(FALSE, FALSE, sizeof(CapBlob));
  for (int r = 1; r < f->size[1] - 1; r++) {
    const float *row = f->values + offset_of(f, 0, r, s);
    const uint8_t *mask = search->mask + offset_of(f, 0, r, s);
    for (int c = 1; c < f->size[0] - 1; c++) {
      if (!mask[c] || row[c] < search->min_response || !is_maximum(f, c, r, s))
        continue;
      const CapBlob blob = describe(search, c, r, s);
      g_array_append_val(blobs, blob);
    }
  }
  return blobs;
}

GArray *
cap_blobs_find(const CapField *smoothed, double sigma, const uint8_t *mask,
               double min_response, GError **error)
{
  const int n = smoothed->size[2];
  g_autoptr(CapField) response = cap_field_new(smoothed->size, error);
  if (response == NULL)
    return NULL;
  const Search search = {smoothed, response, mask, sigma * sigma, min_response};
  g_autofree GArray **slices = g_new0(GArray *, n);
  fill_response(&search);
#pragma omp parallel for schedule(dynamic, 8)
  for (int s = 1; s < n - 1; s++)
    slices[s] = find_in_slice(&search, s);
  GArray *blobs = g_array_new(FALSE, FALSE, sizeof(CapBlob));
  for (int s = 1; s < n - 1; s++) {
    g_array_append_vals(blobs, slices[s]->data, slices[s]->len);
    g_array_unref(slices[s]);
  }
  return blobs;
}
