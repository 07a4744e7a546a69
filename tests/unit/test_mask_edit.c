/* Masks changed by hand: brush, copy, move, size, cut, join, parts, on a grid
 * whose voxels are no cubes. */
#include "core/image/mask_edit.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

static CapVolume *volume;

static void
set_up(void)
{
  volume = cap_volume_new(60, 50, 30, NULL);
  volume->spacing_mm[0] = 0.5;
  volume->spacing_mm[1] = 0.8;
  volume->spacing_mm[2] = 2;
  volume->origin_mm = (CapPoint){-10, 20, -300};
}

static void
tear_down(void)
{
  g_clear_pointer(&volume, cap_volume_free);
}

static CapPoint
at(double c, double r, double s)
{
  return cap_volume_to_patient(volume, (CapPoint){c, r, s});
}

/* A box of ones. */
static CapMask *
box(int c, int r, int s, int n)
{
  CapMask *mask = cap_mask_new(n, n, n, NULL);
  memcpy(mask->first, (int[]){c, r, s}, sizeof mask->first);
  memset(mask->voxels, 1, (gsize)n * n * n);
  return mask;
}

START_TEST(the_brush_paints_a_disc_in_millimetres_on_one_slice)
{
  const struct {
    CapPlane plane;
    int normal, u, v; /* grid axes */
  } planes[] = {{CAP_PLANE_AXIAL, 2, 0, 1},
                {CAP_PLANE_CORONAL, 1, 0, 2},
                {CAP_PLANE_SAGITTAL, 0, 1, 2}};
  for (guint i = 0; i < G_N_ELEMENTS(planes); i++) {
    const CapMaskStroke stroke = {.plane = planes[i].plane,
                                  .from_mm = at(30, 25, 15),
                                  .to_mm = at(30, 25, 15),
                                  .radius_mm = 4};
    g_autoptr(CapMask) mask = cap_mask_edit_brush(volume, NULL, &stroke, NULL);
    const int size[3] = {mask->columns, mask->rows, mask->slices};
    ck_assert_int_eq(size[planes[i].normal], 1);
    const double *mm = volume->spacing_mm;
    const int u = planes[i].u, v = planes[i].v;
    ck_assert_int_eq(size[u], 2 * (int)(4 / mm[u]) + 1);
    ck_assert_int_eq(size[v], 2 * (int)(4 / mm[v]) + 1);
    const double area = cap_mask_count(mask) * mm[u] * mm[v];
    ck_assert_double_eq_tol(area, G_PI * 16, 0.15 * G_PI * 16);
    const CapPoint center = cap_mask_center(volume, mask);
    ck_assert_double_eq_tol(center.z, at(30, 25, 15).z, 1e-9);
  }
}
END_TEST

START_TEST(a_stroke_has_no_gaps_and_erasing_takes_it_back)
{
  CapMaskStroke stroke = {.plane = CAP_PLANE_AXIAL,
                          .from_mm = at(10, 10, 4),
                          .to_mm = at(50, 40, 4),
                          .radius_mm = 1};
  g_autoptr(CapMask) line = cap_mask_edit_brush(volume, NULL, &stroke, NULL);
  g_autoptr(GPtrArray) parts = cap_mask_edit_parts(line, NULL);
  ck_assert_uint_eq(parts->len, 1);
  const double length = hypot(40 * 0.5, 30 * 0.8);
  const double area = cap_mask_count(line) * 0.5 * 0.8;
  ck_assert_double_eq_tol(area, 2 * length + G_PI, 0.1 * area);
  g_autoptr(CapMask) block = box(5, 5, 3, 10);
  g_autoptr(CapMask) more = cap_mask_edit_brush(volume, block, &stroke, NULL);
  ck_assert_uint_gt(cap_mask_count(more), 1000);
  stroke.erase = TRUE;
  g_autoptr(CapMask) less = cap_mask_edit_brush(volume, more, &stroke, NULL);
  ck_assert_uint_lt(cap_mask_count(less), 1000);
  ck_assert_uint_eq(cap_mask_at(less, 10, 10, 4), 0);
  ck_assert_uint_eq(cap_mask_at(less, 10, 10, 5), 1); /* another slice */
  ck_assert_ptr_null(cap_mask_edit_brush(volume, line, &stroke, NULL));
}
END_TEST

START_TEST(a_thin_brush_paints_the_voxel_it_points_at)
{
  const CapMaskStroke stroke = {.plane = CAP_PLANE_CORONAL,
                                .from_mm = at(12.4, 20, 7.45),
                                .to_mm = at(12.4, 20, 7.45),
                                .radius_mm = 0.01};
  g_autoptr(CapMask) mask = cap_mask_edit_brush(volume, NULL, &stroke, NULL);
  ck_assert_uint_eq(cap_mask_count(mask), 1);
  ck_assert_uint_eq(cap_mask_at(mask, 12, 20, 7), 1);
  const CapMaskStroke outside = {.plane = CAP_PLANE_AXIAL,
                                 .from_mm = at(-40, 5, 5),
                                 .to_mm = at(-40, 5, 5),
                                 .radius_mm = 2};
  ck_assert_ptr_null(cap_mask_edit_brush(volume, NULL, &outside, NULL));
}
END_TEST

START_TEST(an_outline_goes_to_the_next_slice_in_every_plane)
{
  const CapPlane planes[] = {CAP_PLANE_SAGITTAL, CAP_PLANE_CORONAL,
                             CAP_PLANE_AXIAL}; /* by grid axis */
  for (int axis = 0; axis < 3; axis++) {
    g_autoptr(CapMask) mask = box(20, 20, 10, 4);
    mask->voxels[mask->columns * mask->rows * mask->slices - 1] = 0;
    const int last = mask->first[axis] + 3;
    g_autoptr(CapMask) copy = cap_mask_edit_copy_slice(
        volume, mask, planes[axis], (int[]){last, last + 1}, NULL);
    ck_assert_uint_eq(cap_mask_count(copy), 63 + 15);
    g_autoptr(CapMask) over = cap_mask_edit_copy_slice(
        volume, mask, planes[axis], (int[]){last, last - 1}, NULL);
    ck_assert_uint_eq(cap_mask_count(over), 62);
    /* An empty slice empties the next one. */
    g_autoptr(CapMask) none = cap_mask_edit_copy_slice(
        volume, mask, planes[axis], (int[]){last + 1, last}, NULL);
    ck_assert_uint_eq(cap_mask_count(none), 48);
  }
}
END_TEST

START_TEST(moving_is_by_whole_voxels_and_ends_at_the_volume)
{
  g_autoptr(CapMask) mask = box(20, 20, 10, 4);
  CapPoint moved;
  g_autoptr(CapMask) there = cap_mask_edit_move(
      volume, mask, (CapPoint){1.2, -0.9, 4.5}, &moved, NULL);
  ck_assert_int_eq(there->first[0], 22);
  ck_assert_int_eq(there->first[1], 19);
  ck_assert_int_eq(there->first[2], 12);
  ck_assert_double_eq_tol(moved.x, 1, 1e-9);
  ck_assert_double_eq_tol(moved.y, -0.8, 1e-9);
  ck_assert_double_eq_tol(moved.z, 4, 1e-9);
  g_autoptr(CapMask) edge =
      cap_mask_edit_move(volume, mask, (CapPoint){0, 0, -24}, NULL, NULL);
  ck_assert_uint_eq(cap_mask_count(edge), 32);
  ck_assert_ptr_null(
      cap_mask_edit_move(volume, mask, (CapPoint){0, 0, 900}, NULL, NULL));
}
END_TEST

START_TEST(a_size_changes_about_the_centre)
{
  g_autoptr(CapMask) mask = box(20, 20, 10, 8);
  const CapPoint before = cap_mask_center(volume, mask);
  g_autoptr(CapMask) large = cap_mask_edit_scale(volume, mask, 1.5, NULL);
  ck_assert_double_eq_tol(cap_mask_count(large), 1728, 60);
  g_autoptr(CapMask) small = cap_mask_edit_scale(volume, mask, 0.5, NULL);
  ck_assert_double_eq_tol(cap_mask_count(small), 64, 1);
  const CapPoint after = cap_mask_center(volume, large);
  ck_assert_double_eq_tol(after.x, before.x, 0.01);
  ck_assert_double_eq_tol(after.z, before.z, 0.01);
  g_autoptr(CapMask) same = cap_mask_edit_scale(volume, mask, 1, NULL);
  ck_assert_uint_eq(cap_mask_count(same), 512);
}
END_TEST

START_TEST(a_line_parts_a_mask_and_joining_makes_it_whole)
{
  g_autoptr(CapMask) mask = box(20, 20, 10, 8);
  const CapPoint line[2] = {at(22.5, 0, 12), at(22.5, 49, 12)};
  g_autoptr(GPtrArray) halves =
      cap_mask_edit_cut(volume, mask, CAP_PLANE_AXIAL, line, NULL);
  ck_assert_uint_eq(halves->len, 2);
  ck_assert_uint_eq(cap_mask_count(halves->pdata[0]), 5 * 64);
  ck_assert_uint_eq(cap_mask_count(halves->pdata[1]), 3 * 64);
  g_autoptr(CapMask) whole =
      cap_mask_edit_join(halves->pdata[0], halves->pdata[1], NULL);
  ck_assert_uint_eq(cap_mask_count(whole), 512);
  const CapPoint beside[2] = {at(2, 0, 12), at(2, 49, 12)};
  ck_assert_ptr_null(
      cap_mask_edit_cut(volume, mask, CAP_PLANE_AXIAL, beside, NULL));
  /* Upright on the view: a line of a coronal view cuts along rows. */
  const CapPoint level[2] = {at(0, 22, 13.5), at(59, 22, 13.5)};
  g_autoptr(GPtrArray) upper =
      cap_mask_edit_cut(volume, mask, CAP_PLANE_CORONAL, level, NULL);
  ck_assert_uint_eq(cap_mask_count(upper->pdata[0]), 256);
}
END_TEST

START_TEST(parts_come_with_the_largest_first)
{
  g_autoptr(CapMask) a = box(5, 5, 5, 2);
  g_autoptr(CapMask) b = box(20, 20, 10, 4);
  g_autoptr(CapMask) c = box(40, 40, 20, 3);
  g_autoptr(CapMask) ab = cap_mask_edit_join(a, b, NULL);
  g_autoptr(CapMask) all = cap_mask_edit_join(ab, c, NULL);
  g_autoptr(GPtrArray) parts = cap_mask_edit_parts(all, NULL);
  ck_assert_uint_eq(parts->len, 3);
  ck_assert_uint_eq(cap_mask_count(parts->pdata[0]), 64);
  ck_assert_uint_eq(cap_mask_count(parts->pdata[1]), 27);
  ck_assert_int_eq(((CapMask *)parts->pdata[2])->first[0], 5);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("mask_edit");
  TCase *tests = tcase_create("mask_edit");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, the_brush_paints_a_disc_in_millimetres_on_one_slice);
  tcase_add_test(tests, a_stroke_has_no_gaps_and_erasing_takes_it_back);
  tcase_add_test(tests, a_thin_brush_paints_the_voxel_it_points_at);
  tcase_add_test(tests, an_outline_goes_to_the_next_slice_in_every_plane);
  tcase_add_test(tests, moving_is_by_whole_voxels_and_ends_at_the_volume);
  tcase_add_test(tests, a_size_changes_about_the_centre);
  tcase_add_test(tests, a_line_parts_a_mask_and_joining_makes_it_whole);
  tcase_add_test(tests, parts_come_with_the_largest_first);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
