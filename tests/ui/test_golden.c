/* Pictures that were looked at once: slices, marks, heat map, glyph, chart.
 * What is drawn now must be the same but for the edges of letters and lines,
 * which fonts and cairo versions draw in their own way: means of blocks of 8 x
 * 8 pixels are compared.
 *
 * CAPSIGHT_GOLDEN=FOLDER writes the pictures there instead (look at them, then
 * commit them). Argument: the folder of the pictures. */
#include "tests/support/ui.h"
#include "ui/explain/glyph.h"
#include "ui/view/pane.h"

#include <math.h>
#include <string.h>

enum {
  EDGE = 320,
  BLOCK = 8,
  SAME = 12, /* levels of 255 that the means of a block may differ by */
};
/* Blocks that may differ by more: those of letters. */
#define MOST_OTHERS 0.01

static const char *folder;
static CapSession *session;

static void
set_up(void)
{
  cap_ui_setup();
  session = cap_ui_session();
  cap_session_set_findings(session,
                           cap_ui_findings(cap_session_volume(session), 3));
  static const CapStatus statuses[] = {CAP_STATUS_ACCEPTED, CAP_STATUS_REJECTED,
                                       CAP_STATUS_UNCERTAIN};
  for (gsize i = 0; i < G_N_ELEMENTS(statuses); i++) {
    cap_session_select_step(session, 1);
    cap_session_set_status(session, statuses[i]);
  }
  while (cap_session_select_step(session, -1))
    ;
}

/* ---- pictures ---- */

static cairo_surface_t *
new_picture(void)
{
  return cairo_image_surface_create(CAIRO_FORMAT_RGB24, EDGE, EDGE);
}

/* What the pane of PLANE draws now. */
static cairo_surface_t *
pane_picture(CapPlane plane)
{
  GtkWidget *pane = cap_pane_new(session, plane);
  cap_ui_show(pane, EDGE, EDGE);
  cap_ui_spin(50);
  cairo_surface_t *picture = new_picture();
  cairo_t *cr = cairo_create(picture);
  GtkSnapshot *snapshot = gtk_snapshot_new();
  GTK_WIDGET_GET_CLASS(pane)->snapshot(pane, snapshot);
  GskRenderNode *node = gtk_snapshot_free_to_node(snapshot);
  ck_assert_ptr_nonnull(node);
  gsk_render_node_draw(node, cr);
  gsk_render_node_unref(node);
  cairo_destroy(cr);
  return picture;
}

static const CapFinding *
first_finding(void)
{
  return cap_review_finding(cap_session_review(session), 1);
}

static cairo_surface_t *
glyph_picture(void)
{
  cairo_surface_t *picture = new_picture();
  cairo_t *cr = cairo_create(picture);
  cap_glyph_draw(cr, EDGE, &first_finding()->capsules[0], 3, TRUE);
  cairo_destroy(cr);
  return picture;
}

/* ---- comparing ---- */

/* Mean of channel C over the block at (X, Y). */
static double
block_mean(const uint8_t *pixels, int stride, int x, int y, int c)
{
  double sum = 0;
  for (int j = 0; j < BLOCK; j++)
    for (int i = 0; i < BLOCK; i++)
      sum += pixels[(y + j) * stride + (x + i) * 4 + c];
  return sum / (BLOCK * BLOCK);
}

/* Share of the blocks in which A and B differ. */
static double
others(cairo_surface_t *a, cairo_surface_t *b)
{
  cairo_surface_flush(a);
  cairo_surface_flush(b);
  const uint8_t *of_a = cairo_image_surface_get_data(a);
  const uint8_t *of_b = cairo_image_surface_get_data(b);
  const int stride_a = cairo_image_surface_get_stride(a);
  const int stride_b = cairo_image_surface_get_stride(b);
  int n = 0;
  for (int y = 0; y < EDGE; y += BLOCK)
    for (int x = 0; x < EDGE; x += BLOCK) {
      gboolean differs = FALSE;
      for (int c = 0; c < 3; c++)
        differs |= fabs(block_mean(of_a, stride_a, x, y, c) -
                        block_mean(of_b, stride_b, x, y, c)) > SAME;
      n += differs;
    }
  return (double)n * BLOCK * BLOCK / (EDGE * EDGE);
}

/* PICTURE (taken) is the golden one of NAME, and clearly not OTHER's (taken;
 * the same without what is tested; may be NULL). */
static void
assert_golden(const char *name, cairo_surface_t *picture,
              cairo_surface_t *other)
{
  g_autofree char *file = g_strconcat(name, ".png", NULL);
  const char *written = g_getenv("CAPSIGHT_GOLDEN");
  if (written != NULL) {
    g_autofree char *path = g_build_filename(written, file, NULL);
    ck_assert_int_eq(cairo_surface_write_to_png(picture, path),
                     CAIRO_STATUS_SUCCESS);
  } else {
    g_autofree char *path = g_build_filename(folder, file, NULL);
    cairo_surface_t *golden = cairo_image_surface_create_from_png(path);
    ck_assert_msg(cairo_surface_status(golden) == CAIRO_STATUS_SUCCESS,
                  "%s cannot be read", path);
    ck_assert_int_eq(cairo_image_surface_get_width(golden), EDGE);
    ck_assert_int_eq(cairo_image_surface_get_height(golden), EDGE);
    const double share = others(picture, golden);
    ck_assert_msg(share <= MOST_OTHERS, "%s: %.1f %% of the blocks differ",
                  name, 100 * share);
    if (other != NULL)
      ck_assert_msg(others(other, golden) > 2 * MOST_OTHERS,
                    "%s would not be missed", name);
    cairo_surface_destroy(golden);
  }
  cairo_surface_destroy(picture);
  if (other != NULL)
    cairo_surface_destroy(other);
}

/* ---- pictures ---- */

START_TEST(slices_and_marks)
{
  static const char *const names[] = {"axial", "coronal", "sagittal"};
  for (int plane = 0; plane < 3; plane++) {
    cairo_surface_t *picture = pane_picture((CapPlane)plane);
    g_object_set(session, "marks-hidden", TRUE, NULL);
    cairo_surface_t *bare = pane_picture((CapPlane)plane);
    g_object_set(session, "marks-hidden", FALSE, NULL);
    assert_golden(names[plane], picture, bare);
  }
}
END_TEST

START_TEST(a_slab_in_the_bone_window)
{
  cairo_surface_t *thin = pane_picture(CAP_PLANE_AXIAL);
  CapLook *look = cap_session_look(session);
  g_object_set(look, "slab", CAP_SLAB_MAX, "slab-thickness", 30.0, NULL);
  cap_look_set_window(look, 2000, 300);
  assert_golden("slab", pane_picture(CAP_PLANE_AXIAL), thin);
}
END_TEST

START_TEST(the_heat_map)
{
  cairo_surface_t *off = pane_picture(CAP_PLANE_AXIAL);
  g_object_set(session, "explain", TRUE, NULL);
  assert_golden("heat", pane_picture(CAP_PLANE_AXIAL), off);
}
END_TEST

START_TEST(the_pose_glyph)
{
  cairo_surface_t *other = new_picture();
  cairo_t *cr = cairo_create(other);
  cap_glyph_draw(cr, EDGE, &first_finding()->capsules[1], 3, TRUE);
  cairo_destroy(cr);
  assert_golden("glyph", glyph_picture(), other);
}
END_TEST

int
main(int argc, char **argv)
{
  folder = argc > 1 ? argv[1] : "tests/ui/golden";
  Suite *suite = suite_create("golden");
  TCase *tests = tcase_create("golden");
  tcase_add_checked_fixture(tests, set_up, NULL);
  tcase_add_test(tests, slices_and_marks);
  tcase_add_test(tests, a_slab_in_the_bone_window);
  tcase_add_test(tests, the_heat_map);
  tcase_add_test(tests, the_pose_glyph);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
