/* Slice rendering: see slice.h.
 *
 * A view is separable: image columns run along one grid axis and image rows
 * along another. So every source line is fetched once (this is what keeps the
 * strided sagittal plane cheap), two lines are mixed for an image row, and the
 * pixels of that row are mixed from the result. */
#include "core/image/slice.h"

#include "core/image/slice_layout.h"

#include <math.h>
#include <string.h>

#define OUTSIDE_RGB 20  /* grey around the volume */
#define HATCH_RGB 64    /* hatch lines over absent planes */
#define HATCH_PERIOD 12 /* pixels */

/* A loop over pixels, compiled for AVX2 as well; the loader chooses. Without
 * fused multiply-add, so that the pixels are the same on every machine.
 * Sanitizers cannot instrument the choice. */
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) &&                   \
    !defined(__SANITIZE_THREAD__) && !defined(__clang__)
#define CAP_PIXELS __attribute__((noinline, target_clones("avx2", "default")))
#else
#define CAP_PIXELS __attribute__((noinline))
#endif

/* Where image columns (or rows) fall on a grid axis. */
typedef struct {
  int *first, *second; /* grid indices that are mixed; first < 0 is outside */
  float *weight;       /* of second */
  int low, high;       /* range of indices that occur; low > high when none */
} Steps;

typedef struct {
  const CapVolume *volume;
  CapSliceLayout layout;
  const int16_t *base; /* voxel (0,0) of the plane */
  gsize stride_right, stride_down;
  float scale, offset; /* grey = hu * scale + offset, unclamped */
} Renderer;

static Steps
steps_new(int n, double start, double step, int size, gboolean interpolate)
{
  Steps steps = {.first = g_new(int, n),
                 .second = g_new(int, n),
                 .weight = g_new(float, n),
                 .low = size,
                 .high = -1};
  for (int i = 0; i < n; i++) {
    const double at = start + step * i;
    if (!(at >= -0.5 && at < size - 0.5)) {
      steps.first[i] = steps.second[i] = -1;
      steps.weight[i] = 0;
      continue;
    }
    const int below = interpolate ? (int)floor(at) : (int)floor(at + 0.5);
    steps.first[i] = CLAMP(below, 0, size - 1);
    steps.second[i] =
        interpolate ? CLAMP(below + 1, 0, size - 1) : steps.first[i];
    steps.weight[i] = interpolate ? (float)(at - below) : 0.0f;
    steps.low = MIN(steps.low, steps.first[i]);
    steps.high = MAX(steps.high, steps.second[i]);
  }
  return steps;
}

/* The steps of N pixels along a grid axis, the middle of them at CENTER (a
 * voxel index), SIGN 1 or -1. */
static Steps
steps_along(const CapVolume *volume, int axis, CapPoint center, double sign,
            const CapSliceView *view, int n)
{
  const double step = sign * view->mm_per_pixel / volume->spacing_mm[axis];
  const double start = cap_slice_component(center, axis) - step * (n - 1) / 2.0;
  return steps_new(n, start, step, cap_slice_axis_size(volume, axis),
                   view->interpolate);
}

static void
steps_clear(Steps *steps)
{
  g_free(steps->first);
  g_free(steps->second);
  g_free(steps->weight);
}

/* Grey values of one source line, unclamped, for the columns in use. */
static void
fetch_line(const Renderer *r, int line, const Steps *columns, float *grey)
{
  const int16_t *from = r->base + line * r->stride_down;
  const gsize stride = r->stride_right;
  if (stride == 1)
#pragma omp simd
    for (int i = columns->low; i <= columns->high; i++)
      grey[i] = from[i] * r->scale + r->offset;
  else
    for (int i = columns->low; i <= columns->high; i++) {
      __builtin_prefetch(from + (i + 32) * stride, 0, 1); /* a miss each */
      grey[i] = from[i * stride] * r->scale + r->offset;
    }
}

static inline uint32_t
opaque_grey(int grey)
{
  const uint32_t g = (uint32_t)grey;
  return GUINT32_TO_LE(0xff000000u | g << 16 | g << 8 | g);
}

static uint32_t
flat_pixel(gboolean hatched, int x, int y)
{
  const gboolean line = hatched && (x + y) % HATCH_PERIOD < 2;
  return opaque_grey(line ? HATCH_RGB : OUTSIDE_RGB);
}

/* Image columns outside the volume are the same for every row: the run
 * [*from, *to) is inside, since indices are monotonic along x. */
static void
inside_run(const Steps *columns, int width, int *from, int *to)
{
  *from = 0;
  while (*from < width && columns->first[*from] < 0)
    (*from)++;
  *to = width;
  while (*to > *from && columns->first[*to - 1] < 0)
    (*to)--;
}

/* Two rows of LINE mixed. Vectorised by request. */
CAP_PIXELS static void
mix_lines(const float *a, const float *b, float weight, int low, int high,
          float *mixed)
{
#pragma omp simd
  for (int i = low; i <= high; i++)
    mixed[i] = a[i] + (b[i] - a[i]) * weight;
}

/* Vectorised by request: the noise of CT straddles the window ends, so clamping
 * with branches would be mispredicted at every other pixel. GREY is scratch. */
CAP_PIXELS static void
mix_row(const float *line, const Steps *columns, int from, int to, float *grey,
        uint32_t *out)
{
  const int *first = columns->first, *second = columns->second;
  const float *weight = columns->weight;
#pragma omp simd
  for (int x = from; x < to; x++) {
    const float a = line[first[x]], b = line[second[x]];
    grey[x] = a + (b - a) * weight[x];
  }
#pragma omp simd
  for (int x = from; x < to; x++) {
    const int g = (int)(grey[x] + 0.5f);
    out[x] = opaque_grey(MIN(MAX(g, 0), 255));
  }
}

static int
nearest_step(const Steps *steps, int i)
{
  return steps->weight[i] > 0.5f ? steps->second[i] : steps->first[i];
}

/* Absent voxels never show: is this index of that grid axis one? */
static gboolean
is_absent(const CapVolume *volume, int axis, int index)
{
  return axis == 2 && index >= 0 && index < volume->slices &&
         !volume->valid[index];
}

/* Absent planes may run along image columns when the grid itself is oblique to
 * the patient by a right angle (coronal acquisitions). */
static void
hatch_columns(const Renderer *r, const Steps *columns, int width, int y,
              uint32_t *out)
{
  if (r->layout.right != 2)
    return;
  for (int x = 0; x < width; x++) {
    if (is_absent(r->volume, 2, nearest_step(columns, x)))
      out[x] = flat_pixel(TRUE, x, y);
  }
}

/* Mixing towards an absent plane would draw -1024: hold the valid one. */
static void
avoid_absent(const CapVolume *volume, int axis, Steps *steps, int n)
{
  if (axis != 2)
    return;
  for (int i = 0; i < n; i++) {
    if (steps->first[i] < 0)
      continue;
    const gboolean first_gone = !volume->valid[steps->first[i]];
    const gboolean second_gone = !volume->valid[steps->second[i]];
    if (second_gone && !first_gone && steps->weight[i] <= 0.5f)
      steps->second[i] = steps->first[i];
    else if (first_gone && !second_gone && steps->weight[i] > 0.5f)
      steps->first[i] = steps->second[i];
  }
}

/* The two source lines that were fetched last. */
typedef struct {
  float *line[2], *mixed;
  int held[2];
} LineCache;

/* The line for image row Y, mixed from its two source lines. Neighbouring rows
 * share them, in either direction. */
static const float *
line_for_row(LineCache *cache, const Renderer *r, const Steps *columns,
             const Steps *rows, int y)
{
  const int need[2] = {rows->first[y], rows->second[y]};
  if (cache->held[0] == need[1] || cache->held[1] == need[0]) {
    float *line = cache->line[0];
    const int held = cache->held[0];
    cache->line[0] = cache->line[1], cache->line[1] = line;
    cache->held[0] = cache->held[1], cache->held[1] = held;
  }
  for (int i = 0; i < (need[0] == need[1] ? 1 : 2); i++)
    if (cache->held[i] != need[i]) {
      fetch_line(r, need[i], columns, cache->line[i]);
      cache->held[i] = need[i];
    }
  const float *a = cache->line[0], *b = cache->line[1], w = rows->weight[y];
  if (need[0] == need[1])
    return a;
  mix_lines(a, b, w, columns->low, columns->high, cache->mixed);
  return cache->mixed;
}

static void
draw_rows(const Renderer *r, const Steps *columns, const Steps *rows, int width,
          int height, uint32_t *pixels)
{
  const int size = cap_slice_axis_size(r->volume, r->layout.right);
  g_autofree float *buffer = g_new(float, 3 * (gsize)size + width);
  LineCache cache = {.line = {buffer, buffer + size},
                     .mixed = buffer + 2 * size,
                     .held = {-1, -1}};
  float *grey = buffer + 3 * (gsize)size;
  int from, to;
  inside_run(columns, width, &from, &to);
  for (int y = 0; y < height; y++) {
    uint32_t *out = pixels + (gsize)y * width;
    const int nearest = nearest_step(rows, y);
    const gboolean absent = is_absent(r->volume, r->layout.down, nearest);
    if (nearest < 0 || absent || from >= to) {
      for (int x = 0; x < width; x++)
        out[x] = flat_pixel(absent && x >= from && x < to, x, y);
      continue;
    }
    for (int x = 0; x < from; x++)
      out[x] = flat_pixel(FALSE, x, y);
    for (int x = to; x < width; x++)
      out[x] = flat_pixel(FALSE, x, y);
    mix_row(line_for_row(&cache, r, columns, rows, y), columns, from, to, grey,
            out);
    hatch_columns(r, columns, width, y, out);
  }
}

/* R reads a copy of a plane: the lower of its two axes is the fast one. */
static void
read_copy(Renderer *r, const int16_t *plane)
{
  const CapSliceLayout *l = &r->layout;
  const gsize line = cap_slice_axis_size(r->volume, MIN(l->right, l->down));
  r->base = plane;
  r->stride_right = l->right < l->down ? 1 : line;
  r->stride_down = l->down < l->right ? 1 : line;
}

/* Where the voxels of the view are: R reads plane INDEX of the volume itself or
 * a copy that lies well. FALSE when there are none: the plane is absent. */
static gboolean
find_plane(Renderer *r, const CapSliceKept *kept, int index)
{
  const CapSliceLayout *l = &r->layout;
  if (is_absent(r->volume, l->normal, index))
    return FALSE;
  const int16_t *plane = kept->brick != NULL && l->normal == 0
                             ? cap_brick_plane(kept->brick, r->volume, index)
                             : NULL;
  if (plane != NULL) {
    read_copy(r, plane);
    return TRUE;
  }
  r->base = r->volume->voxels_hu +
            index * cap_slice_axis_stride(r->volume, l->normal);
  r->stride_right = cap_slice_axis_stride(r->volume, l->right);
  r->stride_down = cap_slice_axis_stride(r->volume, l->down);
  return TRUE;
}

/* The same for a slab around plane INDEX. */
static gboolean
find_slab(Renderer *r, const CapSliceKept *kept, const CapSlab *slab, int index,
          const Steps *columns, const Steps *rows)
{
  const CapSliceLayout *l = &r->layout;
  const gboolean straight = l->right < l->down;
  const Steps *lower = straight ? columns : rows;
  const Steps *upper = straight ? rows : columns;
  if (lower->low > lower->high || upper->low > upper->high)
    return FALSE;
  const CapSlabCut cut = {.slab = *slab,
                          .axis = l->normal,
                          .index = index,
                          .low = {lower->low, upper->low},
                          .high = {lower->high, upper->high}};
  const int16_t *plane = cap_slab_plane(kept->slab, r->volume, &cut);
  if (plane != NULL)
    read_copy(r, plane);
  return plane != NULL;
}

static void
fill(uint32_t *pixels, int width, int height)
{
  for (gsize i = 0; i < (gsize)width * height; i++)
    pixels[i] = flat_pixel(FALSE, 0, 0);
}

static void
fill_absent(const Steps *columns, const Steps *rows, int width, int height,
            uint32_t *pixels)
{
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      pixels[(gsize)y * width + x] =
          flat_pixel(columns->first[x] >= 0 && rows->first[y] >= 0, x, y);
}

void
cap_slice_render(const CapVolume *volume, const CapSliceView *view, int width,
                 int height, uint8_t *pixels)
{
  g_autoptr(CapSlabCache) slab = cap_slab_cache_new();
  cap_slice_render_from(&(CapSliceKept){.slab = slab}, volume, view, width,
                        height, pixels);
}

void
cap_slice_render_from(const CapSliceKept *kept, const CapVolume *volume,
                      const CapSliceView *view, int width, int height,
                      uint8_t *pixels)
{
  g_return_if_fail(width > 0 && height > 0 && view->mm_per_pixel > 0);
  Renderer r = {.volume = volume,
                .layout = cap_slice_layout(volume, view->plane)};
  const CapSliceLayout *l = &r.layout;
  uint32_t *out = (uint32_t *)pixels;
  const CapPoint center = cap_volume_to_index(volume, view->center_mm);
  const int plane = cap_slice_index(volume, view->plane, view->center_mm);
  if (plane < 0 || plane >= cap_slice_axis_size(volume, l->normal)) {
    fill(out, width, height);
    return;
  }
  cap_slice_grey(view, &r.scale, &r.offset);
  Steps columns =
      steps_along(volume, l->right, center, l->right_sign, view, width);
  Steps rows = steps_along(volume, l->down, center, l->down_sign, view, height);
  avoid_absent(volume, l->right, &columns, width);
  avoid_absent(volume, l->down, &rows, height);
  const gboolean found =
      view->slab.kind == CAP_SLAB_OFF
          ? find_plane(&r, kept, plane)
          : find_slab(&r, kept, &view->slab, plane, &columns, &rows);
  if (found)
    draw_rows(&r, &columns, &rows, width, height, out);
  else
    fill_absent(&columns, &rows, width, height, out);
  steps_clear(&columns);
  steps_clear(&rows);
}
