/* Mutated DICOM and volume files, from a seed, for a few seconds: whatever they
 * are like, scanning and loading end with a volume or a sentence.
 *
 * FUZZ_SECONDS (default 4) and FUZZ_SEED (default 1) choose length and start.
 */
#include "core/error.h"
#include "io/anonymize/anonymize.h"
#include "io/metaimage.h"
#include "io/series/series.h"
#include "tests/support/dicom_make.h"
#include "tests/support/mutate.h"
#include "tests/support/suite.h"

#include <glib/gstdio.h>
#include <stdio.h>
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
mutate(GRand *rand, GByteArray *bytes)
{
  cap_test_mutate(rand, bytes, 1200);
}

/* Everything that any of these files leads to, apart from a crash, is fine; an
 * error has to come with a sentence. */
static void
read_all(const char *path)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapSeriesList) list = cap_series_scan(path, NULL, &error);
  if (list == NULL) {
    ck_assert_ptr_nonnull(error);
    ck_assert_int_gt(strlen(error->message), 10);
    return;
  }
  for (guint i = 0; i < list->series->len; i++) {
    const CapSeries *series = g_ptr_array_index(list->series, i);
    g_autoptr(GError) why = NULL;
    if ((gint64)series->slices * series->rows * series->columns > 1 << 24)
      continue; /* allowed, but not worth the seconds here */
    g_autoptr(CapVolume) volume = cap_series_load(series, NULL, NULL, &why);
    ck_assert((volume == NULL) == (why != NULL));
    if (volume != NULL)
      ck_assert_int_eq(volume->slices, series->slices);
  }
}

static GByteArray *
seed_bytes(GRand *rand, int k)
{
  CapTestSlice slice = cap_test_slice(k);
  const double z[] = {0, 1, 2}, slopes[] = {1, 1, 2};
  const int stored[] = {1, 2, 3};
  switch (g_rand_int_range(rand, 0, 5)) {
  case 0:
    return cap_test_enhanced_bytes(3, z, slopes, stored);
  case 1:
    slice.implicit = slice.no_preamble = TRUE;
    break;
  case 2:
    slice.big_endian = TRUE;
    slice.transfer_syntax = "1.2.840.10008.1.2.2";
    break;
  case 3:
    slice.charset = "\\ISO 2022 IR 87";
    slice.patient_name = "Yamada=\x1b$B;3ED\x1b(B";
    break;
  default:
    break;
  }
  return cap_test_slice_bytes(&slice);
}

static gint64
deadline(void)
{
  return cap_test_fuzz_end(4, 2);
}

START_TEST(mutated_dicom_never_crashes)
{
  GRand *rand = cap_test_fuzz_rand();
  int n_files = 0;
  for (const gint64 end = deadline(); g_get_monotonic_time() < end;) {
    for (int k = 0; k < 12; k++) {
      char name[32];
      GByteArray *bytes = seed_bytes(rand, k);
      if (k % 3 != 0)
        mutate(rand, bytes);
      g_snprintf(name, sizeof name, "f%02d", k);
      cap_test_write(folder, name, bytes->data, bytes->len);
      g_byte_array_unref(bytes);
      n_files++;
    }
    read_all(folder);
  }
  g_rand_free(rand);
  printf("# %d DICOM files\n", n_files);
  ck_assert_int_gt(n_files, 100);
}
END_TEST

START_TEST(mutated_volumes_never_crash)
{
  GRand *rand = cap_test_fuzz_rand();
  g_autoptr(CapVolume) volume = cap_volume_new(6, 5, 4, NULL);
  g_autoptr(CapMask) mask = cap_mask_new(6, 5, 4, NULL);
  g_autofree char *whole = g_build_filename(folder, "v.mha", NULL);
  g_autofree char *packed = g_build_filename(folder, "m.mha", NULL);
  ck_assert(cap_metaimage_write_volume(volume, whole, NULL));
  ck_assert(cap_metaimage_write_mask(mask, volume, packed, NULL));
  int n_files = 0;
  for (const gint64 end = deadline(); g_get_monotonic_time() < end;) {
    char *text = NULL;
    gsize n = 0;
    ck_assert(
        g_file_get_contents(n_files % 2 ? whole : packed, &text, &n, NULL));
    GByteArray *bytes = g_byte_array_new_take((guint8 *)text, n);
    mutate(rand, bytes);
    const char *name = n_files % 3 ? "mutated.mha" : "mutated.nii";
    g_autofree char *path = g_build_filename(folder, name, NULL);
    cap_test_write(folder, name, bytes->data, bytes->len);
    g_byte_array_unref(bytes);
    read_all(path);
    n_files++;
  }
  g_rand_free(rand);
  printf("# %d volume files\n", n_files);
  ck_assert_int_gt(n_files, 100);
}
END_TEST

/* Real compressed files: the worker may refuse, or die, but only there. */
START_TEST(mutated_codestreams_never_crash)
{
  g_autofree char *samples = cap_test_data("dicom-syntaxes");
  if (samples == NULL) {
    cap_test_skip("mutated_codestreams_never_crash",
                  "CAPSIGHT_DATA has no dicom-syntaxes");
    return;
  }
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  GDir *dir = g_dir_open(samples, 0, NULL);
  for (const char *name; (name = g_dir_read_name(dir)) != NULL;)
    g_ptr_array_add(names, g_build_filename(samples, name, NULL));
  g_dir_close(dir);
  GRand *rand = cap_test_fuzz_rand();
  int n_files = 0;
  for (const gint64 end = deadline(); g_get_monotonic_time() < end;) {
    char *text = NULL;
    gsize n = 0;
    const char *path =
        g_ptr_array_index(names, g_rand_int_range(rand, 0, names->len));
    ck_assert(g_file_get_contents(path, &text, &n, NULL));
    GByteArray *bytes = g_byte_array_new_take((guint8 *)text, n);
    mutate(rand, bytes);
    cap_test_write(folder, "image", bytes->data, bytes->len);
    g_byte_array_unref(bytes);
    read_all(folder);
    n_files++;
  }
  g_rand_free(rand);
  printf("# %d compressed files\n", n_files);
  ck_assert_int_gt(n_files, 5);
}
END_TEST

static char *
same_name(const CapAnonymizedPlace *place, gpointer user_data)
{
  return g_strdup("out.dcm");
}

/* What is de-identified was read whole and found free of what must not be
 * there; whatever cannot be is refused with a sentence. */
START_TEST(mutated_dicom_is_anonymized_or_refused)
{
  GRand *rand = cap_test_fuzz_rand();
  g_autoptr(CapPseudonyms) pseudonyms = cap_pseudonyms_new(NULL, NULL);
  g_autoptr(CapDecoder) decoder = cap_decoder_new();
  g_autoptr(CapAnonymizeLog) log = cap_anonymize_log_new();
  g_autofree char *path = g_build_filename(folder, "in.dcm", NULL);
  CapAnonymizer anonymizer = {.pseudonyms = pseudonyms};
  const CapAnonymizeTarget target = {.anonymizer = &anonymizer,
                                     .folder = folder,
                                     .name = same_name,
                                     .decoder = decoder};
  int n_files = 0, n_written = 0;
  for (const gint64 end = deadline(); g_get_monotonic_time() < end;) {
    GByteArray *bytes = seed_bytes(rand, n_files % 12);
    g_autofree char *output = NULL, *warning = NULL;
    g_autoptr(GError) error = NULL;
    anonymizer.options.profile_options = g_rand_int_range(rand, 0, 64);
    if (n_files % 3 != 0)
      mutate(rand, bytes);
    cap_test_write(folder, "in.dcm", bytes->data, bytes->len);
    g_byte_array_unref(bytes);
    if (cap_anonymize_file(&target, path, log, &output, &warning, &error))
      n_written++;
    else
      ck_assert_int_gt(strlen(error->message), 10);
    ck_assert(!g_error_matches(error, CAP_ERROR, CAP_ERROR_INTERNAL));
    n_files++;
  }
  g_rand_free(rand);
  printf("# %d files, %d anonymized\n", n_files, n_written);
  ck_assert_int_gt(n_written, 10);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("fuzz_series");
  TCase *tests = tcase_create("fuzz_series");
  tcase_set_timeout(tests, 0);
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, mutated_dicom_never_crashes);
  tcase_add_test(tests, mutated_dicom_is_anonymized_or_refused);
  tcase_add_test(tests, mutated_volumes_never_crash);
  tcase_add_test(tests, mutated_codestreams_never_crash);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
