/* Ways of looking: numbers of the window, interpolation, cross-hair, magnifier,
 * running slices, test pattern. */
#include "tests/support/ui.h"
#include "ui/view/cine.h"
#include "ui/view/key_images.h"
#include "ui/view/magnifier.h"
#include "ui/view/slab_button.h"
#include "ui/view/test_pattern.h"
#include "ui/view/views.h"
#include "ui/view/window_button.h"

#include <math.h>
#include <string.h>

static CapSession *session;
static CapLook *look;
static CapViews *views;

static void
show_views(void)
{
  cap_ui_setup();
  session = cap_ui_session();
  look = cap_session_look(session);
  views = CAP_VIEWS(cap_views_new(session));
  cap_ui_show(GTK_WIDGET(views), 900, 600);
}

static uint8_t *
pixels_of(CapPlane plane, int *width, int *height)
{
  return cap_ui_pixels(GTK_WIDGET(cap_views_pane(views, plane)), width, height);
}

/* Pixels of PLANE that change when PROPERTY of the look becomes VALUE. */
static int
changed_by(CapPlane plane, const char *property, gboolean value)
{
  int width, height;
  g_autofree uint8_t *before = pixels_of(plane, &width, &height);
  g_object_set(look, property, value, NULL);
  g_autofree uint8_t *after = pixels_of(plane, &width, &height);
  return cap_ui_difference(before, after, width, height);
}

/* ---- menus of the header ---- */

static GPtrArray *
spin_buttons_of(GtkWidget *menu_button)
{
  GtkPopover *popover =
      gtk_menu_button_get_popover(GTK_MENU_BUTTON(menu_button));
  return cap_ui_find_all(GTK_WIDGET(popover), GTK_TYPE_SPIN_BUTTON);
}

/* As typed, then Enter. */
static void
type_number(GtkSpinButton *spin, const char *text)
{
  gtk_editable_set_text(GTK_EDITABLE(spin), text);
  gtk_spin_button_update(spin);
}

START_TEST(window_and_level_are_typed_as_numbers)
{
  GtkWidget *button = g_object_ref_sink(cap_window_button_new(session));
  g_autoptr(GPtrArray) spins = spin_buttons_of(button);
  ck_assert_int_eq(spins->len, 2);
  ck_assert_str_eq(gtk_menu_button_get_label(GTK_MENU_BUTTON(button)), "Lung");
  static const struct {
    const char *width, *level;
    double window_hu, level_hu;
  } cases[] = {{"345", "-120", 345, -120},
               {"345", "−130", 345, -130},
               {"345", "-120", 345, -120},
               {"999999", "99999", 345, -120}, /* too much: as they were */
               {"0", "-99999", 345, -120},
               {"wide", "", 345, -120}, /* no numbers */
               {"400", "40", 400, 40}};
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    type_number(spins->pdata[0], cases[i].width);
    type_number(spins->pdata[1], cases[i].level);
    ck_assert_double_eq(cap_look_window(look), cases[i].window_hu);
    ck_assert_double_eq(cap_look_level(look), cases[i].level_hu);
    g_autofree char *level = g_strdup_printf(
        "%s%.0f", cases[i].level_hu < 0 ? "−" : "", fabs(cases[i].level_hu));
    ck_assert_str_eq(gtk_editable_get_text(spins->pdata[1]), level);
  }
  ck_assert_str_eq(gtk_menu_button_get_label(GTK_MENU_BUTTON(button)),
                   "Mediastinum");
  cap_look_set_window(look, 777, 5); /* by dragging */
  ck_assert_double_eq(gtk_spin_button_get_value(spins->pdata[0]), 777);
  ck_assert_double_eq(gtk_spin_button_get_value(spins->pdata[1]), 5);
  ck_assert_str_eq(gtk_menu_button_get_label(GTK_MENU_BUTTON(button)),
                   "W 777 L 5");
  g_object_unref(button);
}
END_TEST

START_TEST(the_slab_menu_says_and_sets_it)
{
  GtkWidget *button = g_object_ref_sink(cap_slab_button_new(session));
  g_autoptr(GPtrArray) spins = spin_buttons_of(button);
  ck_assert_str_eq(gtk_menu_button_get_label(GTK_MENU_BUTTON(button)),
                   "Single slice");
  cap_look_cycle_slab(look);
  type_number(spins->pdata[0], "7.5");
  ck_assert_double_eq(cap_look_slab(look).thickness_mm, 7.5);
  ck_assert_str_eq(gtk_menu_button_get_label(GTK_MENU_BUTTON(button)),
                   "MIP 7.5 mm");
  g_object_unref(button);
}
END_TEST

/* ---- views ---- */

START_TEST(voxels_show_when_nothing_is_interpolated)
{
  cap_session_set_position(session, (CapPoint){-15, -5, -60}, FALSE);
  for (int plane = 0; plane < 3; plane++) {
    g_object_set(look, "interpolate", TRUE, NULL);
    ck_assert_int_gt(changed_by((CapPlane)plane, "interpolate", FALSE), 300);
  }
}
END_TEST

START_TEST(the_cross_hair_goes_and_comes_back)
{
  for (int plane = 0; plane < 3; plane++) {
    ck_assert_int_gt(changed_by((CapPlane)plane, "crosshair", FALSE), 300);
    ck_assert_int_gt(changed_by((CapPlane)plane, "crosshair", TRUE), 300);
  }
}
END_TEST

START_TEST(the_magnifier_shows_what_is_under_the_pointer)
{
  CapViewport port;
  cap_pane_viewport(cap_views_pane(views, CAP_PLANE_AXIAL), &port);
  const CapPoint ball = {-15, -5, -60};
  cap_session_set_position(session, (CapPoint){20, 20, -60}, FALSE);
  ck_assert_int_eq(changed_by(CAP_PLANE_AXIAL, "magnify", TRUE), 0);
  cap_session_set_pointer(session, CAP_PLANE_AXIAL, &ball);
  ck_assert_int_eq(changed_by(CAP_PLANE_CORONAL, "magnify", FALSE), 0);
  ck_assert_int_gt(changed_by(CAP_PLANE_AXIAL, "magnify", TRUE), 2000);
  /* The ball's edge, 8 mm from its middle, lies three times as far out. */
  int width, height;
  g_autofree uint8_t *seen = pixels_of(CAP_PLANE_AXIAL, &width, &height);
  double x, y;
  cap_viewport_to_screen(&port, ball, &x, &y);
  const double zoom = cap_viewport_zoom(&port);
  const int row = (int)y * width;
  const int inside = (int)fmin(7 * CAP_MAGNIFIER_TIMES * zoom, 110);
  ck_assert_int_gt(seen[4 * (row + (int)x + inside)], 200);
}
END_TEST

/* ---- running slices ---- */

typedef struct {
  int index;
} Awaited;

static int
index_now(void)
{
  return cap_slice_index(cap_session_volume(session), CAP_PLANE_AXIAL,
                         cap_session_position(session));
}

static gboolean
has_come(gpointer data)
{
  return index_now() == ((Awaited *)data)->index;
}

static gboolean
has_stopped(gpointer cine)
{
  return !cap_cine_is_playing(cine);
}

static void
go_to(int index)
{
  const CapVolume *v = cap_session_volume(session);
  cap_session_set_position(session,
                           cap_slice_at_index(v, CAP_PLANE_AXIAL, index,
                                              cap_session_position(session)),
                           FALSE);
}

START_TEST(slices_run_and_turn_at_the_ends)
{
  g_autoptr(CapCine) cine = cap_cine_new(session);
  const int last = cap_session_volume(session)->slices - 1;
  g_object_set(cine, "rate", 60, NULL);
  go_to(3);
  g_object_set(cine, "playing", TRUE, NULL); /* to the feet, then from above */
  cap_ui_wait(has_come, &(Awaited){1}, "slices run to the feet");
  cap_ui_wait(has_come, &(Awaited){last - 1}, "they start again above");
  g_object_set(cine, "backwards", TRUE, NULL);
  cap_ui_wait(has_come, &(Awaited){2}, "backwards over the end");
  g_object_set(cine, "playing", FALSE, NULL);
  const int at = index_now();
  cap_ui_spin(100);
  ck_assert_int_eq(index_now(), at);

  g_object_set(cine, "mode", CAP_CINE_BOUNCE, "backwards", FALSE, "playing",
               TRUE, NULL);
  go_to(1);
  cap_ui_wait(has_come, &(Awaited){3}, "they turn at the end");
  gboolean backwards;
  g_object_get(cine, "backwards", &backwards, NULL);
  ck_assert(backwards);

  g_object_set(cine, "mode", CAP_CINE_ONCE, NULL);
  go_to(last - 2);
  cap_ui_wait(has_stopped, cine, "they stop at the end");
  ck_assert_int_eq(index_now(), last);
  cap_session_set_volume(session, NULL, FALSE);
  g_object_set(cine, "playing", TRUE, NULL);
  cap_ui_wait(has_stopped, cine, "nothing runs without a volume");
}
END_TEST

/* ---- key images ---- */

static int
n_children(GtkWidget *list)
{
  int n = 0;
  for (GtkWidget *row = gtk_widget_get_first_child(list); row != NULL;
       row = gtk_widget_get_next_sibling(row))
    n++;
  return n;
}

START_TEST(key_images_are_marked_listed_and_gone_to)
{
  const CapImageField whole = {CAP_FIELD_WHOLE};
  GListModel *images = cap_session_key_images(session);
  GtkWidget *bar = g_object_ref_sink(cap_key_images_new(session));
  ck_assert(!gtk_widget_get_visible(bar));
  ck_assert(!cap_session_step_key_image(session, 1));
  int width, height;
  go_to(7);
  g_autofree uint8_t *before = pixels_of(CAP_PLANE_AXIAL, &width, &height);
  ck_assert(cap_session_toggle_key_image(session, CAP_PLANE_AXIAL, &whole));
  g_autofree uint8_t *after = pixels_of(CAP_PLANE_AXIAL, &width, &height);
  ck_assert_int_gt(cap_ui_difference(before, after, width, height), 20);
  ck_assert(cap_session_is_key_image(session, CAP_PLANE_AXIAL));
  ck_assert(!cap_session_is_key_image(session, CAP_PLANE_CORONAL));
  go_to(21);
  ck_assert(!cap_session_is_key_image(session, CAP_PLANE_AXIAL));
  cap_look_set_window(look, 400, 40);
  g_object_set(look, "slab", CAP_SLAB_MAX, "slab-thickness", 6.0, NULL);
  cap_session_toggle_key_image(session, CAP_PLANE_CORONAL, &whole);

  GtkWidget *list = cap_ui_find(bar, GTK_TYPE_LIST_BOX);
  ck_assert(gtk_widget_get_visible(bar));
  ck_assert_int_eq(n_children(list), 2);

  g_object_set(look, "slab", CAP_SLAB_OFF, NULL);
  ck_assert(cap_session_step_key_image(session, 1));
  ck_assert_int_eq(index_now(), 7);
  ck_assert_double_eq(cap_look_window(look), 1500);
  ck_assert(cap_session_step_key_image(session, 1));
  ck_assert_int_eq(index_now(), 21);
  ck_assert_double_eq(cap_look_window(look), 400);
  ck_assert_int_eq(cap_look_slab(look).kind, CAP_SLAB_MAX);
  ck_assert(cap_session_step_key_image(session, 1)); /* round */
  ck_assert_int_eq(index_now(), 7);
  ck_assert(!cap_session_toggle_key_image(session, CAP_PLANE_AXIAL, &whole));
  ck_assert_int_eq(g_list_model_get_n_items(images), 1);
  ck_assert_int_eq(n_children(list), 1);

  /* The review has it, and undo and redo know of it. */
  const CapReview *review = cap_session_review(session);
  const CapReviewImage *kept = cap_review_key_images(review)->pdata[0];
  ck_assert_int_eq(cap_review_key_images(review)->len, 1);
  ck_assert_int_eq(kept->plane, CAP_PLANE_CORONAL);
  ck_assert_double_eq(kept->window_hu, 400);
  ck_assert_int_eq(kept->slab.kind, CAP_SLAB_MAX);
  ck_assert_double_eq(kept->slab.thickness_mm, 6);
  ck_assert_str_eq(kept->sop_uid, "");
  ck_assert(cap_session_undo(session)); /* the axial one comes back */
  ck_assert_int_eq(n_children(list), 2);
  ck_assert(cap_session_is_key_image(session, CAP_PLANE_AXIAL));
  ck_assert(cap_session_redo(session));
  ck_assert_int_eq(n_children(list), 1);
  cap_session_reset(session, "");
  ck_assert_int_eq(g_list_model_get_n_items(images), 0);
  ck_assert(!gtk_widget_get_visible(bar));
  g_object_unref(bar);
}
END_TEST

/* What the axial view shows now is marked. */
static void
mark_field(void)
{
  const CapImageField field =
      cap_pane_field(cap_views_pane(views, CAP_PLANE_AXIAL));
  ck_assert(cap_session_toggle_key_image(session, CAP_PLANE_AXIAL, &field));
}

static void
assert_same_place(const CapViewport *a, const CapViewport *b)
{
  ck_assert_double_eq_tol(a->view.mm_per_pixel, b->view.mm_per_pixel, 1e-6);
  ck_assert_double_eq_tol(a->view.center_mm.x, b->view.center_mm.x, 1e-4);
  ck_assert_double_eq_tol(a->view.center_mm.y, b->view.center_mm.y, 1e-4);
}

START_TEST(a_key_image_shows_again_what_was_seen_of_it)
{
  CapPane *pane = cap_views_pane(views, CAP_PLANE_AXIAL);
  CapViewport seen, now;
  go_to(7);
  cap_pane_zoom(pane, 4, 100, 120);
  cap_pane_pan(pane, 15, -20);
  ck_assert(cap_pane_viewport(pane, &seen));
  mark_field();
  cap_pane_fit(pane);
  go_to(21);
  mark_field(); /* the whole plane */
  cap_pane_zoom(pane, 2, 10, 10);

  ck_assert(cap_session_step_key_image(session, 1));
  ck_assert_int_eq(index_now(), 7);
  ck_assert(cap_pane_viewport(pane, &now));
  assert_same_place(&now, &seen);
  ck_assert(cap_session_step_key_image(session, 1));
  ck_assert(cap_pane_is_fitted(pane));
  /* In a smaller view all of it is seen still. */
  gtk_window_set_default_size(
      GTK_WINDOW(gtk_widget_get_root(GTK_WIDGET(views))), 600, 600);
  cap_ui_spin(200);
  ck_assert(cap_session_step_key_image(session, 1));
  ck_assert(cap_pane_viewport(pane, &now));
  ck_assert_double_eq_tol(now.view.center_mm.x, seen.view.center_mm.x, 1e-4);
  ck_assert_double_ge(now.width * now.view.mm_per_pixel + 1e-3,
                      seen.width * seen.view.mm_per_pixel);
  ck_assert_double_ge(now.height * now.view.mm_per_pixel + 1e-3,
                      seen.height * seen.view.mm_per_pixel);
  ck_assert_int_lt(now.width, seen.width);
}
END_TEST

START_TEST(an_older_key_image_leaves_the_zoom_alone)
{
  const CapImageField unknown = {CAP_FIELD_UNKNOWN};
  CapPane *pane = cap_views_pane(views, CAP_PLANE_AXIAL);
  CapViewport before, after;
  go_to(7);
  cap_session_toggle_key_image(session, CAP_PLANE_AXIAL, &unknown);
  go_to(21);
  cap_pane_zoom(pane, 4, 100, 120);
  ck_assert(cap_pane_viewport(pane, &before));
  ck_assert(cap_session_step_key_image(session, 1));
  ck_assert_int_eq(index_now(), 7);
  ck_assert(cap_pane_viewport(pane, &after));
  ck_assert_double_eq(after.view.mm_per_pixel, before.view.mm_per_pixel);
}
END_TEST

/* ---- test pattern ---- */

static int
grey_at(cairo_surface_t *surface, double x, double y)
{
  const uint8_t *data = cairo_image_surface_get_data(surface);
  return data[(int)y * cairo_image_surface_get_stride(surface) + 4 * (int)x];
}

START_TEST(the_pattern_has_the_greys_that_it_names)
{
  static const int sizes[][2] = {{1920, 1080}, {1280, 800}, {1080, 1920}};
  for (guint s = 0; s < G_N_ELEMENTS(sizes); s++) {
    const int width = sizes[s][0], height = sizes[s][1];
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    cairo_t *cr = cairo_create(surface);
    cap_test_pattern_draw(cr, width, height);
    cairo_destroy(cr);
    cairo_surface_flush(surface);
    for (int i = 0; i < CAP_PATTERN_STEPS; i++) {
      double x, y, side;
      cap_test_pattern_step(width, height, i, &x, &y, &side);
      const int grey = cap_test_pattern_grey(i);
      ck_assert_int_eq(grey, (int)lrint(255.0 * i / (CAP_PATTERN_STEPS - 1)));
      ck_assert_int_eq(grey_at(surface, x, y), grey);
      const int corner = grey_at(surface, x - side / 4, y - side / 4);
      ck_assert_int_eq(corner, MIN(grey + 4, 255));
    }
    ck_assert_int_eq(grey_at(surface, 0, height / 2), 255); /* border */
    cairo_surface_destroy(surface);
  }
}
END_TEST

/* ---- words on the image ---- */

/* Of a BGRA pixel. */
static double
luminance(const uint8_t *p)
{
  return cap_ui_luminance(p[2] / 255.0, p[1] / 255.0, p[0] / 255.0);
}

static gboolean
is_ink(const uint8_t *p, unsigned rgb)
{
  return abs(p[2] - (int)(rgb >> 16 & 255)) < 12 &&
         abs(p[1] - (int)(rgb >> 8 & 255)) < 12 &&
         abs(p[0] - (int)(rgb & 255)) < 12;
}

/* The darkest of the three pixels from AT on in steps of STEP; -1 where one of
 * them is ink: the next stroke of the letter. */
static double
darkest_beside(const uint8_t *at, int step, unsigned rgb)
{
  double least = 1;
  for (int i = 1; i <= 3; i++) {
    if (is_ink(at + i * step, rgb))
      return -1;
    least = fmin(least, luminance(at + i * step));
  }
  return least;
}

/* Of what is drawn in RGB on the view of PLANE: the share of sides of ink
 * beside which lies what it has 4.5 : 1 to. On black it is 0.9: between the
 * strokes of an m there is nothing but their own edges. */
static double
share_that_reads(CapPlane plane, unsigned rgb)
{
  static const int sides[][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
  int width, height, n = 0, n_good = 0;
  g_autofree uint8_t *pixels = pixels_of(plane, &width, &height);
  for (int y = 3; y < height - 3; y++)
    for (int x = 3; x < width - 3; x++) {
      const uint8_t *at = pixels + 4 * (y * width + x);
      for (int i = 0; i < 4 && is_ink(at, rgb); i++) {
        const double beside =
            darkest_beside(at, 4 * (sides[i][1] * width + sides[i][0]), rgb);
        n += beside >= 0;
        n_good += beside >= 0 && cap_ui_contrast(luminance(at), beside) >= 4.5;
      }
    }
  ck_assert_int_gt(n, 60);
  return (double)n_good / n;
}

START_TEST(words_read_over_white_and_over_black)
{
  static const unsigned inks[] = {0xb4bcc6, 0xf0d28a}; /* corners, letters */
  cap_look_cycle_slab(look);
  CapPane *pane = cap_views_pane(views, CAP_PLANE_AXIAL);
  int width, height;
  g_free(pixels_of(CAP_PLANE_AXIAL, &width, &height));
  cap_pane_zoom(pane, 3, width / 2.0, height / 2.0); /* it lies under them */
  for (int white = 0; white < 2; white++) {
    cap_look_set_window(look, 10, white ? -2000 : 2000);
    cap_ui_spin(50);
    cap_ui_shoot(white ? "words-on-white" : "words-on-black");
    for (guint i = 0; i < G_N_ELEMENTS(inks); i++) {
      const double share = share_that_reads(CAP_PLANE_AXIAL, inks[i]);
      ck_assert_msg(share > 0.8, "%06x on %s: only %.2f reads", inks[i],
                    white ? "white" : "black", share);
    }
  }
}
END_TEST

/* Planes that were not acquired have no number. */
START_TEST(the_corner_has_the_number_of_the_image)
{
  const CapVolume *volume = cap_session_volume(session);
  uint8_t *before[3];
  int width, height;
  for (int p = 0; p < 3; p++)
    before[p] = pixels_of((CapPlane)p, &width, &height);
  volume->source->image_numbers = g_new(int, volume->slices);
  for (int s = 0; s < volume->slices; s++)
    volume->source->image_numbers[s] = 100 + s;
  for (int p = 0; p < 3; p++) {
    g_autofree uint8_t *after = pixels_of((CapPlane)p, &width, &height);
    const int n = cap_ui_difference(before[p], after, width, height);
    ck_assert_int_eq(n > 0, p == CAP_PLANE_AXIAL);
    g_free(before[p]);
  }
  g_signal_emit_by_name(session, "volume-changed");
  cap_ui_spin(50);
  cap_ui_shoot("image-number");
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("looking");
  TCase *tests = tcase_create("looking");
  tcase_add_checked_fixture(tests, show_views, NULL);
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, window_and_level_are_typed_as_numbers);
  tcase_add_test(tests, the_slab_menu_says_and_sets_it);
  tcase_add_test(tests, voxels_show_when_nothing_is_interpolated);
  tcase_add_test(tests, the_cross_hair_goes_and_comes_back);
  tcase_add_test(tests, the_magnifier_shows_what_is_under_the_pointer);
  tcase_add_test(tests, slices_run_and_turn_at_the_ends);
  tcase_add_test(tests, key_images_are_marked_listed_and_gone_to);
  tcase_add_test(tests, a_key_image_shows_again_what_was_seen_of_it);
  tcase_add_test(tests, an_older_key_image_leaves_the_zoom_alone);
  tcase_add_test(tests, words_read_over_white_and_over_black);
  tcase_add_test(tests, the_corner_has_the_number_of_the_image);
  tcase_add_test(tests, the_pattern_has_the_greys_that_it_names);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
