/* Findings changed with keys and clicks alone: made, drawn, moved, resized, cut
 * and joined; masks, numbers, pixels and the review's file follow. */
#include "tests/support/database.h"
#include "tests/support/hand.h"
#include "tests/support/ui.h"

#include <stdlib.h>

static CapHand hand;

static void
set_up(void)
{
  cap_hand_open(&hand);
  hand.input.pause_us = 10000; /* popovers come and go */
}

static void
tear_down(void)
{
  cap_hand_close(&hand);
}

static double
number(const char *column)
{
  g_autofree char *sql =
      g_strdup_printf("SELECT %s FROM finding WHERE id = 1", column);
  g_autofree char *answer = cap_test_ask(hand.path, sql);
  ck_assert_msg(answer != NULL, "no %s", column);
  return g_ascii_strtod(answer, NULL);
}

#define CENTER(axis) number("json_extract(content, '$.center_mm[" #axis "]')")
/* Of the reader; what is changed is judged again by itself. */
#define LAST_ACTION                                                            \
  "SELECT kind FROM action WHERE kind != 'judged' ORDER BY id DESC"
#define N_FINDINGS "SELECT count(*) FROM finding"

/* ---- making findings ---- */

#define DIAMETER "mean_diameter_mm"

START_TEST(n_and_the_tool_add)
{
  cap_hand_click(&hand, CAP_PLANE_AXIAL, (CapPoint){40, 40, 19}); /* in air */
  cap_hand_go_to(&hand, (CapPoint){40, 40, 20});
  cap_hand_click(&hand, CAP_PLANE_AXIAL, (CapPoint){26, 31, 20});
  cap_hand_key(&hand, XK_n, 0);
  CAP_UI_WAIT(cap_hand_n_listed(&hand) == 1);
  CAP_HAND_EXPECT(&hand, N_FINDINGS, "1");
  ck_assert_double_eq_tol(number(DIAMETER), 16, 2);
  CAP_HAND_EXPECT(&hand, "SELECT count(*) FROM action WHERE kind = 'added'",
                  "1");
  CAP_HAND_EXPECT(&hand, "SELECT status FROM finding", "accepted");
  cap_hand_key(&hand, XK_z, GDK_CONTROL_MASK);
  CAP_HAND_EXPECT(&hand, N_FINDINGS, "0");
  cap_hand_press(&hand, "Add");
  CAP_UI_WAIT(cap_session_tool(hand.session) == CAP_TOOL_ADD);
  cap_hand_go_to(&hand, (CapPoint){40, 40, 20});
  cap_hand_pull(&hand, (CapPoint){24, 30, 20}, (CapPoint){24, 30, 20});
  CAP_HAND_EXPECT(&hand, N_FINDINGS, "1");
  CAP_HAND_EXPECT(&hand, "SELECT count(*) FROM action WHERE kind = 'added'",
                  "2");
  ck_assert_double_eq_tol(cap_hand_selected(&hand)->mean_diameter_mm, 16, 2);
  cap_hand_key(&hand, XK_Escape, 0);
  ck_assert_int_eq(cap_session_tool(hand.session), CAP_TOOL_NONE);
}
END_TEST

/* ---- changing them ---- */

static int
n_voxels(void)
{
  return (int)cap_mask_count(cap_hand_selected(&hand)->mask);
}

/* Finding 1, the ball, is selected and its middle slice shown. */
static void
take_the_ball(int n)
{
  cap_hand_give(&hand, n);
  cap_hand_key(&hand, XK_space, 0);
  CAP_UI_WAIT(cap_hand_selected(&hand) != NULL &&
              cap_hand_selected(&hand)->id == 1);
}

START_TEST(the_brush_paints_and_erases)
{
  int width, height;
  take_the_ball(1);
  const int ball = n_voxels();
  cap_hand_key(&hand, XK_b, 0);
  ck_assert_int_eq(cap_session_tool(hand.session), CAP_TOOL_BRUSH);
  const double mm = cap_session_brush_mm(hand.session);
  cap_hand_key(&hand, XK_period, 0);
  cap_hand_key(&hand, XK_period, 0);
  ck_assert_double_eq(cap_session_brush_mm(hand.session), mm + 1);
  g_autofree uint8_t *before =
      cap_hand_pixels(&hand, CAP_PLANE_AXIAL, &width, &height);
  cap_hand_pull(&hand, (CapPoint){28, 30, 20}, (CapPoint){44, 30, 20});
  CAP_HAND_EXPECT(&hand, LAST_ACTION, "redrawn");
  const int painted = n_voxels();
  ck_assert_int_ge(painted, ball + 50);
  ck_assert_double_eq_tol(number("volume_mm3"), 2.0 * painted, 0.1);
  ck_assert_double_gt(number("json_extract(content, '$.long_axis_mm')"), 24);
  g_autofree uint8_t *after =
      cap_hand_pixels(&hand, CAP_PLANE_AXIAL, &width, &height);
  ck_assert_int_gt(cap_ui_difference(before, after, width, height), 100);
  cap_xtest_key_state(&hand.input, XK_Shift_L, TRUE);
  cap_hand_pull(&hand, (CapPoint){44, 30, 20}, (CapPoint){38, 30, 20});
  cap_xtest_key_state(&hand.input, XK_Shift_L, FALSE);
  CAP_UI_WAIT(n_voxels() < painted);
  ck_assert_int_ge(n_voxels(), ball);
  ck_assert_double_eq_tol(number("volume_mm3"), 2.0 * n_voxels(), 0.1);
  cap_hand_key(&hand, XK_z, GDK_CONTROL_MASK);
  CAP_UI_WAIT(n_voxels() == painted);
  cap_hand_key(&hand, XK_z, GDK_CONTROL_MASK);
  CAP_UI_WAIT(n_voxels() == ball);
}
END_TEST

/* Voxels of the selected finding on SLICE of the volume. */
static int
n_on(int slice)
{
  const CapMask *m = cap_hand_selected(&hand)->mask;
  int n = 0;
  for (int r = 0; r < m->rows; r++)
    for (int c = 0; c < m->columns; c++)
      n += cap_mask_at(m, m->first[0] + c, m->first[1] + r, slice) != 0;
  return n;
}

START_TEST(d_copies_the_outline_to_the_next_slice)
{
  take_the_ball(1);
  const int here = n_on(20), all = n_voxels(), below = n_on(19);
  ck_assert_int_lt(below, here);
  cap_hand_key(&hand, XK_d, 0);
  CAP_HAND_EXPECT(&hand, LAST_ACTION, "redrawn");
  const CapVolume *volume = cap_session_volume(hand.session);
  const int now = cap_slice_index(volume, CAP_PLANE_AXIAL,
                                  cap_session_position(hand.session));
  ck_assert_int_eq(abs(now - 20), 1); /* where one goes on drawing */
  ck_assert_int_eq(n_on(now), here);
  ck_assert_int_eq(n_voxels(), all + here - below);
  ck_assert_double_eq_tol(number("volume_mm3"), 2.0 * n_voxels(), 0.1);
}
END_TEST

START_TEST(a_finding_is_moved_and_resized)
{
  take_the_ball(1);
  cap_hand_key(&hand, XK_v, 0);
  const int size = n_voxels();
  const CapPoint from = cap_hand_selected(&hand)->center_mm;
  cap_hand_pull(&hand, (CapPoint){25, 30, 20}, (CapPoint){33, 35, 20});
  CAP_HAND_EXPECT(&hand, LAST_ACTION, "moved");
  ck_assert_double_eq_tol(CENTER(0), from.x + 8, 0.6);
  ck_assert_double_eq_tol(CENTER(1), from.y + 5, 0.6);
  ck_assert_double_eq_tol(CENTER(2), from.z, 0.1);
  ck_assert_int_eq(n_voxels(), size);
  const double x = CENTER(0), y = CENTER(1);
  cap_hand_key(&hand, XK_Right, GDK_CONTROL_MASK);
  cap_hand_key(&hand, XK_Up, GDK_CONTROL_MASK);
  ck_assert_double_eq_tol(CENTER(0), x + 1, 1e-3);
  ck_assert_double_eq_tol(CENTER(1), y - 1, 1e-3);
  cap_hand_key(&hand, XK_Up, GDK_ALT_MASK);
  CAP_HAND_EXPECT(&hand, LAST_ACTION, "resized");
  const int larger = n_voxels();
  ck_assert_double_eq_tol(larger, 1.331 * size, 0.15 * size);
  ck_assert_double_eq_tol(number("volume_mm3"), 2.0 * larger, 0.1);
  cap_hand_key(&hand, XK_Down, GDK_ALT_MASK);
  CAP_UI_WAIT(n_voxels() < larger);
}
END_TEST

START_TEST(a_line_cuts_and_a_click_joins)
{
  take_the_ball(1);
  const int whole = n_voxels();
  cap_hand_key(&hand, XK_l, 0);
  ck_assert_int_eq(cap_session_tool(hand.session), CAP_TOOL_CUT);
  cap_hand_pull(&hand, (CapPoint){25.4, 12, 20}, (CapPoint){25.4, 48, 20});
  CAP_HAND_EXPECT(&hand, N_FINDINGS, "2");
  CAP_HAND_EXPECT(&hand, LAST_ACTION, "split");
  ck_assert_int_lt(n_voxels(), whole);
  g_autofree char *sum =
      cap_test_ask(hand.path, "SELECT round(sum(volume_mm3)) FROM finding");
  ck_assert_double_eq_tol(g_ascii_strtod(sum, NULL), 2.0 * whole, 1);
  cap_hand_key(&hand, XK_j, 0);
  ck_assert_int_eq(cap_session_tool(hand.session), CAP_TOOL_MERGE);
  const double side =
      cap_hand_selected(&hand)->center_mm.x <
              cap_volume_to_patient(cap_session_volume(hand.session),
                                    (CapPoint){25.4, 30, 20})
                  .x
          ? 1
          : -1;
  const CapPoint other = {25.4 + 4 * side, 30, 20};
  cap_hand_pull(&hand, other, other);
  CAP_HAND_EXPECT(&hand, N_FINDINGS, "1");
  CAP_HAND_EXPECT(&hand, LAST_ACTION, "merged");
  ck_assert_int_eq(n_voxels(), whole);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("reshaping");
  TCase *tests = tcase_create("reshaping");
  tcase_set_timeout(tests, 120);
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, n_and_the_tool_add);
  tcase_add_test(tests, the_brush_paints_and_erases);
  tcase_add_test(tests, d_copies_the_outline_to_the_next_slice);
  tcase_add_test(tests, a_finding_is_moved_and_resized);
  tcase_add_test(tests, a_line_cuts_and_a_click_joins);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
