/* CapVolume: limits, patient coordinates, absent voxels. */
#include "core/error.h"
#include "core/image/mask.h"
#include "core/image/volume.h"
#include "tests/support/suite.h"

#include <math.h>

START_TEST(a_new_volume_is_air)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapVolume) volume = cap_volume_new(3, 4, 5, &error);
  cap_assert_no_error(error);
  ck_assert_uint_eq(cap_volume_n_voxels(volume), 60);
  ck_assert_int_eq(cap_volume_at(volume, 2, 3, 4), CAP_HU_AIR);
  ck_assert_int_eq(cap_volume_at(volume, -1, 0, 0), CAP_HU_AIR);
  ck_assert_int_eq(volume->valid[4], 1);
}
END_TEST

START_TEST(limits_are_refused)
{
  const int sizes[][3] = {
      {0, 1, 1}, {4097, 1, 1}, {1, 1, 5001}, {4096, 4096, 4096}, {-1, 5, 5}};
  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
    g_autoptr(GError) error = NULL;
    ck_assert_ptr_null(
        cap_volume_new(sizes[i][0], sizes[i][1], sizes[i][2], &error));
    cap_assert_error(error, CAP_ERROR_LIMIT);
  }
}
END_TEST

START_TEST(oblique_coordinates_come_back)
{
  g_autoptr(CapVolume) volume = cap_volume_new(8, 8, 8, NULL);
  const double c = cos(0.3), s = sin(0.3);
  volume->axis[0] = (CapPoint){c, s, 0};
  volume->axis[1] = (CapPoint){-s, c, 0};
  volume->spacing_mm[0] = 0.7;
  volume->spacing_mm[1] = 0.8;
  volume->spacing_mm[2] = 2.5;
  volume->origin_mm = (CapPoint){-120, 33, -400};
  const CapPoint index = {1.25, 6.5, 3.75};
  const CapPoint there = cap_volume_to_patient(volume, index);
  const CapPoint back = cap_volume_to_index(volume, there);
  ck_assert_double_eq_tol(back.x, index.x, 1e-12);
  ck_assert_double_eq_tol(back.y, index.y, 1e-12);
  ck_assert_double_eq_tol(back.z, index.z, 1e-12);
  ck_assert_double_eq_tol(there.z, -400 + 3.75 * 2.5, 1e-12);
}
END_TEST

/* In either order; AddressSanitizer sees a voxel that is freed twice, never or
 * too early. */
START_TEST(voxels_go_with_the_last_that_shares_them)
{
  for (int first = 0; first < 2; first++) {
    CapVolume *volume = cap_volume_new(3, 4, 5, NULL);
    volume->spacing_mm[2] = 2.5;
    volume->origin_mm = (CapPoint){1, 2, 3};
    CapVolume *watching = cap_volume_new_sharing(volume);
    g_autoptr(CapVolume) third = cap_volume_new_sharing(watching);
    ck_assert_int_eq(watching->valid[4], 0);
    ck_assert_int_eq(volume->valid[4], 1);
    ck_assert_double_eq(watching->spacing_mm[2], 2.5);
    ck_assert_double_eq(third->origin_mm.z, 3);
    cap_volume_slice(volume, 4)[0] = 77;
    ck_assert_int_eq(cap_volume_at(watching, 0, 0, 4), 77);
    cap_volume_free(first ? watching : volume);
    ck_assert_int_eq(cap_volume_at(first ? volume : watching, 0, 0, 4), 77);
    cap_volume_free(first ? volume : watching);
    ck_assert_int_eq(cap_volume_at(third, 0, 0, 4), 77);
  }
}
END_TEST

START_TEST(a_cropped_mask_is_read_in_volume_indices)
{
  g_autoptr(CapMask) mask = cap_mask_new(2, 2, 2, NULL);
  mask->first[0] = 10;
  mask->first[1] = 20;
  mask->first[2] = 30;
  mask->voxels[7] = 3;
  ck_assert_int_eq(cap_mask_at(mask, 11, 21, 31), 3);
  ck_assert_int_eq(cap_mask_at(mask, 12, 21, 31), 0);
  ck_assert_int_eq(cap_mask_at(mask, 1, 1, 1), 0);
  ck_assert_uint_eq(cap_mask_count(mask), 1);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("volume");
  TCase *tests = tcase_create("volume");
  tcase_add_test(tests, a_new_volume_is_air);
  tcase_add_test(tests, limits_are_refused);
  tcase_add_test(tests, oblique_coordinates_come_back);
  tcase_add_test(tests, voxels_go_with_the_last_that_shares_them);
  tcase_add_test(tests, a_cropped_mask_is_read_in_volume_indices);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
