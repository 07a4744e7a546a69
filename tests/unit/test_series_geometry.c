/* Where slices lie: gaps, copies, tilt, uneven steps, order, outliers, frames.
 */
#include "core/error.h"
#include "core/image/unit.h"
#include "core/irregularity.h"
#include "io/series/series.h"
#include "tests/support/dicom_make.h"
#include "tests/support/series_check.h"
#include "tests/support/suite.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

static char *folder;

static void
set_up(void)
{
  folder = cap_test_folder();
}

static void
tear_down(void)
{
  cap_test_remove(g_steal_pointer(&folder));
}

static void
drop_file(const char *name)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  ck_assert_int_eq(g_unlink(path), 0);
}

START_TEST(a_sound_series_has_nothing_to_tell)
{
  cap_test_series_write(folder, 10);
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  ck_assert_int_eq(series->source->irregularities->len, 0);
  ck_assert_int_eq(series->slices, 10);
  ck_assert_str_eq(series->source->kernel, "B50f");
  ck_assert_str_eq(series->source->patient_name, "Test^Case");
  ck_assert_uint_eq(series->usable, CAP_CHECK_ALL);
  g_autoptr(CapVolume) volume = cap_check_load(series);
  ck_assert_double_eq_tol(volume->spacing_mm[0], 0.8, 1e-9);
  ck_assert_double_eq_tol(volume->spacing_mm[1], 0.7, 1e-9);
  ck_assert_double_eq_tol(volume->spacing_mm[2], 1, 1e-9);
  for (int s = 0; s < 10; s++)
    ck_assert_int_eq(cap_volume_at(volume, 31, 31, s), -24 + s);
  ck_assert_double_eq_tol(volume->origin_mm.y, -20, 1e-9);
  ck_assert_str_eq(volume->source->sop_uids[9], CAP_TEST_SERIES ".1.10");
}
END_TEST

START_TEST(case_01_missing_slices_stay_empty)
{
  cap_test_series_write(folder, 10);
  drop_file("i003.dcm");
  drop_file("i004.dcm");
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  cap_check_case(series, 1, CAP_SEVERITY_WARNING, 1);
  ck_assert_int_eq(series->slices, 10);
  ck_assert_int_eq(series->images, 8);
  ck_assert_double_eq_tol(series->spacing_mm[2], 1, 1e-9);
  g_autoptr(CapVolume) volume = cap_check_load(series);
  for (int s = 0; s < 10; s++) {
    const gboolean absent = s == 3 || s == 4;
    ck_assert_int_eq(volume->valid[s], !absent);
    ck_assert_int_eq(cap_volume_at(volume, 5, 5, s),
                     absent ? CAP_HU_AIR : -24 + s);
    ck_assert_int_eq(cap_volume_image_number(volume, s),
                     absent ? G_MININT : s + 1);
  }
  ck_assert_int_eq(cap_volume_image_number(volume, 10), G_MININT);
  ck_assert_str_eq(volume->source->sop_uids[3], "");
  const CapSeriesOptions strict = {.strict = TRUE};
  g_autoptr(GError) error = NULL;
  ck_assert_ptr_null(cap_series_load(series, &strict, NULL, &error));
  cap_assert_error(error, CAP_ERROR_DATA);
}
END_TEST

START_TEST(case_02_one_slice_twice_keeps_the_first)
{
  cap_test_series_write(folder, 10);
  CapTestSlice other = cap_test_slice(4);
  other.instance = 50;
  other.user_data = GINT_TO_POINTER(2000);
  cap_test_slice_write(&other, folder, "a-comes-first.dcm");
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  const CapIrregularity *found =
      cap_check_case(series, 2, CAP_SEVERITY_WARNING, 1);
  ck_assert_str_eq(found->file, "a-comes-first.dcm");
  ck_assert_int_eq(series->slices, 10);
  ck_assert_double_eq_tol(series->spacing_mm[2], 1, 1e-9);
  g_autoptr(CapVolume) volume = cap_check_load(series);
  ck_assert_int_eq(cap_volume_at(volume, 0, 0, 4), -20);
}
END_TEST

START_TEST(case_02_two_acquisitions_are_two_stacks)
{
  cap_test_series_write(folder, 10);
  for (int k = 0; k < 8; k++) {
    char name[32];
    CapTestSlice slice = cap_test_slice(k);
    slice.acquisition = 2;
    slice.user_data = GINT_TO_POINTER(3000 + k);
    g_snprintf(name, sizeof name, "second%d", k);
    cap_test_slice_write(&slice, folder, name);
  }
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  ck_assert_int_eq(list->series->len, 2);
  const CapSeries *first = g_ptr_array_index(list->series, 0);
  const CapSeries *second = cap_series_choose(list, CAP_TEST_SERIES "#2", NULL);
  ck_assert_int_eq(first->slices, 10);
  ck_assert_int_eq(second->slices, 8);
  cap_check_case(first, 2, CAP_SEVERITY_INFO, 1);
  g_autoptr(CapVolume) volume = cap_check_load(second);
  ck_assert_int_eq(cap_volume_at(volume, 0, 0, 7), 3007 - 1024);
}
END_TEST

START_TEST(case_03_copies_are_dropped)
{
  cap_test_series_write(folder, 10);
  const CapTestSlice copy = cap_test_slice(6);
  cap_test_slice_write(&copy, folder, "copy of six");
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  cap_check_case(series, 3, CAP_SEVERITY_INFO, 1);
  ck_assert_int_eq(series->slices, 10);
}
END_TEST

START_TEST(case_04_the_best_of_several_series_comes_first)
{
  for (int k = 0; k < 20; k++) {
    char name[32];
    CapTestSlice slice = cap_test_slice(k);
    slice.series_uid = k < 5 ? "1.2.3.1" : k < 12 ? "1.2.3.2" : "1.2.3.3";
    slice.modality = k < 12 ? "CT" : "MR";
    g_snprintf(name, sizeof name, "%02d", 40 - k);
    cap_test_slice_write(&slice, folder, name);
  }
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  ck_assert_int_eq(list->series->len, 3);
  const CapSeries *best = cap_series_choose(list, NULL, NULL);
  ck_assert_str_eq(best->source->series_uid, "1.2.3.2");
  cap_check_case(best, 4, CAP_SEVERITY_INFO, 1);
  const CapSeries *mr = cap_series_choose(list, "1.2.3.3", NULL);
  ck_assert_uint_eq(mr->usable, CAP_USABLE_VIEW | CAP_USABLE_MEASURE);
  ck_assert(strstr(mr->unusable_text, "MR") != NULL);
  cap_check_case(mr, 30, CAP_SEVERITY_WARNING, 1);
  ck_assert_uint_eq(mr->source->unknown, CAP_UNKNOWN_HU);
  ck_assert_uint_eq(best->source->unknown, 0);
  g_autoptr(GError) error = NULL;
  ck_assert_ptr_null(cap_series_choose(list, "9.9", &error));
  cap_assert_error(error, CAP_ERROR_NO_INPUT);
}
END_TEST

/* Stored value that is linear in y and z: linear interpolation keeps it. */
static int
ramp(double x, double y, double z, gpointer unused)
{
  return (int)lround(1500 + 10 * y + 4 * z);
}

static void
assert_ramp(const CapVolume *volume, double tolerance)
{
  int checked = 0;
  for (int s = 0; s < volume->slices; s++)
    for (int r = 0; r < volume->rows; r++) {
      const int16_t hu = cap_volume_at(volume, 10, r, s);
      const CapPoint at = cap_volume_to_patient(volume, (CapPoint){10, r, s});
      const gboolean at_edge =
          cap_volume_at(volume, 10, r - 1, s) == CAP_HU_AIR ||
          cap_volume_at(volume, 10, r + 1, s) == CAP_HU_AIR;
      if (hu == CAP_HU_AIR || at_edge)
        continue; /* outside of the slice, or blended with the outside */
      ck_assert_double_eq_tol(hu, 476 + 10 * at.y + 4 * at.z, tolerance);
      checked++;
    }
  ck_assert_int_gt(checked, volume->slices * volume->rows / 2);
}

START_TEST(case_05_gantry_tilt_is_straightened)
{
  const double tilt = 15 * G_PI / 180;
  for (int k = 0; k < 12; k++) {
    char name[32];
    CapTestSlice slice = cap_test_slice(k);
    slice.orientation[4] = cos(tilt);
    slice.orientation[5] = sin(tilt);
    slice.position[2] = 2 * k; /* the table moves along z */
    slice.pixel = ramp;
    g_snprintf(name, sizeof name, "t%02d", k);
    cap_test_slice_write(&slice, folder, name);
  }
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  const CapIrregularity *found =
      cap_check_case(series, 5, CAP_SEVERITY_WARNING, 1);
  ck_assert(strstr(found->text, "15.0") != NULL);
  ck_assert_int_eq(series->slices, 12);
  ck_assert_double_eq_tol(series->spacing_mm[2], 2 * cos(tilt), 1e-6);
  g_autoptr(CapVolume) volume = cap_check_load(series);
  ck_assert_int_gt(volume->rows, 32);
  ck_assert_str_eq(volume->source->sop_uids[11], CAP_TEST_SERIES ".1.12");
  assert_ramp(volume, 1.1);
}
END_TEST

START_TEST(case_05_senseless_positions_make_no_volume)
{
  for (int k = 0; k < 6; k++) {
    char name[32];
    CapTestSlice slice = cap_test_slice(k);
    slice.position[1] = 3 * k; /* 71.6° off the normal */
    g_snprintf(name, sizeof name, "s%02d", k);
    cap_test_slice_write(&slice, folder, name);
  }
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  cap_check_case(series, 5, CAP_SEVERITY_ERROR, 1);
  ck_assert_uint_eq(series->usable, CAP_USABLE_VIEW);
  ck_assert(strstr(series->unusable_text, "CASE-05") != NULL);
  ck_assert_double_eq(series->spacing_mm[2], 0);
  g_autoptr(CapVolume) volume = cap_check_load(series);
  ck_assert_int_eq(cap_volume_at(volume, 0, 0, 5), -19);
}
END_TEST

START_TEST(case_06_uneven_steps_are_resampled)
{
  const double z[] = {0, 1, 2, 3, 5, 7, 9, 11, 13, 15};
  for (gsize k = 0; k < G_N_ELEMENTS(z); k++) {
    char name[32];
    CapTestSlice slice = cap_test_slice(k);
    slice.position[2] = z[k];
    slice.pixel = ramp;
    g_snprintf(name, sizeof name, "u%02d", (int)k);
    cap_test_slice_write(&slice, folder, name);
  }
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  cap_check_case(series, 6, CAP_SEVERITY_WARNING, 1);
  ck_assert_int_eq(series->slices, 16);
  ck_assert_double_eq_tol(series->spacing_mm[2], 1, 1e-6);
  g_autoptr(CapVolume) volume = cap_check_load(series);
  assert_ramp(volume, 1.1);
  ck_assert_str_eq(volume->source->sop_uids[15], CAP_TEST_SERIES ".1.10");
}
END_TEST

START_TEST(case_07_rescale_is_applied_slice_by_slice)
{
  for (int k = 0; k < 10; k++) {
    char name[32];
    CapTestSlice slice = cap_test_slice(k);
    slice.slope = k % 2 ? "2" : "0.5";
    slice.intercept = k % 2 ? "-1000" : "-1200";
    slice.user_data = GINT_TO_POINTER(k % 2 ? 450 : 2200);
    g_snprintf(name, sizeof name, "r%02d", k);
    cap_test_slice_write(&slice, folder, name);
  }
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  cap_check_case(series, 7, CAP_SEVERITY_INFO, 1);
  g_autoptr(CapVolume) volume = cap_check_load(series);
  for (int s = 0; s < 10; s++)
    ck_assert_int_eq(cap_volume_at(volume, 3, 3, s), -100);
}
END_TEST

START_TEST(case_10_position_alone_orders)
{
  const int instances[] = {5, 1, 9, 3, 7, 2, 8, 10, 4, 6};
  for (int k = 0; k < 10; k++) {
    char name[32];
    CapTestSlice slice = cap_test_slice(k);
    slice.instance = instances[k];
    g_snprintf(name, sizeof name, "z%02d", 99 - k);
    cap_test_slice_write(&slice, folder, name);
  }
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  cap_check_case(series, 10, CAP_SEVERITY_INFO, 1);
  g_autoptr(CapVolume) volume = cap_check_load(series);
  for (int s = 0; s < 10; s++)
    ck_assert_int_eq(cap_volume_at(volume, 0, 0, s), -24 + s);
}
END_TEST

START_TEST(case_23_the_majority_matrix_wins)
{
  cap_test_series_write(folder, 10);
  CapTestSlice other = cap_test_slice(5);
  other.rows = other.columns = 16;
  cap_test_slice_write(&other, folder, "i005.dcm");
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  const CapIrregularity *found =
      cap_check_case(series, 23, CAP_SEVERITY_WARNING, 1);
  ck_assert_str_eq(found->file, "i005.dcm");
  cap_check_case(series, 1, CAP_SEVERITY_WARNING, 1);
  g_autoptr(CapVolume) volume = cap_check_load(series);
  ck_assert_int_eq(volume->slices, 10);
  ck_assert_int_eq(volume->valid[5], 0);
}
END_TEST

START_TEST(case_24_enhanced_frames_are_sorted_and_scaled)
{
  /* Shuffled, z = 3 missing, a slope for each frame: HU is z for all. */
  const double z[] = {4, 0, 2, 1, 5, 6};
  const double slopes[] = {2, 1, 4, 1, 1, 2};
  const int stored[] = {514, 1024, 256 + 0, 1025, 1029, 515};
  GByteArray *bytes = cap_test_enhanced_bytes(6, z, slopes, stored);
  cap_test_write(folder, "enhanced", bytes->data, bytes->len);
  g_byte_array_unref(bytes);
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  cap_check_case(series, 24, CAP_SEVERITY_INFO, 1);
  cap_check_case(series, 1, CAP_SEVERITY_WARNING, 1);
  cap_check_case(series, 7, CAP_SEVERITY_INFO, 1);
  cap_check_case(series, 10, CAP_SEVERITY_INFO, 1);
  ck_assert_str_eq(series->source->kernel, "LUNG");
  ck_assert_uint_eq(series->usable, CAP_CHECK_ALL);
  g_autoptr(CapVolume) volume = cap_check_load(series);
  ck_assert_int_eq(volume->slices, 7);
  const int hu[] = {0, 1, 0, CAP_HU_AIR, 4, 5, 6};
  const int frames[] = {1, 3, 2, 0, 0, 4, 5};
  for (int s = 0; s < 7; s++) {
    ck_assert_int_eq(cap_volume_at(volume, 9, 9, s), hu[s]);
    ck_assert_int_eq(volume->source->source_frames[s], frames[s]);
    ck_assert_int_eq(cap_volume_image_number(volume, s),
                     volume->valid[s] ? frames[s] + 1 : G_MININT);
  }
}
END_TEST

START_TEST(one_slice_is_shown_and_no_more)
{
  cap_test_series_write(folder, 1);
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  ck_assert_uint_eq(series->usable, CAP_USABLE_VIEW | CAP_USABLE_MEASURE);
  ck_assert(strstr(series->unusable_text, "only 1 slice") != NULL);
  g_autoptr(CapVolume) volume = cap_check_load(series);
  ck_assert_int_eq(cap_volume_at(volume, 0, 0, 0), -24);
}
END_TEST

START_TEST(coronal_slices_are_not_for_detection)
{
  for (int k = 0; k < 5; k++) {
    char name[32];
    CapTestSlice slice = cap_test_slice(k);
    const double coronal[6] = {1, 0, 0, 0, 0, -1};
    memcpy(slice.orientation, coronal, sizeof coronal);
    slice.position[1] = k;
    slice.position[2] = 0;
    g_snprintf(name, sizeof name, "c%d", k);
    cap_test_slice_write(&slice, folder, name);
  }
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  ck_assert_uint_eq(series->usable, CAP_USABLE_VIEW | CAP_USABLE_MEASURE);
  g_autoptr(CapVolume) volume = cap_check_load(series);
  ck_assert_double_eq_tol(volume->axis[2].y, 1, 1e-9);
  ck_assert_int_eq(cap_volume_at(volume, 0, 0, 4), -20);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("series_geometry");
  TCase *tests = tcase_create("series_geometry");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, a_sound_series_has_nothing_to_tell);
  tcase_add_test(tests, case_01_missing_slices_stay_empty);
  tcase_add_test(tests, case_02_one_slice_twice_keeps_the_first);
  tcase_add_test(tests, case_02_two_acquisitions_are_two_stacks);
  tcase_add_test(tests, case_03_copies_are_dropped);
  tcase_add_test(tests, case_04_the_best_of_several_series_comes_first);
  tcase_add_test(tests, case_05_gantry_tilt_is_straightened);
  tcase_add_test(tests, case_05_senseless_positions_make_no_volume);
  tcase_add_test(tests, case_06_uneven_steps_are_resampled);
  tcase_add_test(tests, case_07_rescale_is_applied_slice_by_slice);
  tcase_add_test(tests, case_10_position_alone_orders);
  tcase_add_test(tests, case_23_the_majority_matrix_wins);
  tcase_add_test(tests, case_24_enhanced_frames_are_sorted_and_scaled);
  tcase_add_test(tests, one_slice_is_shown_and_no_more);
  tcase_add_test(tests, coronal_slices_are_not_for_detection);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
