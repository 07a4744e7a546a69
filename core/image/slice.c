/* Slice rendering: see slice.h.
 *
 * A view is separable: image columns run along one grid axis and image rows
 * along another. So every source line is fetched once (this is what keeps the
 * strided sagittal plane cheap), two lines are mixed for an image row, and the
 * pixels of that row are mixed from the result. */
#include "core/image/slice.h"

#include <math.h>
#include <string.h>

#define OUTSIDE_RGB 20  /* grey around the volume */
#define HATCH_RGB 64    /* hatch lines over absent planes */
#define HATCH_PERIOD 12 /* pixels */
#define LETTER_MIN 0.1  /* a direction cosine below this earns no letter */

/* A loop over pixels, compiled for AVX2 as well; the loader chooses. Without
 * fused multiply-add, so that the pixels are the same on every machine.
 * Sanitizers cannot instrument the choice. */
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) &&                   \
    !defined(__SANITIZE_THREAD__) && !defined(__clang__)
#define CAP_PIXELS __attribute__((noinline, target_clones("avx2", "default")))
#else
#define CAP_PIXELS __attribute__((noinline))
#endif

/* How a plane lies in the grid: grid axis and sign of "to the image's right",
 * "down", and the grid axis of the normal. */
typedef struct {
  int right, down, normal;
  double right_sign, down_sign;
} Layout;

/* Where image columns (or rows) fall on a grid axis. */
typedef struct {
  int *first, *second; /* grid indices that are mixed; first < 0 is outside */
  float *weight;       /* of second */
  int low, high;       /* range of indices that occur; low > high when none */
} Steps;

typedef struct {
  const CapVolume *volume;
  Layout layout;
  const int16_t *base; /* voxel (0,0) of the plane */
  gsize stride_right, stride_down;
  float scale, offset; /* grey = hu * scale + offset, unclamped */
} Renderer;

static double
dot(CapPoint a, CapPoint b)
{
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

static double
component(CapPoint p, int i)
{
  return i == 0 ? p.x : i == 1 ? p.y : p.z;
}

static int
size_along(const CapVolume *volume, int axis)
{
  return axis == 0   ? volume->columns
         : axis == 1 ? volume->rows
                     : volume->slices;
}

/* Which grid axis stands for patient x, y and z: the assignment with the
 * largest sum of cosines, so that oblique grids still get three planes. */
static void
assign_axes(const CapVolume *volume, int grid[3])
{
  static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                   {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  double best = -1;
  for (int o = 0; o < 6; o++) {
    double sum = 0;
    for (int i = 0; i < 3; i++)
      sum += fabs(component(volume->axis[orders[o][i]], i));
    if (sum > best + 1e-9) {
      best = sum;
      memcpy(grid, orders[o], sizeof orders[o]);
    }
  }
}

static double
sign_along(const CapVolume *volume, int axis, int patient)
{
  return component(volume->axis[axis], patient) < 0 ? -1.0 : 1.0;
}

static Layout
layout_of(const CapVolume *volume, CapPlane plane)
{
  int grid[3];
  assign_axes(volume, grid);
  const int right = plane == CAP_PLANE_SAGITTAL ? 1 : 0;
  const int down = plane == CAP_PLANE_AXIAL ? 1 : 2;
  const int normal = 3 - right - down;
  Layout layout = {
      .right = grid[right], .down = grid[down], .normal = grid[normal]};
  layout.right_sign = sign_along(volume, layout.right, right);
  layout.down_sign = sign_along(volume, layout.down, down);
  if (down == 2) /* +z is the head, which belongs at the top */
    layout.down_sign = -layout.down_sign;
  return layout;
}

static CapPoint
moved(CapPoint p, CapPoint along, double mm)
{
  return (CapPoint){p.x + along.x * mm, p.y + along.y * mm, p.z + along.z * mm};
}

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

static void
steps_clear(Steps *steps)
{
  g_free(steps->first);
  g_free(steps->second);
  g_free(steps->weight);
}

/* The window as DICOM PS3.3 C.11.2.1.2.1 defines it (LINEAR); a width of 1 or
 * less is the step it should be. Half an HU keeps grey within int. */
static void
set_window(Renderer *renderer, const CapSliceView *view)
{
  const double width = fmax(view->window_hu - 1.0, 0.5);
  const double scale = 255.0 / width;
  const double offset = 127.5 - (view->level_hu - 0.5) * scale;
  renderer->scale = (float)(view->invert ? -scale : scale);
  renderer->offset = (float)(view->invert ? 255.0 - offset : offset);
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
  const int size = size_along(r->volume, r->layout.right);
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

static gsize
stride_along(const CapVolume *volume, int axis)
{
  return axis == 0   ? 1
         : axis == 1 ? (gsize)volume->columns
                     : (gsize)volume->columns * volume->rows;
}

/* Where the voxels of plane INDEX are: in BRICK when they would lie a row apart
 * in the volume. */
static void
find_plane(Renderer *r, CapBrick *brick, int index)
{
  const Layout *l = &r->layout;
  const int16_t *plane = brick != NULL && l->normal == 0
                             ? cap_brick_plane(brick, r->volume, index)
                             : NULL;
  if (plane != NULL) {
    r->base = plane;
    r->stride_right = l->right == 1 ? 1 : (gsize)r->volume->rows;
    r->stride_down = l->down == 1 ? 1 : (gsize)r->volume->rows;
    return;
  }
  r->base = r->volume->voxels_hu + index * stride_along(r->volume, l->normal);
  r->stride_right = stride_along(r->volume, l->right);
  r->stride_down = stride_along(r->volume, l->down);
}

static void
fill(uint32_t *pixels, int width, int height, gboolean hatched)
{
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      pixels[(gsize)y * width + x] = flat_pixel(hatched, x, y);
}

void
cap_slice_render(const CapVolume *volume, const CapSliceView *view, int width,
                 int height, uint8_t *pixels)
{
  cap_slice_render_from(NULL, volume, view, width, height, pixels);
}

void
cap_slice_render_from(CapBrick *brick, const CapVolume *volume,
                      const CapSliceView *view, int width, int height,
                      uint8_t *pixels)
{
  g_return_if_fail(width > 0 && height > 0 && view->mm_per_pixel > 0);
  Renderer r = {.volume = volume, .layout = layout_of(volume, view->plane)};
  const Layout *l = &r.layout;
  const CapPoint center = cap_volume_to_index(volume, view->center_mm);
  const int plane = cap_slice_index(volume, view->plane, view->center_mm);
  const gboolean outside = plane < 0 || plane >= size_along(volume, l->normal);
  if (outside) {
    fill((uint32_t *)pixels, width, height, FALSE);
    return;
  }
  set_window(&r, view);
  find_plane(&r, brick, plane);

  const double right =
      l->right_sign * view->mm_per_pixel / volume->spacing_mm[l->right];
  const double down =
      l->down_sign * view->mm_per_pixel / volume->spacing_mm[l->down];
  Steps columns =
      steps_new(width, component(center, l->right) - right * (width - 1) / 2.0,
                right, size_along(volume, l->right), view->interpolate);
  Steps rows =
      steps_new(height, component(center, l->down) - down * (height - 1) / 2.0,
                down, size_along(volume, l->down), view->interpolate);
  avoid_absent(volume, l->right, &columns, width);
  avoid_absent(volume, l->down, &rows, height);
  if (is_absent(volume, l->normal, plane)) {
    for (int y = 0; y < height; y++)
      for (int x = 0; x < width; x++)
        ((uint32_t *)pixels)[(gsize)y * width + x] =
            flat_pixel(columns.first[x] >= 0 && rows.first[y] >= 0, x, y);
  } else {
    draw_rows(&r, &columns, &rows, width, height, (uint32_t *)pixels);
  }
  steps_clear(&columns);
  steps_clear(&rows);
}

CapPoint
cap_slice_to_patient(const CapVolume *volume, const CapSliceView *view,
                     int width, int height, double x, double y)
{
  const Layout l = layout_of(volume, view->plane);
  const double right =
      (x - (width - 1) / 2.0) * view->mm_per_pixel * l.right_sign;
  const double down =
      (y - (height - 1) / 2.0) * view->mm_per_pixel * l.down_sign;
  return moved(moved(view->center_mm, volume->axis[l.right], right),
               volume->axis[l.down], down);
}

void
cap_slice_to_pixel(const CapVolume *volume, const CapSliceView *view, int width,
                   int height, CapPoint p, double *x, double *y)
{
  const Layout l = layout_of(volume, view->plane);
  const CapPoint d = {p.x - view->center_mm.x, p.y - view->center_mm.y,
                      p.z - view->center_mm.z};
  *x = (width - 1) / 2.0 +
       l.right_sign * dot(d, volume->axis[l.right]) / view->mm_per_pixel;
  *y = (height - 1) / 2.0 +
       l.down_sign * dot(d, volume->axis[l.down]) / view->mm_per_pixel;
}

double
cap_slice_distance(const CapVolume *volume, const CapSliceView *view,
                   CapPoint p)
{
  const Layout l = layout_of(volume, view->plane);
  const CapPoint d = {p.x - view->center_mm.x, p.y - view->center_mm.y,
                      p.z - view->center_mm.z};
  return dot(d, volume->axis[l.normal]);
}

int
cap_slice_count(const CapVolume *volume, CapPlane plane)
{
  return size_along(volume, layout_of(volume, plane).normal);
}

int
cap_slice_index(const CapVolume *volume, CapPlane plane, CapPoint at_mm)
{
  const double at = component(cap_volume_to_index(volume, at_mm),
                              layout_of(volume, plane).normal);
  return isfinite(at) ? (int)floor(CLAMP(at, -1e6, 1e6) + 0.5) : -1;
}

CapPoint
cap_slice_at_index(const CapVolume *volume, CapPlane plane, int index,
                   CapPoint at_mm)
{
  const int normal = layout_of(volume, plane).normal;
  const double at = component(cap_volume_to_index(volume, at_mm), normal);
  return moved(at_mm, volume->axis[normal],
               (index - at) * volume->spacing_mm[normal]);
}

/* Letters of a direction, strongest component first. */
static void
name_direction(CapPoint direction, double sign, char letters[4])
{
  static const char positive[] = "LPH", negative[] = "RAF";
  gboolean used[3] = {FALSE};
  int n = 0;
  for (; n < 3; n++) {
    int best = -1;
    for (int i = 0; i < 3; i++)
      if (!used[i] && fabs(component(direction, i)) > LETTER_MIN &&
          (best < 0 || fabs(component(direction, i)) >
                           fabs(component(direction, best)) + 1e-9))
        best = i;
    if (best < 0)
      break;
    used[best] = TRUE;
    letters[n] =
        (component(direction, best) * sign > 0 ? positive : negative)[best];
  }
  letters[n] = '\0';
}

void
cap_slice_letters(const CapVolume *volume, CapPlane plane, char letters[4][4])
{
  const Layout l = layout_of(volume, plane);
  name_direction(volume->axis[l.right], -l.right_sign, letters[0]);
  name_direction(volume->axis[l.right], l.right_sign, letters[1]);
  name_direction(volume->axis[l.down], -l.down_sign, letters[2]);
  name_direction(volume->axis[l.down], l.down_sign, letters[3]);
}
