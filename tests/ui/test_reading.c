/* A reading with keys and clicks alone: findings are stepped through, judged,
 * commented and listed, the scan is concluded, and the review's file has it. */
#include "tests/support/hand.h"
#include "tests/support/ui.h"
#include "tests/support/ui_input.h"

#include <math.h>

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

/* ---- stepping and judging ---- */

/* How far PLANE's view, which was zoomed in, is from having the selected
 * finding in its middle: pixels. */
static double
off_centre(CapPlane plane)
{
  CapViewport port;
  double x, y;
  ck_assert(cap_pane_viewport(cap_hand_pane(&hand, plane), &port));
  cap_viewport_to_screen(&port, cap_hand_selected(&hand)->center_mm, &x, &y);
  return hypot(x - cap_viewport_screen_width(&port) / 2,
               y - cap_viewport_screen_height(&port) / 2);
}

static void
check_centred(int id)
{
  CAP_UI_WAIT(cap_hand_selected(&hand) != NULL &&
              cap_hand_selected(&hand)->id == id);
  for (int plane = 0; plane < 3; plane++) {
    CapViewport port;
    cap_pane_viewport(cap_hand_pane(&hand, (CapPlane)plane), &port);
    ck_assert_double_lt(off_centre((CapPlane)plane), 2);
    ck_assert_double_le(
        fabs(cap_slice_distance(port.volume, &port.view,
                                cap_hand_selected(&hand)->center_mm)),
        1);
  }
}

START_TEST(space_steps_and_every_view_centres)
{
  cap_hand_give(&hand, 3);
  for (int plane = 0; plane < 3; plane++) {
    int x, y;
    cap_ui_place_of(&hand.input,
                    GTK_WIDGET(cap_hand_pane(&hand, (CapPlane)plane)), 0.4, 0.4,
                    &x, &y);
    cap_xtest_point(&hand.input, x, y);
    cap_xtest_key_state(&hand.input, XK_Control_L, TRUE);
    for (int i = 0; i < 8; i++)
      cap_xtest_click(&hand.input, CAP_WHEEL_UP);
    cap_xtest_key_state(&hand.input, XK_Control_L, FALSE);
    cap_hand_arrive(&hand);
  }
  cap_hand_key(&hand, XK_space, 0);
  check_centred(1);
  cap_hand_key(&hand, XK_space, 0);
  check_centred(2);
  cap_hand_key(&hand, XK_space, 0);
  check_centred(3);
  cap_hand_key(&hand, XK_space, GDK_SHIFT_MASK);
  check_centred(2);
}
END_TEST

#define STATUS "SELECT status FROM finding WHERE id = 1"

START_TEST(keys_judge_and_take_back)
{
  cap_hand_give(&hand, 2);
  cap_hand_key(&hand, XK_space, 0);
  CAP_UI_WAIT(cap_hand_selected(&hand) != NULL &&
              cap_hand_selected(&hand)->id == 1);
  cap_hand_key(&hand, XK_a, 0);
  CAP_HAND_EXPECT(&hand, STATUS, "accepted");
  CAP_HAND_EXPECT(&hand,
                  "SELECT reader || ' ' || kind FROM action ORDER BY id DESC",
                  "Doe^Jane status");
  cap_hand_key(&hand, XK_r, 0);
  CAP_HAND_EXPECT(&hand, STATUS, "rejected");
  cap_hand_key(&hand, XK_u, 0);
  CAP_HAND_EXPECT(&hand, STATUS, "uncertain");
  cap_hand_key(&hand, XK_z, GDK_CONTROL_MASK);
  CAP_HAND_EXPECT(&hand, STATUS, "rejected");
  cap_hand_key(&hand, XK_z, GDK_CONTROL_MASK);
  CAP_HAND_EXPECT(&hand, STATUS, "accepted");
  cap_hand_key(&hand, XK_z, GDK_CONTROL_MASK);
  CAP_HAND_EXPECT(&hand, STATUS, "unreviewed");
  cap_hand_key(&hand, XK_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  CAP_HAND_EXPECT(&hand, STATUS, "accepted");
  cap_hand_key(&hand, XK_BackSpace, 0);
  CAP_HAND_EXPECT(&hand, STATUS, "unreviewed");
  CAP_HAND_EXPECT(&hand, "SELECT status FROM finding WHERE id = 2",
                  "unreviewed");
}
END_TEST

START_TEST(a_comment_is_typed)
{
  cap_hand_give(&hand, 2);
  cap_hand_key(&hand, XK_space, 0);
  cap_hand_key(&hand, XK_m, GDK_CONTROL_MASK);
  cap_xtest_text(&hand.input, "scar, unchanged");
  cap_hand_key(&hand, XK_Escape, 0);
  CAP_HAND_EXPECT(&hand, "SELECT comment FROM finding WHERE id = 1",
                  "scar, unchanged");
  CAP_HAND_EXPECT(&hand, STATUS, "unreviewed"); /* its letters were no keys */
  cap_hand_key(&hand, XK_a, 0);                 /* and are again */
  CAP_HAND_EXPECT(&hand, STATUS, "accepted");
  g_autofree char *much = g_strnfill(5000, 'x'); /* is refused */
  gdk_clipboard_set_text(gtk_widget_get_clipboard(GTK_WIDGET(hand.window)),
                         much);
  cap_hand_key(&hand, XK_m, GDK_CONTROL_MASK);
  cap_hand_key(&hand, XK_v, GDK_CONTROL_MASK);
  cap_xtest_text(&hand.input, "; small");
  cap_hand_key(&hand, XK_Escape, 0);
  CAP_HAND_EXPECT(&hand, "SELECT comment FROM finding WHERE id = 1",
                  "scar, unchanged; small");
}
END_TEST

/* ---- the list ---- */

START_TEST(numbers_typed_into_the_filter_shorten_the_list)
{
  cap_hand_give(&hand, 5); /* of 16, 6, 8, 10 and 12 mm */
  GtkWidget *popover = cap_hand_open_menu(&hand, "Which findings are listed");
  g_autoptr(GPtrArray) limits = cap_ui_find_all(popover, GTK_TYPE_SPIN_BUTTON);
  cap_hand_type(&hand, limits->pdata[1], "9");
  CAP_UI_WAIT(cap_hand_n_listed(&hand) == 3);
  CAP_HAND_EXPECT(
      &hand, "SELECT count(*) FROM finding WHERE mean_diameter_mm >= 9", "3");
  cap_hand_press(&hand, "Show all");
  CAP_UI_WAIT(cap_hand_n_listed(&hand) == 5);
}
END_TEST

/* ---- first reading and conclusions ---- */

START_TEST(a_first_reader_sees_no_mark_before_he_has_looked)
{
  int width, height;
  GtkWidget *menu = cap_hand_open_menu(&hand, "Menu (F10 opens findings)");
  cap_ui_click(&hand.input, cap_ui_find_label(menu, "Read first"));
  CAP_UI_WAIT(cap_session_first_reading(hand.session));
  cap_hand_go_to(&hand, (CapPoint){40, 40, 20});
  g_autofree uint8_t *bare =
      cap_hand_pixels(&hand, CAP_PLANE_AXIAL, &width, &height);
  cap_hand_give(&hand, 3);
  g_autofree uint8_t *blind =
      cap_hand_pixels(&hand, CAP_PLANE_AXIAL, &width, &height);
  ck_assert_int_eq(cap_ui_difference(bare, blind, width, height), 0);
  ck_assert_uint_eq(cap_hand_n_listed(&hand), 0);
  cap_hand_key(&hand, XK_space, 0);
  ck_assert_ptr_null(cap_hand_selected(&hand));
  cap_hand_press(&hand, "I have looked");
  CAP_UI_WAIT(cap_hand_n_listed(&hand) == 3);
  CAP_HAND_EXPECT(&hand, "SELECT kind FROM action WHERE kind = 'looked'",
                  "looked");
  g_autofree uint8_t *seen =
      cap_hand_pixels(&hand, CAP_PLANE_AXIAL, &width, &height);
  ck_assert_int_gt(cap_ui_difference(bare, seen, width, height), 100);
}
END_TEST

#define CONCLUSION(key)                                                        \
  "SELECT json_extract(content, '$.conclusion." key "') FROM version "         \
  "WHERE entity = 'scan' ORDER BY id DESC"

/* Types REASON and Enter into the dialog that BUTTON opens. */
static void
conclude(const char *button, const char *reason)
{
  cap_hand_press(&hand, button);
  CAP_UI_WAIT(cap_ui_dialog(hand.window, ADW_TYPE_MESSAGE_DIALOG) != NULL);
  GtkWindow *dialog = cap_ui_dialog(hand.window, ADW_TYPE_MESSAGE_DIALOG);
  cap_ui_take_keys(dialog);
  cap_hand_type(&hand, cap_ui_find(GTK_WIDGET(dialog), GTK_TYPE_ENTRY), reason);
  CAP_UI_WAIT(cap_ui_dialog(hand.window, ADW_TYPE_MESSAGE_DIALOG) == NULL);
  cap_ui_take_keys(hand.window);
}

START_TEST(a_scan_is_concluded_by_its_buttons)
{
  conclude("Nothing found…", "all lobes seen");
  CAP_HAND_EXPECT(&hand, CONCLUSION("result"), "nothing-found");
  CAP_HAND_EXPECT(&hand, CONCLUSION("reason"), "all lobes seen");
  cap_hand_press(&hand, "Take back");
  CAP_HAND_EXPECT(&hand, CONCLUSION("result"), NULL);
  conclude("Not evaluable…", "breathing");
  CAP_HAND_EXPECT(&hand, CONCLUSION("result"), "not-evaluable");
  CAP_HAND_EXPECT(&hand, CONCLUSION("reason"), "breathing");
  ck_assert_ptr_nonnull(cap_ui_find_match(GTK_WIDGET(hand.window),
                                          cap_ui_is_visible_label,
                                          "Not evaluable: breathing"));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("reading");
  TCase *tests = tcase_create("reading");
  tcase_set_timeout(tests, 120);
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, space_steps_and_every_view_centres);
  tcase_add_test(tests, keys_judge_and_take_back);
  tcase_add_test(tests, a_comment_is_typed);
  tcase_add_test(tests, numbers_typed_into_the_filter_shorten_the_list);
  tcase_add_test(tests, a_first_reader_sees_no_mark_before_he_has_looked);
  tcase_add_test(tests, a_scan_is_concluded_by_its_buttons);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
