/* LIDC annotations beyond one file: which message counts, which marks are one
 * nodule, which voxels their outlines hold. */
#include "core/error.h"
#include "core/image/mask_edit.h"
#include "datasets/lidc_mask.h"
#include "datasets/lidc_messages.h"
#include "io/series/series.h"
#include "tests/support/suite.h"

#include <glib/gstdio.h>
#include <math.h>

#define HEAD(uid, series, time)                                                \
  "<LidcReadMessage uid=\"" uid "\" xmlns=\"http://www.nih.gov\">"             \
  "<ResponseHeader><SeriesInstanceUid>" series "</SeriesInstanceUid>"          \
  "<DateService>2008-08-18</DateService><TimeService>" time "</TimeService>"   \
  "</ResponseHeader>"
#define TAIL "</LidcReadMessage>"
#define AT(x, y)                                                               \
  "<edgeMap><xCoord>" #x "</xCoord><yCoord>" #y "</yCoord></edgeMap>"
#define ROI(z, sop, in, points)                                                \
  "<roi><imageZposition>" z "</imageZposition><imageSOP_UID>" sop              \
  "</imageSOP_UID><inclusion>" in "</inclusion>" points "</roi>"
#define SQUARE(a, b) AT(a, a) AT(b, a) AT(b, b) AT(a, b) AT(a, a)
#define NODULE(malignancy, rois)                                               \
  "<readingSession><unblindedReadNodule><noduleID>n</noduleID>"                \
  "<characteristics><malignancy>" malignancy "</malignancy>"                   \
  "</characteristics>" rois "</unblindedReadNodule></readingSession>"

static void
put(const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname(path);
  ck_assert_int_eq(g_mkdir_with_parents(parent, 0777), 0);
  ck_assert(g_file_set_contents(path, text, -1, NULL));
}

static CapLidcReads *
read_text(const char *text)
{
  char *folder = cap_test_folder();
  g_autofree char *path = g_build_filename(folder, "x.xml", NULL);
  put(folder, "x.xml", text);
  g_autoptr(GError) error = NULL;
  CapLidcReads *reads = cap_lidc_read(path, &error);
  cap_assert_no_error(error);
  cap_test_remove(folder);
  return reads;
}

START_TEST(one_message_for_each_series)
{
  char *folder = cap_test_folder();
  put(folder, "a/1.xml", HEAD("1.99", "5.1", "10:00:00") TAIL);
  put(folder, "b/c/2.xml", HEAD("1.100", "5.1", "10:00:00") TAIL);
  put(folder, "3.xml", HEAD("1.500", "5.1", "09:00:00") TAIL);
  put(folder, "4.xml", HEAD("1.1", "5.2", "10:00:00") TAIL);
  put(folder, "4-Correction.xml", HEAD("1.1", "5.2", "10:00:00") TAIL);
  put(folder, "xray.xml",
      "<IdriReadMessage xmlns=\"http://www.nih.gov/idri\"/>");
  put(folder, "other.xml", "<svg/>");
  put(folder, "cut.xml", "<LidcReadMessage><ResponseHeader>");
  put(folder, "nameless.xml",
      "<LidcReadMessage><ResponseHeader/></LidcReadMessage>");
  put(folder, "notes.txt", "no xml");
  g_autoptr(GError) error = NULL;
  g_autoptr(CapLidcMessages) all = cap_lidc_messages_find(folder, NULL, &error);
  cap_assert_no_error(error);
  ck_assert_int_eq(all->n_files, 9);
  ck_assert_int_eq(all->n_chest_xray, 1);
  ck_assert_int_eq(all->n_other, 1);
  ck_assert_uint_eq(all->faults->len, 2);
  ck_assert_uint_eq(all->messages->len, 2);
  ck_assert_uint_eq(all->replaced->len, 3);
  const CapLidcMessage *m = cap_lidc_messages_get(all, "5.1");
  ck_assert(g_str_has_suffix(m->path, "2.xml")); /* 1.100 is after 1.99 */
  m = cap_lidc_messages_get(all, "5.2");
  ck_assert(g_str_has_suffix(m->path, "4-Correction.xml"));
  ck_assert_ptr_null(cap_lidc_messages_get(all, "5.3"));
  cap_test_remove(folder);
  ck_assert_ptr_null(cap_lidc_messages_find("no/such", NULL, &error));
  cap_assert_error(error, CAP_ERROR_NO_INPUT);
}
END_TEST

/* Three marks on one nodule, two of them only through the third; a fourth on
 * the next slice belongs as soon as the slice step is tolerated. */
START_TEST(marks_near_each_other_are_one_nodule)
{
  g_autoptr(CapLidcReads) reads = read_text(
      HEAD("1", "5", "1") NODULE("5", ROI("0", "a", "TRUE", SQUARE(10, 20)))
          NODULE("3", ROI("0", "a", "TRUE", SQUARE(20, 24)))
              NODULE("2", ROI("0", "a", "TRUE", SQUARE(24, 30)))
                  NODULE("1", ROI("2.5", "b", "TRUE", SQUARE(24, 30)))
                      NODULE("1", ROI("50", "c", "TRUE", SQUARE(24, 30))) TAIL);
  const CapLidcScale near = {0.5, 0.5, 1, 1}, far = {0.5, 0.5, 1, 2.5};
  g_autoptr(GPtrArray) three = cap_lidc_nodules_group(reads, &near);
  ck_assert_uint_eq(three->len, 3);
  const CapLidcNodule *first = three->pdata[0];
  ck_assert_uint_eq(first->marks->len, 3);
  ck_assert_int_eq(first->n_readers, 3);
  ck_assert_double_eq(cap_lidc_nodule_median(first, CAP_N_ATTRIBUTES), 3);
  ck_assert_double_eq_tol(cap_lidc_nodule_mean(first, CAP_N_ATTRIBUTES),
                          10 / 3.0, 1e-12);
  ck_assert(isnan(cap_lidc_nodule_median(first, CAP_TEXTURE)));
  g_autoptr(GPtrArray) two = cap_lidc_nodules_group(reads, &far);
  ck_assert_uint_eq(two->len, 2);
  ck_assert_uint_eq(((CapLidcNodule *)two->pdata[0])->marks->len, 4);
  ck_assert_double_eq(cap_lidc_slice_step_mm(reads), 2.5);
  const CapLidcMark *a = reads->marks->pdata[0], *d = reads->marks->pdata[3];
  ck_assert_double_eq_tol(cap_lidc_mark_distance(a, d, &far, 10),
                          sqrt(2 * 2 * 2 + 2.5 * 2.5), 1e-12);
  ck_assert(isinf(cap_lidc_mark_distance(a, d, &far, 3)));
}
END_TEST

/* Five marks within the tolerance: it shrinks until they fall apart. */
START_TEST(never_more_than_four_when_they_can_be_told_apart)
{
  g_autoptr(CapLidcReads) reads = read_text(
      HEAD("1", "5", "1") NODULE("5", ROI("0", "a", "TRUE", SQUARE(10, 20)))
          NODULE("5", ROI("0", "a", "TRUE", SQUARE(10, 20)))
              NODULE("5", ROI("0", "a", "TRUE", SQUARE(10, 20)))
                  NODULE("5", ROI("0", "a", "TRUE", SQUARE(22, 30)))
                      NODULE("5", ROI("0", "a", "TRUE", SQUARE(22, 30))) TAIL);
  const CapLidcScale scale = {1, 1, 1, 5};
  g_autoptr(GPtrArray) nodules = cap_lidc_nodules_group(reads, &scale);
  ck_assert_uint_eq(nodules->len, 2);
  ck_assert_uint_eq(((CapLidcNodule *)nodules->pdata[0])->marks->len, 3);
}
END_TEST

static CapVolume *
grid(void)
{
  CapVolume *volume = cap_volume_new(40, 40, 4, NULL);
  volume->spacing_mm[2] = 2;
  volume->source->sop_uids = g_strsplit("s0,s1,s2,s3", ",", -1);
  return volume;
}

START_TEST(outlines_lie_outside_and_holes_are_cut)
{
  g_autoptr(CapVolume) volume = grid();
  g_autoptr(CapLidcReads) reads = read_text(HEAD("1", "5", "1") NODULE(
      "5", ROI("999", "s1", "TRUE", SQUARE(10, 20)) /* UID wins over z */
      ROI("2", "s1", "FALSE", SQUARE(13, 15)) ROI(
          "4.3", "unknown", "TRUE", SQUARE(10, 13)) /* z within half a slice */
      ROI("77", "unknown", "TRUE", SQUARE(10, 13))
          ROI("0", "s0", "TRUE", AT(30, 30))) TAIL);
  int unplaced = 0;
  g_autoptr(GError) error = NULL;
  g_autoptr(CapMask) mask =
      cap_lidc_mask_mark(reads->marks->pdata[0], volume, &unplaced, &error);
  cap_assert_no_error(error);
  ck_assert_int_eq(unplaced, 1);
  /* 9 x 9 inside, without the 3 x 3 of the hole and its outline; 2 x 2 */
  ck_assert_uint_eq(cap_mask_count(mask), 81 - 9 + 4);
  ck_assert_int_eq(cap_mask_at(mask, 10, 15, 1), 0);
  ck_assert_int_eq(cap_mask_at(mask, 11, 15, 1), 1);
  ck_assert_int_eq(cap_mask_at(mask, 13, 13, 1), 0);
  ck_assert_int_eq(cap_mask_at(mask, 12, 12, 2), 1);
  ck_assert_int_eq(cap_mask_at(mask, 30, 30, 0), 0);
  ck_assert_double_eq(cap_lidc_mask_volume_mm3(mask, volume), 76 * 2.0);
}
END_TEST

START_TEST(half_of_the_readers_make_the_consensus)
{
  g_autoptr(CapVolume) volume = grid();
  g_autoptr(CapLidcReads) reads = read_text(
      HEAD("1", "5", "1") NODULE("5", ROI("0", "s0", "TRUE", SQUARE(10, 20)))
          NODULE("5", ROI("0", "s0", "TRUE", SQUARE(10, 16)))
              NODULE("5", ROI("0", "s0", "TRUE", SQUARE(12, 18))) TAIL);
  const CapLidcScale scale = {1, 1, 1, 4};
  g_autoptr(GPtrArray) nodules = cap_lidc_nodules_group(reads, &scale);
  ck_assert_uint_eq(nodules->len, 1);
  g_autoptr(CapMask) all =
      cap_lidc_mask_consensus(nodules->pdata[0], volume, NULL, NULL);
  /* two of three: 11…15 squared and 13…17 squared share 13…15 squared */
  ck_assert_uint_eq(cap_mask_count(all), 25 + 25 - 9);
  const CapPoint center = cap_mask_center_index(all);
  ck_assert_double_eq_tol(center.x, (25 * 13 + 25 * 15 - 9 * 14) / 41.0, 1e-9);
  ck_assert_double_eq_tol(cap_lidc_mask_diameter_mm(all, volume),
                          cbrt(82 * 6 / G_PI), 1e-9);
}
END_TEST

START_TEST(outlines_off_the_image_do_no_harm)
{
  g_autoptr(CapVolume) volume = grid();
  g_autoptr(CapLidcReads) reads = read_text(
      HEAD("1", "5", "1")
          NODULE("5", ROI("0", "s0", "TRUE", SQUARE(-2000000000, 2000000000)))
              NODULE("5", ROI("0", "s0", "TRUE", SQUARE(500, 600)))
                  NODULE("5", ROI("0", "s0", "TRUE", "")) TAIL);
  g_autoptr(GError) error = NULL;
  g_autoptr(CapMask) whole =
      cap_lidc_mask_mark(reads->marks->pdata[0], volume, NULL, &error);
  cap_assert_no_error(error);
  ck_assert_uint_eq(cap_mask_count(whole), 1600);
  for (int i = 1; i < 3; i++) {
    ck_assert_ptr_null(
        cap_lidc_mask_mark(reads->marks->pdata[i], volume, NULL, &error));
    cap_assert_no_error(error);
  }
}
END_TEST

/* The consensus of the first patient's nodule against lidc-crops' figures,
 * which were made from the same readers by another program. */
START_TEST(a_real_nodule)
{
  g_autofree char *path = cap_test_data("lidc/LIDC-IDRI-0001");
  if (path == NULL) {
    cap_test_skip("a_real_nodule", "no LIDC-IDRI-0001");
    return;
  }
  g_autoptr(GError) error = NULL;
  g_autoptr(CapSeriesList) list = cap_series_scan(path, NULL, &error);
  cap_assert_no_error(error);
  g_autoptr(CapVolume) volume =
      cap_series_load(cap_series_choose(list, NULL, NULL), NULL, NULL, &error);
  cap_assert_no_error(error);
  g_autoptr(CapLidcMessages) all = cap_lidc_messages_find(path, NULL, &error);
  cap_assert_no_error(error);
  const CapLidcMessage *m =
      cap_lidc_messages_get(all, volume->source->series_uid);
  ck_assert_ptr_nonnull(m);
  g_autoptr(CapLidcReads) reads = cap_lidc_read(m->path, &error);
  cap_assert_no_error(error);
  const CapLidcScale scale = {0.703125, 0.703125, 1, 2.5};
  g_autoptr(GPtrArray) nodules = cap_lidc_nodules_group(reads, &scale);
  ck_assert_uint_eq(nodules->len, 1);
  int unplaced = 0;
  g_autoptr(CapMask) mask =
      cap_lidc_mask_consensus(nodules->pdata[0], volume, &unplaced, &error);
  cap_assert_no_error(error);
  ck_assert_int_eq(unplaced, 0);
  ck_assert_double_eq_tol(cap_lidc_mask_volume_mm3(mask, volume), 6708.8, 0.1);
  ck_assert_double_eq_tol(
      cap_lidc_nodule_mean(nodules->pdata[0], CAP_N_ATTRIBUTES), 4.75, 1e-9);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("lidc_nodules");
  TCase *tc = tcase_create("all");
  tcase_set_timeout(tc, 120);
  tcase_add_test(tc, one_message_for_each_series);
  tcase_add_test(tc, marks_near_each_other_are_one_nodule);
  tcase_add_test(tc, never_more_than_four_when_they_can_be_told_apart);
  tcase_add_test(tc, outlines_lie_outside_and_holes_are_cut);
  tcase_add_test(tc, half_of_the_readers_make_the_consensus);
  tcase_add_test(tc, outlines_off_the_image_do_no_harm);
  tcase_add_test(tc, a_real_nodule);
  suite_add_tcase(suite, tc);
  return cap_suite_run(suite);
}
