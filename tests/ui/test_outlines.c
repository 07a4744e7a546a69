/* Outlines drawn by hand in the viewer with real input: traced, clicked or made
 * by keys, moved by their line and changed by their corners. */
#include "core/image/point.h"
#include "tests/support/database.h"
#include "tests/support/hand.h"
#include "tests/support/ui.h"
#include "ui/measure/measuring.h"

static CapHand hand;

static void
set_up(void)
{
  cap_hand_open(&hand);
}

static void
tear_down(void)
{
  cap_hand_close(&hand);
}

/* With the button down through CORNERS of slice 20. */
static void
trace(const double corners[][2], int n)
{
  cap_hand_point(&hand, CAP_PLANE_AXIAL,
                 (CapPoint){corners[0][0], corners[0][1], 20});
  cap_hand_button(&hand, TRUE);
  for (int i = 1; i < n; i++)
    cap_hand_point(&hand, CAP_PLANE_AXIAL,
                   (CapPoint){corners[i][0], corners[i][1], 20});
  cap_hand_button(&hand, FALSE);
}

START_TEST(an_outline_is_drawn_or_clicked)
{
  static const double around[][2] = {{22, 27}, {28, 27}, {28, 33}, {22, 33}};
  static const double bow_tie[][2] = {{20, 20}, {40, 40}, {40, 20}, {20, 40}};
  cap_hand_go_to(&hand, (CapPoint){60, 60, 20});
  cap_hand_key(&hand, XK_m, 0);
  cap_hand_key(&hand, XK_5, 0);
  ck_assert_int_eq(cap_session_tool(hand.session), CAP_TOOL_FREEHAND);
  trace(around, 4);
  cap_assert_answer(hand.path, "SELECT kind FROM measurement", "freehand");
  ck_assert_double_eq(cap_hand_number(&hand, "hu_mean"),
                      100); /* all within the ball */
  ck_assert_double_eq_tol(cap_hand_number(&hand, "area_mm2"), 36, 4);
  ck_assert_int_eq((int)cap_hand_number(&hand, "voxels"),
                   cap_hand_measured(&hand, 1)->n_voxels);
  ck_assert_int_ge(cap_hand_measured(&hand, 1)->n_voxels, 25);
  cap_hand_check_words(&hand, 1);
  trace(bow_tie, 4);
  ck_assert_ptr_null(cap_hand_measured(&hand, 2));
  ck_assert_ptr_nonnull(
      cap_ui_find_label(GTK_WIDGET(hand.window), "The outline crosses itself"));
  /* Corner by corner, and the first one again. */
  static const double across[][2] = {{45, 20}, {70, 20}, {70, 45}, {45, 45}};
  for (int i = 0; i < 5; i++)
    cap_hand_click(&hand, CAP_PLANE_AXIAL,
                   (CapPoint){across[i % 4][0], across[i % 4][1], 20});
  ck_assert_double_eq_tol(cap_hand_number(&hand, "area_mm2"), 625, 30);
  ck_assert_double_eq(cap_hand_number(&hand, "hu_min"), -850);
  ck_assert_double_eq(cap_hand_number(&hand, "hu_max"), 40);
  cap_hand_check_words(&hand, 2);
  cap_hand_key(&hand, XK_z, GDK_CONTROL_MASK);
  ck_assert_ptr_null(cap_hand_measured(&hand, 2));
  cap_hand_key(&hand, XK_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  ck_assert_int_eq((int)cap_hand_measured(&hand, 2)->outline_mm->len, 4);
  /* Moved by its line. */
  const double x = cap_measurement_middle(cap_hand_measured(&hand, 2)).x;
  cap_hand_key(&hand, XK_Escape, 0);
  cap_hand_drag(&hand, CAP_PLANE_AXIAL, (CapPoint){57, 20, 20},
                (CapPoint){52, 20, 20});
  ck_assert_double_eq_tol(cap_measurement_middle(cap_hand_measured(&hand, 2)).x,
                          x - 5, 0.5);
  cap_assert_answer(hand.path, "SELECT kind FROM action ORDER BY id DESC",
                    "measurement-moved");
}
END_TEST

/* Clicks the corners of a square of 25 mm and puts the tool down. */
static void
outline_square(void)
{
  static const double corners[][2] = {{45, 20}, {70, 20}, {70, 45}, {45, 45}};
  cap_hand_key(&hand, XK_m, 0);
  cap_hand_key(&hand, XK_5, 0);
  for (int i = 0; i < 5; i++)
    cap_hand_click(&hand, CAP_PLANE_AXIAL,
                   (CapPoint){corners[i % 4][0], corners[i % 4][1], 20});
  cap_hand_key(&hand, XK_Escape, 0);
}

START_TEST(a_corner_of_an_outline_is_moved)
{
  cap_hand_go_to(&hand, (CapPoint){60, 60, 20});
  outline_square();
  const double before = cap_hand_measured(&hand, 1)->area_mm2,
               mean = cap_hand_measured(&hand, 1)->hu_mean;
  const CapPoint first =
      g_array_index(cap_hand_measured(&hand, 1)->outline_mm, CapPoint, 0);
  const CapPoint second =
      g_array_index(cap_hand_measured(&hand, 1)->outline_mm, CapPoint, 1);
  cap_hand_point(&hand, CAP_PLANE_AXIAL, (CapPoint){45, 20, 20});
  cap_hand_button(&hand, TRUE);
  cap_hand_point(&hand, CAP_PLANE_AXIAL, (CapPoint){40, 18, 20});
  cap_hand_point(&hand, CAP_PLANE_AXIAL, (CapPoint){35, 10, 20});
  /* While it is dragged the numbers follow. */
  const CapMeasurement *draft =
      cap_ruler_draft(cap_session_ruler(hand.session));
  ck_assert_double_eq_tol(draft->area_mm2, before + 250, 15);
  ck_assert_double_ne(draft->hu_mean, mean);
  cap_ui_shoot("corner-moving");
  ck_assert_double_eq(cap_hand_number(&hand, "area_mm2"), before); /* not yet */
  cap_hand_button(&hand, FALSE);
  ck_assert_double_eq_tol(cap_hand_number(&hand, "area_mm2"), before + 250, 15);
  ck_assert_int_eq((int)cap_hand_number(&hand, "voxels"),
                   cap_hand_measured(&hand, 1)->n_voxels);
  ck_assert_double_eq_tol(
      g_array_index(cap_hand_measured(&hand, 1)->outline_mm, CapPoint, 0).x,
      first.x - 10, 0.7);
  ck_assert_mem_eq(
      &g_array_index(cap_hand_measured(&hand, 1)->outline_mm, CapPoint, 1),
      &second, sizeof second);
  cap_assert_answer(hand.path, "SELECT kind FROM action ORDER BY id DESC",
                    "measurement-moved");
  cap_hand_check_words(&hand, 1);
  cap_hand_key(&hand, XK_z, GDK_CONTROL_MASK);
  ck_assert_double_eq(cap_hand_number(&hand, "area_mm2"), before);
  cap_hand_key(&hand, XK_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  ck_assert_double_eq_tol(cap_hand_number(&hand, "area_mm2"), before + 250, 15);
}
END_TEST

START_TEST(keys_move_a_corner_of_an_outline)
{
  cap_hand_go_to(&hand, (CapPoint){60, 60, 20});
  outline_square();
  const double before = cap_hand_measured(&hand, 1)->area_mm2;
  cap_hand_key(&hand, XK_t, 0);
  for (int i = 0; i < 4; i++)
    cap_hand_key(&hand, XK_Up, 0);
  const CapMeasurement *draft =
      cap_ruler_draft(cap_session_ruler(hand.session));
  ck_assert_double_eq_tol(draft->area_mm2, before + 50, 5);
  cap_ui_shoot("corner-gripped");
  for (int i = 0; i < 4; i++)
    cap_hand_key(&hand, XK_Down, 0);
  draft = cap_ruler_draft(cap_session_ruler(hand.session));
  ck_assert(cap_measurement_lies_like(draft, cap_hand_measured(&hand, 1)));
  cap_hand_key(&hand, XK_Up, GDK_SHIFT_MASK);
  cap_hand_key(&hand, XK_Return, 0);
  ck_assert_double_eq_tol(cap_hand_number(&hand, "area_mm2"), before + 125, 5);
  /* Through the other side: it would cross itself. */
  cap_hand_key(&hand, XK_t, 0);
  for (int i = 0; i < 4; i++)
    cap_hand_key(&hand, XK_Down, GDK_SHIFT_MASK);
  cap_hand_key(&hand, XK_Right, GDK_SHIFT_MASK);
  cap_hand_key(&hand, XK_Return, 0);
  ck_assert_double_eq_tol(cap_hand_number(&hand, "area_mm2"), before + 125, 5);
  ck_assert_ptr_nonnull(cap_ui_find_label(GTK_WIDGET(hand.window),
                                          "The outline would cross itself"));
}
END_TEST

START_TEST(a_corner_that_would_cross_the_outline_stays)
{
  cap_hand_go_to(&hand, (CapPoint){60, 60, 20});
  outline_square();
  const double area = cap_hand_measured(&hand, 1)->area_mm2;
  cap_hand_drag(&hand, CAP_PLANE_AXIAL, (CapPoint){45, 20, 20},
                (CapPoint){80, 35, 20});
  ck_assert_double_eq(cap_hand_measured(&hand, 1)->area_mm2, area);
  ck_assert_ptr_nonnull(cap_ui_find_label(GTK_WIDGET(hand.window),
                                          "The outline would cross itself"));
  cap_assert_answer(hand.path, "SELECT kind FROM action ORDER BY id DESC",
                    "measured");
  /* Of one that is not selected the line moves the whole, also at a corner. */
  cap_ruler_select(cap_session_ruler(hand.session), 0);
  cap_ui_spin(50);
  cap_hand_drag(&hand, CAP_PLANE_AXIAL, (CapPoint){45, 20, 20},
                (CapPoint){40, 25, 20});
  ck_assert_double_eq_tol(cap_hand_measured(&hand, 1)->area_mm2, area, 1e-2);
  ck_assert_double_eq_tol(
      g_array_index(cap_hand_measured(&hand, 1)->outline_mm, CapPoint, 2).x,
      cap_volume_to_patient(cap_session_volume(hand.session),
                            (CapPoint){65, 50, 20})
          .x,
      0.7);
}
END_TEST

START_TEST(keys_alone_outline)
{
  static const KeySym round[4] = {XK_Right, XK_Down, XK_Left, XK_Up};
  cap_hand_go_to(&hand, (CapPoint){22, 27, 20});
  gtk_widget_grab_focus(GTK_WIDGET(cap_hand_pane(&hand, CAP_PLANE_AXIAL)));
  cap_hand_key(&hand, XK_m, 0);
  cap_hand_key(&hand, XK_5, 0);
  cap_hand_key(&hand, XK_Return, 0);
  for (int side = 0; side < 4; side++) {
    for (int i = 0; i < 6; i++)
      cap_hand_key(&hand, round[side], GDK_CONTROL_MASK);
    cap_hand_key(&hand, XK_Return, 0);
  }
  ck_assert_double_eq_tol(cap_hand_number(&hand, "area_mm2"), 36, 1e-3);
  ck_assert_int_eq((int)cap_hand_number(&hand, "voxels"),
                   49); /* the edge counts */
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("outlines");
  TCase *tests = tcase_create("outlines");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_set_timeout(tests, 120);
  tcase_add_test(tests, an_outline_is_drawn_or_clicked);
  tcase_add_test(tests, a_corner_of_an_outline_is_moved);
  tcase_add_test(tests, keys_move_a_corner_of_an_outline);
  tcase_add_test(tests, a_corner_that_would_cross_the_outline_stays);
  tcase_add_test(tests, keys_alone_outline);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
