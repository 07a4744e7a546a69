/* What headers say about values and place: rescale, padding, spacing, position,
 * orientation, localizers, text, DICOMDIR. */
#include "core/error.h"
#include "core/image/slice.h"
#include "core/image/unit.h"
#include "io/dicom/dicom_text.h"
#include "io/series/series.h"
#include "tests/support/dicom_make.h"
#include "tests/support/series_check.h"
#include "tests/support/suite.h"

#include <string.h>
#include <sys/stat.h>

#define EVERYTHING (CAP_UNKNOWN_HU | CAP_UNKNOWN_MM | CAP_UNKNOWN_PLACE)

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

/* Ten slices, each changed by CHANGE. */
static void
write_series(void (*change)(CapTestSlice *slice, int k))
{
  for (int k = 0; k < 10; k++) {
    char name[32];
    CapTestSlice slice = cap_test_slice(k);
    change(&slice, k);
    g_snprintf(name, sizeof name, "i%03d.dcm", k);
    cap_test_slice_write(&slice, folder, name);
  }
}

static void
no_slope(CapTestSlice *slice, int k)
{
  const char *const bad[] = {NULL, "0", "zz", "1e999"};
  slice->slope = bad[k % 4];
}

START_TEST(case_08_without_slope_there_are_no_hu)
{
  write_series(no_slope);
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  cap_check_case(series, 8, CAP_SEVERITY_ERROR, 1);
  ck_assert_uint_eq(series->usable & CAP_USABLE_DETECT, 0);
  ck_assert(strstr(series->unusable_text, "CASE-08") != NULL);
  g_autoptr(CapVolume) seen = cap_check_load(series);
  ck_assert_uint_eq(seen->usable & CAP_USABLE_DETECT, 0);
  ck_assert_str_eq(seen->source->unusable_text, series->unusable_text);
  ck_assert_uint_eq(seen->source->unknown, CAP_UNKNOWN_HU);
  const CapSeriesOptions assume = {.assume_hu = TRUE};
  g_autoptr(GError) error = NULL;
  g_autoptr(CapVolume) volume = cap_series_load(series, &assume, NULL, &error);
  cap_assert_no_error(error);
  ck_assert_uint_eq(volume->usable, CAP_CHECK_ALL);
  ck_assert_uint_eq(volume->source->unknown, 0);
  ck_assert_str_eq(volume->source->unusable_text, "");
  ck_assert_int_eq(cap_volume_at(volume, 0, 0, 3), 1003);
}
END_TEST

static void
one_without_slope(CapTestSlice *slice, int k)
{
  slice->slope = k == 6 ? "zz" : "1";
}

START_TEST(case_08_one_slice_without_slope_is_missing)
{
  write_series(one_without_slope);
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  cap_check_case(series, 8, CAP_SEVERITY_WARNING, 1);
  ck_assert_uint_eq(series->usable, CAP_CHECK_ALL);
  g_autoptr(CapVolume) volume = cap_check_load(series);
  ck_assert_int_eq(volume->slices, 10);
  ck_assert_int_eq(volume->valid[6], 0);
}
END_TEST

/* 12 bits, with an overlay drawn into the high nibble. */
static int
with_overlay(double x, double y, double z, gpointer unused)
{
  return 0x5000 | (int)(100 + z);
}

static void
twelve_bits(CapTestSlice *slice, int k)
{
  slice->bits_stored = 12;
  slice->high_bit = 11;
  slice->pixel = with_overlay;
}

START_TEST(case_09_unused_high_bits_are_cut_off)
{
  write_series(twelve_bits);
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  g_autoptr(CapVolume) volume = cap_check_load(cap_check_only(list));
  ck_assert_int_eq(cap_volume_at(volume, 1, 2, 7), 107 - 1024);
}
END_TEST

/* Signed 16 bits: a column of padding, a column of its range, tissue. */
static int
with_padding(double x, double y, double z, gpointer unused)
{
  return x < -9.5 ? -2000 : x < -8.5 ? -1990 : 40;
}

static void
signed_with_padding(CapTestSlice *slice, int k)
{
  slice->is_signed = TRUE;
  slice->intercept = "0";
  slice->padding = -2000;
  slice->padding_limit = k < 5 ? -1985 : 0;
  slice->pixel = with_padding;
}

START_TEST(case_09_padding_becomes_air)
{
  write_series(signed_with_padding);
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  cap_check_case(series, 9, CAP_SEVERITY_INFO, 1);
  g_autoptr(CapVolume) volume = cap_check_load(series);
  ck_assert_int_eq(cap_volume_at(volume, 0, 0, 0), CAP_HU_AIR);
  ck_assert_int_eq(cap_volume_at(volume, 1, 0, 0), CAP_HU_AIR);
  ck_assert_int_eq(cap_volume_at(volume, 2, 0, 0), 40);
}
END_TEST

START_TEST(case_11_localizers_and_turned_images_are_left_out)
{
  cap_test_series_write(folder, 10);
  CapTestSlice localizer = cap_test_slice(30);
  localizer.image_type = "ORIGINAL\\PRIMARY\\LOCALIZER";
  localizer.rows = 64;
  cap_test_slice_write(&localizer, folder, "scout");
  CapTestSlice turned = cap_test_slice(40);
  turned.orientation[4] = 0;
  turned.orientation[5] = -1;
  cap_test_slice_write(&turned, folder, "coronal");
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  cap_check_case(series, 11, CAP_SEVERITY_INFO, 2);
  ck_assert_int_eq(series->slices, 10);
  ck_assert_uint_eq(series->usable, CAP_CHECK_ALL);
}
END_TEST

static void
no_place(CapTestSlice *slice, int k)
{
  slice->no_position = TRUE;
  slice->instance = 10 - k;
}

START_TEST(case_20_without_position_only_the_view_is_left)
{
  write_series(no_place);
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  cap_check_case(series, 20, CAP_SEVERITY_ERROR, 1);
  ck_assert_uint_eq(series->usable, CAP_USABLE_VIEW);
  ck_assert_double_eq(series->spacing_mm[2], 0);
  g_autoptr(CapVolume) volume = cap_check_load(series);
  ck_assert_uint_eq(volume->usable, CAP_USABLE_VIEW);
  ck_assert_int_eq(cap_volume_at(volume, 0, 0, 0), -24 + 9);
}
END_TEST

/* As ultrasound is stored: no rescale, no place, no size of a pixel. */
static void
ultrasound(CapTestSlice *slice, int k)
{
  slice->modality = "US";
  slice->slope = slice->intercept = NULL;
  slice->no_position = slice->no_orientation = TRUE;
  slice->spacing[0] = slice->spacing[1] = 0;
}

START_TEST(case_30_what_is_not_ct_has_no_units)
{
  write_series(ultrasound);
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  const CapIrregularity *said =
      cap_check_case(series, 30, CAP_SEVERITY_WARNING, 1);
  ck_assert_str_eq(said->text, "the images are US");
  ck_assert_uint_eq(series->source->unknown, EVERYTHING);
  g_autoptr(CapVolume) volume = cap_check_load(series);
  ck_assert_uint_eq(volume->source->unknown, EVERYTHING);
  char letters[4][4];
  cap_slice_letters(volume, CAP_PLANE_AXIAL, letters);
  for (int i = 0; i < 4; i++)
    ck_assert_str_eq(letters[i], "");
  g_autoptr(CapVolume) shared = cap_volume_new_sharing(volume);
  ck_assert_uint_eq(shared->source->unknown, EVERYTHING);
}
END_TEST

/* Rows keep their proportion to columns, but nothing is a millimetre. */
START_TEST(without_a_place_a_column_is_a_pixel)
{
  write_series(no_place);
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  ck_assert_double_eq_tol(series->spacing_mm[0], 0.8, 1e-9);
  g_autoptr(CapVolume) volume = cap_check_load(series);
  ck_assert_uint_eq(volume->source->unknown,
                    CAP_UNKNOWN_MM | CAP_UNKNOWN_PLACE);
  ck_assert_double_eq(volume->spacing_mm[0], 1);
  ck_assert_double_eq_tol(volume->spacing_mm[1], 0.7 / 0.8, 1e-9);
}
END_TEST

static void
no_spacing(CapTestSlice *slice, int k)
{
  slice->spacing[0] = slice->spacing[1] = 0;
}

START_TEST(case_21_without_spacing_there_are_no_millimetres)
{
  write_series(no_spacing);
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  cap_check_case(series, 21, CAP_SEVERITY_ERROR, 1);
  ck_assert_uint_eq(series->usable, CAP_USABLE_VIEW);
  ck_assert_double_eq(series->spacing_mm[0], 0);
  g_autoptr(CapVolume) volume = cap_check_load(series);
  ck_assert_uint_eq(volume->usable, CAP_USABLE_VIEW);
  ck_assert_uint_eq(volume->source->unknown, CAP_UNKNOWN_MM);
}
END_TEST

static void
skewed(CapTestSlice *slice, int k)
{
  slice->orientation[1] = 0.1;
}

START_TEST(case_22_skewed_axes_are_refused)
{
  write_series(skewed);
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(list);
  cap_check_case(series, 22, CAP_SEVERITY_ERROR, 1);
  ck_assert_uint_eq(series->usable, 0);
  g_autoptr(GError) error = NULL;
  ck_assert_ptr_null(cap_series_load(series, NULL, NULL, &error));
  cap_assert_error(error, CAP_ERROR_DATA);
  ck_assert(strstr(error->message, "CASE-22") != NULL);
}
END_TEST

static void
kanji(CapTestSlice *slice, int k)
{
  slice->charset = "\\ISO 2022 IR 87";
  slice->patient_name = "Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B";
}

static void
broken_utf8(CapTestSlice *slice, int k)
{
  slice->charset = "ISO_IR 192";
  slice->patient_name = "M\xc3\xbcller^\xff\xfe";
}

START_TEST(case_26_no_text_is_fatal)
{
  write_series(kanji);
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  ck_assert_str_eq(cap_check_only(list)->source->patient_name,
                   "Yamada^Tarou=山田^太郎");
  cap_check_case(cap_check_only(list), 26, CAP_SEVERITY_INFO, 0);
  write_series(broken_utf8);
  g_autoptr(CapSeriesList) again = cap_check_scan(folder);
  const CapSeries *series = cap_check_only(again);
  /* Two files are named, the other eight counted. */
  cap_check_case(series, 26, CAP_SEVERITY_INFO, 3);
  ck_assert(g_utf8_validate(series->source->patient_name, -1, NULL));
  ck_assert(strstr(series->source->patient_name, "\xef\xbf\xbd") != NULL);
}
END_TEST

START_TEST(every_character_set_is_decoded)
{
  const struct {
    const char *charset, *text, *wanted;
  } cases[] = {
      {"ISO_IR 100", "Buc^J\xe9r\xf4me", "Buc^Jérôme"},
      {"ISO_IR 144", "\xbb\xee\xda", "Люк"},
      {"ISO_IR 192", "Wang^小东", "Wang^小东"},
      {"GB18030", "Wang^\xd0\xa1\xb6\xab", "Wang^小东"},
      {"\\ISO 2022 IR 149", "Hong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7",
       "Hong=洪^吉洞"},
      {"\\ISO 2022 IR 58", "Zhang=\x1b$)A\xd5\xc5", "Zhang=张"},
      {"ISO 2022 IR 100", "M\xfcller", "Müller"},
      {"", "M\xc3\xbcller", "Müller"},
      {"ISO_IR 100",
       "a\x01"
       "b",
       "a b"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    gboolean replaced = FALSE;
    g_autofree char *got =
        cap_dicom_text_to_utf8(cases[i].text, cases[i].charset, &replaced);
    ck_assert_str_eq(got, cases[i].wanted);
    ck_assert(!replaced);
  }
}
END_TEST

static void
write_dicomdir(const char *const *names, int n)
{
  GByteArray *bytes = cap_test_dicomdir_bytes(names, n);
  cap_test_write(folder, "DICOMDIR", bytes->data, bytes->len);
  g_byte_array_unref(bytes);
}

START_TEST(case_27_dicomdir_is_accepted_and_checked)
{
  const char *const names[] = {"IMAGES\\I000", "IMAGES\\I001", "IMAGES\\I007"};
  g_autofree char *images = g_build_filename(folder, "IMAGES", NULL);
  g_autofree char *dicomdir = g_build_filename(folder, "DICOMDIR", NULL);
  ck_assert_int_eq(mkdir(images, 0700), 0);
  for (int k = 0; k < 5; k++) {
    char name[32];
    const CapTestSlice slice = cap_test_slice(k);
    g_snprintf(name, sizeof name, "I%03d", k);
    cap_test_slice_write(&slice, images, name);
  }
  write_dicomdir(names, 2);
  g_autoptr(CapSeriesList) list = cap_check_scan(dicomdir);
  cap_check_case(cap_check_only(list), 27, CAP_SEVERITY_INFO, 1);
  ck_assert_int_eq(cap_check_only(list)->slices, 5);
  write_dicomdir(names, 3);
  g_autoptr(CapSeriesList) lying = cap_check_scan(folder);
  const CapIrregularity *found =
      cap_check_case(cap_check_only(lying), 27, CAP_SEVERITY_WARNING, 1);
  ck_assert(strstr(found->text, "1 are absent") != NULL);
  ck_assert_int_eq(cap_check_only(lying)->slices, 5);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("series_header");
  TCase *tests = tcase_create("series_header");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, case_08_without_slope_there_are_no_hu);
  tcase_add_test(tests, case_08_one_slice_without_slope_is_missing);
  tcase_add_test(tests, case_09_unused_high_bits_are_cut_off);
  tcase_add_test(tests, case_09_padding_becomes_air);
  tcase_add_test(tests, case_11_localizers_and_turned_images_are_left_out);
  tcase_add_test(tests, case_20_without_position_only_the_view_is_left);
  tcase_add_test(tests, case_21_without_spacing_there_are_no_millimetres);
  tcase_add_test(tests, case_22_skewed_axes_are_refused);
  tcase_add_test(tests, case_26_no_text_is_fatal);
  tcase_add_test(tests, every_character_set_is_decoded);
  tcase_add_test(tests, case_30_what_is_not_ct_has_no_units);
  tcase_add_test(tests, without_a_place_a_column_is_a_pixel);
  tcase_add_test(tests, case_27_dicomdir_is_accepted_and_checked);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
