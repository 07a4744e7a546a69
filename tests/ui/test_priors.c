/* An earlier scan beside the present one, with real input by XTEST: choosing
 * it, alarms, stepping together, laying one over the other. */
#include "tests/support/prior_window.h"
#include "tests/support/ui_input.h"
#include "ui/prior/prior_dialog.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static CapPriorWindow w;

static void
set_up(void)
{
  cap_prior_window_open(&w);
}

static void
tear_down(void)
{
  cap_prior_window_close(&w);
}

static gboolean
is_ready(CapSession *which)
{
  return cap_session_phase(which) == CAP_PHASE_READY;
}

static GtkWidget *
pane_of(gboolean of_prior, CapPlane plane)
{
  CapViews *views = cap_window_views(w.window);
  return GTK_WIDGET(of_prior ? cap_views_prior_pane(views, plane)
                             : cap_views_pane(views, plane));
}

/* ---- choosing, alarms ---- */

START_TEST(the_same_patients_series_is_offered_first)
{
  cap_prior_window_open_current(&w, "");
  ck_assert_str_eq(cap_session_source(w.session)->study_date, "20261129");
  cap_xtest_key(&w.input, XK_p, GDK_CONTROL_MASK);
  CAP_UI_WAIT(cap_ui_dialog(w.window, ADW_TYPE_WINDOW) != NULL);
  GtkWindow *chooser = cap_ui_dialog(w.window, ADW_TYPE_WINDOW);
  CAP_UI_WAIT(gtk_widget_get_mapped(GTK_WIDGET(chooser)));
  GtkWidget *row = cap_ui_find(GTK_WIDGET(chooser), ADW_TYPE_ACTION_ROW);
  ck_assert_ptr_nonnull(row);
  ck_assert_str_eq(adw_preferences_row_get_title(ADW_PREFERENCES_ROW(row)),
                   "2026-08-12, 109 days earlier");
  GtkWidget *second = gtk_widget_get_next_sibling(row);
  ck_assert_str_eq(adw_preferences_row_get_title(ADW_PREFERENCES_ROW(second)),
                   "2026-07-01, 151 days earlier");
  ck_assert_ptr_nonnull(
      cap_ui_find_match(second, cap_ui_is_visible_label, "other patient"));
  ck_assert_ptr_null(
      cap_ui_find_match(row, cap_ui_is_visible_label, "other patient"));
  cap_ui_take_keys(chooser);
  cap_xtest_key(&w.input, XK_Return, 0); /* the first row has the focus */
  CAP_UI_WAIT(is_ready(w.prior_session));
  ck_assert_str_eq(cap_session_source(w.prior_session)->study_date, "20260812");
  ck_assert(cap_prior_study_is_shown(w.prior));
  ck_assert_int_eq(cap_views_layout(cap_window_views(w.window)),
                   CAP_LAYOUT_COMPARE);
  ck_assert(cap_prior_window_says(&w, "Current – 2026-11-29"));
  ck_assert(cap_prior_window_says(&w, "Prior – 2026-08-12, 109 days earlier"));
  /* Its findings lie beside its images. */
  ck_assert_ptr_nonnull(cap_session_findings(w.prior_session));
}
END_TEST

START_TEST(another_patients_images_raise_the_alarm)
{
  cap_prior_window_open_current(&w, "now");
  cap_prior_window_open_prior(&w, "other");
  CAP_UI_WAIT(cap_ui_dialog(w.window, ADW_TYPE_MESSAGE_DIALOG) != NULL);
  ck_assert(!cap_prior_study_is_shown(w.prior));
  ck_assert_ptr_null(pane_of(TRUE, CAP_PLANE_AXIAL));
  GtkWindow *alarm = cap_ui_dialog(w.window, ADW_TYPE_MESSAGE_DIALOG);
  CAP_UI_WAIT(gtk_widget_get_mapped(GTK_WIDGET(alarm)));
  ck_assert(gtk_window_get_modal(alarm));
  cap_ui_take_keys(alarm);
  cap_xtest_key(&w.input, XK_Escape, 0);
  CAP_UI_WAIT(!cap_prior_study_is_open(w.prior));
  CAP_UI_WAIT(cap_ui_dialog(w.window, ADW_TYPE_MESSAGE_DIALOG) == NULL);
  cap_ui_take_keys(w.window);

  cap_prior_window_open_prior(&w, "other");
  CAP_UI_WAIT(cap_ui_dialog(w.window, ADW_TYPE_MESSAGE_DIALOG) != NULL);
  alarm = cap_ui_dialog(w.window, ADW_TYPE_MESSAGE_DIALOG);
  CAP_UI_WAIT(gtk_widget_get_mapped(GTK_WIDGET(alarm)));
  cap_ui_take_keys(alarm);
  cap_ui_click(&w.input, cap_ui_find_match(GTK_WIDGET(alarm), cap_ui_is_button,
                                           "Compare all the same"));
  CAP_UI_WAIT(cap_prior_study_is_shown(w.prior));
  cap_ui_spin(100);
  ck_assert(cap_prior_window_says(&w, "may be the images of another patient"));
  ck_assert(cap_prior_window_says(&w, "Patient ID is P-1 here and P-2 there."));
  ck_assert(
      cap_prior_window_says(&w, "Name is Doe, Jane here and Roe, Ann there."));
  ck_assert(cap_prior_window_says(&w, "OTHER PATIENT – 2026-07-01"));
  cap_prior_study_close(w.prior);
  cap_ui_spin(50);
  ck_assert(!cap_prior_window_says(&w, "may be the images of another patient"));
}
END_TEST

START_TEST(a_later_scan_raises_the_alarm)
{
  cap_prior_window_open_current(&w, "then");
  cap_prior_window_open_prior(&w, "now");
  CAP_UI_WAIT(cap_ui_dialog(w.window, ADW_TYPE_MESSAGE_DIALOG) != NULL);
  ck_assert(!cap_prior_study_is_other_patient(w.prior));
  ck_assert_uint_eq(cap_prior_study_alarms(w.prior)->len, 1);
  ck_assert_ptr_nonnull(strstr(cap_prior_study_alarms(w.prior)->pdata[0],
                               "109 days after the present scan"));
  g_autofree char *when = cap_prior_study_when(w.prior);
  ck_assert_str_eq(when, "2026-11-29, 109 days LATER");
}
END_TEST

START_TEST(closing_gives_back_what_it_took)
{
  cap_prior_window_open_current(&w, "now");
  g_action_group_change_action_state(G_ACTION_GROUP(w.window), "layout",
                                     g_variant_new_string("three"));
  cap_prior_window_open_prior(&w, "then");
  gpointer pane = pane_of(TRUE, CAP_PLANE_AXIAL);
  g_object_add_weak_pointer(pane, &pane);
  cap_xtest_key(&w.input, XK_w, GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  CAP_UI_WAIT(!cap_prior_study_is_open(w.prior));
  CAP_UI_WAIT(pane == NULL);
  ck_assert_ptr_null(cap_session_volume(w.prior_session));
  ck_assert_ptr_null(cap_session_findings(w.prior_session));
  ck_assert_int_eq(cap_views_layout(cap_window_views(w.window)),
                   CAP_LAYOUT_THREE);
}
END_TEST

/* ---- in step ---- */

static int
slice_of(CapSession *which, CapPlane plane)
{
  return cap_slice_index(cap_session_volume(which), plane,
                         cap_session_position(which));
}

START_TEST(both_scans_step_together)
{
  cap_prior_window_open_current(&w, "now");
  cap_prior_window_open_prior(&w, "then");
  /* Before anything is aligned: middle on middle. */
  ck_assert_int_eq(cap_prior_study_map(w.prior)->kind, CAP_PRIOR_MAP_MIDDLES);
  cap_ui_wheel(&w.input, pane_of(FALSE, CAP_PLANE_AXIAL), CAP_WHEEL_DOWN);
  ck_assert_int_le(abs(slice_of(w.session, CAP_PLANE_AXIAL) -
                       slice_of(w.prior_session, CAP_PLANE_AXIAL)),
                   2);
  /* By the truth, the same voxels are shown: the grids differ in place only. */
  cap_prior_window_set_true_map(&w);
  for (int k = 0; k < 4; k++) {
    const int before = slice_of(w.session, CAP_PLANE_AXIAL);
    cap_ui_wheel(&w.input, pane_of(FALSE, CAP_PLANE_AXIAL), CAP_WHEEL_DOWN);
    ck_assert_int_ne(slice_of(w.session, CAP_PLANE_AXIAL), before);
    for (int plane = 0; plane < 3; plane++)
      ck_assert_int_le(abs(slice_of(w.session, (CapPlane)plane) -
                           slice_of(w.prior_session, (CapPlane)plane)),
                       1);
  }
  /* The earlier scan leads, too. */
  const int at = slice_of(w.prior_session, CAP_PLANE_AXIAL);
  cap_ui_wheel(&w.input, pane_of(TRUE, CAP_PLANE_AXIAL), CAP_WHEEL_UP);
  ck_assert_int_eq(slice_of(w.prior_session, CAP_PLANE_AXIAL), at + 1);
  ck_assert_int_eq(slice_of(w.session, CAP_PLANE_AXIAL), at + 1);
  /* Each on its own, and together again. */
  cap_ui_take_keys(w.window);
  cap_xtest_key(&w.input, XK_y, 0);
  CAP_UI_WAIT(!cap_prior_study_in_step(w.prior));
  cap_ui_wheel(&w.input, pane_of(TRUE, CAP_PLANE_AXIAL), CAP_WHEEL_UP);
  ck_assert_int_eq(slice_of(w.prior_session, CAP_PLANE_AXIAL), at + 2);
  ck_assert_int_eq(slice_of(w.session, CAP_PLANE_AXIAL), at + 1);
  ck_assert(cap_prior_window_says(&w, "not in step"));
  cap_xtest_key(&w.input, XK_y, 0);
  CAP_UI_WAIT(cap_prior_study_in_step(w.prior));
  ck_assert_int_eq(slice_of(w.prior_session, CAP_PLANE_AXIAL), at + 1);
}
END_TEST

START_TEST(views_share_window_zoom_and_place)
{
  cap_prior_window_open_current(&w, "now");
  cap_prior_window_open_prior(&w, "then");
  cap_prior_window_set_true_map(&w);
  CapViewport here, there;
  GtkWidget *pane = pane_of(FALSE, CAP_PLANE_AXIAL);
  GtkWidget *beside = pane_of(TRUE, CAP_PLANE_AXIAL);
  cap_pane_zoom(CAP_PANE(beside), 2, 100, 100);
  cap_pane_pan(CAP_PANE(pane), 30, -10);
  cap_look_set_window(cap_session_look(w.session), 400, 40);
  ck_assert(cap_pane_viewport(CAP_PANE(pane), &here));
  ck_assert(cap_pane_viewport(CAP_PANE(beside), &there));
  ck_assert_double_eq(here.view.mm_per_pixel, there.view.mm_per_pixel);
  ck_assert_double_eq(there.view.window_hu, 400);
  /* What lies in the middle of the one lies in the middle of the other. */
  const CapPoint middle = cap_transform_apply(&w.truth, here.view.center_mm);
  double at_x, at_y;
  cap_viewport_to_screen(&there, middle, &at_x, &at_y);
  ck_assert_double_eq_tol(at_x, cap_viewport_screen_width(&there) / 2, 1);
  ck_assert_double_eq_tol(at_y, cap_viewport_screen_height(&there) / 2, 1);
}
END_TEST

/* Under the true map both scans have the same voxels at the same place, but for
 * the nodules: laid over, the one is hardly another. */
START_TEST(the_scan_laid_over_is_the_same)
{
  cap_prior_window_open_current(&w, "now");
  cap_prior_window_open_prior(&w, "then");
  cap_prior_window_set_true_map(&w);
  g_object_set(cap_session_look(w.session), "crosshair", FALSE, NULL);
  GtkWidget *pane = pane_of(FALSE, CAP_PLANE_AXIAL);
  int width, height;
  g_autofree uint8_t *alone = cap_ui_pixels(pane, &width, &height);
  cap_ui_take_keys(w.window);
  cap_xtest_key(&w.input, XK_o, 0);
  cap_xtest_key(&w.input, XK_o, 0);
  CAP_UI_WAIT(cap_prior_study_overlay(w.prior) == CAP_PRIOR_OVERLAY_CHECKER);
  g_autofree uint8_t *true_squares = cap_ui_pixels(pane, &width, &height);
  CapPriorMap off = *cap_prior_study_map(w.prior);
  off.nudge_mm.x = 15;
  cap_prior_study_set_map(w.prior, &off);
  g_autofree uint8_t *wrong_squares = cap_ui_pixels(pane, &width, &height);
  int far_true = 0, far_wrong = 0;
  for (int i = 0; i < width * height * 4; i++) {
    far_true += abs(true_squares[i] - alone[i]) > 40;
    far_wrong += abs(wrong_squares[i] - alone[i]) > 40;
  }
  printf("# values that differ: %d of %d where it lies right, %d moved by 15 "
         "mm\n",
         far_true, width * height * 4, far_wrong);
  ck_assert_int_lt(far_true, width * height * 4 / 100);
  ck_assert_int_gt(far_wrong, 10 * far_true + 1000);
}
END_TEST

START_TEST(dragging_lays_the_scan_otherwise)
{
  cap_prior_window_open_current(&w, "now");
  cap_prior_window_open_prior(&w, "then");
  cap_prior_window_set_true_map(&w);
  GtkWidget *beside = pane_of(TRUE, CAP_PLANE_AXIAL);
  CapViewport port;
  int at_x, at_y;
  ck_assert(cap_pane_viewport(CAP_PANE(beside), &port));
  cap_ui_place_of(&w.input, beside, 0.5, 0.5, &at_x, &at_y);
  cap_ui_take_keys(w.window);
  cap_xtest_key_state(&w.input, XK_Control_L, TRUE);
  cap_xtest_drag(&w.input, CAP_LEFT, at_x, at_y, 40, 0);
  cap_xtest_key_state(&w.input, XK_Control_L, FALSE);
  cap_ui_spin(100);
  const CapPoint nudge = cap_prior_study_map(w.prior)->nudge_mm;
  const double mm = sqrt(nudge.x * nudge.x + nudge.y * nudge.y);
  ck_assert_double_eq_tol(mm, 40 / cap_viewport_zoom(&port), 1);
  ck_assert_double_lt(nudge.x, 0); /* its image goes right: what is shown lay
                                      further left */
  ck_assert(cap_prior_window_says(&w, "by hand"));
  g_action_group_activate_action(G_ACTION_GROUP(w.window), "reset-prior", NULL);
  /* The truth was never measured: back to the guess. */
  ck_assert_double_eq(cap_prior_study_map(w.prior)->nudge_mm.x, 0);
}
END_TEST

int
main(void)
{
  cap_prior_window_make_case(&w);
  Suite *suite = suite_create("priors");
  TCase *opening = tcase_create("opening");
  TCase *stepping = tcase_create("stepping");
  tcase_set_timeout(opening, 240);
  tcase_add_checked_fixture(opening, set_up, tear_down);
  tcase_add_test(opening, the_same_patients_series_is_offered_first);
  tcase_add_test(opening, another_patients_images_raise_the_alarm);
  tcase_add_test(opening, a_later_scan_raises_the_alarm);
  tcase_add_test(opening, closing_gives_back_what_it_took);
  suite_add_tcase(suite, opening);
  tcase_set_timeout(stepping, 240);
  tcase_add_checked_fixture(stepping, set_up, tear_down);
  tcase_add_test(stepping, both_scans_step_together);
  tcase_add_test(stepping, views_share_window_zoom_and_place);
  tcase_add_test(stepping, the_scan_laid_over_is_the_same);
  tcase_add_test(stepping, dragging_lays_the_scan_otherwise);
  suite_add_tcase(suite, stepping);
  const int failed = cap_suite_run(suite);
  cap_prior_window_remove_case(&w);
  return failed;
}
