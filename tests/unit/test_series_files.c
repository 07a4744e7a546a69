/* Damaged, foreign and oversized files: none crashes, each is named. */
#include "core/error.h"
#include "io/series/series.h"
#include "tests/support/dicom_make.h"
#include "tests/support/series_check.h"
#include "tests/support/suite.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *folder;

static void
set_up(void)
{
  folder = cap_test_folder();
  cap_test_series_write(folder, 10);
}

static void
tear_down(void)
{
  cap_test_remove(g_steal_pointer(&folder));
}

/* Slice 4's file cut to BYTES (from its end when negative). */
static void
cut_slice(int bytes)
{
  const CapTestSlice slice = cap_test_slice(4);
  GByteArray *whole = cap_test_slice_bytes(&slice);
  cap_test_write(folder, "i004.dcm", whole->data,
                 bytes > 0 ? bytes : (int)whole->len + bytes);
  g_byte_array_unref(whole);
}

static void
write_slice_4(const CapTestSlice *slice)
{
  cap_test_slice_write(slice, folder, "i004.dcm");
}

/* Slice 4 is a hole in a volume of ten; NUMBER names its file. */
static void
assert_lost(int number, CapSeverity severity)
{
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  const CapIrregularity *found = cap_check_case(series, number, severity, 1);
  ck_assert_str_eq(found->file, "i004.dcm");
  ck_assert_int_gt(strlen(found->effect), 0);
  cap_check_case(series, 1, CAP_SEVERITY_WARNING, 1);
  g_autoptr(CapVolume) volume = cap_check_load(series);
  ck_assert_int_eq(volume->slices, 10);
  ck_assert_int_eq(volume->valid[4], 0);
  ck_assert_int_eq(cap_volume_at(volume, 7, 7, 4), CAP_HU_AIR);
  ck_assert_int_eq(cap_volume_at(volume, 7, 7, 5), -19);
  const CapSeriesOptions strict = {.strict = TRUE};
  g_autoptr(GError) error = NULL;
  ck_assert_ptr_null(cap_series_load(series, &strict, NULL, &error));
  cap_assert_error(error, CAP_ERROR_DATA);
}

/* Slice 4 is as it should be, with NUMBER noted. */
static void
assert_kept(int number)
{
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  cap_check_case(series, number, CAP_SEVERITY_INFO, 1);
  g_autoptr(CapVolume) volume = cap_check_load(series);
  ck_assert_int_eq(cap_volume_at(volume, 7, 7, 4), -20);
}

START_TEST(case_12_other_files_are_passed_over)
{
  cap_test_write(folder, "empty.dcm", "", 0);
  cap_test_write(folder, "notes.dcm", "These are notes, not an image. ", 31);
  g_autofree char *text = g_strnfill(5000, 'x');
  cap_test_write(folder, "photo.jpg", text, 5000);
  g_autofree char *pipe = g_build_filename(folder, "pipe", NULL);
  g_autofree char *loop = g_build_filename(folder, "loop", NULL);
  ck_assert_int_eq(mkfifo(pipe, 0600), 0);
  ck_assert_int_eq(symlink(folder, loop), 0);
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  ck_assert_int_eq(list->skipped_files, 3);
  ck_assert_int_eq(list->skipped->len, 3);
  cap_check_case(cap_check_only(list), 12, CAP_SEVERITY_INFO, 1);
  ck_assert_int_eq(cap_check_only(list)->slices, 10);
}
END_TEST

START_TEST(case_13_no_preamble)
{
  CapTestSlice slice = cap_test_slice(4);
  slice.no_preamble = slice.implicit = TRUE;
  write_slice_4(&slice);
  assert_kept(13);
}
END_TEST

START_TEST(case_14_pixels_cut)
{
  cut_slice(-700);
  assert_lost(14, CAP_SEVERITY_WARNING);
}
END_TEST

START_TEST(case_14_pixels_declared_short)
{
  CapTestSlice slice = cap_test_slice(4);
  slice.extra_pixel_bytes = -200;
  write_slice_4(&slice);
  assert_lost(14, CAP_SEVERITY_WARNING);
}
END_TEST

START_TEST(case_15_header_cut)
{
  cut_slice(600);
  assert_lost(15, CAP_SEVERITY_WARNING);
}
END_TEST

START_TEST(case_16_length_beyond_the_file)
{
  CapTestSlice slice = cap_test_slice(4);
  slice.pixel_length = 0xfffffff0u;
  write_slice_4(&slice);
  assert_lost(16, CAP_SEVERITY_WARNING);
}
END_TEST

START_TEST(case_17_no_pixels)
{
  CapTestSlice slice = cap_test_slice(4);
  slice.no_pixels = TRUE;
  write_slice_4(&slice);
  assert_lost(17, CAP_SEVERITY_WARNING);
  slice = cap_test_slice(4);
  slice.rows = 0;
  write_slice_4(&slice);
  assert_lost(17, CAP_SEVERITY_WARNING);
}
END_TEST

START_TEST(case_18_over_the_limits)
{
  CapTestSlice slice = cap_test_slice(4);
  slice.rows = slice.columns = 65535;
  slice.extra_pixel_bytes = 8192;
  write_slice_4(&slice);
  assert_lost(18, CAP_SEVERITY_ERROR);
  slice = cap_test_slice(4);
  slice.frames = G_MAXINT;
  write_slice_4(&slice);
  assert_lost(18, CAP_SEVERITY_ERROR);
}
END_TEST

START_TEST(rows_of_the_wrong_vr_are_read)
{
  CapTestSlice slice = cap_test_slice(4);
  slice.rows_as_ul = TRUE;
  write_slice_4(&slice);
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  g_autoptr(CapVolume) volume = cap_check_load(cap_check_only(list));
  ck_assert_int_eq(cap_volume_at(volume, 7, 7, 4), -20);
}
END_TEST

START_TEST(case_19_pixels_too_long)
{
  CapTestSlice slice = cap_test_slice(4);
  slice.extra_pixel_bytes = 64;
  write_slice_4(&slice);
  assert_kept(19);
}
END_TEST

START_TEST(case_25_deep_nesting)
{
  const int depths[] = {65, 5000, 200000};
  for (gsize i = 0; i < G_N_ELEMENTS(depths); i++) {
    CapTestSlice slice = cap_test_slice(4);
    GByteArray *nested = cap_test_nested_bytes(depths[i]);
    slice.extra = nested;
    write_slice_4(&slice);
    assert_lost(25, CAP_SEVERITY_ERROR);
    g_byte_array_unref(nested);
  }
  CapTestSlice slice = cap_test_slice(4);
  GByteArray *nested = cap_test_nested_bytes(60);
  slice.extra = nested;
  write_slice_4(&slice);
  g_byte_array_unref(nested);
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  cap_check_case(cap_check_only(list), 25, CAP_SEVERITY_ERROR, 0);
}
END_TEST

START_TEST(case_28_unknown_syntax_is_named)
{
  for (int k = 0; k < 10; k++) {
    char name[32];
    CapTestSlice slice = cap_test_slice(k);
    slice.transfer_syntax = "1.2.840.10008.1.2.4.201";
    g_snprintf(name, sizeof name, "i%03d.dcm", k);
    cap_test_slice_write(&slice, folder, name);
  }
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  ck_assert_uint_eq(series->usable, 0);
  cap_check_case(series, 28, CAP_SEVERITY_ERROR, 10);
  g_autoptr(GError) error = NULL;
  ck_assert_ptr_null(cap_series_load(series, NULL, NULL, &error));
  cap_assert_error(error, CAP_ERROR_UNSUPPORTED);
  ck_assert(strstr(error->message, "1.2.840.10008.1.2.4.201") != NULL);
  ck_assert(strstr(error->message, "High-Throughput JPEG 2000") != NULL);
}
END_TEST

START_TEST(big_endian_and_implicit_are_read)
{
  CapTestSlice slice = cap_test_slice(4);
  slice.big_endian = TRUE;
  slice.transfer_syntax = "1.2.840.10008.1.2.2";
  write_slice_4(&slice);
  slice = cap_test_slice(5);
  slice.implicit = TRUE;
  slice.transfer_syntax = "1.2.840.10008.1.2";
  cap_test_slice_write(&slice, folder, "i005.dcm");
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  ck_assert_int_eq(series->source->irregularities->len, 0);
  g_autoptr(CapVolume) volume = cap_check_load(series);
  ck_assert_int_eq(cap_volume_at(volume, 7, 7, 4), -20);
  ck_assert_int_eq(cap_volume_at(volume, 7, 7, 5), -19);
}
END_TEST

static void
note_slice(CapVolume *volume, int slice, gpointer seen)
{
  ck_assert_int_eq(volume->valid[slice], 1);
  g_array_append_val((GArray *)seen, slice);
}

START_TEST(the_middle_is_read_first)
{
  static const int outwards[10] = {4, 5, 3, 6, 2, 7, 1, 8, 0, 9};
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  g_autoptr(GArray) seen = g_array_new(FALSE, FALSE, sizeof(int));
  g_autoptr(GError) error = NULL;
  const CapSeriesOptions one_by_one = {.jobs = 1};
  g_autoptr(CapVolume) volume = cap_series_load_progressive(
      cap_check_only(list), &one_by_one, NULL, note_slice, seen, &error);
  cap_assert_no_error(error);
  ck_assert_int_eq(seen->len, 10);
  ck_assert_mem_eq(seen->data, outwards, sizeof outwards);
}
END_TEST

START_TEST(case_29_many_files_can_be_cancelled)
{
  char name[32];
  for (int i = 0; i < 3000; i++) {
    g_snprintf(name, sizeof name, "junk%04d", i);
    cap_test_write(folder, name, name, sizeof name);
  }
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  ck_assert_int_eq(list->skipped_files, 3000);
  ck_assert_int_eq(list->skipped->len, 10);

  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  const CapProgress progress = {NULL, NULL, cancellable};
  g_autoptr(GError) error = NULL;
  g_cancellable_cancel(cancellable);
  ck_assert_ptr_null(cap_series_scan(folder, &progress, &error));
  cap_assert_error(error, CAP_ERROR_CANCELLED);
  g_clear_error(&error);
  ck_assert_ptr_null(
      cap_series_load(cap_check_only(list), NULL, &progress, &error));
  cap_assert_error(error, CAP_ERROR_CANCELLED);
}
END_TEST

START_TEST(one_file_stands_for_its_series)
{
  CapTestSlice other = cap_test_slice(0);
  other.series_uid = "1.2.3.99";
  cap_test_slice_write(&other, folder, "other");
  g_autofree char *path = g_build_filename(folder, "i007.dcm", NULL);
  g_autoptr(CapSeriesList) list = cap_check_scan(path);
  ck_assert_str_eq(cap_check_only(list)->source->series_uid, CAP_TEST_SERIES);
  ck_assert_int_eq(cap_check_only(list)->slices, 10);
}
END_TEST

START_TEST(nothing_to_read_is_said)
{
  const struct {
    const char *name, *text, *part;
  } cases[] = {
      {"notes.dcm", "These are notes and not an image at all.", "notes.dcm"},
      {"photo.jpg", "\xff\xd8\xff\xe0 JFIF", "photo.jpg"},
      {"missing", NULL, "missing"},
      {"broken.mha", "ObjectType = Image\n", "broken.mha"},
  };
  g_autofree char *inside = g_build_filename(folder, "inside", NULL);
  ck_assert_int_eq(mkdir(inside, 0700), 0);
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *path = g_build_filename(inside, cases[i].name, NULL);
    g_autoptr(GError) error = NULL;
    if (cases[i].text != NULL)
      ck_assert(g_file_set_contents(path, cases[i].text, -1, NULL));
    ck_assert_ptr_null(cap_series_scan(path, NULL, &error));
    cap_assert_error(error, i == 3 ? CAP_ERROR_DATA : CAP_ERROR_NO_INPUT);
    ck_assert_msg(strstr(error->message, cases[i].part) != NULL, "%s",
                  error->message);
  }
  g_autoptr(GError) error = NULL;
  ck_assert_ptr_null(cap_series_scan(inside, NULL, &error));
  cap_assert_error(error, CAP_ERROR_NO_INPUT);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("series_files");
  TCase *tests = tcase_create("series_files");
  tcase_set_timeout(tests, 200);
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, case_12_other_files_are_passed_over);
  tcase_add_test(tests, case_13_no_preamble);
  tcase_add_test(tests, case_14_pixels_cut);
  tcase_add_test(tests, case_14_pixels_declared_short);
  tcase_add_test(tests, case_15_header_cut);
  tcase_add_test(tests, case_16_length_beyond_the_file);
  tcase_add_test(tests, case_17_no_pixels);
  tcase_add_test(tests, case_18_over_the_limits);
  tcase_add_test(tests, rows_of_the_wrong_vr_are_read);
  tcase_add_test(tests, case_19_pixels_too_long);
  tcase_add_test(tests, case_25_deep_nesting);
  tcase_add_test(tests, case_28_unknown_syntax_is_named);
  tcase_add_test(tests, big_endian_and_implicit_are_read);
  tcase_add_test(tests, the_middle_is_read_first);
  tcase_add_test(tests, case_29_many_files_can_be_cancelled);
  tcase_add_test(tests, one_file_stands_for_its_series);
  tcase_add_test(tests, nothing_to_read_is_said);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
