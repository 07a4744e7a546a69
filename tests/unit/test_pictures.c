/* Pictures of findings: a PNG of the right size whose marks are where they
 * belong, and nothing left behind when it cannot be written. */
#include "core/error.h"
#include "core/image/unit.h"
#include "io/findings/drawing.h"
#include "io/findings/picture_view.h"
#include "io/findings/pictures.h"
#include "tests/support/findings.h"
#include "tests/support/suite.h"

#include <fontconfig/fontconfig.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <stdlib.h>

START_TEST(a_picture_is_a_png_of_its_declared_size)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 2);
  const char *wish = g_getenv("CAPSIGHT_TEST_PICTURE"); /* to look at it */
  char *folder = cap_test_folder();
  g_autofree char *path =
      wish ? g_strdup(wish) : g_build_filename(folder, "p.png", NULL);
  GError *error = NULL;
  ck_assert(cap_picture_save(volume, findings, 1, path, &error));
  cap_assert_no_error(error);
  cairo_surface_t *surface = cairo_image_surface_create_from_png(path);
  ck_assert_int_eq(cairo_surface_status(surface), CAIRO_STATUS_SUCCESS);
  ck_assert_int_eq(cairo_image_surface_get_width(surface), CAP_PICTURE_WIDTH);
  ck_assert_int_eq(cairo_image_surface_get_height(surface), CAP_PICTURE_HEIGHT);
  cairo_surface_destroy(surface);
  cap_test_remove(folder);
}
END_TEST

static gboolean is_unjudged; /* the finding of the views below */

/* The view of finding 1 (12 mm across, 40 mm wide) as pixels; free with
 * cairo_surface_destroy. */
static cairo_surface_t *
draw_view_of(unsigned unknown, double probability, gboolean routing)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  volume->source->unknown = unknown;
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 1);
  CapFinding *finding = findings->items->pdata[0];
  finding->probability = probability;
  finding->near_gap = FALSE;
  finding->unjudged = is_unjudged;
  const CapPictureView view = {.volume = volume,
                               .finding = finding,
                               .plane = CAP_PLANE_AXIAL,
                               .field_mm = 40,
                               .size = 200,
                               .routing = routing};
  cairo_surface_t *surface =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, 200, 200);
  cairo_t *cr = cairo_create(surface);
  cap_picture_view_draw(cr, 0, 0, &view);
  cairo_destroy(cr);
  cairo_surface_flush(surface);
  return surface;
}

static cairo_surface_t *
draw_view(double probability, gboolean routing)
{
  return draw_view_of(0, probability, routing);
}

static guint32
pixel(cairo_surface_t *surface, int x, int y)
{
  const unsigned char *data = cairo_image_surface_get_data(surface);
  const guint32 *row =
      (const guint32 *)(data + y * cairo_image_surface_get_stride(surface));
  return row[x] & 0xffffff;
}

/* Pixels that are nearly COLOUR within RADIUS of (X, Y). */
static int
count_colour(cairo_surface_t *surface, guint32 colour, int x, int y, int radius)
{
  int n = 0;
  for (int j = MAX(0, y - radius); j <= MIN(199, y + radius); j++)
    for (int i = MAX(0, x - radius); i <= MIN(199, x + radius); i++) {
      const guint32 p = pixel(surface, i, j);
      int off = 0;
      for (int shift = 0; shift < 24; shift += 8)
        off = MAX(off,
                  abs((int)(p >> shift & 255) - (int)(colour >> shift & 255)));
      n += off < 48;
    }
  return n;
}

START_TEST(the_ring_is_as_long_as_the_probability)
{
  cairo_surface_t *sure = draw_view(1.0, FALSE);
  cairo_surface_t *quarter = draw_view(0.25, FALSE);
  /* Radius 6 mm is 30 pixels, the ring lies 12 outside: three and nine o'clock
   * are at x = 142 and 58; a quarter reaches just to three o'clock. */
  ck_assert_int_gt(count_colour(sure, CAP_INK_AMBER, 142, 90, 4), 3);
  ck_assert_int_gt(count_colour(sure, CAP_INK_AMBER, 58, 100, 4), 3);
  ck_assert_int_gt(count_colour(quarter, CAP_INK_AMBER, 142, 90, 4), 3);
  ck_assert_int_eq(count_colour(quarter, CAP_INK_AMBER, 58, 100, 4), 0);
  cairo_surface_destroy(sure);
  cairo_surface_destroy(quarter);
}
END_TEST

/* The scale goes, and the window is of all values, from -870 to 40. */
START_TEST(other_images_have_their_own_window_and_no_scale)
{
  cairo_surface_t *ct = draw_view(1.0, FALSE);
  cairo_surface_t *mr = draw_view_of(CAP_UNKNOWN_HU, 1.0, FALSE);
  cairo_surface_t *bare = draw_view_of(CAP_UNKNOWN_MM, 1.0, FALSE);
  ck_assert_int_gt((int)(pixel(ct, 40, 150) & 255), 70);
  ck_assert_int_lt((int)(pixel(mr, 40, 150) & 255), 20);
  ck_assert_int_gt((int)(pixel(ct, 100, 100) & 255), 200);
  ck_assert_int_eq((int)(pixel(mr, 100, 100) & 255), 255);
  ck_assert_int_gt(count_colour(ct, CAP_INK_TEXT, 165, 187, 10), 3);
  ck_assert_int_gt(count_colour(mr, CAP_INK_TEXT, 165, 187, 10), 3);
  ck_assert_int_eq(count_colour(bare, CAP_INK_TEXT, 165, 187, 10), 0);
  cairo_surface_destroy(ct);
  cairo_surface_destroy(mr);
  cairo_surface_destroy(bare);
}
END_TEST

/* What is not judged has no probability in its label. */
START_TEST(a_label_is_shorter_without_a_judgement)
{
  cairo_surface_t *judged = draw_view(1.0, FALSE);
  is_unjudged = TRUE;
  cairo_surface_t *unjudged = draw_view(1.0, FALSE);
  ck_assert_int_lt(count_colour(unjudged, CAP_INK_AMBER, 100, 100, 100),
                   count_colour(judged, CAP_INK_AMBER, 100, 100, 100));
  cairo_surface_destroy(judged);
  cairo_surface_destroy(unjudged);
}
END_TEST

START_TEST(the_outline_surrounds_the_nodule)
{
  cairo_surface_t *view = draw_view(1.0, FALSE);
  ck_assert_int_gt(count_colour(view, CAP_INK_SKY, 130, 100, 5), 3);
  ck_assert_int_gt(count_colour(view, CAP_INK_SKY, 100, 70, 5), 3);
  ck_assert_int_eq(count_colour(view, CAP_INK_SKY, 100, 100, 15), 0);
  cairo_surface_destroy(view);
}
END_TEST

START_TEST(the_routing_map_colours_the_second_row)
{
  cairo_surface_t *plain = draw_view(1.0, FALSE);
  cairo_surface_t *heat = draw_view(1.0, TRUE);
  const guint32 grey = pixel(plain, 100, 112), hot = pixel(heat, 100, 112);
  ck_assert_int_eq((int)(grey >> 16 & 255), (int)(grey & 255));
  ck_assert_int_gt((int)(hot >> 16 & 255), (int)(hot & 255) + 40);
  cairo_surface_destroy(plain);
  cairo_surface_destroy(heat);
}
END_TEST

START_TEST(a_finding_without_mask_or_size_is_drawn_too)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_findings_new(volume);
  CapFinding *finding = cap_finding_new();
  finding->center_mm = (CapPoint){1000, 1000, 1000}; /* far outside */
  g_ptr_array_add(findings->items, finding);
  char *folder = cap_test_folder();
  g_autofree char *path = g_build_filename(folder, "p.png", NULL);
  GError *error = NULL;
  ck_assert(cap_picture_save(volume, findings, 0, path, &error));
  cap_assert_no_error(error);
  cap_test_remove(folder);
}
END_TEST

START_TEST(an_unwritable_place_is_named)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 1);
  GError *error = NULL;
  ck_assert(
      !cap_picture_save(volume, findings, 0, "/nonexistent/p.png", &error));
  cap_assert_error(error, CAP_ERROR_OUTPUT);
  g_clear_error(&error);
}
END_TEST

/* Font caches live as long as the process; leak checks want them gone. */
static void
free_fonts(void)
{
  pango_cairo_font_map_set_default(NULL);
  cairo_debug_reset_static_data();
  FcFini();
}

int
main(void)
{
  Suite *suite = suite_create("pictures");
  TCase *tests = tcase_create("pictures");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, a_picture_is_a_png_of_its_declared_size);
  tcase_add_test(tests, the_ring_is_as_long_as_the_probability);
  tcase_add_test(tests, other_images_have_their_own_window_and_no_scale);
  tcase_add_test(tests, a_label_is_shorter_without_a_judgement);
  tcase_add_test(tests, the_outline_surrounds_the_nodule);
  tcase_add_test(tests, the_routing_map_colours_the_second_row);
  tcase_add_test(tests, a_finding_without_mask_or_size_is_drawn_too);
  tcase_add_test(tests, an_unwritable_place_is_named);
  suite_add_tcase(suite, tests);
  const int status = cap_suite_run(suite);
  free_fonts();
  return status;
}
