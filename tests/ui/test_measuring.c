/* Measuring in the viewer with real input: what the mouse and the keys draw is
 * in the file at once, on every plane it touches, in the list and in the
 * report, with the same digits. */
#include "core/image/point.h"
#include "core/measure/ellipse.h"
#include "io/report/formats.h"
#include "io/report/words_measurements.h"
#include "tests/support/database.h"
#include "tests/support/ui.h"
#include "tests/support/ui_input.h"
#include "ui/measure/measurement_list.h"
#include "ui/measure/measurement_marks.h"
#include "ui/measure/measuring.h"
#include "ui/window.h"

#include <string.h>

static AdwApplication *application;
static CapWindow *window;
static CapSession *session;
static CapXtest input;
static char *folder, *path;

static gboolean
is_laid_out(gpointer unused)
{
  CapPane *pane = cap_views_pane(cap_window_views(window), CAP_PLANE_SAGITTAL);
  return gtk_widget_get_width(GTK_WIDGET(pane)) > 100;
}

static guint n_drafts; /* how often the draft has changed */

static void
on_draft(void)
{
  n_drafts++;
}

static void
set_up(void)
{
  cap_ui_setup();
  folder = cap_test_folder();
  path = g_build_filename(folder, "case.review", NULL);
  application =
      ADW_APPLICATION(adw_application_new(NULL, G_APPLICATION_NON_UNIQUE));
  ck_assert(g_application_register(G_APPLICATION(application), NULL, NULL));
  window = cap_window_new(application);
  session = cap_window_session(window);
  cap_session_set_reader(session, "Doe^Jane");
  CapShared *volume =
      cap_shared_new(cap_ui_volume(), (GDestroyNotify)cap_volume_free);
  cap_session_set_volume(session, volume, TRUE);
  cap_shared_unref(volume);
  cap_session_set_review_path(session, path);
  cap_session_set_phase(session, CAP_PHASE_READY);
  g_signal_connect(cap_session_ruler(session), "draft-changed",
                   G_CALLBACK(on_draft), NULL);
  cap_ui_take_keys(window);
  cap_ui_wait(is_laid_out, NULL, "the views are laid out");
  cap_ui_spin(200);
  input = cap_xtest_open(0);
}

static void
tear_down(void)
{
  cap_xtest_close(&input);
  gtk_window_destroy(GTK_WINDOW(window));
  g_clear_pointer(&path, g_free);
  cap_test_remove(g_steal_pointer(&folder));
}

static double
ask_number(const char *key)
{
  g_autofree char *sql = g_strdup_printf(
      "SELECT json_extract(content, '$.%s') FROM measurement ORDER BY id DESC",
      key);
  g_autofree char *answer = cap_test_ask(path, sql);
  ck_assert_msg(answer != NULL, "no %s", key);
  return g_ascii_strtod(answer, NULL);
}

/* ---- input ---- */

static CapPane *
pane_of(CapPlane plane)
{
  return cap_views_pane(cap_window_views(window), plane);
}

/* Where voxel (C, R, S) is on the screen, in the view of PLANE. */
static void
on_screen(CapPlane plane, CapPoint index, int *x, int *y)
{
  CapPane *pane = pane_of(plane);
  CapViewport port;
  double at_x, at_y;
  ck_assert(cap_pane_viewport(pane, &port));
  cap_viewport_to_screen(
      &port, cap_volume_to_patient(cap_session_volume(session), index), &at_x,
      &at_y);
  cap_ui_on_screen(&input, GTK_WIDGET(pane), at_x, at_y, x, y);
}

static void
go_to(CapPoint index)
{
  cap_session_set_position(
      session, cap_volume_to_patient(cap_session_volume(session), index),
      FALSE);
  cap_ui_spin(50);
}

/* The events that the server has made are in the program's hands. */
static void
arrive(void)
{
  gdk_display_sync(gtk_widget_get_display(GTK_WIDGET(window)));
  cap_ui_spin(40);
}

typedef struct {
  CapPlane plane;
  CapPoint at_mm;
} Place;

static gboolean
is_pointed_at(gpointer data)
{
  const Place *place = data;
  CapPoint at;
  return cap_session_pointer(session, place->plane, &at) &&
         cap_point_distance(at, place->at_mm) < 1;
}

static gboolean pressed;

static gboolean
is_drawn(gpointer before)
{
  return n_drafts > GPOINTER_TO_UINT(before);
}

/* INDEX lies on the plane that is shown. While the button is down only what is
 * drawn tells that the pointer has moved. */
static void
point(CapPlane plane, CapPoint index)
{
  int x, y;
  Place place = {plane,
                 cap_volume_to_patient(cap_session_volume(session), index)};
  const guint before = n_drafts;
  on_screen(plane, index, &x, &y);
  cap_xtest_point(&input, x, y);
  if (pressed)
    cap_ui_wait(is_drawn, GUINT_TO_POINTER(before), "the pointer draws");
  else
    cap_ui_wait(is_pointed_at, &place, "the pointer is there");
  arrive();
}

static void
button(int down)
{
  cap_xtest_button(&input, CAP_LEFT, down);
  pressed = down;
  arrive();
}

static void
click(CapPlane plane, CapPoint index)
{
  point(plane, index);
  button(TRUE);
  button(FALSE);
}

static void
drag(CapPlane plane, CapPoint from, CapPoint to)
{
  point(plane, from);
  button(TRUE);
  point(plane, cap_point_between(from, to, 0.4));
  point(plane, to);
  button(FALSE);
}

static void
key(KeySym symbol, unsigned modifiers)
{
  cap_xtest_key(&input, symbol, modifiers);
  arrive();
}

/* ---- what is seen ---- */

/* Pixels of the measurements' yellow in the view of PLANE. */
static int
n_yellow(CapPlane plane)
{
  int width, height, n = 0;
  g_autofree uint8_t *pixels =
      cap_ui_pixels(GTK_WIDGET(pane_of(plane)), &width, &height);
  for (int i = 0; i < width * height; i++) {
    const uint8_t *p = pixels + 4 * i;
    n += p[2] > 180 && p[1] > 170 && p[0] < 110; /* BGRA */
  }
  return n;
}

static const CapMeasurement *
measured(int id)
{
  return cap_review_measurement(cap_session_review(session), id);
}

/* Label on the image, row of the list and report say the same. */
static void
check_words(int id)
{
  const CapMeasurement *m = measured(id);
  g_autofree char *words = cap_words_measurement(m);
  g_auto(GStrv) lines = cap_measurement_marks_label(m);
  g_autofree char *number = g_strdup_printf("M%d  ", id);
  ck_assert(g_str_has_prefix(lines[0], number));
  g_autofree char *label = g_strjoinv(", ", lines);
  ck_assert_str_eq(label + strlen(number), words);
  ck_assert_msg(cap_ui_find_label(GTK_WIDGET(window), words) != NULL,
                "no “%s” listed", words);
  const CapReportOptions options = cap_report_options_default();
  g_autofree char *html = g_build_filename(folder, "report.html", NULL);
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(CapReport) report =
      cap_report_load(path, NULL, &options, NULL, &error); /* from the file */
  cap_assert_no_error(error);
  ck_assert(cap_report_write_html(report, html, &error));
  ck_assert(g_file_get_contents(html, &text, NULL, NULL));
  ck_assert_msg(strstr(text, words) != NULL, "the report has no “%s”", words);
}

/* ---- tests ---- */

START_TEST(a_length_is_kept_shown_on_other_planes_undone_and_reopened)
{
  go_to((CapPoint){60, 60, 20});
  const int before = n_yellow(CAP_PLANE_AXIAL);
  key(XK_m, 0);
  ck_assert_int_eq(cap_session_tool(session), CAP_TOOL_LENGTH);
  drag(CAP_PLANE_AXIAL, (CapPoint){20, 20, 20}, (CapPoint){40, 35, 20});
  cap_assert_answer(path, "SELECT kind FROM measurement", "length");
  cap_assert_answer(path,
                    "SELECT reader || ' ' || kind FROM action ORDER BY id DESC",
                    "Doe^Jane measured");
  ck_assert_double_eq_tol(ask_number("length_mm"), 25, 0.5);
  ck_assert_double_eq(ask_number("length_mm"), measured(1)->long_mm);
  ck_assert_int_eq(measured(1)->source_slice, 20);
  check_words(1);
  const int drawn = n_yellow(CAP_PLANE_AXIAL);
  ck_assert_int_gt(drawn, before + 100);
  /* The coronal plane through row 28 cuts it, that of row 50 does not. */
  go_to((CapPoint){60, 50, 20});
  const int apart = n_yellow(CAP_PLANE_CORONAL);
  go_to((CapPoint){60, 28, 20});
  ck_assert_int_gt(n_yellow(CAP_PLANE_CORONAL), apart + 20);
  go_to((CapPoint){60, 28, 30}); /* 20 mm off */
  ck_assert_int_lt(n_yellow(CAP_PLANE_AXIAL), drawn / 10);

  key(XK_Escape, 0);
  ck_assert_int_eq(cap_session_tool(session), CAP_TOOL_NONE);
  key(XK_z, GDK_CONTROL_MASK);
  ck_assert_ptr_null(measured(1));
  cap_assert_answer(
      path, "SELECT count(*) FROM measurement WHERE content IS NOT NULL", "0");
  key(XK_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  ck_assert_ptr_nonnull(measured(1));
  ck_assert_int_eq(cap_slice_index(cap_session_volume(session), CAP_PLANE_AXIAL,
                                   cap_session_position(session)),
                   20); /* what came back is shown */
  const double length = measured(1)->long_mm;
  g_autoptr(GError) error = NULL;
  CapReview *again = cap_review_open(path, cap_session_volume(session), &error);
  cap_assert_no_error(error);
  cap_session_set_review(session, again);
  ck_assert_double_eq(measured(1)->long_mm, length);
  check_words(1);
}
END_TEST

START_TEST(two_drags_make_two_axes)
{
  go_to((CapPoint){60, 60, 20});
  key(XK_m, 0);
  key(XK_2, 0);
  ck_assert_int_eq(cap_session_tool(session), CAP_TOOL_AXES);
  drag(CAP_PLANE_CORONAL, (CapPoint){15, 60, 10}, (CapPoint){45, 60, 10});
  ck_assert_ptr_null(cap_measuring_list(session)); /* not before the second */
  drag(CAP_PLANE_CORONAL, (CapPoint){30, 60, 6}, (CapPoint){33, 60, 14});
  ck_assert_double_eq_tol(ask_number("long_axis_mm"), 30, 0.5);
  ck_assert_double_eq_tol(ask_number("short_axis_mm"), 16, 0.5);
  ck_assert_double_eq_tol(ask_number("mean_diameter_mm"), 23, 0.5);
  check_words(1);
  /* Its long end drags the short axis along; Esc leaves it as it was. */
  const CapMeasurement was = *measured(1);
  point(CAP_PLANE_CORONAL, (CapPoint){45, 60, 10});
  button(TRUE);
  point(CAP_PLANE_CORONAL, (CapPoint){45, 60, 20});
  ck_assert_double_gt(cap_ruler_draft(cap_session_ruler(session))->long_mm, 35);
  key(XK_Escape, 0);
  button(FALSE);
  ck_assert_mem_eq(measured(1)->ends_mm, was.ends_mm, sizeof was.ends_mm);
  drag(CAP_PLANE_CORONAL, (CapPoint){45, 60, 10}, (CapPoint){45, 60, 20});
  ck_assert_double_eq_tol(ask_number("long_axis_mm"), hypot(30, 20), 0.6);
  ck_assert_double_eq_tol(ask_number("short_axis_mm"), was.short_mm, 1e-3);
  cap_assert_answer(path, "SELECT kind FROM action ORDER BY id DESC",
                    "measurement-moved");
  check_words(1);
}
END_TEST

START_TEST(an_ellipse_reads_the_hu_that_lie_in_it)
{
  go_to((CapPoint){60, 60, 20});
  key(XK_m, 0);
  key(XK_3, 0);
  drag(CAP_PLANE_AXIAL, (CapPoint){21, 26, 20}, (CapPoint){29, 34, 20});
  ck_assert_double_eq(ask_number("hu_mean"), 100); /* all within the ball */
  ck_assert_double_eq(ask_number("hu_sd"), 0);
  ck_assert_double_eq_tol(ask_number("area_mm2"), G_PI * 16, 3);
  check_words(1);
  drag(CAP_PLANE_SAGITTAL, (CapPoint){60, 5, 14}, (CapPoint){60, 65, 36});
  ck_assert_double_lt(ask_number("hu_mean"), 40); /* box and air */
  ck_assert_double_eq(ask_number("hu_max"), 40);
  ck_assert_double_eq(ask_number("hu_min"), -850);
  const CapEllipse ellipse = cap_ellipse_of_ends(measured(2)->ends_mm);
  const CapRegionContent content =
      cap_ellipse_measure(cap_session_volume(session), &ellipse);
  ck_assert_double_eq_tol(ask_number("hu_mean"), content.hu_mean, 1e-4);
  ck_assert_int_eq((int)ask_number("voxels"), content.n_voxels);
  check_words(2);
}
END_TEST

START_TEST(an_angle_is_drawn_by_clicks)
{
  go_to((CapPoint){60, 60, 20});
  key(XK_m, 0);
  key(XK_4, 0);
  click(CAP_PLANE_AXIAL, (CapPoint){40, 30, 20});
  click(CAP_PLANE_AXIAL, (CapPoint){20, 30, 20});
  point(CAP_PLANE_AXIAL, (CapPoint){30, 40, 20});
  ck_assert_double_eq_tol(
      cap_ruler_draft(cap_session_ruler(session))->angle_deg, 45, 2);
  click(CAP_PLANE_AXIAL, (CapPoint){20, 50, 20});
  ck_assert_double_eq_tol(ask_number("angle_deg"), 90, 1.5);
  check_words(1);
}
END_TEST

/* With the button down through CORNERS of slice 20. */
static void
trace(const double corners[][2], int n)
{
  point(CAP_PLANE_AXIAL, (CapPoint){corners[0][0], corners[0][1], 20});
  button(TRUE);
  for (int i = 1; i < n; i++)
    point(CAP_PLANE_AXIAL, (CapPoint){corners[i][0], corners[i][1], 20});
  button(FALSE);
}

START_TEST(a_freehand_region_is_drawn_or_clicked)
{
  static const double around[][2] = {{22, 27}, {28, 27}, {28, 33}, {22, 33}};
  static const double bow_tie[][2] = {{20, 20}, {40, 40}, {40, 20}, {20, 40}};
  go_to((CapPoint){60, 60, 20});
  key(XK_m, 0);
  key(XK_5, 0);
  ck_assert_int_eq(cap_session_tool(session), CAP_TOOL_FREEHAND);
  trace(around, 4);
  cap_assert_answer(path, "SELECT kind FROM measurement", "freehand");
  ck_assert_double_eq(ask_number("hu_mean"), 100); /* all within the ball */
  ck_assert_double_eq_tol(ask_number("area_mm2"), 36, 4);
  ck_assert_int_eq((int)ask_number("voxels"), measured(1)->n_voxels);
  ck_assert_int_ge(measured(1)->n_voxels, 25);
  check_words(1);
  trace(bow_tie, 4);
  ck_assert_ptr_null(measured(2));
  ck_assert_ptr_nonnull(
      cap_ui_find_label(GTK_WIDGET(window), "The outline crosses itself"));
  /* Corner by corner, and the first one again. */
  static const double across[][2] = {{45, 20}, {70, 20}, {70, 45}, {45, 45}};
  for (int i = 0; i < 5; i++)
    click(CAP_PLANE_AXIAL, (CapPoint){across[i % 4][0], across[i % 4][1], 20});
  ck_assert_double_eq_tol(ask_number("area_mm2"), 625, 30);
  ck_assert_double_eq(ask_number("hu_min"), -850);
  ck_assert_double_eq(ask_number("hu_max"), 40);
  check_words(2);
  key(XK_z, GDK_CONTROL_MASK);
  ck_assert_ptr_null(measured(2));
  key(XK_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  ck_assert_int_eq((int)measured(2)->outline_mm->len, 4);
  /* Moved by its line. */
  const double x = cap_measurement_middle(measured(2)).x;
  key(XK_Escape, 0);
  drag(CAP_PLANE_AXIAL, (CapPoint){57, 20, 20}, (CapPoint){52, 20, 20});
  ck_assert_double_eq_tol(cap_measurement_middle(measured(2)).x, x - 5, 0.5);
  cap_assert_answer(path, "SELECT kind FROM action ORDER BY id DESC",
                    "measurement-moved");
}
END_TEST

/* Clicks the corners of a square of 25 mm and puts the tool down. */
static void
outline_square(void)
{
  static const double corners[][2] = {{45, 20}, {70, 20}, {70, 45}, {45, 45}};
  key(XK_m, 0);
  key(XK_5, 0);
  for (int i = 0; i < 5; i++)
    click(CAP_PLANE_AXIAL,
          (CapPoint){corners[i % 4][0], corners[i % 4][1], 20});
  key(XK_Escape, 0);
}

START_TEST(a_corner_of_an_outline_is_moved)
{
  go_to((CapPoint){60, 60, 20});
  outline_square();
  const double before = measured(1)->area_mm2, mean = measured(1)->hu_mean;
  const CapPoint first = g_array_index(measured(1)->outline_mm, CapPoint, 0);
  const CapPoint second = g_array_index(measured(1)->outline_mm, CapPoint, 1);
  point(CAP_PLANE_AXIAL, (CapPoint){45, 20, 20});
  button(TRUE);
  point(CAP_PLANE_AXIAL, (CapPoint){40, 18, 20});
  point(CAP_PLANE_AXIAL, (CapPoint){35, 10, 20});
  /* While it is dragged the numbers follow. */
  const CapMeasurement *draft = cap_ruler_draft(cap_session_ruler(session));
  ck_assert_double_eq_tol(draft->area_mm2, before + 250, 15);
  ck_assert_double_ne(draft->hu_mean, mean);
  cap_ui_shoot("corner-moving");
  ck_assert_double_eq(ask_number("area_mm2"), before); /* not yet */
  button(FALSE);
  ck_assert_double_eq_tol(ask_number("area_mm2"), before + 250, 15);
  ck_assert_int_eq((int)ask_number("voxels"), measured(1)->n_voxels);
  ck_assert_double_eq_tol(g_array_index(measured(1)->outline_mm, CapPoint, 0).x,
                          first.x - 10, 0.7);
  ck_assert_mem_eq(&g_array_index(measured(1)->outline_mm, CapPoint, 1),
                   &second, sizeof second);
  cap_assert_answer(path, "SELECT kind FROM action ORDER BY id DESC",
                    "measurement-moved");
  check_words(1);
  key(XK_z, GDK_CONTROL_MASK);
  ck_assert_double_eq(ask_number("area_mm2"), before);
  key(XK_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  ck_assert_double_eq_tol(ask_number("area_mm2"), before + 250, 15);
}
END_TEST

START_TEST(a_corner_that_would_cross_the_outline_stays)
{
  go_to((CapPoint){60, 60, 20});
  outline_square();
  const double area = measured(1)->area_mm2;
  drag(CAP_PLANE_AXIAL, (CapPoint){45, 20, 20}, (CapPoint){80, 35, 20});
  ck_assert_double_eq(measured(1)->area_mm2, area);
  ck_assert_ptr_nonnull(
      cap_ui_find_label(GTK_WIDGET(window), "The outline would cross itself"));
  cap_assert_answer(path, "SELECT kind FROM action ORDER BY id DESC",
                    "measured");
  /* Of one that is not selected the line moves the whole, also at a corner. */
  cap_ruler_select(cap_session_ruler(session), 0);
  cap_ui_spin(50);
  drag(CAP_PLANE_AXIAL, (CapPoint){45, 20, 20}, (CapPoint){40, 25, 20});
  ck_assert_double_eq_tol(measured(1)->area_mm2, area, 1e-2);
  ck_assert_double_eq_tol(
      g_array_index(measured(1)->outline_mm, CapPoint, 2).x,
      cap_volume_to_patient(cap_session_volume(session), (CapPoint){65, 50, 20})
          .x,
      0.7);
}
END_TEST

START_TEST(keys_alone_outline)
{
  static const KeySym round[4] = {XK_Right, XK_Down, XK_Left, XK_Up};
  go_to((CapPoint){22, 27, 20});
  gtk_widget_grab_focus(GTK_WIDGET(pane_of(CAP_PLANE_AXIAL)));
  key(XK_m, 0);
  key(XK_5, 0);
  key(XK_Return, 0);
  for (int side = 0; side < 4; side++) {
    for (int i = 0; i < 6; i++)
      key(round[side], GDK_CONTROL_MASK);
    key(XK_Return, 0);
  }
  ck_assert_double_eq_tol(ask_number("area_mm2"), 36, 1e-3);
  ck_assert_int_eq((int)ask_number("voxels"), 49); /* the edge counts */
}
END_TEST

START_TEST(keys_alone_measure)
{
  go_to((CapPoint){20, 30, 20});
  gtk_widget_grab_focus(GTK_WIDGET(pane_of(CAP_PLANE_AXIAL)));
  key(XK_m, 0);
  key(XK_Return, 0);
  for (int i = 0; i < 12; i++)
    key(XK_Right, GDK_CONTROL_MASK);
  for (int i = 0; i < 5; i++)
    key(XK_Down, GDK_CONTROL_MASK);
  key(XK_Return, 0);
  ck_assert_double_eq_tol(ask_number("length_mm"), 13, 1e-3);
  check_words(1);
}
END_TEST

START_TEST(escape_delete_and_hide)
{
  go_to((CapPoint){60, 60, 20});
  key(XK_m, 0);
  point(CAP_PLANE_AXIAL, (CapPoint){20, 20, 20});
  button(TRUE);
  point(CAP_PLANE_AXIAL, (CapPoint){40, 20, 20});
  key(XK_Escape, 0);
  button(FALSE);
  ck_assert_ptr_null(cap_measuring_list(session));
  ck_assert_int_eq(cap_session_tool(session), CAP_TOOL_LENGTH); /* not yet */
  drag(CAP_PLANE_AXIAL, (CapPoint){20, 40, 20}, (CapPoint){45, 40, 20});
  key(XK_Escape, 0);
  ck_assert_int_eq(cap_session_tool(session), CAP_TOOL_NONE);
  const int shown = n_yellow(CAP_PLANE_AXIAL);
  cap_xtest_key_state(&input, XK_h, TRUE);
  arrive();
  ck_assert_int_lt(n_yellow(CAP_PLANE_AXIAL), shown / 10);
  cap_xtest_key_state(&input, XK_h, FALSE);
  arrive();
  ck_assert_int_eq(n_yellow(CAP_PLANE_AXIAL), shown);
  /* Off the line nothing is selected any more, on it again, also to move it
   * without a tool. */
  click(CAP_PLANE_AXIAL, (CapPoint){60, 15, 20});
  ck_assert_ptr_null(cap_measuring_selected(session));
  const CapPoint first = measured(1)->ends_mm[0];
  drag(CAP_PLANE_AXIAL, (CapPoint){32, 40, 20}, (CapPoint){32, 50, 20});
  ck_assert_ptr_nonnull(cap_measuring_selected(session));
  ck_assert_double_eq_tol(measured(1)->ends_mm[0].y, first.y + 10, 0.5);
  key(XK_Delete, 0);
  ck_assert_ptr_null(measured(1));
  cap_assert_answer(path, "SELECT kind FROM action ORDER BY id DESC",
                    "measurement-deleted");
}
END_TEST

/* Keeps a length from (20, ROW) to (45, ROW) of SLICE. */
static void
keep_length(int row, int slice)
{
  const CapVolume *volume = cap_session_volume(session);
  CapMeasurement *m = cap_measurement_new(CAP_MEASURE_LENGTH);
  m->ends_mm[0] = cap_volume_to_patient(volume, (CapPoint){20, row, slice});
  m->ends_mm[1] = cap_volume_to_patient(volume, (CapPoint){45, row, slice});
  cap_measurement_work_out(m, volume);
  ck_assert(cap_measuring_add(session, m));
}

START_TEST(the_list_goes_names_and_copies)
{
  keep_length(20, 10);
  keep_length(30, 30);
  ck_assert(cap_measuring_rename(session, 1, "Узел 4R"));
  cap_assert_answer(path, "SELECT name FROM measurement WHERE id = 1",
                    "Узел 4R");
  check_words(2);
  g_auto(GStrv) lines = cap_measurement_marks_label(measured(1));
  ck_assert_str_eq(lines[0], "M1  Узел 4R");
  ck_assert_str_eq(lines[1], "25.0 mm");
  cap_measuring_go(session, 1);
  const CapVolume *volume = cap_session_volume(session);
  ck_assert_int_eq(
      cap_slice_index(volume, CAP_PLANE_AXIAL, cap_session_position(session)),
      10);
  key(XK_c, GDK_CONTROL_MASK);
  g_autofree char *one = cap_ui_clipboard(GTK_WIDGET(window));
  ck_assert_str_eq(one, "M1\tLength\tУзел 4R\t25.0 mm\tAxial 11\n");
  cap_ruler_select(cap_session_ruler(session), 0);
  key(XK_c, GDK_CONTROL_MASK);
  g_autofree char *all = cap_ui_clipboard(GTK_WIDGET(window));
  ck_assert_ptr_nonnull(strstr(all, "\nM2\tLength\t\t25.0 mm\tAxial 31\n"));
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
  GtkWidget *name = cap_ui_find(GTK_WIDGET(window), GTK_TYPE_EDITABLE_LABEL);
  ck_assert_ptr_nonnull(name);
  g_object_weak_ref(G_OBJECT(name), on_gone, &gone_us);
  gtk_editable_label_start_editing(GTK_EDITABLE_LABEL(name));
  cap_ui_spin(50);
  gtk_editable_set_text(GTK_EDITABLE(name), "Seen");
  const gint64 deleted_us = g_get_monotonic_time();
  cap_measuring_delete(session, 1);
  ck_assert_ptr_null(cap_ui_find(GTK_WIDGET(window), GTK_TYPE_EDITABLE_LABEL));
  CAP_UI_WAIT(gone_us != 0);
  ck_assert_int_gt(gone_us - deleted_us, 100000);
  ck_assert_ptr_null(measured(1));
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
  return cap_measuring_list(session) != NULL;
}

START_TEST(the_way_to_the_pleura_is_a_measurement_too)
{
  CapPoint ball;
  CapShared *volume =
      cap_shared_new(chest(&ball), (GDestroyNotify)cap_volume_free);
  cap_session_set_volume(session, volume, TRUE);
  cap_shared_unref(volume);
  g_autoptr(CapFindings) findings = cap_ui_findings(cap_shared_get(volume), 1);
  CapFinding *finding = findings->items->pdata[0];
  cap_mask_free(finding->mask);
  finding->mask = cap_mask_new(3, 3, 3, NULL);
  memset(finding->mask->voxels, 1, 27);
  const int first[3] = {(int)ball.x - 1, (int)ball.y - 1, (int)ball.z - 1};
  memcpy(finding->mask->first, first, sizeof first);
  cap_session_set_findings(session, g_steal_pointer(&findings));
  cap_session_select_step(session, 1);
  cap_ui_spin(50);
  key(XK_m, GDK_SHIFT_MASK);
  cap_ui_wait(has_measured, NULL, "the distance is measured");
  ck_assert_double_eq_tol(measured(1)->long_mm, 24 - 1.5 * 3, 3);
  ck_assert_str_eq(measured(1)->name, "Finding 1 to pleura (± 2 mm)");
  ck_assert_double_lt(measured(1)->ends_mm[1].x, measured(1)->ends_mm[0].x);
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
  tcase_add_test(tests, a_freehand_region_is_drawn_or_clicked);
  tcase_add_test(tests, a_corner_of_an_outline_is_moved);
  tcase_add_test(tests, a_corner_that_would_cross_the_outline_stays);
  tcase_add_test(tests, keys_alone_outline);
  tcase_add_test(tests, keys_alone_measure);
  tcase_add_test(tests, escape_delete_and_hide);
  tcase_add_test(tests, the_list_goes_names_and_copies);
  tcase_add_test(tests, a_name_that_loses_its_row_outlives_gtks_look_at_it);
  tcase_add_test(tests, the_way_to_the_pleura_is_a_measurement_too);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
