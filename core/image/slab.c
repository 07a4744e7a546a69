/* CapSlab: see slab.h. */
#include "core/image/slab.h"

#include "core/image/brick.h"
#include "core/image/slice_layout.h"

#include <math.h>

#define EDGE 1e-6  /* of a spacing: a plane on the slab's face is in it */
#define BLOCK 2048 /* voxels: what is worked on stays in the first cache */

/* A plane that is in the slab in part. Extremes: the value WEIGHT of the way to
 * plane NEXT. Mean: its share of a spacing. */
typedef struct {
  int plane, next;
  float weight;
} Part;

/* The planes of a slab: FIRST … LAST, of which WHOLE count fully and PART in
 * part. */
typedef struct {
  int first, last;
  int *whole, n_whole; /* ascending */
  Part part[4];
  int n_parts;
  float total;            /* mean: the sum of weights */
  const int16_t **planes; /* where voxel 0 of FIRST … LAST is */
} Span;

struct CapSlabCache {
  const CapVolume *volume; /* compared only; NULL: nothing is held */
  CapSlabCut cut;
  gsize room; /* voxels */
  int16_t *plane;
  CapBrick *brick; /* for slabs of columns */
};

CapSlabCache *
cap_slab_cache_new(void)
{
  CapSlabCache *cache = g_new0(CapSlabCache, 1);
  cache->brick = cap_brick_new();
  return cache;
}

void
cap_slab_cache_free(CapSlabCache *cache)
{
  if (cache == NULL)
    return;
  g_free(cache->plane);
  cap_brick_free(cache->brick);
  g_free(cache);
}

void
cap_slab_cache_forget(CapSlabCache *cache)
{
  cache->volume = NULL;
  cap_brick_forget(cache->brick);
}

/* ---- which planes ---- */

static gboolean
is_there(const CapVolume *volume, int axis, int plane)
{
  return plane >= 0 && plane < cap_slice_axis_size(volume, axis) &&
         (axis != 2 || volume->valid[plane]);
}

/* A face of the slab at AT, in planes, and on the inner side of it plane INNER:
 * the extreme may lie on the face itself. */
static void
add_face(Span *span, const CapVolume *volume, int axis, double at, int inner)
{
  const int outer = at < inner ? inner - 1 : inner + 1;
  const double way = fabs(at - inner);
  const gboolean in = is_there(volume, axis, inner);
  const gboolean out = is_there(volume, axis, outer);
  if (in && out && way > EDGE)
    span->part[span->n_parts++] = (Part){inner, outer, (float)way};
  else if (!in && out && way > 0.5)
    span->part[span->n_parts++] = (Part){outer, outer, 0};
}

static void
find_extremes(Span *span, const CapVolume *volume, int axis, double from,
              double to)
{
  const int first = (int)ceil(from - EDGE), last = (int)floor(to + EDGE);
  for (int i = first; i <= last; i++)
    if (is_there(volume, axis, i))
      span->whole[span->n_whole++] = i;
  add_face(span, volume, axis, from, first);
  add_face(span, volume, axis, to, last);
}

/* How much plane INDEX weighs in the mean from FROM to TO: the integral of the
 * triangle around it, or of half a box where its neighbour is not there. */
static double
share(const CapVolume *volume, int axis, int index, double from, double to)
{
  double sum = 0;
  for (int side = -1; side <= 1; side += 2) {
    /* Distances from the plane, on this side of it. */
    const double a = side > 0 ? from - index : index - to;
    const double b = side > 0 ? to - index : index - from;
    const gboolean linear = is_there(volume, axis, index + side);
    const double near = CLAMP(a, 0, linear ? 1 : 0.5);
    const double far = CLAMP(b, 0, linear ? 1 : 0.5);
    sum += linear ? (far - near) * (1 - (far + near) / 2) : far - near;
  }
  return sum;
}

static void
find_shares(Span *span, const CapVolume *volume, int axis, double from,
            double to)
{
  const int first = (int)floor(from), last = (int)ceil(to);
  for (int i = first; i <= last; i++) {
    if (!is_there(volume, axis, i))
      continue;
    const double weight = share(volume, axis, i, from, to);
    if (weight > 1 - EDGE)
      span->whole[span->n_whole++] = i;
    else if (weight > EDGE)
      span->part[span->n_parts++] = (Part){i, i, (float)weight};
    span->total += (float)weight;
  }
}

static void
span_init(Span *span, const CapVolume *volume, const CapSlabCut *cut)
{
  const int axis = cut->axis, size = cap_slice_axis_size(volume, axis);
  const double half = 0.5 * cut->slab.thickness_mm / volume->spacing_mm[axis];
  const double from = fmax(cut->index - half, -0.5);
  const double to = fmin(cut->index + half, size - 0.5);
  *span = (Span){.first = MAX((int)floor(from), 0),
                 .last = MIN((int)ceil(to), size - 1),
                 .whole = g_new(int, size)};
  if (cut->slab.kind == CAP_SLAB_MEAN)
    find_shares(span, volume, axis, from, to);
  else
    find_extremes(span, volume, axis, from, to);
  span->planes = g_new(const int16_t *, span->last - span->first + 1);
  for (int i = span->first; i <= span->last; i++)
    span->planes[i - span->first] =
        volume->voxels_hu + i * cap_slice_axis_stride(volume, axis);
}

static void
span_clear(Span *span)
{
  g_free(span->whole);
  g_free(span->planes);
}

/* Reads columns from BRICK. FALSE when memory is short. */
static gboolean
span_use_brick(Span *span, CapBrick *brick, const CapVolume *volume)
{
  const int n = span->last - span->first + 1;
  cap_brick_keep(brick, n);
  for (int i = 0; i < n; i++) {
    span->planes[i] = cap_brick_plane(brick, volume, span->first + i);
    if (span->planes[i] == NULL)
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_empty(const Span *span)
{
  return span->n_whole + span->n_parts == 0;
}

/* ---- laying them over each other ---- */

/* int16 nearest to a value within its range. */
static inline int16_t
rounded(float value)
{
  return (int16_t)((int)(value + 32768.5f) - 32768);
}

static void
keep_extreme(const int16_t *from, int n, gboolean larger, int16_t *to)
{
  if (larger)
#pragma omp simd
    for (int i = 0; i < n; i++)
      to[i] = MAX(to[i], from[i]);
  else
#pragma omp simd
    for (int i = 0; i < n; i++)
      to[i] = MIN(to[i], from[i]);
}

static void
keep_between(const int16_t *a, const int16_t *b, float weight, int n,
             gboolean larger, int16_t *to)
{
#pragma omp simd
  for (int i = 0; i < n; i++) {
    const int16_t v = rounded(a[i] + (float)(b[i] - a[i]) * weight);
    to[i] = larger ? MAX(to[i], v) : MIN(to[i], v);
  }
}

static const int16_t *
plane_at(const Span *span, int plane, gsize offset)
{
  return span->planes[plane - span->first] + offset;
}

/* N voxels, at most BLOCK, that lie side by side from OFFSET on. */
static void
lay_extremes(const Span *span, gsize offset, int n, gboolean larger,
             int16_t *to)
{
  for (int i = 0; i < n; i++)
    to[i] = larger ? G_MININT16 : G_MAXINT16;
  for (int k = 0; k < span->n_whole; k++)
    keep_extreme(plane_at(span, span->whole[k], offset), n, larger, to);
  for (int k = 0; k < span->n_parts; k++) {
    const Part *p = &span->part[k];
    keep_between(plane_at(span, p->plane, offset),
                 plane_at(span, p->next, offset), p->weight, n, larger, to);
  }
}

/* The same for the mean. Whole planes are added as integers, so that their
 * order does not matter. */
static void
lay_mean(const Span *span, gsize offset, int n, int16_t *to)
{
  int sum[BLOCK] = {0};
  float rest[BLOCK] = {0};
  for (int k = 0; k < span->n_whole; k++) {
    const int16_t *line = plane_at(span, span->whole[k], offset);
#pragma omp simd
    for (int i = 0; i < n; i++)
      sum[i] += line[i];
  }
  for (int k = 0; k < span->n_parts; k++) {
    const int16_t *line = plane_at(span, span->part[k].plane, offset);
    const float weight = span->part[k].weight;
#pragma omp simd
    for (int i = 0; i < n; i++)
      rest[i] += line[i] * weight;
  }
#pragma omp simd
  for (int i = 0; i < n; i++)
    to[i] = rounded(((float)sum[i] + rest[i]) / span->total);
}

/* The same for any N. */
static void
lay(const Span *span, CapSlabKind kind, gsize offset, gsize n, int16_t *to)
{
  for (gsize i = 0; i < n; i += BLOCK) {
    const int some = (int)MIN(n - i, BLOCK);
    if (kind == CAP_SLAB_MEAN)
      lay_mean(span, offset + i, some, to + i);
    else
      lay_extremes(span, offset + i, some, kind == CAP_SLAB_MAX, to + i);
  }
}

/* What the cut wants of a plane. Lines that are wanted whole and follow each
 * other in memory are one long line. */
static void
lay_plane(CapSlabCache *cache, const CapVolume *volume, const Span *span)
{
  const CapSlabCut *cut = &cache->cut;
  const gsize width = cap_slice_axis_size(volume, cut->axis == 0 ? 1 : 0);
  const gsize step = cut->axis == 1 ? width * volume->rows : width;
  const gsize n = cut->high[0] - cut->low[0] + 1;
  const gsize lines = cut->high[1] - cut->low[1] + 1;
  const gsize together = n == width && step == width ? lines : 1;
  for (gsize i = 0; i < lines; i += together) {
    const gsize line = cut->low[1] + i;
    lay(span, cut->slab.kind, line * step + cut->low[0], together * n,
        cache->plane + line * width + cut->low[0]);
  }
}

/* ---- what is held ---- */

static gboolean
holds(const CapSlabCache *cache, const CapVolume *volume, const CapSlabCut *cut)
{
  const CapSlabCut *held = &cache->cut;
  return cache->volume == volume && held->slab.kind == cut->slab.kind &&
         held->slab.thickness_mm == cut->slab.thickness_mm &&
         held->axis == cut->axis && held->index == cut->index &&
         held->low[0] <= cut->low[0] && held->high[0] >= cut->high[0] &&
         held->low[1] <= cut->low[1] && held->high[1] >= cut->high[1];
}

static gboolean
make_room(CapSlabCache *cache, gsize size)
{
  if (cache->room >= size)
    return TRUE;
  g_free(cache->plane);
  cache->plane = g_try_new(int16_t, size);
  cache->room = cache->plane != NULL ? size : 0;
  return cache->plane != NULL;
}

const int16_t *
cap_slab_plane(CapSlabCache *cache, const CapVolume *volume,
               const CapSlabCut *cut)
{
  g_return_val_if_fail(cut->slab.kind != CAP_SLAB_OFF, NULL);
  if (holds(cache, volume, cut))
    return cache->plane;
  cache->volume = NULL;
  Span span;
  span_init(&span, volume, cut);
  const gsize size =
      cap_volume_n_voxels(volume) / cap_slice_axis_size(volume, cut->axis);
  if (!is_empty(&span) && make_room(cache, size) &&
      (cut->axis != 0 || span_use_brick(&span, cache->brick, volume))) {
    cache->cut = *cut;
    lay_plane(cache, volume, &span);
    cache->volume = volume;
  }
  span_clear(&span);
  return cache->volume != NULL ? cache->plane : NULL;
}

gboolean
cap_slab_hu(const CapVolume *volume, const CapSlabCut *cut, int *hu)
{
  g_return_val_if_fail(cut->slab.kind != CAP_SLAB_OFF, FALSE);
  const int lower = cut->axis == 0 ? 1 : 0, upper = cut->axis == 2 ? 1 : 2;
  const gsize offset = cut->low[0] * cap_slice_axis_stride(volume, lower) +
                       cut->low[1] * cap_slice_axis_stride(volume, upper);
  Span span;
  span_init(&span, volume, cut);
  const gboolean found = !is_empty(&span);
  int16_t value = 0;
  if (found)
    lay(&span, cut->slab.kind, offset, 1, &value);
  span_clear(&span);
  *hu = value;
  return found;
}
