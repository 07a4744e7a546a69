/* Pictures of the slices that a reader marked: the plane as it was looked at,
 * with what lies on it and nothing else. */
#include "core/image/slice.h"
#include "io/findings/drawing.h"
#include "io/report/formats.h"
#include "io/report/key_picture.h"
#include "io/report/words.h"
#include "tests/support/findings.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

static CapVolume *volume;
static CapFindings *findings;
static GPtrArray *marked;

static void
setup(void)
{
  volume = cap_test_volume();
  findings = cap_test_findings(volume, 1); /* around voxel (15, 20, 8) */
  marked =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_review_image_free);
}

static void
teardown(void)
{
  g_ptr_array_unref(marked);
  cap_findings_free(findings);
  cap_volume_free(volume);
}

static CapReviewImage *
mark(CapPlane plane, CapPoint index)
{
  CapReviewImage *image = cap_review_image_new();
  image->plane = plane;
  image->position_mm = cap_volume_to_patient(volume, index);
  image->window_hu = 1500;
  image->level_hu = -600;
  g_ptr_array_add(marked, image);
  return image;
}

static CapReport *
report_new(void)
{
  CapReportOptions options = cap_report_options_default();
  options.key_images = marked;
  CapReport *report = cap_report_new(findings, volume, NULL, &options);
  report->borrows_volume = TRUE;
  return report;
}

static cairo_surface_t *
draw(const CapReport *report, const CapReviewImage *image)
{
  int width, height;
  cap_key_picture_size(report, image, &width, &height);
  cairo_surface_t *surface =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
  cairo_t *cr = cairo_create(surface);
  cap_key_picture_draw(cr, report, image);
  ck_assert_int_eq(cairo_status(cr), CAIRO_STATUS_SUCCESS);
  cairo_destroy(cr);
  cairo_surface_flush(surface);
  return surface;
}

static guint32
pixel(cairo_surface_t *surface, int x, int y)
{
  const unsigned char *rows = cairo_image_surface_get_data(surface);
  const int stride = cairo_image_surface_get_stride(surface);
  return ((const guint32 *)(rows + (gsize)y * stride))[x] & 0xffffff;
}

/* Pixels that are nearly COLOUR. */
static int
count(cairo_surface_t *surface, guint colour)
{
  int n = 0;
  for (int y = 0; y < cairo_image_surface_get_height(surface); y++)
    for (int x = 0; x < cairo_image_surface_get_width(surface); x++) {
      const guint32 p = pixel(surface, x, y);
      int off = 0;
      for (int shift = 0; shift < 24; shift += 8)
        off = MAX(off,
                  ABS((int)(p >> shift & 255) - (int)(colour >> shift & 255)));
      n += off < 12;
    }
  return n;
}

/* The whole plane, as large as it is: 48 x 40 mm axial, 48 x 40 mm coronal of
 * 20 slices. */
START_TEST(test_plane_and_window)
{
  const CapReviewImage *axial = mark(CAP_PLANE_AXIAL, (CapPoint){5, 5, 3});
  CapReviewImage *narrow = mark(CAP_PLANE_AXIAL, (CapPoint){5, 5, 8});
  narrow->window_hu = 400;
  narrow->level_hu = 40;
  g_autoptr(CapReport) report = report_new();
  int width, height;
  cap_key_picture_size(report, axial, &width, &height);
  ck_assert_int_eq(width, 640);
  ck_assert_int_eq(height, 533); /* 640 * 40 / 48 */
  cairo_surface_t *lung = draw(report, axial), *soft = draw(report, narrow);
  /* the ball of 40 HU is the middle of one window, white in the other */
  const double scale = 640 / 48.0;
  const int x = (int)(15.5 * 0.8 * scale), y = (int)(20.5 * 0.8 * scale);
  const guint32 ball = pixel(soft, x, y), air = pixel(soft, 600, 40);
  ck_assert_int_le(ABS((int)(ball & 255) - 127), 3);
  ck_assert_int_eq((int)(air & 255), 0);
  ck_assert_int_gt((int)(pixel(lung, 600, 40) & 255), 30);
  cairo_surface_destroy(lung);
  cairo_surface_destroy(soft);
}
END_TEST

/* Of what was zoomed to, that part: around the ball, on the slice of the
 * position. */
START_TEST(test_part)
{
  CapReviewImage *part = mark(CAP_PLANE_AXIAL, (CapPoint){5, 5, 8});
  part->window_hu = 400;
  part->level_hu = 40;
  part->field = (CapImageField){
      CAP_FIELD_PART, cap_volume_to_patient(volume, (CapPoint){15, 20, 0}), 16,
      12};
  g_autoptr(CapReport) report = report_new();
  int width, height;
  cap_key_picture_size(report, part, &width, &height);
  ck_assert_int_eq(width, 640);
  ck_assert_int_eq(height, 480); /* 40 pixels a millimetre */
  cairo_surface_t *picture = draw(report, part);
  ck_assert_int_le(ABS((int)(pixel(picture, 322, 242) & 255) - 127), 3);
  ck_assert_int_eq((int)(pixel(picture, 60, 300) & 255), 0); /* 6.5 mm off */
  cairo_surface_destroy(picture);
  g_autofree char *words = cap_words_key_image(report, part);
  ck_assert_ptr_nonnull(strstr(words, ", 16 x 12 mm of it, window 400"));
}
END_TEST

START_TEST(test_text)
{
  static const struct {
    const char *field;
    gboolean good;
    CapFieldKind kind;
  } cases[] = {
      {"", TRUE, CAP_FIELD_UNKNOWN}, /* as it was written before */
      {",\"field\":\"whole\"", TRUE, CAP_FIELD_WHOLE},
      {",\"field\":\"part\",\"field_center_mm\":[1,2,3],\"field_mm\":[9,8]",
       TRUE, CAP_FIELD_PART},
      {",\"field\":\"part\"", FALSE, 0},
      {",\"field\":\"\"", FALSE, 0},
      {",\"field\":\"part\",\"field_center_mm\":[1,2,3],\"field_mm\":[9,0]",
       FALSE, 0},
      {",\"field\":\"part\",\"field_center_mm\":[1,2,3],\"field_mm\":"
       "[9,1e300]",
       FALSE, 0},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    g_autofree char *text = g_strdup_printf(
        "{\"id\":3,\"plane\":\"sagittal\",\"position_mm\":[1,2,3],"
        "\"window_hu\":400,\"level_hu\":40,\"sop_uid\":\"\",\"comment\":"
        "\"\"%s}",
        cases[i].field);
    g_autoptr(CapReviewImage) image =
        cap_review_image_parse(text, "a.review", &error);
    ck_assert_msg((image != NULL) == cases[i].good, "%s", cases[i].field);
    if (image == NULL)
      continue;
    ck_assert_int_eq(image->field.kind, cases[i].kind);
    g_autofree char *written = cap_review_image_text(image);
    g_autoptr(CapReviewImage) again =
        cap_review_image_parse(written, "a.review", &error);
    ck_assert_int_eq(again->field.kind, cases[i].kind);
    ck_assert_double_eq(again->field.height_mm,
                        cases[i].kind == CAP_FIELD_PART ? 8 : 0);
  }
}
END_TEST

/* Findings and measurements are drawn where the plane touches them. */
START_TEST(test_marks)
{
  cap_test_measure(findings, volume); /* on slice 9 */
  const CapReviewImage *far = mark(CAP_PLANE_AXIAL, (CapPoint){5, 5, 18});
  const CapReviewImage *on = mark(CAP_PLANE_AXIAL, (CapPoint){5, 5, 9});
  CapReviewImage *slab = mark(CAP_PLANE_AXIAL, (CapPoint){5, 5, 18});
  slab->slab = (CapSlab){CAP_SLAB_MAX, 40};
  g_autoptr(CapReport) report = report_new();
  cairo_surface_t *pictures[] = {draw(report, far), draw(report, on),
                                 draw(report, slab)};
  ck_assert_int_eq(count(pictures[0], CAP_INK_YELLOW), 0);
  ck_assert_int_eq(count(pictures[0], CAP_INK_AMBER), 0);
  ck_assert_int_gt(count(pictures[1], CAP_INK_YELLOW), 500);
  ck_assert_int_gt(count(pictures[1], CAP_INK_AMBER), 100);
  ck_assert_int_gt(count(pictures[2], CAP_INK_YELLOW), 500);
  for (int i = 0; i < 3; i++)
    cairo_surface_destroy(pictures[i]);
}
END_TEST

/* A stack of one slice still has a picture from the side. */
START_TEST(test_thin_stack)
{
  const CapReviewImage *side = mark(CAP_PLANE_SAGITTAL, (CapPoint){5, 5, 0});
  CapVolume *one = cap_volume_new(60, 50, 1, NULL);
  ck_assert_ptr_nonnull(one);
  CapReportOptions options = cap_report_options_default();
  options.key_images = marked;
  g_autoptr(CapReport) report = cap_report_new(findings, one, NULL, &options);
  int width, height;
  cap_key_picture_size(report, side, &width, &height);
  ck_assert_int_eq(width, 640);
  ck_assert_int_eq(height, 200);
  cairo_surface_destroy(draw(report, side));
}
END_TEST

/* The page has a picture of each with its words, and of no slice without
 * images; a longer PDF too. */
START_TEST(test_reports)
{
  g_autoptr(GError) error = NULL;
  char *folder = cap_test_folder();
  g_autofree char *path = g_build_filename(folder, "report.html", NULL);
  CapReviewImage *image = mark(CAP_PLANE_CORONAL, (CapPoint){5, 25, 3});
  g_free(image->comment);
  image->comment = g_strdup("at the <fissure>");
  g_autoptr(CapReport) report = report_new();
  CapReportOptions options = cap_report_options_default();
  g_autoptr(CapReport) without =
      cap_report_new(findings, volume, NULL, &options);
  without->borrows_volume = TRUE;
  options.key_images = marked;
  g_autoptr(CapReport) blind = cap_report_new(findings, NULL, NULL, &options);
  const struct {
    const CapReport *report;
    gboolean named, drawn;
  } cases[] = {
      {report, TRUE, TRUE}, {without, FALSE, FALSE}, {blind, TRUE, FALSE}};
  g_autofree char *words = cap_words_key_image(report, image);
  ck_assert_str_eq(words, "Coronal slice 26 of 50, y -10.5 mm, window 1500, "
                          "level -600");
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *html = NULL;
    ck_assert(cap_report_write_html(cases[i].report, path, &error));
    ck_assert(g_file_get_contents(path, &html, NULL, NULL));
    ck_assert_int_eq(strstr(html, "<h2>Key images</h2>") != NULL,
                     cases[i].named);
    ck_assert_int_eq(strstr(html, "at the &lt;fissure&gt;") != NULL,
                     cases[i].named);
    ck_assert_int_eq(strstr(html, "<figure>\n<img alt=\"Coronal slice 26") !=
                         NULL,
                     cases[i].drawn);
  }
  g_autoptr(GByteArray) pdf = cap_report_pdf_bytes(report, &error);
  g_autoptr(GByteArray) shorter = cap_report_pdf_bytes(without, &error);
  cap_assert_no_error(error);
  ck_assert_uint_gt(pdf->len, shorter->len + 4000);
  cap_test_remove(folder);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("key_picture");
  TCase *tests = tcase_create("key_picture");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, test_plane_and_window);
  tcase_add_test(tests, test_part);
  tcase_add_test(tests, test_text);
  tcase_add_test(tests, test_marks);
  tcase_add_test(tests, test_thin_stack);
  tcase_add_test(tests, test_reports);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
