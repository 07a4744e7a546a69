/* Real scanners' files: every transfer syntax gives the same pixels, whole
 * series give known volumes, a decoder that dies costs one slice. */
#include "core/error.h"
#include "io/dicom/decoder.h"
#include "io/series/series.h"
#include "tests/support/dicom_make.h"
#include "tests/support/series_check.h"
#include "tests/support/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* FILE of dicom-syntaxes alone in a folder of its own, loaded; NULL (and a skip
 * line) without the data. */
static CapVolume *
load_alone(const char *file)
{
  g_autofree char *relative = g_build_filename("dicom-syntaxes", file, NULL);
  g_autofree char *path = cap_test_data(relative);
  g_autofree char *link = g_build_filename(folder, "image", NULL);
  if (path == NULL) {
    cap_test_skip(file, "CAPSIGHT_DATA has no dicom-syntaxes");
    return NULL;
  }
  unlink(link);
  ck_assert_int_eq(symlink(path, link), 0);
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  return cap_check_load(cap_check_only(list));
}

static double
mean_difference(const CapVolume *a, const CapVolume *b, int offset_hu)
{
  double sum = 0;
  const gsize n = cap_volume_n_voxels(a);
  ck_assert_uint_eq(n, cap_volume_n_voxels(b));
  for (gsize i = 0; i < n; i++)
    sum += abs(a->voxels_hu[i] + offset_hu - b->voxels_hu[i]);
  return sum / n;
}

START_TEST(every_transfer_syntax_gives_the_same_pixels)
{
  static const struct {
    const char *file;
    double tolerance_hu; /* mean; 0 for lossless */
  } files[] = {
      {"BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2", 0},
      {"DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99",
       0},
      {"JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90", 0},
      {"JPEGLSLosslessTransferSyntax_1.2.840.10008.1.2.4.80", 0},
      {"JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70", 0},
      {"JPEGProcess14TransferSyntax_1.2.840.10008.1.2.4.57", 0},
      {"LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1", 0},
      {"LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2", 0},
      {"RLELosslessTransferSyntax_1.2.840.10008.1.2.5", 0},
      {"JPEG2000TransferSyntax_1.2.840.10008.1.2.4.91", 12},
      {"JPEGLSLossyTransferSyntax_1.2.840.10008.1.2.4.81", 12},
      {"JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55", 12},
      {"JPEGProcess1TransferSyntax_1.2.840.10008.1.2.4.50", 20}, /* 8 bits */
      {"JPEGProcess2_4TransferSyntax_1.2.840.10008.1.2.4.51", 12},
      {"JPEGProcess6_8TransferSyntax_1.2.840.10008.1.2.4.53", 12},
  };
  g_autoptr(CapVolume) plain = load_alone("CTImage.dcm");
  if (plain == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autofree char *name =
        g_strdup_printf("CTImage.dcm_%s.dcm", files[i].file);
    g_autoptr(CapVolume) volume = load_alone(name);
    const double difference = mean_difference(plain, volume, 0);
    ck_assert_msg(difference <= files[i].tolerance_hu, "%s: mean %.2f HU off",
                  name, difference);
  }
}
END_TEST

static char *
checksum(const CapVolume *volume)
{
  GChecksum *sum = g_checksum_new(G_CHECKSUM_MD5);
  g_checksum_update(sum, (const guchar *)volume->voxels_hu,
                    cap_volume_n_voxels(volume) * sizeof(int16_t));
  char *text = g_strdup(g_checksum_get_string(sum));
  g_checksum_free(sum);
  return text;
}

START_TEST(fragments_and_frames_are_told_apart)
{
  g_autoptr(CapVolume) plain = load_alone("eCT_Supplemental.dcm");
  if (plain == NULL)
    return;
  g_autoptr(CapVolume) packed =
      load_alone("CT0012.fragmented_no_bot_jpeg_baseline.51.dcm");
  ck_assert_int_eq(plain->slices, 2);
  ck_assert_int_eq(packed->slices, 2);
  /* The normal points to the feet here: frame 2 is the first plane. */
  ck_assert_int_eq(plain->source->source_frames[0], 1);
  ck_assert_double_eq_tol(plain->origin_mm.z, -149, 1e-6);
  /* The packed file's values are 1023 higher. */
  ck_assert_double_lt(mean_difference(plain, packed, 1023), 2);
}
END_TEST

/* Checksums of volumes that were found equal, voxel by voxel, to what pydicom
 * and SimpleITK read (padding as air). */
START_TEST(whole_series_give_known_volumes)
{
  static const struct {
    const char *folder;
    int slices, columns;
    double spacing_mm[3], origin_mm[3];
    const char *md5;
    int first_case; /* a CASE that must be noted; 0 none */
  } series[] = {
      {"lidc/LIDC-IDRI-0001",
       133,
       512,
       {0.703125, 0.703125, 2.5},
       {-166, -171.699997, -340},
       "7e9f4b41401afcff752ee2ba989e1247",
       9},
      {"lidc/LIDC-IDRI-0003",
       140,
       512,
       {0.820312, 0.820312, 2.5},
       {-228.800003, -210, -379},
       "0322922594cc8e388de2d1327ce0c132",
       0},
      {"other-ct/GE-gantry-tilt",
       28,
       512,
       {0.488281, 0.488281, 2.5},
       {-106.69244981, -104.40121763, -20.49444447},
       "4fdf2a64413920ea2824fff28bf9326e",
       5},
      {"other-ct/Lung_Dx-A0001-thick",
       64,
       512,
       {0.841797, 0.841797, 5},
       {-228.036842, -93.0631599, -439},
       "68f0a74fb8cd56822e1e6da3314db4e5",
       12},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(series); i++) {
    g_autofree char *path = cap_test_data(series[i].folder);
    if (path == NULL) {
      cap_test_skip(series[i].folder, "not in CAPSIGHT_DATA");
      continue;
    }
    g_autoptr(CapSeriesList) list = cap_check_scan(path);
    const CapSeries *only = cap_check_only(list);
    g_autoptr(CapVolume) volume = cap_check_load(only);
    g_autofree char *md5 = checksum(volume);
    ck_assert_uint_eq(volume->usable, CAP_CHECK_ALL);
    ck_assert_int_eq(volume->slices, series[i].slices);
    ck_assert_int_eq(volume->columns, series[i].columns);
    for (int k = 0; k < 3; k++)
      ck_assert_double_eq_tol(volume->spacing_mm[k], series[i].spacing_mm[k],
                              1e-4);
    ck_assert_double_eq_tol(volume->origin_mm.x, series[i].origin_mm[0], 1e-5);
    ck_assert_double_eq_tol(volume->origin_mm.y, series[i].origin_mm[1], 1e-5);
    ck_assert_double_eq_tol(volume->origin_mm.z, series[i].origin_mm[2], 1e-5);
    ck_assert_str_eq(md5, series[i].md5);
    gboolean noted = series[i].first_case == 0;
    for (guint k = 0; k < only->source->irregularities->len; k++) {
      const CapIrregularity *one =
          g_ptr_array_index(only->source->irregularities, k);
      noted |= one->number == series[i].first_case;
    }
    ck_assert(noted);
  }
}
END_TEST

/* Five compressed slices, the third one's codestream destroyed. */
START_TEST(a_damaged_codestream_costs_one_slice)
{
  g_autofree char *path = cap_test_data("lidc/LIDC-IDRI-0001");
  if (path == NULL) {
    cap_test_skip("a_damaged_codestream_costs_one_slice",
                  "CAPSIGHT_DATA has no lidc");
    return;
  }
  g_autoptr(CapSeriesList) whole = cap_check_scan(path);
  const CapSeries *series = cap_check_only(whole);
  for (int k = 0; k < 5; k++) {
    char name[32];
    g_autofree char *bytes = NULL;
    gsize n = 0;
    ck_assert(g_file_get_contents(g_ptr_array_index(series->files, k), &bytes,
                                  &n, NULL));
    if (k == 2)
      memset(bytes + n / 2, 0x5a, n / 3);
    g_snprintf(name, sizeof name, "%d", k);
    cap_test_write(folder, name, bytes, n);
  }
  g_autoptr(CapSeriesList) list = cap_check_scan(folder);
  g_autoptr(CapVolume) volume = cap_check_load(cap_check_only(list));
  ck_assert_int_eq(volume->slices, 5);
  for (int s = 0; s < 5; s++)
    ck_assert_int_eq(volume->valid[s], s != 2);
  const GPtrArray *notes = volume->source->irregularities;
  const CapIrregularity *last = g_ptr_array_index(notes, notes->len - 1);
  ck_assert_int_eq(last->number, 14);
  ck_assert_str_eq(last->file, "2");
  ck_assert(strstr(last->effect, "slice 3") != NULL);
}
END_TEST

static void
use_worker(const char *script)
{
  g_autofree char *path = g_build_filename(folder, "worker", NULL);
  cap_test_write(folder, "worker", script, strlen(script));
  ck_assert_int_eq(chmod(path, 0700), 0);
  g_setenv("CAPSIGHT_DICOM_WORKER", path, TRUE);
}

START_TEST(a_worker_that_dies_is_a_sentence)
{
  g_autofree char *path =
      cap_test_data("dicom-syntaxes/"
                    "CTImage.dcm_RLELosslessTransferSyntax_1.2.840.10008.1.2.5"
                    ".dcm");
  if (path == NULL) {
    cap_test_skip("a_worker_that_dies_is_a_sentence",
                  "CAPSIGHT_DATA has no dicom-syntaxes");
    return;
  }
  g_autofree char *images = g_build_filename(folder, "images", NULL);
  g_autofree char *link = g_build_filename(images, "image", NULL);
  ck_assert_int_eq(mkdir(images, 0700), 0);
  ck_assert_int_eq(symlink(path, link), 0);
  g_autoptr(CapSeriesList) list = cap_check_scan(images);
  g_autoptr(GError) error = NULL;
  use_worker("#!/bin/sh\nkill -SEGV $$\n");
  ck_assert_ptr_null(cap_series_load(cap_check_only(list), NULL, NULL, &error));
  cap_assert_error(error, CAP_ERROR_DATA);
  ck_assert_msg(strstr(error->message, "died") != NULL, "%s", error->message);
  g_clear_error(&error);
  g_setenv("CAPSIGHT_DICOM_WORKER", "/nonexistent/worker", TRUE);
  ck_assert_ptr_null(cap_series_load(cap_check_only(list), NULL, NULL, &error));
  cap_assert_error(error, CAP_ERROR_WORKER);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("series_real");
  TCase *tests = tcase_create("series_real");
  tcase_set_timeout(tests, 120);
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, every_transfer_syntax_gives_the_same_pixels);
  tcase_add_test(tests, fragments_and_frames_are_told_apart);
  tcase_add_test(tests, whole_series_give_known_volumes);
  tcase_add_test(tests, a_damaged_codestream_costs_one_slice);
  tcase_add_test(tests, a_worker_that_dies_is_a_sentence);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
