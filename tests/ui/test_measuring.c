/* Measuring in the viewer with real input: what the mouse and the keys draw is
 * in the file at once, on every plane it touches, in the list and in the
 * report, with the same digits. Outlines are in test_outlines.c. */
#include "core/image/point.h"
#include "core/measure/caliper.h"
#include "core/measure/ellipse.h"
#include "tests/support/database.h"
#include "tests/support/hand.h"
#include "tests/support/ui.h"
#include "ui/measure/measurement_marks.h"
#include "ui/measure/measuring.h"

#include <string.h>

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

static gboolean
is_yellow(const uint8_t *p) /* BGRA */
{
  return p[2] > 180 && p[1] > 170 && p[0] < 110;
}

/* Pixels of the measurements' yellow in the view of PLANE. */
static int
n_yellow(CapPlane plane)
{
  int width, height, n = 0;
  g_autofree uint8_t *pixels =
      cap_ui_pixels(GTK_WIDGET(cap_hand_pane(&hand, plane)), &width, &height);
  for (int i = 0; i < width * height; i++)
    n += is_yellow(pixels + 4 * i);
  return n;
}

/* Over how many columns of the view of PLANE the measurements' yellow goes. */
static int
yellow_columns(CapPlane plane)
{
  int width, height, first = G_MAXINT, last = 0;
  g_autofree uint8_t *pixels =
      cap_ui_pixels(GTK_WIDGET(cap_hand_pane(&hand, plane)), &width, &height);
  for (int i = 0; i < width * height; i++)
    if (is_yellow(pixels + 4 * i)) {
      first = MIN(first, i % width);
      last = MAX(last, i % width);
    }
  return last - first;
}

START_TEST(a_length_is_kept_shown_on_other_planes_undone_and_reopened)
{
  cap_hand_go_to(&hand, (CapPoint){60, 60, 20});
  const int before = n_yellow(CAP_PLANE_AXIAL);
  cap_hand_key(&hand, XK_m, 0);
  ck_assert_int_eq(cap_session_tool(hand.session), CAP_TOOL_LENGTH);
  cap_hand_drag(&hand, CAP_PLANE_AXIAL, (CapPoint){20, 20, 20},
                (CapPoint){40, 35, 20});
  cap_assert_answer(hand.path, "SELECT kind FROM measurement", "length");
  cap_assert_answer(hand.path,
                    "SELECT reader || ' ' || kind FROM action ORDER BY id DESC",
                    "Doe^Jane measured");
  ck_assert_double_eq_tol(cap_hand_number(&hand, "length_mm"), 25, 0.5);
  ck_assert_double_eq(cap_hand_number(&hand, "length_mm"),
                      cap_hand_measured(&hand, 1)->long_mm);
  ck_assert_int_eq(cap_hand_measured(&hand, 1)->source_slice, 20);
  cap_hand_check_words(&hand, 1);
  const int drawn = n_yellow(CAP_PLANE_AXIAL);
  ck_assert_int_gt(drawn, before + 100);
  /* The coronal plane through row 28 cuts it, that of row 50 does not. */
  cap_hand_go_to(&hand, (CapPoint){60, 50, 20});
  const int apart = n_yellow(CAP_PLANE_CORONAL);
  cap_hand_go_to(&hand, (CapPoint){60, 28, 20});
  ck_assert_int_gt(n_yellow(CAP_PLANE_CORONAL), apart + 20);
  cap_hand_go_to(&hand, (CapPoint){60, 28, 30}); /* 20 mm off */
  ck_assert_int_lt(n_yellow(CAP_PLANE_AXIAL), drawn / 10);

  cap_hand_key(&hand, XK_Escape, 0);
  ck_assert_int_eq(cap_session_tool(hand.session), CAP_TOOL_NONE);
  cap_hand_key(&hand, XK_z, GDK_CONTROL_MASK);
  ck_assert_ptr_null(cap_hand_measured(&hand, 1));
  cap_assert_answer(
      hand.path, "SELECT count(*) FROM measurement WHERE content IS NOT NULL",
      "0");
  cap_hand_key(&hand, XK_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  ck_assert_ptr_nonnull(cap_hand_measured(&hand, 1));
  ck_assert_int_eq(cap_slice_index(cap_session_volume(hand.session),
                                   CAP_PLANE_AXIAL,
                                   cap_session_position(hand.session)),
                   20); /* what came back is shown */
  const double length = cap_hand_measured(&hand, 1)->long_mm;
  g_autoptr(GError) error = NULL;
  CapReview *again =
      cap_review_open(hand.path, cap_session_volume(hand.session), &error);
  cap_assert_no_error(error);
  cap_session_set_review(hand.session, again);
  ck_assert_double_eq(cap_hand_measured(&hand, 1)->long_mm, length);
  cap_hand_check_words(&hand, 1);
}
END_TEST

START_TEST(two_drags_make_two_axes)
{
  cap_hand_go_to(&hand, (CapPoint){60, 60, 20});
  cap_hand_key(&hand, XK_m, 0);
  cap_hand_key(&hand, XK_2, 0);
  ck_assert_int_eq(cap_session_tool(hand.session), CAP_TOOL_AXES);
  cap_hand_drag(&hand, CAP_PLANE_CORONAL, (CapPoint){15, 60, 10},
                (CapPoint){45, 60, 10});
  ck_assert_ptr_null(
      cap_measuring_list(hand.session)); /* not before the second */
  cap_hand_drag(&hand, CAP_PLANE_CORONAL, (CapPoint){30, 60, 6},
                (CapPoint){33, 60, 14});
  ck_assert_double_eq_tol(cap_hand_number(&hand, "long_axis_mm"), 30, 0.5);
  ck_assert_double_eq_tol(cap_hand_number(&hand, "short_axis_mm"), 16, 0.5);
  ck_assert_double_eq_tol(cap_hand_number(&hand, "mean_diameter_mm"), 23, 0.5);
  cap_hand_check_words(&hand, 1);
  /* Its long end drags the short axis along; Esc leaves it as it was. */
  const CapMeasurement was = *cap_hand_measured(&hand, 1);
  cap_hand_point(&hand, CAP_PLANE_CORONAL, (CapPoint){45, 60, 10});
  cap_hand_button(&hand, TRUE);
  cap_hand_point(&hand, CAP_PLANE_CORONAL, (CapPoint){45, 60, 20});
  ck_assert_double_gt(cap_ruler_draft(cap_session_ruler(hand.session))->long_mm,
                      35);
  cap_hand_key(&hand, XK_Escape, 0);
  cap_hand_button(&hand, FALSE);
  ck_assert_mem_eq(cap_hand_measured(&hand, 1)->ends_mm, was.ends_mm,
                   sizeof was.ends_mm);
  cap_hand_drag(&hand, CAP_PLANE_CORONAL, (CapPoint){45, 60, 10},
                (CapPoint){45, 60, 20});
  ck_assert_double_eq_tol(cap_hand_number(&hand, "long_axis_mm"), hypot(30, 20),
                          0.6);
  ck_assert_double_eq_tol(cap_hand_number(&hand, "short_axis_mm"), was.short_mm,
                          1e-3);
  cap_assert_answer(hand.path, "SELECT kind FROM action ORDER BY id DESC",
                    "measurement-moved");
  cap_hand_check_words(&hand, 1);
}
END_TEST

START_TEST(an_ellipse_reads_the_hu_that_lie_in_it)
{
  cap_hand_go_to(&hand, (CapPoint){60, 60, 20});
  cap_hand_key(&hand, XK_m, 0);
  cap_hand_key(&hand, XK_3, 0);
  cap_hand_drag(&hand, CAP_PLANE_AXIAL, (CapPoint){21, 26, 20},
                (CapPoint){29, 34, 20});
  ck_assert_double_eq(cap_hand_number(&hand, "hu_mean"),
                      100); /* all within the ball */
  ck_assert_double_eq(cap_hand_number(&hand, "hu_sd"), 0);
  ck_assert_double_eq_tol(cap_hand_number(&hand, "area_mm2"), G_PI * 16, 3);
  cap_hand_check_words(&hand, 1);
  cap_hand_drag(&hand, CAP_PLANE_SAGITTAL, (CapPoint){60, 5, 14},
                (CapPoint){60, 65, 36});
  ck_assert_double_lt(cap_hand_number(&hand, "hu_mean"), 40); /* box and air */
  ck_assert_double_eq(cap_hand_number(&hand, "hu_max"), 40);
  ck_assert_double_eq(cap_hand_number(&hand, "hu_min"), -850);
  const CapEllipse ellipse =
      cap_ellipse_of_ends(cap_hand_measured(&hand, 2)->ends_mm);
  const CapRegionContent content =
      cap_ellipse_measure(cap_session_volume(hand.session), &ellipse);
  ck_assert_double_eq_tol(cap_hand_number(&hand, "hu_mean"), content.hu_mean,
                          1e-4);
  ck_assert_int_eq((int)cap_hand_number(&hand, "voxels"), content.n_voxels);
  cap_hand_check_words(&hand, 2);
}
END_TEST

START_TEST(an_angle_is_drawn_by_clicks)
{
  cap_hand_go_to(&hand, (CapPoint){60, 60, 20});
  cap_hand_key(&hand, XK_m, 0);
  cap_hand_key(&hand, XK_4, 0);
  cap_hand_click(&hand, CAP_PLANE_AXIAL, (CapPoint){40, 30, 20});
  cap_hand_click(&hand, CAP_PLANE_AXIAL, (CapPoint){20, 30, 20});
  cap_hand_point(&hand, CAP_PLANE_AXIAL, (CapPoint){30, 40, 20});
  ck_assert_double_eq_tol(
      cap_ruler_draft(cap_session_ruler(hand.session))->angle_deg, 45, 2);
  cap_hand_click(&hand, CAP_PLANE_AXIAL, (CapPoint){20, 50, 20});
  ck_assert_double_eq_tol(cap_hand_number(&hand, "angle_deg"), 90, 1.5);
  cap_hand_check_words(&hand, 1);
}
END_TEST

START_TEST(keys_alone_measure)
{
  cap_hand_go_to(&hand, (CapPoint){20, 30, 20});
  gtk_widget_grab_focus(GTK_WIDGET(cap_hand_pane(&hand, CAP_PLANE_AXIAL)));
  cap_hand_key(&hand, XK_m, 0);
  cap_hand_key(&hand, XK_Return, 0);
  for (int i = 0; i < 12; i++)
    cap_hand_key(&hand, XK_Right, GDK_CONTROL_MASK);
  for (int i = 0; i < 5; i++)
    cap_hand_key(&hand, XK_Down, GDK_CONTROL_MASK);
  cap_hand_key(&hand, XK_Return, 0);
  ck_assert_double_eq_tol(cap_hand_number(&hand, "length_mm"), 13, 1e-3);
  cap_hand_check_words(&hand, 1);
}
END_TEST

/* Keeps a length from (20, ROW) to (45, ROW) of SLICE. */
static void
keep_length(int row, int slice)
{
  const CapVolume *volume = cap_session_volume(hand.session);
  CapMeasurement *m = cap_measurement_new(CAP_MEASURE_LENGTH);
  m->ends_mm[0] = cap_volume_to_patient(volume, (CapPoint){20, row, slice});
  m->ends_mm[1] = cap_volume_to_patient(volume, (CapPoint){45, row, slice});
  cap_measurement_work_out(m, volume);
  ck_assert(cap_measuring_add(hand.session, m));
}

static int
n_actions(void)
{
  g_autofree char *n = cap_test_ask(hand.path, "SELECT count(*) FROM action");
  return atoi(n);
}

static void
press(KeySym key, unsigned modifiers, int times)
{
  for (int i = 0; i < times; i++)
    cap_hand_key(&hand, key, modifiers);
}

static const CapMeasurement *
draft(void)
{
  return cap_ruler_draft(cap_session_ruler(hand.session));
}

static void
check_end(const CapMeasurement *m, int end, CapPoint index)
{
  const CapPoint at =
      cap_volume_to_patient(cap_session_volume(hand.session), index);
  ck_assert_ptr_nonnull(m);
  ck_assert_double_lt(cap_point_distance(m->ends_mm[end], at), 1e-3);
}

static void
check_told(const char *text)
{
  GtkAccessible *pane = GTK_ACCESSIBLE(cap_hand_pane(&hand, CAP_PLANE_AXIAL));
  g_autofree char *differs = gtk_test_accessible_check_property(
      pane, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text);
  ck_assert_msg(differs == NULL, "%s instead of %s", differs, text);
}

START_TEST(keys_alone_move_the_ends_of_a_length)
{
  cap_hand_go_to(&hand, (CapPoint){60, 60, 5});
  keep_length(30, 20); /* (20, 30) … (45, 30) */
  gtk_widget_grab_focus(GTK_WIDGET(cap_hand_pane(&hand, CAP_PLANE_AXIAL)));
  const int before = n_actions();
  cap_hand_key(&hand, XK_t, 0);
  check_told("M1, end 1 of 2: 25.0 mm\nSlice 21 of 40"); /* gone there */
  const int thin = n_yellow(CAP_PLANE_AXIAL);
  cap_hand_key(&hand, XK_t, 0);
  press(XK_Right, 0, 3);
  press(XK_Left, GDK_SHIFT_MASK, 1);
  press(XK_Down, GDK_CONTROL_MASK, 1);
  check_end(draft(), 1, (CapPoint){38, 31, 20});
  check_end(draft(), 0, (CapPoint){20, 30, 20});
  check_told("M1, end 2 of 2: 18.0 mm\nSlice 21 of 40");
  ck_assert_int_eq(n_actions(), before); /* one run goes on */
  cap_hand_key(&hand, XK_Return, 0);
  ck_assert_ptr_null(draft());
  check_end(cap_hand_measured(&hand, 1), 1, (CapPoint){38, 31, 20});
  ck_assert_int_eq(n_actions(), before + 1);
  ck_assert_double_eq_tol(cap_hand_number(&hand, "length_mm"), hypot(18, 1),
                          1e-3);
  cap_hand_check_words(&hand, 1);
  check_told("Slice 21 of 40");
  ck_assert_int_lt(n_yellow(CAP_PLANE_AXIAL), thin);
  cap_hand_key(&hand, XK_Down, 0); /* arrows are those of the view again */
  check_told("Slice 20 of 40");
  cap_hand_key(&hand, XK_z, GDK_CONTROL_MASK); /* at once */
  check_end(cap_hand_measured(&hand, 1), 1, (CapPoint){45, 30, 20});
}
END_TEST

START_TEST(a_run_of_moves_ends_with_another_key_a_click_or_not_at_all)
{
  keep_length(30, 20);
  gtk_widget_grab_focus(GTK_WIDGET(cap_hand_pane(&hand, CAP_PLANE_AXIAL)));
  const int before = n_actions();
  cap_hand_key(&hand, XK_t, GDK_SHIFT_MASK); /* backwards: the whole first */
  press(XK_Up, 0, 2);
  cap_hand_key(&hand, XK_t, GDK_SHIFT_MASK); /* the second end */
  check_end(cap_hand_measured(&hand, 1), 0, (CapPoint){20, 28, 20});
  check_end(cap_hand_measured(&hand, 1), 1, (CapPoint){45, 28, 20});
  ck_assert_int_eq(n_actions(), before + 1);
  press(XK_Up, 0, 2);
  cap_hand_key(&hand, XK_Escape, 0); /* puts that back, and lets go */
  check_end(cap_hand_measured(&hand, 1), 1, (CapPoint){45, 28, 20});
  ck_assert_int_eq(cap_ruler_grip(cap_session_ruler(hand.session)),
                   CAP_GRIP_NONE);
  ck_assert_int_eq(n_actions(), before + 1);
  cap_hand_key(&hand, XK_t, 0);
  press(XK_Left, 0, 2);
  press(XK_Right, 0, 2);
  cap_hand_key(&hand, XK_Return, 0); /* where it was: nothing to undo */
  ck_assert_int_eq(n_actions(), before + 1);
  cap_hand_key(&hand, XK_t, 0);
  press(XK_Left, GDK_SHIFT_MASK, 3); /* no end leaves the image */
  check_end(draft(), 0, (CapPoint){0, 28, 20});
  cap_hand_click(&hand, CAP_PLANE_AXIAL, (CapPoint){60, 60, 20});
  check_end(cap_hand_measured(&hand, 1), 0, (CapPoint){0, 28, 20});
  ck_assert_int_eq(n_actions(), before + 2);
  ck_assert_ptr_null(draft());
  cap_hand_key(&hand, XK_t, 0); /* nothing is selected any more */
  ck_assert_int_eq(cap_ruler_grip(cap_session_ruler(hand.session)),
                   CAP_GRIP_NONE);
}
END_TEST

/* Two axes, an ellipse and an angle by their ends as the pointer does. */
START_TEST(keys_move_the_ends_of_every_kind)
{
  static const CapMeasureKind kinds[] = {CAP_MEASURE_AXES, CAP_MEASURE_ELLIPSE,
                                         CAP_MEASURE_ANGLE};
  static const CapPoint ends[] = {
      {20, 30, 20}, {40, 30, 20}, {30, 24, 20}, {30, 36, 20}};
  const CapVolume *volume = cap_session_volume(hand.session);
  gtk_widget_grab_focus(GTK_WIDGET(cap_hand_pane(&hand, CAP_PLANE_AXIAL)));
  for (guint k = 0; k < G_N_ELEMENTS(kinds); k++) {
    CapMeasurement *m = cap_measurement_new(kinds[k]);
    const int n = cap_measurement_n_ends(kinds[k]);
    for (int i = 0; i < n; i++)
      m->ends_mm[i] = cap_volume_to_patient(volume, ends[i]);
    cap_measurement_work_out(m, volume);
    CapMeasurement *wanted = cap_measurement_copy(m);
    ck_assert(cap_measuring_add(hand.session, m));
    const int id = cap_ruler_selected(cap_session_ruler(hand.session));
    for (int i = 0; i < n; i++) {
      cap_hand_key(&hand, XK_t, 0);
      press(XK_Up, 0, 2);
      cap_caliper_move_end(
          wanted, i, cap_point_add(wanted->ends_mm[i], (CapPoint){0, -2, 0}));
      ck_assert_int_eq(cap_ruler_grip(cap_session_ruler(hand.session)), i);
    }
    if (k == 0)
      cap_ui_shoot("grip");
    cap_hand_key(&hand, XK_Return, 0);
    for (int i = 0; i < n; i++)
      ck_assert_double_lt(
          cap_point_distance(cap_hand_measured(&hand, id)->ends_mm[i],
                             wanted->ends_mm[i]),
          0.05); /* the calculated pairs are rounded at each step */
    cap_hand_check_words(&hand, id);
    cap_measurement_free(wanted);
  }
}
END_TEST

START_TEST(keys_go_to_what_has_the_focus)
{
  keep_length(30, 20);
  gtk_widget_grab_focus(GTK_WIDGET(cap_hand_pane(&hand, CAP_PLANE_CORONAL)));
  cap_hand_key(&hand, XK_t, 0);
  cap_hand_key(&hand, XK_Up, 0); /* towards the head: the next slice */
  check_end(draft(), 0, (CapPoint){20, 30, 21});
  cap_hand_key(&hand, XK_Tab, 0); /* in another view it moves on there */
  ck_assert(
      gtk_widget_is_focus(GTK_WIDGET(cap_hand_pane(&hand, CAP_PLANE_AXIAL))));
  check_end(cap_hand_measured(&hand, 1), 0, (CapPoint){20, 30, 21});
  cap_hand_key(&hand, XK_Right, 0);
  check_end(draft(), 0, (CapPoint){21, 30, 21});
  for (int i = 0;
       i < 8 && CAP_IS_PANE(gtk_window_get_focus(GTK_WINDOW(hand.window))); i++)
    cap_hand_key(&hand, XK_Tab, 0);
  ck_assert_int_eq(cap_ruler_grip(cap_session_ruler(hand.session)),
                   CAP_GRIP_NONE);
  check_end(cap_hand_measured(&hand, 1), 0, (CapPoint){21, 30, 21});
}
END_TEST

START_TEST(escape_delete_and_hide)
{
  cap_hand_go_to(&hand, (CapPoint){60, 60, 20});
  cap_hand_key(&hand, XK_m, 0);
  cap_hand_point(&hand, CAP_PLANE_AXIAL, (CapPoint){20, 20, 20});
  cap_hand_button(&hand, TRUE);
  cap_hand_point(&hand, CAP_PLANE_AXIAL, (CapPoint){40, 20, 20});
  cap_hand_key(&hand, XK_Escape, 0);
  cap_hand_button(&hand, FALSE);
  ck_assert_ptr_null(cap_measuring_list(hand.session));
  ck_assert_int_eq(cap_session_tool(hand.session),
                   CAP_TOOL_LENGTH); /* not yet */
  cap_hand_drag(&hand, CAP_PLANE_AXIAL, (CapPoint){20, 40, 20},
                (CapPoint){45, 40, 20});
  cap_hand_key(&hand, XK_Escape, 0);
  ck_assert_int_eq(cap_session_tool(hand.session), CAP_TOOL_NONE);
  const int shown = n_yellow(CAP_PLANE_AXIAL);
  cap_xtest_key_state(&hand.input, XK_h, TRUE);
  cap_hand_arrive(&hand);
  ck_assert_int_lt(n_yellow(CAP_PLANE_AXIAL), shown / 10);
  cap_xtest_key_state(&hand.input, XK_h, FALSE);
  cap_hand_arrive(&hand);
  ck_assert_int_eq(n_yellow(CAP_PLANE_AXIAL), shown);
  /* Off the line nothing is selected any more, on it again, also to move it
   * without a tool. */
  cap_hand_click(&hand, CAP_PLANE_AXIAL, (CapPoint){60, 15, 20});
  ck_assert_ptr_null(cap_measuring_selected(hand.session));
  const CapPoint first = cap_hand_measured(&hand, 1)->ends_mm[0];
  cap_hand_drag(&hand, CAP_PLANE_AXIAL, (CapPoint){32, 40, 20},
                (CapPoint){32, 50, 20});
  ck_assert_ptr_nonnull(cap_measuring_selected(hand.session));
  ck_assert_double_eq_tol(cap_hand_measured(&hand, 1)->ends_mm[0].y,
                          first.y + 10, 0.5);
  cap_hand_key(&hand, XK_Delete, 0);
  ck_assert_ptr_null(cap_hand_measured(&hand, 1));
  cap_assert_answer(hand.path, "SELECT kind FROM action ORDER BY id DESC",
                    "measurement-deleted");
}
END_TEST

START_TEST(the_list_goes_names_and_copies)
{
  keep_length(20, 10);
  keep_length(30, 30);
  ck_assert(cap_measuring_rename(hand.session, 1, "Узел 4R"));
  cap_assert_answer(hand.path, "SELECT name FROM measurement WHERE id = 1",
                    "Узел 4R");
  cap_hand_check_words(&hand, 2);
  g_auto(GStrv) lines =
      cap_measurement_marks_label(cap_hand_measured(&hand, 1));
  ck_assert_str_eq(lines[0], "M1  Узел 4R");
  ck_assert_str_eq(lines[1], "25.0 mm");
  cap_measuring_go(hand.session, 1);
  const CapVolume *volume = cap_session_volume(hand.session);
  ck_assert_int_eq(cap_slice_index(volume, CAP_PLANE_AXIAL,
                                   cap_session_position(hand.session)),
                   10);
  cap_hand_key(&hand, XK_c, GDK_CONTROL_MASK);
  g_autofree char *one = cap_ui_clipboard(GTK_WIDGET(hand.window));
  ck_assert_str_eq(one, "M1\tLength\tУзел 4R\t25.0 mm\tAxial 11\n");
  cap_ruler_select(cap_session_ruler(hand.session), 0);
  cap_hand_key(&hand, XK_c, GDK_CONTROL_MASK);
  g_autofree char *all = cap_ui_clipboard(GTK_WIDGET(hand.window));
  ck_assert_ptr_nonnull(strstr(all, "\nM2\tLength\t\t25.0 mm\tAxial 31\n"));
}
END_TEST

/* The longest name that the program gives itself. */
START_TEST(long_names_are_shown_whole)
{
  keep_length(20, 10);
  cap_measuring_go(hand.session, 1);
  ck_assert(cap_measuring_rename(hand.session, 1, "Befund 1 zur Pleura"));
  cap_ui_spin(100);
  const int less = yellow_columns(CAP_PLANE_AXIAL);
  ck_assert(
      cap_measuring_rename(hand.session, 1, "Befund 1 zur Pleura (± 2 mm)"));
  cap_ui_spin(100);
  ck_assert_int_gt(yellow_columns(CAP_PLANE_AXIAL), less + 40);
}
END_TEST

static void
on_gone(gpointer gone_us, GObject *name)
{
  *(gint64 *)gone_us = g_get_monotonic_time();
}

/* GTK 4.8 looks at an editable label 100 ms after the focus has left it: it has
 * to be there then, also without its row. */
START_TEST(a_name_that_loses_its_row_outlives_gtks_look_at_it)
{
  keep_length(20, 10);
  gint64 gone_us = 0;
  GtkWidget *name =
      cap_ui_find(GTK_WIDGET(hand.window), GTK_TYPE_EDITABLE_LABEL);
  ck_assert_ptr_nonnull(name);
  g_object_weak_ref(G_OBJECT(name), on_gone, &gone_us);
  gtk_editable_label_start_editing(GTK_EDITABLE_LABEL(name));
  cap_ui_spin(50);
  gtk_editable_set_text(GTK_EDITABLE(name), "Seen");
  const gint64 deleted_us = g_get_monotonic_time();
  cap_measuring_delete(hand.session, 1);
  ck_assert_ptr_null(
      cap_ui_find(GTK_WIDGET(hand.window), GTK_TYPE_EDITABLE_LABEL));
  CAP_UI_WAIT(gone_us != 0);
  ck_assert_int_gt(gone_us - deleted_us, 100000);
  ck_assert_ptr_null(cap_hand_measured(&hand, 1));
}
END_TEST

/* A body with two lungs, 3 mm voxels, and a ball of 6 mm radius whose middle is
 * 24 mm from the outer edge of the lung. */
static CapVolume *
chest(CapPoint *ball)
{
  CapVolume *v = cap_volume_new(110, 80, 50, NULL);
  for (int i = 0; i < 3; i++)
    v->spacing_mm[i] = 3;
  v->usable = CAP_USABLE_VIEW | CAP_USABLE_MEASURE | CAP_USABLE_DETECT;
  *ball = (CapPoint){23, 40, 25};
  for (int s = 0; s < v->slices; s++)
    for (int r = 0; r < v->rows; r++)
      for (int c = 0; c < v->columns; c++) {
        int16_t hu = hypot((c - 55) / 50.0, (r - 40) / 34.0) < 1 ? 40 : -1000;
        for (int side = -1; side <= 1; side += 2)
          if (hypot(hypot((c - 55 - side * 22) / 18.0, (r - 40) / 22.0),
                    (s - 25) / 20.0) < 1)
            hu = -850;
        if (cap_point_distance((CapPoint){c, r, s}, *ball) <= 2)
          hu = 40;
        cap_volume_slice(v, s)[r * v->columns + c] = hu;
      }
  return v;
}

static gboolean
has_measured(gpointer unused)
{
  return cap_measuring_list(hand.session) != NULL;
}

START_TEST(the_way_to_the_pleura_is_a_measurement_too)
{
  CapPoint ball;
  CapShared *volume =
      cap_shared_new(chest(&ball), (GDestroyNotify)cap_volume_free);
  cap_session_set_volume(hand.session, volume, TRUE);
  cap_shared_unref(volume);
  g_autoptr(CapFindings) findings = cap_ui_findings(cap_shared_get(volume), 1);
  CapFinding *finding = findings->items->pdata[0];
  cap_mask_free(finding->mask);
  finding->mask = cap_mask_new(3, 3, 3, NULL);
  memset(finding->mask->voxels, 1, 27);
  const int first[3] = {(int)ball.x - 1, (int)ball.y - 1, (int)ball.z - 1};
  memcpy(finding->mask->first, first, sizeof first);
  cap_session_set_findings(hand.session, g_steal_pointer(&findings));
  cap_session_select_step(hand.session, 1);
  cap_ui_spin(50);
  cap_hand_key(&hand, XK_m, GDK_SHIFT_MASK);
  cap_ui_wait(has_measured, NULL, "the distance is measured");
  ck_assert_double_eq_tol(cap_hand_measured(&hand, 1)->long_mm, 24 - 1.5 * 3,
                          3);
  ck_assert_str_eq(cap_hand_measured(&hand, 1)->name,
                   "Finding 1 to pleura (± 2 mm)");
  ck_assert_double_lt(cap_hand_measured(&hand, 1)->ends_mm[1].x,
                      cap_hand_measured(&hand, 1)->ends_mm[0].x);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("measuring");
  TCase *tests = tcase_create("measuring");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_set_timeout(tests, 120);
  tcase_add_test(tests,
                 a_length_is_kept_shown_on_other_planes_undone_and_reopened);
  tcase_add_test(tests, two_drags_make_two_axes);
  tcase_add_test(tests, an_ellipse_reads_the_hu_that_lie_in_it);
  tcase_add_test(tests, an_angle_is_drawn_by_clicks);
  tcase_add_test(tests, keys_alone_measure);
  tcase_add_test(tests, keys_alone_move_the_ends_of_a_length);
  tcase_add_test(tests,
                 a_run_of_moves_ends_with_another_key_a_click_or_not_at_all);
  tcase_add_test(tests, keys_move_the_ends_of_every_kind);
  tcase_add_test(tests, keys_go_to_what_has_the_focus);
  tcase_add_test(tests, escape_delete_and_hide);
  tcase_add_test(tests, the_list_goes_names_and_copies);
  tcase_add_test(tests, long_names_are_shown_whole);
  tcase_add_test(tests, a_name_that_loses_its_row_outlives_gtks_look_at_it);
  tcase_add_test(tests, the_way_to_the_pleura_is_a_measurement_too);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
