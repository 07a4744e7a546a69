/* Slabs against their definition, evaluated point by point in double. */
#include "core/image/slice.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

#define COLUMNS 21
#define ROWS 17
#define SLICES 13
#define STEPS 1000 /* of the integral through a slab: good to 2 HU */

static CapVolume *
make_volume(void)
{
  CapVolume *v = cap_volume_new(COLUMNS, ROWS, SLICES, NULL);
  v->spacing_mm[0] = 0.7;
  v->spacing_mm[1] = 0.9;
  v->spacing_mm[2] = 2.5;
  guint32 seed = 7;
  for (gsize i = 0; i < cap_volume_n_voxels(v); i++)
    v->voxels_hu[i] =
        (int16_t)(-1000 + (int)((seed = seed * 1664525u + 1013904223u) >> 21));
  return v;
}

static int
size_of(const CapVolume *v, int axis)
{
  return axis == 0 ? v->columns : axis == 1 ? v->rows : v->slices;
}

static gboolean
is_there(const CapVolume *v, int axis, int i)
{
  return i >= 0 && i < size_of(v, axis) && (axis != 2 || v->valid[i]);
}

static double
voxel(const CapVolume *v, const int at[3], int axis, int i)
{
  int index[3] = {at[0], at[1], at[2]};
  index[axis] = i;
  return cap_volume_at(v, index[0], index[1], index[2]);
}

/* The volume along an axis at PLACE (in planes): linear, a neighbour of nothing
 * for half a spacing; NAN where nothing is. */
static double
value_at(const CapVolume *v, const int at[3], int axis, double place)
{
  const int i = (int)floor(place);
  const double way = place - i;
  const gboolean a = is_there(v, axis, i), b = is_there(v, axis, i + 1);
  if (a && b)
    return voxel(v, at, axis, i) * (1 - way) + voxel(v, at, axis, i + 1) * way;
  if (a && way <= 0.5)
    return voxel(v, at, axis, i);
  return b && way >= 0.5 ? voxel(v, at, axis, i + 1) : NAN;
}

/* The slab around AT, NAN when it is empty. */
static double
defined(const CapVolume *v, const CapSlab *slab, int axis, const int at[3])
{
  const double half = slab->thickness_mm / v->spacing_mm[axis] / 2;
  const double from = fmax(at[axis] - half, -0.5);
  const double to = fmin(at[axis] + half, size_of(v, axis) - 0.5);
  double sum = 0, low = INFINITY, high = -INFINITY;
  int n = 0;
  for (int k = 0; k < STEPS; k++) {
    const double x =
        value_at(v, at, axis, from + (to - from) * (k + 0.5) / STEPS);
    if (isnan(x))
      continue;
    sum += x;
    n++;
  }
  /* Extremes of what is linear lie at its ends. */
  for (int k = (int)floor(from); k <= (int)ceil(to) + 2; k++) {
    const double place = k <= (int)ceil(to)       ? CLAMP(k, from, to)
                         : k == (int)ceil(to) + 1 ? from
                                                  : to;
    const double x = value_at(v, at, axis, place);
    if (!isnan(x)) {
      low = fmin(low, x);
      high = fmax(high, x);
    }
  }
  if (n == 0)
    return NAN;
  return slab->kind == CAP_SLAB_MEAN  ? sum / n
         : slab->kind == CAP_SLAB_MAX ? high
                                      : low;
}

/* Every voxel of the plane through INDEX. */
static void
check_plane(CapSlabCache *cache, const CapVolume *v, CapSlab slab, int axis,
            int index)
{
  const int lower = axis == 0 ? 1 : 0, upper = axis == 2 ? 1 : 2;
  const CapSlabCut cut = {
      .slab = slab,
      .axis = axis,
      .index = index,
      .high = {size_of(v, lower) - 1, size_of(v, upper) - 1}};
  const int16_t *plane = cap_slab_plane(cache, v, &cut);
  for (int j = 0; j <= cut.high[1]; j++)
    for (int i = 0; i <= cut.high[0]; i++) {
      int at[3];
      at[axis] = index, at[lower] = i, at[upper] = j;
      const double want = defined(v, &slab, axis, at);
      CapSlabCut here = cut;
      here.low[0] = i, here.low[1] = j;
      int hu;
      ck_assert_int_eq(cap_slab_hu(v, &here, &hu), !isnan(want));
      ck_assert_int_eq(plane != NULL, !isnan(want));
      if (plane == NULL)
        return;
      const int got = plane[j * size_of(v, lower) + i];
      ck_assert_int_eq(hu, got);
      ck_assert_msg(fabs(got - want) <=
                        (slab.kind == CAP_SLAB_MEAN ? 2.5 : 0.51),
                    "kind %d, %.1f mm, axis %d, plane %d: %d for %.2f",
                    slab.kind, slab.thickness_mm, axis, index, got, want);
    }
}

START_TEST(a_slab_is_what_its_definition_says)
{
  static const double thickness_mm[] = {0.4, 1, 2.5, 5, 7.3, 500};
  /* Bits are absent slices; 6 is in the middle. */
  static const guint absent[] = {0, 1 << 6, 5 << 5, 7 << 5, 0x1fff};
  g_autoptr(CapVolume) v = make_volume();
  g_autoptr(CapSlabCache) cache = cap_slab_cache_new();
  for (guint a = 0; a < G_N_ELEMENTS(absent); a++) {
    for (int s = 0; s < SLICES; s++)
      v->valid[s] = !(absent[a] >> s & 1);
    cap_slab_cache_forget(cache);
    for (int kind = CAP_SLAB_MAX; kind < CAP_N_SLAB_KINDS; kind++)
      for (guint t = 0; t < G_N_ELEMENTS(thickness_mm); t++)
        for (int axis = a == 0 ? 0 : 2; axis < 3; axis++)
          check_plane(cache, v, (CapSlab){kind, thickness_mm[t]}, axis,
                      axis == 2 ? 6 : 9 - axis);
  }
}
END_TEST

START_TEST(a_slab_ends_where_the_volume_does)
{
  g_autoptr(CapVolume) v = make_volume();
  g_autoptr(CapSlabCache) cache = cap_slab_cache_new();
  for (int kind = CAP_SLAB_MAX; kind < CAP_N_SLAB_KINDS; kind++)
    for (int axis = 0; axis < 3; axis++) {
      check_plane(cache, v, (CapSlab){kind, 4}, axis, 0);
      check_plane(cache, v, (CapSlab){kind, 4}, axis, size_of(v, axis) - 1);
    }
}
END_TEST

/* A bright plane is in a slab when it lies within half the thickness in
 * millimetres, whatever the spacing of that direction. */
START_TEST(thickness_is_in_millimetres)
{
  static const struct {
    int axis;
    double thickness_mm;
    int reach; /* planes to either side */
  } cases[] = {{2, 5, 1},   {2, 9.8, 1}, {2, 10, 2}, {1, 5, 2},
               {1, 5.5, 3}, {0, 5, 3},   {0, 1.4, 1}};
  g_autoptr(CapSlabCache) cache = cap_slab_cache_new();
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    for (int off = -4; off <= 4; off++) {
      g_autoptr(CapVolume) v = make_volume();
      memset(v->voxels_hu, 0, cap_volume_n_voxels(v) * sizeof(int16_t));
      int at[3] = {10, 8, 6};
      CapSlabCut cut = {.slab = {CAP_SLAB_MAX, cases[i].thickness_mm},
                        .axis = cases[i].axis,
                        .index = at[cases[i].axis]};
      at[cases[i].axis] += off;
      cap_volume_slice(v, at[2])[at[1] * COLUMNS + at[0]] = 1000;
      cut.low[0] = at[cut.axis == 0 ? 1 : 0];
      cut.low[1] = at[cut.axis == 2 ? 1 : 2];
      int hu;
      ck_assert(cap_slab_hu(v, &cut, &hu));
      ck_assert_msg((hu == 1000) == (abs(off) <= cases[i].reach),
                    "case %u, %d planes off: %d HU", i, off, hu);
    }
}
END_TEST

START_TEST(what_is_kept_is_what_would_be_made)
{
  g_autoptr(CapVolume) v = make_volume();
  g_autoptr(CapSlabCache) kept = cap_slab_cache_new();
  for (int i = 0; i < 200; i++) {
    const int axis = i % 3;
    const CapSlabCut cut = {.slab = {CAP_SLAB_MAX + i / 3 % 3, 2 + i / 40},
                            .axis = axis,
                            .index = i * 5 % size_of(v, axis),
                            .low = {i % 4, i % 5},
                            .high = {11 - i % 3, 12 - i % 2}};
    g_autoptr(CapSlabCache) fresh = cap_slab_cache_new();
    for (int again = 0; again < 2; again++) { /* the second is a smaller part */
      CapSlabCut part = cut;
      part.low[0] += again;
      part.high[1] -= again;
      const int16_t *a = cap_slab_plane(kept, v, &part);
      const int16_t *b = cap_slab_plane(fresh, v, &part);
      const int width = axis == 0 ? ROWS : COLUMNS;
      for (int line = part.low[1]; line <= part.high[1]; line++)
        ck_assert_mem_eq(a + line * width + part.low[0],
                         b + line * width + part.low[0],
                         (part.high[0] - part.low[0] + 1) * sizeof *a);
    }
  }
  const CapSlabCut cut = {.slab = {CAP_SLAB_MAX, 3}, .axis = 0, .index = 4};
  cap_slab_plane(kept, v, &cut);
  v->voxels_hu[5] = 3000;
  cap_slab_cache_forget(kept);
  ck_assert_int_eq(cap_slab_plane(kept, v, &cut)[0], 3000);
}
END_TEST

/* The image of a slab is the image of a volume whose plane holds it, however
 * the grid is turned. */
START_TEST(the_image_shows_the_slab)
{
  static const CapPoint axes[3] = {{0.6, 0.8, 0}, {-0.8, 0.6, 0}, {0, 0, -1}};
  static const int orders[4][3] = {{0, 1, 2}, {1, 0, 2}, {1, 2, 0}, {2, 1, 0}};
  for (int o = 0; o < 12; o++) {
    g_autoptr(CapVolume) v = make_volume();
    g_autoptr(CapVolume) flat = make_volume();
    for (int i = 0; i < 3; i++)
      v->axis[i] = flat->axis[i] = axes[orders[o % 4][i]];
    v->valid[4] = flat->valid[4] = 0;
    CapSliceView view = {.plane = o / 4,
                         .mm_per_pixel = 0.41,
                         .window_hu = 1500,
                         .level_hu = -200,
                         .interpolate = o % 2,
                         .slab = {CAP_SLAB_MAX + o % 3, 6}};
    view.center_mm = cap_volume_to_patient(v, (CapPoint){9, 8, 6});
    for (int s = 0; s < SLICES; s++)
      for (int r = 0; r < ROWS; r++)
        for (int c = 0; c < COLUMNS; c++) {
          int hu = -1024;
          cap_slice_hu(v, view.plane, view.slab,
                       cap_volume_to_patient(v, (CapPoint){c, r, s}), &hu);
          cap_volume_slice(flat, s)[r * COLUMNS + c] = (int16_t)hu;
        }
    uint8_t pixels[2][4 * 60 * 50];
    cap_slice_render(v, &view, 60, 50, pixels[0]);
    view.slab.kind = CAP_SLAB_OFF;
    cap_slice_render(flat, &view, 60, 50, pixels[1]);
    ck_assert_mem_eq(pixels[0], pixels[1], sizeof pixels[0]);
  }
}
END_TEST

START_TEST(a_slab_of_absent_planes_is_hatched)
{
  g_autoptr(CapVolume) v = make_volume();
  memset(v->valid + 3, 0, 7);
  CapSliceView view = {.plane = CAP_PLANE_AXIAL,
                       .mm_per_pixel = 0.5,
                       .window_hu = 1500,
                       .level_hu = -200,
                       .slab = {CAP_SLAB_MEAN, 5}};
  view.center_mm = cap_volume_to_patient(v, (CapPoint){9, 8, 6});
  uint8_t thin[4 * 30 * 30], thick[4 * 30 * 30];
  cap_slice_render(v, &view, 30, 30, thick);
  view.slab.kind = CAP_SLAB_OFF;
  cap_slice_render(v, &view, 30, 30, thin);
  ck_assert_mem_eq(thin, thick, sizeof thin);
  view.slab = (CapSlab){CAP_SLAB_MEAN, 25}; /* reaches present ones */
  cap_slice_render(v, &view, 30, 30, thick);
  ck_assert_mem_ne(thin, thick, sizeof thin);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("slab");
  TCase *tests = tcase_create("slab");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, a_slab_is_what_its_definition_says);
  tcase_add_test(tests, a_slab_ends_where_the_volume_does);
  tcase_add_test(tests, thickness_is_in_millimetres);
  tcase_add_test(tests, what_is_kept_is_what_would_be_made);
  tcase_add_test(tests, the_image_shows_the_slab);
  tcase_add_test(tests, a_slab_of_absent_planes_is_hatched);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
