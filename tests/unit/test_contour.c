/* Mask outlines and routing maps: lengths and places against geometry. */
#include "core/image/contour.h"
#include "core/measure/routing_map.h"
#include "tests/support/findings.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

static double
length(const GArray *segments)
{
  double sum = 0;
  for (guint i = 0; i < segments->len; i++) {
    const CapSegment *s = &g_array_index(segments, CapSegment, i);
    sum += hypot(s->x1 - s->x0, s->y1 - s->y0);
  }
  return sum;
}

START_TEST(a_ball_is_cut_in_a_circle_in_every_plane)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 1);
  const CapFinding *ball = findings->items->pdata[0]; /* radius 6 mm */
  for (int plane = 0; plane < 3; plane++) {
    const CapSliceView view = {.plane = (CapPlane)plane,
                               .center_mm = ball->center_mm,
                               .mm_per_pixel = 0.25};
    g_autoptr(GArray) cut =
        cap_contour_cut(volume, ball->mask, &view, 120, 120);
    double x, y;
    cap_slice_to_pixel(volume, &view, 120, 120, ball->center_mm, &x, &y);
    const double tolerance = plane == CAP_PLANE_AXIAL ? 2.5 : 6.0;
    ck_assert_double_eq_tol(cap_contour_radius(cut, x, y), 24, tolerance);
    /* A staircase is at most 4/pi longer than the circle. */
    ck_assert_double_gt(length(cut), 0.93 * 2 * G_PI * 24);
    ck_assert_double_lt(length(cut), 1.3 * 2 * G_PI * 24);
  }
}
END_TEST

START_TEST(outlines_are_closed)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapMask) mask = cap_mask_new(6, 6, 1, NULL);
  for (int i = 0; i < 36; i++) /* corners that touch: saddles */
    mask->voxels[i] = (i / 6 + i % 6) % 2 == 0 || i % 5 == 0;
  mask->first[0] = 20, mask->first[1] = 20, mask->first[2] = 9;
  const CapSliceView view = {
      .plane = CAP_PLANE_AXIAL,
      .center_mm = cap_volume_to_patient(volume, (CapPoint){22.5, 22.5, 9}),
      .mm_per_pixel = 0.13};
  g_autoptr(GArray) cut = cap_contour_cut(volume, mask, &view, 100, 100);
  ck_assert_int_gt((int)cut->len, 50);
  for (guint i = 0; i < cut->len; i++) {
    const CapSegment *s = &g_array_index(cut, CapSegment, i);
    int starts = 0, ends = 0;
    for (guint k = 0; k < cut->len; k++) {
      const CapSegment *t = &g_array_index(cut, CapSegment, k);
      if (k == i)
        continue;
      starts += hypot(t->x0 - s->x0, t->y0 - s->y0) < 1e-3 ||
                hypot(t->x1 - s->x0, t->y1 - s->y0) < 1e-3;
      ends += hypot(t->x0 - s->x1, t->y0 - s->y1) < 1e-3 ||
              hypot(t->x1 - s->x1, t->y1 - s->y1) < 1e-3;
    }
    ck_assert_int_ge(starts, 1);
    ck_assert_int_ge(ends, 1);
  }
}
END_TEST

START_TEST(a_plane_that_misses_has_no_outline)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 1);
  const CapFinding *ball = findings->items->pdata[0];
  CapSliceView view = {.plane = CAP_PLANE_AXIAL,
                       .center_mm = ball->center_mm,
                       .mm_per_pixel = 0.25};
  view.center_mm.z += 9;
  g_autoptr(GArray) beside =
      cap_contour_cut(volume, ball->mask, &view, 120, 120);
  ck_assert_int_eq((int)beside->len, 0);
  ck_assert_double_eq(cap_contour_radius(beside, 0, 0), 0);
  view.center_mm = ball->center_mm;
  view.center_mm.x += 100;
  g_autoptr(GArray) away = cap_contour_cut(volume, ball->mask, &view, 120, 120);
  ck_assert_int_eq((int)away->len, 0);
}
END_TEST

/* (X, Y) lies within LOOPS, by crossings of a ray to the right. */
static gboolean
is_within(const GPtrArray *loops, double x, double y)
{
  gboolean within = FALSE;
  for (guint k = 0; k < loops->len; k++) {
    const GArray *loop = loops->pdata[k];
    for (guint i = 0; i + 3 < loop->len; i += 2) {
      const double *p = &g_array_index(loop, double, i);
      if ((p[1] > y) != (p[3] > y) &&
          x < p[0] + (y - p[1]) * (p[2] - p[0]) / (p[3] - p[1]))
        within = !within;
    }
  }
  return within;
}

/* Twice the area, positive for a clockwise loop as the image is seen. */
static double
turned_area(const GArray *loop)
{
  double sum = 0;
  for (guint i = 0; i + 3 < loop->len; i += 2) {
    const double *p = &g_array_index(loop, double, i);
    sum += p[0] * p[3] - p[2] * p[1];
  }
  return sum;
}

START_TEST(loops_hold_the_voxels_of_the_mask_and_no_others)
{
  g_autoptr(CapMask) mask = cap_mask_new(13, 9, 40, NULL);
  g_autoptr(GRand) random = g_rand_new_with_seed(7);
  mask->first[0] = -3, mask->first[1] = 20, mask->first[2] = 5;
  for (int i = 0; i < 13 * 9 * 40; i++)
    mask->voxels[i] = g_rand_double(random) < 0.3 + 0.4 * i / (13 * 9 * 40);
  for (int s = 5; s < 45; s++) {
    g_autoptr(GPtrArray) loops = cap_contour_loops(mask, s);
    for (int y = 18; y < 31; y++)
      for (int x = -5; x < 12; x++)
        ck_assert_int_eq(is_within(loops, x, y),
                         cap_mask_at(mask, x, y, s) != 0);
    for (guint k = 0; k < loops->len; k++) {
      const GArray *loop = loops->pdata[k];
      const double *p = &g_array_index(loop, double, 0);
      ck_assert_int_ge((int)loop->len, 10);
      ck_assert_double_eq(p[0], p[loop->len - 2]);
      ck_assert_double_eq(p[1], p[loop->len - 1]);
    }
  }
}
END_TEST

START_TEST(a_ring_has_two_loops_that_run_against_each_other)
{
  g_autoptr(CapMask) mask = cap_mask_new(6, 5, 1, NULL);
  memset(mask->voxels, 1, 30);
  for (int x = 1; x < 5; x++)
    mask->voxels[2 * 6 + x] = 0;
  g_autoptr(GPtrArray) loops = cap_contour_loops(mask, 0);
  ck_assert_int_eq((int)loops->len, 2);
  /* a rectangle with its corners cut: 8 corners, the first twice */
  ck_assert_int_eq((int)((GArray *)loops->pdata[0])->len, 18);
  ck_assert_double_eq(turned_area(loops->pdata[0]), 2 * (30 - 0.5));
  ck_assert_double_eq(turned_area(loops->pdata[1]), -2 * (4 - 0.5));
  g_autoptr(GPtrArray) none = cap_contour_loops(mask, 1);
  ck_assert_int_eq((int)none->len, 0);
  /* corners that touch stay apart */
  memset(mask->voxels, 0, 30);
  mask->voxels[0] = mask->voxels[7] = 1;
  g_autoptr(GPtrArray) two = cap_contour_loops(mask, 0);
  ck_assert_int_eq((int)two->len, 2);
}
END_TEST

START_TEST(the_routing_map_lies_along_the_patch_axes)
{
  g_autoptr(CapFinding) finding = cap_finding_new();
  finding->center_mm = (CapPoint){10, -20, 30};
  finding->patch_axis[0] = (CapPoint){0, 1, 0}; /* patch x is patient y */
  finding->patch_axis[1] = (CapPoint){-1, 0, 0};
  finding->capsules[0].routing[(1 * CAP_GRID + 2) * CAP_GRID + 3] = 0.8F;
  /* Cell (x 3, y 2, z 1) is centred 12, 4 and -4 mm along the axes. */
  const CapPoint at = {10 - 4, -20 + 12, 30 - 4};
  ck_assert_double_eq_tol(cap_routing_map_at(finding, 0, at), 0.8, 1e-6);
  ck_assert_double_eq_tol(
      cap_routing_map_at(finding, 0, (CapPoint){at.x, at.y - 4, at.z}), 0.4,
      1e-6);
  ck_assert_double_eq_tol(/* the outer half cell repeats the border */
                          cap_routing_map_at(
                              finding, 0, (CapPoint){at.x, at.y + 3.9, at.z}),
                          0.8, 1e-6);
  ck_assert_double_eq(
      cap_routing_map_at(finding, 0, (CapPoint){at.x, at.y + 4.1, at.z}), 0);
  ck_assert_double_eq_tol(cap_routing_map_max(finding, 0), 0.8, 1e-6);
  ck_assert_double_eq(cap_routing_map_max(finding, 1), 0);
}
END_TEST

START_TEST(the_rendered_map_peaks_where_the_votes_came_from)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 1);
  const CapFinding *finding = findings->items->pdata[0];
  const CapSliceView view = {.plane = CAP_PLANE_AXIAL,
                             .center_mm = finding->center_mm,
                             .mm_per_pixel = 1};
  g_autofree float *map = g_new(float, 41 * 41);
  cap_routing_map_render(volume, finding, 0, &view, 41, 41, map);
  int hottest = 0;
  for (int i = 0; i < 41 * 41; i++)
    if (map[i] > map[hottest])
      hottest = i;
  ck_assert_float_eq_tol(map[0], 0, 1e-9F); /* outside the patch */
  ck_assert_int_ge(hottest % 41, 16);
  ck_assert_int_le(hottest % 41, 24);
  ck_assert_int_ge(hottest / 41, 20); /* made towards the back */
  ck_assert_int_le(hottest / 41, 28);
  ck_assert_float_le(map[hottest], 1.0F);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("contour");
  TCase *tests = tcase_create("contour");
  tcase_add_test(tests, a_ball_is_cut_in_a_circle_in_every_plane);
  tcase_add_test(tests, outlines_are_closed);
  tcase_add_test(tests, a_plane_that_misses_has_no_outline);
  tcase_add_test(tests, loops_hold_the_voxels_of_the_mask_and_no_others);
  tcase_add_test(tests, a_ring_has_two_loops_that_run_against_each_other);
  tcase_add_test(tests, the_routing_map_lies_along_the_patch_axes);
  tcase_add_test(tests, the_rendered_map_peaks_where_the_votes_came_from);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
