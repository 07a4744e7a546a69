/* Resampling: isotropic grids, patches, masks back on the volume's grid. */
#include "core/image/resample.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

/* HU that grow linearly with patient position: interpolation is exact. */
static double
ramp(CapPoint p)
{
  return 3 * p.x - 2 * p.y + 1.5 * p.z;
}

static CapVolume *
make_ramp(void)
{
  CapVolume *v = cap_volume_new(48, 40, 24, NULL);
  v->spacing_mm[0] = 0.7;
  v->spacing_mm[1] = 0.75;
  v->spacing_mm[2] = 2.5;
  v->origin_mm = (CapPoint){-20, 15, 100};
  const double c = cos(0.2), s = sin(0.2);
  v->axis[0] = (CapPoint){c, s, 0};
  v->axis[1] = (CapPoint){-s, c, 0};
  int16_t *voxel = v->voxels_hu;
  for (int k = 0; k < v->slices; k++)
    for (int j = 0; j < v->rows; j++)
      for (int i = 0; i < v->columns; i++)
        *voxel++ =
            (int16_t)lrint(ramp(cap_volume_to_patient(v, (CapPoint){i, j, k})));
  return v;
}

START_TEST(isotropic_keeps_place_and_extent)
{
  g_autoptr(CapVolume) v = make_ramp();
  const double spacings[] = {0.5, 1.0, 2.0};
  for (int n = 0; n < 3; n++) {
    g_autoptr(CapVolume) iso = cap_resample_isotropic(v, spacings[n], NULL);
    ck_assert_ptr_nonnull(iso);
    ck_assert_int_eq(iso->slices, (int)lrint(60 / spacings[n]));
    ck_assert_double_eq_tol(iso->columns * spacings[n], 48 * 0.7,
                            spacings[n] / 2 + 1e-9);
    const int edge = (int)ceil(3 / spacings[n]) + 1;
    for (int k = edge; k < iso->slices - edge; k++)
      for (int j = edge; j < iso->rows - edge; j += 3)
        for (int i = edge; i < iso->columns - edge; i += 3) {
          const CapPoint p = cap_volume_to_patient(iso, (CapPoint){i, j, k});
          ck_assert_double_eq_tol(cap_volume_at(iso, i, j, k), ramp(p), 1.2);
        }
  }
}
END_TEST

START_TEST(shrinking_does_not_alias)
{
  g_autoptr(CapVolume) v = cap_volume_new(64, 64, 2, NULL);
  v->spacing_mm[0] = v->spacing_mm[1] = 0.5;
  for (gsize i = 0; i < cap_volume_n_voxels(v); i++)
    v->voxels_hu[i] = i & 1 ? 400 : -400;
  g_autoptr(CapVolume) iso = cap_resample_isotropic(v, 1.0, NULL);
  for (int i = 2; i < iso->columns - 2; i++)
    ck_assert_int_le(abs(cap_volume_at(iso, i, 10, 0)), 4);
}
END_TEST

START_TEST(absent_planes_stay_absent_and_do_not_bleed)
{
  g_autoptr(CapVolume) v = cap_volume_new(8, 8, 10, NULL);
  v->spacing_mm[2] = 3;
  for (gsize i = 0; i < cap_volume_n_voxels(v); i++)
    v->voxels_hu[i] = 50;
  for (int s = 4; s <= 5; s++) {
    v->valid[s] = 0;
    for (int i = 0; i < 64; i++)
      cap_volume_slice(v, s)[i] = CAP_HU_AIR;
  }
  g_autoptr(CapVolume) iso = cap_resample_isotropic(v, 1.0, NULL);
  int absent = 0;
  for (int s = 0; s < iso->slices; s++) {
    absent += !iso->valid[s];
    ck_assert_int_eq(cap_volume_at(iso, 4, 4, s),
                     iso->valid[s] ? 50 : CAP_HU_AIR);
  }
  ck_assert_int_ge(absent, 3);
  ck_assert_int_le(absent, 6);

  const CapPoint axis[3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  float hu[8 * 8 * 8];
  cap_resample_patch(v, (CapPoint){4, 4, 13.5}, axis, 8, 1.0, hu);
  for (int i = 0; i < 512; i++)
    ck_assert_float_eq_tol(hu[i], 50, 1e-3);
}
END_TEST

START_TEST(a_volume_without_valid_planes_is_air)
{
  g_autoptr(CapVolume) v = cap_volume_new(4, 4, 3, NULL);
  memset(v->valid, 0, 3);
  g_autoptr(CapVolume) iso = cap_resample_isotropic(v, 0.5, NULL);
  ck_assert_int_eq(iso->valid[2], 0);
  const CapPoint axis[3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  float hu[8];
  cap_resample_patch(v, (CapPoint){1, 1, 1}, axis, 2, 1.0, hu);
  ck_assert_float_eq(hu[5], CAP_HU_AIR);
}
END_TEST

START_TEST(a_patch_reads_patient_space_along_its_axes)
{
  g_autoptr(CapVolume) v = make_ramp();
  const CapPoint center = cap_volume_to_patient(v, (CapPoint){24, 20, 12});
  const double c = cos(0.7), s = sin(0.7);
  const CapPoint axis[3] = {{c, 0, s}, {0, 1, 0}, {-s, 0, c}};
  float hu[8 * 8 * 8];
  cap_resample_patch(v, center, axis, 8, 1.0, hu);
  for (int z = 0; z < 8; z++)
    for (int y = 0; y < 8; y++)
      for (int x = 0; x < 8; x++) {
        const double a = x - 3.5, b = y - 3.5, d = z - 3.5;
        const CapPoint p = {center.x + a * c - d * s, center.y + b,
                            center.z + a * s + d * c};
        ck_assert_double_eq_tol(hu[(z * 8 + y) * 8 + x], ramp(p), 1.0);
      }
}
END_TEST

START_TEST(a_patch_over_the_edge_repeats_it)
{
  g_autoptr(CapVolume) v = make_ramp();
  const CapPoint corner = cap_volume_to_patient(v, (CapPoint){0, 0, 0});
  float hu[4 * 4 * 4];
  cap_resample_patch(v, corner, v->axis, 4, 30.0, hu);
  ck_assert_float_eq_tol(hu[0], cap_volume_at(v, 0, 0, 0), 1e-3);
  ck_assert_float_eq_tol(hu[63], cap_volume_at(v, 47, 39, 18), 400);
  ck_assert_float_gt(hu[63], -900);
}
END_TEST

/* A ball drawn into a turned patch must come back at its patient place with
 * its volume. */
START_TEST(a_mask_comes_back_where_it_was)
{
  g_autoptr(CapVolume) v = make_ramp();
  const CapPoint center = cap_volume_to_patient(v, (CapPoint){24, 20, 12});
  const double c = cos(0.5), s = sin(0.5);
  const CapPoint axis[3] = {{c, s, 0}, {-s, c, 0}, {0, 0, 1}};
  g_autofree float *p = g_new0(float, 32 * 32 * 32);
  const double r = 6;
  for (int z = 0; z < 32; z++)
    for (int y = 0; y < 32; y++)
      for (int x = 0; x < 32; x++) {
        const double d =
            sqrt((x - 18.5) * (x - 18.5) + (y - 15.5) * (y - 15.5) +
                 (z - 15.5) * (z - 15.5));
        p[(z * 32 + y) * 32 + x] = (float)CLAMP(0.5 + (r - d), 0.0, 1.0);
      }
  p[0] = p[1] = p[32] = p[33] = 1; /* a crumb far from the centre */
  g_autoptr(CapMask) mask = cap_resample_mask(v, center, axis, 32, 1.0, p, 0.5);
  ck_assert_ptr_nonnull(mask);
  const double voxel_mm3 = 0.7 * 0.75 * 2.5;
  const double want = 4.0 / 3.0 * G_PI * r * r * r;
  ck_assert_double_eq_tol(cap_mask_count(mask) * voxel_mm3, want, 0.03 * want);
  CapPoint sum = {0, 0, 0};
  gsize n = 0;
  for (int k = 0; k < v->slices; k++)
    for (int j = 0; j < v->rows; j++)
      for (int i = 0; i < v->columns; i++)
        if (cap_mask_at(mask, i, j, k)) {
          const CapPoint q = cap_volume_to_patient(v, (CapPoint){i, j, k});
          sum.x += q.x, sum.y += q.y, sum.z += q.z;
          n++;
        }
  ck_assert_double_eq_tol(sum.x / n, center.x + 3 * c, 0.15);
  ck_assert_double_eq_tol(sum.y / n, center.y + 3 * s, 0.15);
  ck_assert_double_eq_tol(sum.z / n, center.z, 0.15);
  ck_assert_int_le(mask->slices, 6); /* cropped: 12 mm of 2.5 mm planes */
  ck_assert_ptr_null(cap_resample_mask(v, center, axis, 32, 1.0, p, 1.5));
  const CapPoint far = {9000, 0, 0};
  ck_assert_ptr_null(cap_resample_mask(v, far, axis, 32, 1.0, p, 0.5));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("resample");
  TCase *tests = tcase_create("resample");
  tcase_add_test(tests, isotropic_keeps_place_and_extent);
  tcase_add_test(tests, shrinking_does_not_alias);
  tcase_add_test(tests, absent_planes_stay_absent_and_do_not_bleed);
  tcase_add_test(tests, a_volume_without_valid_planes_is_air);
  tcase_add_test(tests, a_patch_reads_patient_space_along_its_axes);
  tcase_add_test(tests, a_patch_over_the_edge_repeats_it);
  tcase_add_test(tests, a_mask_comes_back_where_it_was);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
