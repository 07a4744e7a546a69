/* Looking and explanations with keys, wheel and drags alone: window, zoom, pan,
 * slab, cine and inversion, heat maps; numbers and pixels follow. */
#include "core/image/point.h"
#include "tests/support/hand.h"
#include "tests/support/ui.h"
#include "tests/support/ui_input.h"
#include "ui/explain/glyph.h"

#include <math.h>

#define WINDOW_MENU "Window and level (1 – 6, right drag)"
#define SLAB_MENU "Slab: kind (S), thickness ([ and ])"

static CapHand hand;

static void
set_up(void)
{
  cap_hand_open(&hand);
  hand.input.pause_us = 10000;
}

static void
tear_down(void)
{
  cap_hand_close(&hand);
}

static CapLook *
look(void)
{
  return cap_session_look(hand.session);
}

static CapViewport
port_of(CapPlane plane)
{
  CapViewport port;
  ck_assert(cap_pane_viewport(cap_hand_pane(&hand, plane), &port));
  return port;
}

/* What lies at share (FX, FY) of the view of PLANE, and where that is on the
 * screen. */
static CapPoint
seen_at(CapPlane plane, double fx, double fy, int *x, int *y)
{
  GtkWidget *pane = GTK_WIDGET(cap_hand_pane(&hand, plane));
  const CapViewport port = port_of(plane);
  cap_ui_place_of(&hand.input, pane, fx, fy, x, y);
  return cap_viewport_to_patient(&port, fx * gtk_widget_get_width(pane),
                                 fy * gtk_widget_get_height(pane));
}

/* The grey that the axial view shows of voxel (COLUMN, ROW). */
static int
grey_at(double column, double row)
{
  const CapViewport port = port_of(CAP_PLANE_AXIAL);
  int width, height;
  double x, y;
  g_autofree uint8_t *pixels =
      cap_hand_pixels(&hand, CAP_PLANE_AXIAL, &width, &height);
  cap_viewport_to_screen(
      &port, cap_volume_to_patient(port.volume, (CapPoint){column, row, 20}),
      &x, &y);
  return pixels[4 * ((int)y * width + (int)x) + 1];
}

static gboolean
menu_says(const char *text)
{
  return cap_ui_find_match(GTK_WIDGET(hand.window), cap_ui_is_visible_label,
                           text) != NULL;
}

static GtkWidget *
nth_number(GtkWidget *in, guint n)
{
  g_autoptr(GPtrArray) all = cap_ui_find_all(in, GTK_TYPE_SPIN_BUTTON);
  ck_assert_uint_lt(n, all->len);
  return all->pdata[n];
}

static void
close_menu(GtkWidget *popover)
{
  cap_hand_key(&hand, XK_Escape, 0);
  CAP_UI_WAIT(!gtk_widget_get_mapped(popover));
}

/* ---- window and level ---- */

START_TEST(the_window_is_dragged_typed_and_chosen_by_keys)
{
  int x, y;
  seen_at(CAP_PLANE_AXIAL, 0.5, 0.5, &x, &y);
  ck_assert_double_eq(cap_look_window(look()), 1500);
  const int before = grey_at(40, 10); /* of -850 HU */
  cap_xtest_drag(&hand.input, CAP_RIGHT, x, y, 50, -30);
  CAP_UI_WAIT(cap_look_window(look()) == 1700);
  CAP_UI_WAIT(cap_look_level(look()) == -480);
  CAP_UI_WAIT(menu_says("W 1700 L −480"));
  const int after = grey_at(40, 10);
  ck_assert_int_eq(before, 85);
  ck_assert_int_eq(after, 72); /* 255 * (-850 + 480 + 850) / 1700 */
  GtkWidget *menu = cap_hand_open_menu(&hand, WINDOW_MENU);
  GtkWidget *width = nth_number(menu, 0), *level = nth_number(menu, 1);
  ck_assert_double_eq(gtk_spin_button_get_value(GTK_SPIN_BUTTON(width)), 1700);
  ck_assert_double_eq(gtk_spin_button_get_value(GTK_SPIN_BUTTON(level)), -480);
  cap_hand_type(&hand, width, "400");
  cap_hand_type(&hand, level, "40");
  CAP_UI_WAIT(cap_look_window(look()) == 400 && cap_look_level(look()) == 40);
  close_menu(menu);
  ck_assert_int_eq(grey_at(40, 10), 0);
  cap_hand_key(&hand, XK_1, 0);
  CAP_UI_WAIT(cap_look_window(look()) == 1500);
  ck_assert_int_eq(grey_at(40, 10), before);
}
END_TEST

START_TEST(i_inverts)
{
  const int air = grey_at(40, 10), ball = grey_at(25, 30);
  ck_assert_int_gt(ball, air + 100);
  cap_hand_key(&hand, XK_i, 0);
  ck_assert_int_eq(grey_at(40, 10), 255 - air);
  ck_assert_int_eq(grey_at(25, 30), 255 - ball);
  cap_hand_key(&hand, XK_i, 0);
  ck_assert_int_eq(grey_at(25, 30), ball);
}
END_TEST

/* ---- place ---- */

START_TEST(the_wheel_zooms_to_the_pointer_and_a_drag_pans)
{
  for (int plane = 0; plane < 3; plane++) {
    int x, y;
    const CapPoint before = seen_at((CapPlane)plane, 0.3, 0.4, &x, &y);
    const CapViewport fitted = port_of((CapPlane)plane);
    cap_xtest_point(&hand.input, x, y);
    cap_xtest_key_state(&hand.input, XK_Control_L, TRUE);
    for (int i = 0; i < 5; i++)
      cap_xtest_click(&hand.input, CAP_WHEEL_UP);
    cap_xtest_key_state(&hand.input, XK_Control_L, FALSE);
    cap_hand_arrive(&hand);
    const CapViewport closer = port_of((CapPlane)plane);
    ck_assert_double_eq_tol(cap_viewport_zoom(&closer),
                            pow(1.15, 5) * cap_viewport_zoom(&fitted), 1e-6);
    ck_assert_double_lt(
        cap_point_distance(seen_at((CapPlane)plane, 0.3, 0.4, &x, &y), before),
        1 / cap_viewport_zoom(&fitted)); /* a pixel */
    cap_xtest_drag(&hand.input, CAP_MIDDLE, x, y, 40, 25);
    cap_hand_arrive(&hand);
    const CapViewport moved = port_of((CapPlane)plane);
    double from[2], to[2];
    cap_viewport_to_screen(&closer, before, &from[0], &from[1]);
    cap_viewport_to_screen(&moved, before, &to[0], &to[1]);
    ck_assert_double_eq_tol(to[0] - from[0], 40, 0.5);
    ck_assert_double_eq_tol(to[1] - from[1], 25, 0.5);
  }
}
END_TEST

static double
height_mm(void)
{
  return cap_session_position(hand.session).z;
}

START_TEST(wheel_and_cine_move_slices)
{
  int x, y;
  seen_at(CAP_PLANE_AXIAL, 0.5, 0.2, &x, &y);
  const double start = height_mm();
  cap_xtest_point(&hand.input, x, y);
  cap_xtest_click(&hand.input, CAP_WHEEL_DOWN);
  CAP_UI_WAIT(height_mm() == start - 2); /* to the feet */
  cap_xtest_click(&hand.input, CAP_WHEEL_UP);
  CAP_UI_WAIT(height_mm() == start);
  int width, height;
  g_autofree uint8_t *still =
      cap_hand_pixels(&hand, CAP_PLANE_CORONAL, &width, &height);
  cap_hand_key(&hand, XK_p, 0);
  CAP_UI_WAIT(fabs(height_mm() - start) >= 6);
  cap_hand_key(&hand, XK_p, 0);
  const double stopped = height_mm();
  g_autofree uint8_t *moved =
      cap_hand_pixels(&hand, CAP_PLANE_CORONAL, &width, &height);
  ck_assert_int_gt(cap_ui_difference(still, moved, width, height), 100);
  cap_ui_spin(500); /* several slices at the rate of before */
  ck_assert_double_eq(height_mm(), stopped);
}
END_TEST

/* ---- slab ---- */

static gboolean
is_step(GtkWidget *widget, const char *tooltip)
{
  return GTK_IS_BUTTON(widget) && gtk_widget_get_mapped(widget) &&
         g_strcmp0(gtk_widget_get_tooltip_text(widget), tooltip) == 0;
}

/* The button in the header bar; NULL while it is not shown. */
static GtkWidget *
step(const char *tooltip)
{
  return cap_ui_find_match(GTK_WIDGET(hand.window), is_step, tooltip);
}

START_TEST(a_slab_has_the_thickness_that_is_typed)
{
  cap_hand_go_to(&hand, (CapPoint){60, 60, 14}); /* 12 mm below the middle */
  ck_assert_int_eq(grey_at(25, 30), 85);
  ck_assert(menu_says("Single slice"));
  ck_assert_ptr_null(step("Thicker slab"));
  cap_hand_key(&hand, XK_s, 0);
  GtkWidget *menu = cap_hand_open_menu(&hand, SLAB_MENU);
  cap_hand_type(&hand, nth_number(menu, 0), "20");
  CAP_UI_WAIT(cap_look_slab(look()).thickness_mm == 20);
  close_menu(menu);
  CAP_UI_WAIT(menu_says("MIP 20.0 mm"));
  ck_assert_int_gt(grey_at(25, 30), 240);
  menu = cap_hand_open_menu(&hand, SLAB_MENU);
  cap_hand_type(&hand, nth_number(menu, 0), "3");
  close_menu(menu);
  CAP_UI_WAIT(menu_says("MIP 3.0 mm"));
  ck_assert_int_eq(grey_at(25, 30), 85);
  cap_hand_key(&hand, XK_bracketright, 0);
  CAP_UI_WAIT(menu_says("MIP 4.0 mm"));
  cap_ui_click(&hand.input, step("Thicker slab"));
  CAP_UI_WAIT(menu_says("MIP 5.0 mm"));
  cap_ui_click(&hand.input, step("Thinner slab"));
  CAP_UI_WAIT(menu_says("MIP 4.0 mm"));
}
END_TEST

/* ---- explanation ---- */

static gboolean
is_opacity(GtkWidget *widget, const char *tooltip)
{
  return GTK_IS_SCALE(widget) && gtk_widget_get_mapped(widget) &&
         g_strcmp0(gtk_widget_get_tooltip_text(widget), tooltip) == 0;
}

static GtkWidget *
opacity(void)
{
  return cap_ui_find_match(GTK_WIDGET(hand.window), is_opacity,
                           "Opacity of the heat map");
}

/* From where the slider is to its left end. */
static void
drag_to_nothing(void)
{
  GtkWidget *scale = opacity();
  GdkRectangle line;
  int from, to, start, end, x, y;
  gtk_range_get_range_rect(GTK_RANGE(scale), &line);
  gtk_range_get_slider_range(GTK_RANGE(scale), &start, &end);
  const double middle = line.y + line.height / 2.0;
  cap_ui_on_screen(&hand.input, scale, (start + end) / 2.0, middle, &from, &y);
  cap_ui_on_screen(&hand.input, scale, line.x, middle, &to, &x);
  cap_xtest_drag(&hand.input, CAP_LEFT, from, y, to - from - 5, 0);
  cap_hand_arrive(&hand);
}

START_TEST(e_shows_heat_of_which_a_slider_sets_the_opacity)
{
  uint8_t *bare[3], *warm[3], *gone[3];
  int width[3], height[3];
  cap_hand_give(&hand, 1);
  cap_hand_key(&hand, XK_space, 0);
  CAP_UI_WAIT(cap_hand_selected(&hand) != NULL);
  for (int i = 0; i < 3; i++)
    bare[i] = cap_hand_pixels(&hand, (CapPlane)i, &width[i], &height[i]);
  cap_hand_key(&hand, XK_e, 0);
  CAP_UI_WAIT(opacity() != NULL);
  for (int i = 0; i < 3; i++) {
    warm[i] = cap_hand_pixels(&hand, (CapPlane)i, &width[i], &height[i]);
    ck_assert_int_gt(cap_ui_difference(bare[i], warm[i], width[i], height[i]),
                     200);
  }
  cap_ui_roll_to(&hand.input, opacity());
  drag_to_nothing();
  CAP_UI_WAIT(cap_look_heat_opacity(look()) == 0);
  for (int i = 0; i < 3; i++) {
    gone[i] = cap_hand_pixels(&hand, (CapPlane)i, &width[i], &height[i]);
    ck_assert_int_gt(cap_ui_difference(warm[i], gone[i], width[i], height[i]),
                     200);
  }
  cap_hand_key(&hand, XK_e, 0);
  CAP_UI_WAIT(opacity() == NULL);
  for (int i = 0; i < 3; i++) {
    g_autofree uint8_t *again =
        cap_hand_pixels(&hand, (CapPlane)i, &width[i], &height[i]);
    ck_assert_int_eq(cap_ui_difference(bare[i], again, width[i], height[i]), 0);
    g_free(bare[i]);
    g_free(warm[i]);
    g_free(gone[i]);
  }
}
END_TEST

START_TEST(arrows_sweep_the_capsule_that_was_clicked)
{
  cap_hand_give(&hand, 1);
  cap_hand_key(&hand, XK_space, 0);
  cap_hand_key(&hand, XK_e, 0);
  CAP_UI_WAIT(opacity() != NULL);
  GtkWidget *glyph = cap_ui_find(GTK_WIDGET(hand.window), CAP_TYPE_GLYPH);
  cap_ui_roll_to(&hand.input, glyph);
  cap_ui_click(&hand.input, glyph);
  cap_hand_key(&hand, XK_Down, 0);
  CAP_UI_WAIT(cap_glyph_spoke(CAP_GLYPH(glyph)) == 0);
  for (int i = 0; i < 4; i++)
    cap_hand_key(&hand, XK_Right, 0);
  CAP_UI_WAIT(cap_ui_find_label(GTK_WIDGET(hand.window), "+1.00 of its"));
  cap_hand_key(&hand, XK_Left, 0);
  CAP_UI_WAIT(cap_ui_find_label(GTK_WIDGET(hand.window), "+0.75 of its"));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("viewing");
  TCase *tests = tcase_create("viewing");
  tcase_set_timeout(tests, 120);
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, the_window_is_dragged_typed_and_chosen_by_keys);
  tcase_add_test(tests, i_inverts);
  tcase_add_test(tests, the_wheel_zooms_to_the_pointer_and_a_drag_pans);
  tcase_add_test(tests, wheel_and_cine_move_slices);
  tcase_add_test(tests, a_slab_has_the_thickness_that_is_typed);
  tcase_add_test(tests, e_shows_heat_of_which_a_slider_sets_the_opacity);
  tcase_add_test(tests, arrows_sweep_the_capsule_that_was_clicked);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
