/* Presentation states: what is drawn is the mask, pixel for pixel, on the image
 * that the mask lies on, and the window shows HU. */
#include "io/dcmtk_object.h"
#include "io/report/formats.h"
#include "tests/support/report_case.h"
#include "tests/support/series_check.h"
#include "tests/support/shaped_series.h"
#include "tests/support/suite.h"

#include <math.h>

#define ANNOTATIONS CAP_TAG(0x0070, 0x0001)
#define LAYER CAP_TAG(0x0070, 0x0002)
#define TEXTS CAP_TAG(0x0070, 0x0008)
#define GRAPHICS CAP_TAG(0x0070, 0x0009)
#define LAYERS CAP_TAG(0x0070, 0x0060)
#define REFERENCED_SERIES CAP_TAG(0x0008, 0x1115)
#define REFERENCED_IMAGES CAP_TAG(0x0008, 0x1140)
#define REFERENCED_UID CAP_TAG(0x0008, 0x1155)
#define VOI CAP_TAG(0x0028, 0x3110)

static char *folder;

static void
setup(void)
{
  folder = cap_test_folder();
  g_setenv("SOURCE_DATE_EPOCH", "1764032400", TRUE);
}

static void
teardown(void)
{
  cap_test_remove(folder);
}

static CapDcmtkObject *
write_and_read(const CapReport *report)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename(folder, "gsps.dcm", NULL);
  cap_report_write_gsps(report, path, &error);
  cap_assert_no_error(error);
  CapDcmtkObject *object = cap_dcmtk_object_read(path, &error);
  cap_assert_no_error(error);
  return object;
}

static void
assert_text(CapDcmtkItem *item, guint32 tag, const char *wanted)
{
  g_autofree char *text = cap_dcmtk_get(item, tag);
  ck_assert_str_eq(text, wanted);
}

static GArray *
numbers(CapDcmtkItem *item, guint32 tag)
{
  g_autofree char *text = cap_dcmtk_get(item, tag);
  g_auto(GStrv) words = g_strsplit(text, "\\", -1);
  GArray *values = g_array_new(FALSE, FALSE, sizeof(double));
  for (int i = 0; words[i] != NULL; i++) {
    const double value = g_ascii_strtod(words[i], NULL);
    g_array_append_val(values, value);
  }
  return values;
}

/* Turns over every pixel of PIXELS (COLUMNS by ROWS) whose centre is within the
 * closed line PAIRS. */
static void
fill(const GArray *pairs, int columns, int rows, uint8_t *pixels)
{
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < columns; c++)
      for (guint i = 0; i + 3 < pairs->len; i += 2) {
        const double *p = &g_array_index(pairs, double, i);
        const double x = c + 0.5, y = r + 0.5; /* the pixel's centre */
        if ((p[1] > y) != (p[3] > y) &&
            x < p[0] + (y - p[1]) * (p[2] - p[0]) / (p[3] - p[1]))
          pixels[r * columns + c] ^= 1;
      }
}

/* Slice whose image ANNOTATION (the one image) refers to. */
static int
slice_of(const CapReport *report, CapDcmtkItem *annotation)
{
  CapDcmtkItem *reference =
      cap_dcmtk_get_item(annotation, REFERENCED_IMAGES, 0);
  ck_assert_ptr_null(cap_dcmtk_get_item(annotation, REFERENCED_IMAGES, 1));
  g_autofree char *uid = cap_dcmtk_get(reference, REFERENCED_UID);
  for (guint s = 0; s < report->images->len; s++)
    if (g_str_equal(cap_report_image(report, (int)s)->sop_uid, uid))
      return (int)s;
  ck_abort_msg("an annotation is on no image of the series");
  return -1;
}

static void
check_annotation(const CapReport *report, const CapFinding *finding,
                 CapDcmtkItem *annotation, int slice)
{
  const CapVolume *v = report->volume;
  g_autofree uint8_t *drawn = g_malloc0((gsize)v->columns * v->rows);
  g_autofree uint8_t *wanted = g_malloc0((gsize)v->columns * v->rows);
  cap_mask_spread(finding->mask, v, slice, wanted);
  CapDcmtkItem *graphic;
  for (int i = 0; (graphic = cap_dcmtk_get_item(annotation, GRAPHICS, i));
       i++) {
    g_autoptr(GArray) pairs = numbers(graphic, CAP_TAG(0x0070, 0x0022));
    g_autofree char *n = g_strdup_printf("%u", pairs->len / 2);
    assert_text(graphic, CAP_TAG(0x0070, 0x0005), "PIXEL");
    assert_text(graphic, CAP_TAG(0x0070, 0x0021), n);
    assert_text(graphic, CAP_TAG(0x0070, 0x0023), "POLYLINE");
    const double *p = &g_array_index(pairs, double, 0);
    ck_assert_double_eq(p[0], p[pairs->len - 2]); /* closed */
    ck_assert_double_eq(p[1], p[pairs->len - 1]);
    fill(pairs, v->columns, v->rows, drawn);
  }
  for (int k = 0; k < v->columns * v->rows; k++)
    ck_assert_msg((drawn[k] != 0) == (wanted[k] != 0),
                  "slice %d: column %d, row %d", slice, k % v->columns,
                  k / v->columns);
}

/* A mask with everything that makes outlines hard: a hole, parts that touch at
 * a corner, the first and the last pixels of the image. */
static void
make_hard(CapFinding *finding, const CapVolume *v)
{
  CapMask *mask = cap_mask_new(v->columns, v->rows, 2, NULL);
  mask->first[2] = 3;
  for (int r = 0; r < v->rows; r++)
    for (int c = 0; c < v->columns; c++) {
      const gboolean ring = abs(c - 30) < 9 && abs(r - 20) < 7 &&
                            !(abs(c - 31) < 4 && abs(r - 21) < 3);
      mask->voxels[r * v->columns + c] = ring || (c == 39 && r == 27);
    }
  mask->voxels[0] = mask->voxels[2 * v->columns * v->rows - 1] = 1;
  cap_mask_free(finding->mask);
  finding->mask = mask;
}

START_TEST(test_outlines_are_the_masks)
{
  cap_test_report_case(folder, 3, NULL);
  g_autoptr(CapReport) report = cap_test_report(folder, NULL);
  make_hard(report->findings->items->pdata[2], report->volume);
  g_autoptr(CapDcmtkObject) object = write_and_read(report);
  CapDcmtkItem *root = cap_dcmtk_object_root(object);
  int at = 0;
  for (guint f = 0; f < 3; f++) {
    const CapFinding *finding = report->findings->items->pdata[f];
    g_autofree char *layer = g_strdup_printf("FINDING %d", finding->id);
    g_autofree char *label = g_strdup_printf("Finding %d", finding->id);
    g_autoptr(GArray) slices = cap_report_slices(report, finding);
    for (guint i = 0; i < slices->len; i++, at++) {
      CapDcmtkItem *annotation = cap_dcmtk_get_item(root, ANNOTATIONS, at);
      ck_assert_ptr_nonnull(annotation);
      const int slice = slice_of(report, annotation);
      ck_assert_int_eq(slice, g_array_index(slices, int, i));
      assert_text(annotation, LAYER, layer);
      assert_text(cap_dcmtk_get_item(annotation, TEXTS, 0),
                  CAP_TAG(0x0070, 0x0006), label);
      check_annotation(report, finding, annotation, slice);
    }
    assert_text(cap_dcmtk_get_item(root, LAYERS, (int)f), LAYER, layer);
  }
  ck_assert_ptr_null(cap_dcmtk_get_item(root, ANNOTATIONS, at));
  ck_assert_ptr_null(cap_dcmtk_get_item(root, LAYERS, 3));
}
END_TEST

START_TEST(test_texts_stay_on_the_image)
{
  cap_test_report_case(folder, 3, NULL);
  g_autoptr(CapReport) report = cap_test_report(folder, NULL);
  make_hard(report->findings->items->pdata[2], report->volume);
  g_autoptr(CapDcmtkObject) object = write_and_read(report);
  CapDcmtkItem *root = cap_dcmtk_object_root(object), *annotation;
  int left = 0;
  for (int i = 0; (annotation = cap_dcmtk_get_item(root, ANNOTATIONS, i));
       i++) {
    CapDcmtkItem *text = cap_dcmtk_get_item(annotation, TEXTS, 0);
    g_autoptr(GArray) from = numbers(text, CAP_TAG(0x0070, 0x0010));
    g_autoptr(GArray) to = numbers(text, CAP_TAG(0x0070, 0x0011));
    const int size[2] = {60, 50};
    for (guint k = 0; k < 2; k++) {
      ck_assert_double_ge(g_array_index(from, double, k), 0);
      ck_assert_double_lt(g_array_index(from, double, k),
                          g_array_index(to, double, k));
      ck_assert_double_le(g_array_index(to, double, k), size[k]);
    }
    g_autofree char *side = cap_dcmtk_get(text, CAP_TAG(0x0070, 0x0012));
    left += g_str_equal(side, "RIGHT");
  }
  ck_assert_int_eq(left, 1); /* of the last pixel of the image */
}
END_TEST

START_TEST(test_series_and_window)
{
  const CapStatus status[] = {CAP_STATUS_ACCEPTED, CAP_STATUS_REJECTED};
  cap_test_report_case(folder, 2, status);
  CapReportOptions options = cap_report_options_default();
  options.reader = g_strdup("Röntgen^Wilhelm");
  g_autoptr(CapReport) report = cap_test_report(folder, &options);
  g_free(options.reader);
  g_autoptr(CapDcmtkObject) object = write_and_read(report);
  CapDcmtkItem *root = cap_dcmtk_object_root(object);
  CapDcmtkItem *series = cap_dcmtk_get_item(root, REFERENCED_SERIES, 0);
  assert_text(series, CAP_TAG(0x0020, 0x000e), "1.2.840.99.1");
  for (int s = 0; s < 20; s++)
    assert_text(cap_dcmtk_get_item(series, REFERENCED_IMAGES, s),
                REFERENCED_UID, cap_report_image(report, s)->sop_uid);
  ck_assert_ptr_null(cap_dcmtk_get_item(series, REFERENCED_IMAGES, 20));
  CapDcmtkItem *area = cap_dcmtk_get_item(root, CAP_TAG(0x0070, 0x005a), 0);
  assert_text(area, CAP_TAG(0x0070, 0x0052), "1\\1");
  assert_text(area, CAP_TAG(0x0070, 0x0053), "60\\50");
  assert_text(area, CAP_TAG(0x0070, 0x0101), "0.8\\0.8");
  assert_text(root, CAP_TAG(0x0028, 0x1052), "-1024");
  assert_text(root, CAP_TAG(0x0028, 0x1053), "1");
  assert_text(cap_dcmtk_get_item(root, VOI, 0), CAP_TAG(0x0028, 0x1050),
              "-600");
  assert_text(cap_dcmtk_get_item(root, VOI, 0), CAP_TAG(0x0028, 0x1051),
              "1500");
  assert_text(root, CAP_TAG(0x0070, 0x0080), "CAPSIGHT NODULES");
  assert_text(root, CAP_TAG(0x0070, 0x0082), "20251125");
  assert_text(root, CAP_TAG(0x0070, 0x0084), "Röntgen^Wilhelm");
  ck_assert_ptr_null(cap_dcmtk_get_item(root, LAYERS, 1)); /* rejected */
}
END_TEST

/* Images that need several Modality LUTs have windows in stored values. */
START_TEST(test_window_where_the_rescale_differs)
{
  cap_test_report_case(folder, 1, NULL);
  g_autoptr(CapReport) report = cap_test_report(folder, NULL);
  CapReportImage *odd = report->images->pdata[4];
  odd->slope = 0.5;
  odd->intercept = -1000;
  g_autoptr(CapDcmtkObject) object = write_and_read(report);
  CapDcmtkItem *root = cap_dcmtk_object_root(object);
  ck_assert(!cap_dcmtk_has(root, CAP_TAG(0x0028, 0x1052)));
  CapDcmtkItem *most = cap_dcmtk_get_item(root, VOI, 0);
  CapDcmtkItem *other = cap_dcmtk_get_item(root, VOI, 1);
  ck_assert_ptr_null(cap_dcmtk_get_item(root, VOI, 2));
  assert_text(most, CAP_TAG(0x0028, 0x1050), "424");
  assert_text(most, CAP_TAG(0x0028, 0x1051), "1500");
  ck_assert_ptr_nonnull(cap_dcmtk_get_item(most, REFERENCED_IMAGES, 18));
  ck_assert_ptr_null(cap_dcmtk_get_item(most, REFERENCED_IMAGES, 19));
  assert_text(other, CAP_TAG(0x0028, 0x1050), "800");
  assert_text(other, CAP_TAG(0x0028, 0x1051), "3000");
  assert_text(cap_dcmtk_get_item(other, REFERENCED_IMAGES, 0), REFERENCED_UID,
              odd->sop_uid);
}
END_TEST

START_TEST(test_without_a_mask)
{
  cap_test_report_case(folder, 1, NULL);
  g_autoptr(CapReport) report = cap_test_report(folder, NULL);
  CapFinding *finding = report->findings->items->pdata[0];
  g_clear_pointer(&finding->mask, cap_mask_free);
  g_autoptr(CapDcmtkObject) object = write_and_read(report);
  CapDcmtkItem *root = cap_dcmtk_object_root(object);
  CapDcmtkItem *annotation = cap_dcmtk_get_item(root, ANNOTATIONS, 0);
  ck_assert_ptr_null(cap_dcmtk_get_item(root, ANNOTATIONS, 1));
  ck_assert_int_eq(slice_of(report, annotation), 8);
  CapDcmtkItem *graphic = cap_dcmtk_get_item(annotation, GRAPHICS, 0);
  assert_text(graphic, CAP_TAG(0x0070, 0x0023), "POINT");
  assert_text(graphic, CAP_TAG(0x0070, 0x0022), "15.5\\20.5");
}
END_TEST

/* A line of more points than an element can hold goes on in a further one. */
START_TEST(test_long_outline)
{
  cap_test_report_case(folder, 1, NULL);
  g_autoptr(CapReport) report = cap_test_report(folder, NULL);
  CapFinding *finding = report->findings->items->pdata[0];
  CapMask *comb = cap_mask_new(400, 401, 1, NULL);
  comb->first[2] = 8;
  for (int r = 0; r < 401; r++) /* teeth with bumps; they hang on row 0 */
    for (int c = 0; c < 400; c++)
      comb->voxels[r * 400 + c] =
          r == 0 || c % 4 == 0 || (c % 4 == 1 && r % 2 == 0);
  cap_mask_free(finding->mask);
  finding->mask = comb;
  g_autoptr(CapDcmtkObject) object = write_and_read(report);
  CapDcmtkItem *annotation =
      cap_dcmtk_get_item(cap_dcmtk_object_root(object), ANNOTATIONS, 0);
  CapDcmtkItem *graphic;
  double last[2] = {NAN, NAN}, first[2] = {NAN, NAN};
  int parts = 0;
  for (; (graphic = cap_dcmtk_get_item(annotation, GRAPHICS, parts)); parts++) {
    g_autoptr(GArray) pairs = numbers(graphic, CAP_TAG(0x0070, 0x0022));
    const double *p = &g_array_index(pairs, double, 0);
    ck_assert_uint_le(pairs->len, 2 * 8191);
    for (int i = 0; i < 2; i++) {
      if (parts == 0)
        first[i] = p[i];
      else
        ck_assert_double_eq(p[i], last[i]);
      last[i] = p[pairs->len - 2 + (guint)i];
    }
  }
  ck_assert_int_gt(parts, 2);
  ck_assert_double_eq(first[0], last[0]);
  ck_assert_double_eq(first[1], last[1]);
}
END_TEST

/* Of the slices of a resampled stack that one image is the nearest to, one is
 * drawn on it. */
START_TEST(test_one_outline_an_image)
{
  g_autofree char *dicom = g_build_filename(folder, "dicom", NULL);
  g_autoptr(GHashTable) drawn =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  cap_test_shaped_series(CAP_TEST_UNEVEN, dicom);
  g_autoptr(CapSeriesList) list = cap_check_scan(dicom);
  g_autoptr(CapVolume) volume = cap_check_load(cap_check_only(list));
  g_autoptr(CapFindings) findings = cap_test_shaped_findings(volume, 3);
  CapReportOptions options = cap_report_options_default();
  options.choice = CAP_REPORT_ALL;
  g_autoptr(CapReport) report = cap_report_new_on_series(
      findings, cap_check_only(list), volume, &options);
  guint n_slices = 0, n = 0;
  for (guint i = 0; i < 3; i++) {
    g_autoptr(GArray) slices =
        cap_report_mask_slices(report, findings->items->pdata[i]);
    n_slices += slices->len;
  }
  g_autoptr(CapDcmtkObject) object = write_and_read(report);
  CapDcmtkItem *root = cap_dcmtk_object_root(object), *annotation = NULL;
  while ((annotation = cap_dcmtk_next_item(root, ANNOTATIONS, annotation))) {
    CapDcmtkItem *image = cap_dcmtk_get_item(annotation, REFERENCED_IMAGES, 0);
    g_autofree char *layer = cap_dcmtk_get(annotation, LAYER);
    g_autofree char *uid = cap_dcmtk_get(image, REFERENCED_UID);
    ck_assert(g_hash_table_add(drawn, g_strconcat(layer, uid, NULL)));
    n++;
  }
  ck_assert_uint_gt(n, 3);
  ck_assert_uint_lt(n, n_slices); /* some images are nearest to two */
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("report_gsps");
  TCase *tests = tcase_create("gsps");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, test_outlines_are_the_masks);
  tcase_add_test(tests, test_texts_stay_on_the_image);
  tcase_add_test(tests, test_series_and_window);
  tcase_add_test(tests, test_window_where_the_rescale_differs);
  tcase_add_test(tests, test_without_a_mask);
  tcase_add_test(tests, test_long_outline);
  tcase_add_test(tests, test_one_outline_an_image);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
