/* The distance to the pleura, against every pair of voxels. */
#include "core/image/point.h"
#include "core/measure/pleura.h"
#include "tests/support/suite.h"

#include <string.h>

static CapVolume *volume;
static CapMask *lungs;

static void
set_up(void)
{
  volume = cap_volume_new(40, 36, 24, NULL);
  volume->spacing_mm[0] = 0.7;
  volume->spacing_mm[1] = 0.8;
  volume->spacing_mm[2] = 2.5;
  volume->origin_mm = (CapPoint){-3, 8, -120};
  lungs = cap_mask_new(40, 36, 24, NULL);
}

static void
tear_down(void)
{
  cap_mask_free(lungs);
  cap_volume_free(volume);
}

/* Lung inside an ellipsoid. */
static void
fill_lungs(double radius_mm)
{
  uint8_t *at = lungs->voxels;
  for (int s = 0; s < 24; s++)
    for (int r = 0; r < 36; r++)
      for (int c = 0; c < 40; c++, at++)
        *at = hypot(hypot((c - 20) * 0.7, (r - 18) * 0.8), (s - 12) * 2.5) <=
              radius_mm;
}

static CapMask *
box_nodule(int c, int r, int s, int n)
{
  CapMask *mask = cap_mask_new(n, n, MAX(1, n / 3), NULL);
  mask->first[0] = c;
  mask->first[1] = r;
  mask->first[2] = s;
  memset(mask->voxels, 1, (gsize)n * n * MAX(1, n / 3));
  return mask;
}

static double
gap(int steps, double mm)
{
  return steps == 0 ? 0 : (abs(steps) - 1) * mm;
}

/* Every voxel of the nodule against every one that is not lung. */
static double
slow_distance(const CapMask *nodule)
{
  double least = INFINITY;
  for (int z = 0; z < 24; z++)
    for (int y = 0; y < 36; y++)
      for (int x = 0; x < 40; x++)
        if (cap_mask_at(nodule, x, y, z) != 0)
          for (int s = 0; s < 24; s++)
            for (int r = 0; r < 36; r++)
              for (int c = 0; c < 40; c++)
                if (volume->valid[s] && cap_mask_at(lungs, c, r, s) == 0 &&
                    cap_mask_at(nodule, c, r, s) == 0)
                  least =
                      fmin(least, hypot(hypot(gap(c - x, 0.7), gap(r - y, 0.8)),
                                        gap(s - z, 2.5)));
  return least;
}

static void
check(const CapMask *nodule)
{
  CapPleura pleura;
  ck_assert(cap_pleura_measure(volume, lungs, nodule, &pleura));
  ck_assert_double_eq_tol(pleura.distance_mm, slow_distance(nodule), 1e-5);
  ck_assert_double_eq_tol(
      cap_point_distance(pleura.ends_mm[0], pleura.ends_mm[1]),
      pleura.distance_mm, 1e-9);
}

START_TEST(it_is_the_shortest_way_between_voxels)
{
  static const int places[][4] = {{20, 18, 12, 1}, {14, 12, 10, 4},
                                  {25, 20, 15, 3}, {18, 8, 12, 5},
                                  {10, 18, 12, 2}, {22, 25, 8, 6}};
  fill_lungs(13);
  for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
    g_autoptr(CapMask) nodule =
        box_nodule(places[i][0], places[i][1], places[i][2], places[i][3]);
    check(nodule);
  }
  volume->axis[0] = (CapPoint){0, 0.6, 0.8}; /* a turned grid, the same */
  volume->axis[1] = (CapPoint){1, 0, 0};
  volume->axis[2] = (CapPoint){0, 0.8, -0.6};
  g_autoptr(CapMask) nodule = box_nodule(14, 12, 10, 4);
  check(nodule);
}
END_TEST

START_TEST(what_touches_is_at_no_distance)
{
  memset(lungs->voxels, 1, 40 * 36 * 24);
  for (int r = 0; r < 36; r++)
    for (int s = 0; s < 24; s++)
      lungs->voxels[(s * 36 + r) * 40 + 30] = 0;
  g_autoptr(CapMask) beside = box_nodule(27, 18, 12, 3);
  CapPleura pleura;
  ck_assert(cap_pleura_measure(volume, lungs, beside, &pleura));
  ck_assert_double_eq(pleura.distance_mm, 0);
  g_autoptr(CapMask) away = box_nodule(22, 18, 12, 3);
  ck_assert(cap_pleura_measure(volume, lungs, away, &pleura));
  ck_assert_double_eq_tol(pleura.distance_mm, 5 * 0.7, 1e-9);
  ck_assert_double_eq_tol(cap_volume_to_index(volume, pleura.ends_mm[0]).x,
                          24.5, 1e-9);
  ck_assert_double_eq_tol(cap_volume_to_index(volume, pleura.ends_mm[1]).x,
                          29.5, 1e-9);
}
END_TEST

START_TEST(borders_and_absent_planes_are_no_pleura)
{
  memset(lungs->voxels, 1, 40 * 36 * 24);
  g_autoptr(CapMask) nodule = box_nodule(18, 18, 12, 3);
  CapPleura pleura;
  ck_assert(!cap_pleura_measure(volume, lungs, nodule, &pleura));
  volume->valid[14] = 0;
  memset(lungs->voxels + 14 * 36 * 40, 0, 36 * 40);
  ck_assert(!cap_pleura_measure(volume, lungs, nodule, &pleura));
  lungs->voxels[(20 * 36 + 18) * 40 + 19] = 0; /* seven slices between */
  ck_assert(cap_pleura_measure(volume, lungs, nodule, &pleura));
  ck_assert_double_eq_tol(pleura.distance_mm, 7 * 2.5, 1e-9);
}
END_TEST

START_TEST(the_nodule_itself_is_no_edge)
{
  fill_lungs(13);
  g_autoptr(CapMask) nodule = box_nodule(18, 16, 12, 5);
  const double before = slow_distance(nodule);
  for (int r = 16; r < 21; r++) /* a hole in the lungs where it is */
    for (int c = 18; c < 23; c++)
      lungs->voxels[(12 * 36 + r) * 40 + c] = 0;
  CapPleura pleura;
  ck_assert(cap_pleura_measure(volume, lungs, nodule, &pleura));
  ck_assert_double_gt(before, 3);
  ck_assert_double_eq_tol(pleura.distance_mm, before, 1e-5);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("pleura");
  TCase *tests = tcase_create("pleura");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, it_is_the_shortest_way_between_voxels);
  tcase_add_test(tests, what_touches_is_at_no_distance);
  tcase_add_test(tests, borders_and_absent_planes_are_no_pleura);
  tcase_add_test(tests, the_nodule_itself_is_no_edge);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
