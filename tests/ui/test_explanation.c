/* The explanation of a finding: off until it is asked for; heat map with its
 * capsule and opacity, attributes, capsules. */
#include "tests/support/ui.h"
#include "ui/capsule_words.h"
#include "ui/explanation.h"
#include "ui/glyph.h"
#include "ui/rating_chart.h"
#include "ui/views.h"

#include <math.h>

static CapSession *session;
static CapViews *views;
static GtkWidget *explanation;

static void
show(void)
{
  cap_ui_setup();
  session = cap_ui_session();
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *scroller = gtk_scrolled_window_new();
  views = CAP_VIEWS(cap_views_new(session));
  explanation = cap_explanation_new(session);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), explanation);
  gtk_widget_set_size_request(scroller, 400, -1);
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(views));
  gtk_box_append(GTK_BOX(box), scroller);
  cap_ui_show(box, 1200, 700);
}

static void
give(int n)
{
  cap_session_set_findings(session,
                           cap_ui_findings(cap_session_volume(session), n));
  cap_session_select_step(session, 1);
}

static void
explain(gboolean on)
{
  g_object_set(session, "explain", on, NULL);
}

/* ---- off and on ---- */

START_TEST(nothing_of_it_exists_until_it_is_asked_for)
{
  give(2);
  ck_assert_ptr_null(cap_ui_find(explanation, CAP_TYPE_GLYPH));
  GtkWidget *ask = cap_ui_find(explanation, GTK_TYPE_BUTTON);
  ck_assert(gtk_widget_get_visible(ask));
  explain(TRUE);
  ck_assert(!gtk_widget_get_visible(ask));
  ck_assert_ptr_nonnull(cap_ui_find(explanation, CAP_TYPE_GLYPH));
  for (int k = 0; k < CAP_N_CAPSULES; k++)
    ck_assert_ptr_nonnull(
        cap_ui_find_label(explanation, cap_capsule_words_name(k)));
  explain(FALSE);
  GtkWidget *glyph = cap_ui_find(explanation, CAP_TYPE_GLYPH);
  ck_assert(!gtk_widget_is_visible(glyph));
}
END_TEST

START_TEST(what_no_network_has_judged_is_not_explained)
{
  CapFindings *findings = cap_ui_findings(cap_session_volume(session), 1);
  CapFinding *finding = findings->items->pdata[0];
  finding->unjudged = TRUE;
  cap_session_set_findings(session, findings);
  cap_session_select_step(session, 1);
  explain(TRUE);
  ck_assert_ptr_null(cap_session_explained(session));
  ck_assert_ptr_null(cap_ui_find(explanation, CAP_TYPE_GLYPH));
  ck_assert(gtk_widget_is_visible(
      cap_ui_find_label(explanation, "No network has judged this finding")));
}
END_TEST

/* ---- attributes ---- */

/* Sky-blue pixels of CHART: the readers' band. */
static int
band_pixels(GtkWidget *chart)
{
  int width, height, n = 0;
  g_autofree uint8_t *pixels = cap_ui_pixels(chart, &width, &height);
  for (int i = 0; i < width * height; i++)
    n += pixels[4 * i] > pixels[4 * i + 2] + 120; /* blue over red */
  return n;
}

START_TEST(the_band_is_as_wide_as_readers_differ)
{
  GtkWidget *chart = cap_rating_chart_new("Spiculation", FALSE);
  gtk_widget_set_size_request(chart, 250, 20);
  cap_ui_show(chart, 250, 20);
  CapRating rating = {.n_levels = 5, .p = {0, 0, 1, 0, 0}};
  cap_rating_finish(&rating);
  cap_rating_chart_set(CAP_RATING_CHART(chart), &rating);
  const int none = band_pixels(chart);
  cap_rating_chart_set_beside(CAP_RATING_CHART(chart), &rating, 0.5);
  const int half = band_pixels(chart) - none;
  cap_rating_chart_set_beside(CAP_RATING_CHART(chart), &rating, 1);
  const int one = band_pixels(chart) - none;
  ck_assert_int_gt(half, 100);
  ck_assert_double_eq_tol(one, 2 * half, 0.1 * one);
}
END_TEST

/* ---- heat map ---- */

static uint8_t *
pixels_of(CapPlane plane, int *width, int *height)
{
  return cap_ui_pixels(GTK_WIDGET(cap_views_pane(views, plane)), width, height);
}

/* The coronal and sagittal views have no legend. */
START_TEST(the_slider_changes_how_much_of_the_map_is_seen)
{
  give(1);
  int width, height;
  g_autofree uint8_t *off = pixels_of(CAP_PLANE_CORONAL, &width, &height);
  explain(TRUE);
  GtkWidget *slider = cap_ui_find(explanation, GTK_TYPE_SCALE);
  GtkAdjustment *opacity = gtk_range_get_adjustment(GTK_RANGE(slider));
  ck_assert_double_eq_tol(gtk_adjustment_get_value(opacity), 0.6, 1e-9);
  g_autofree uint8_t *usual = pixels_of(CAP_PLANE_CORONAL, &width, &height);
  ck_assert_int_gt(cap_ui_difference(off, usual, width, height), 400);
  gtk_adjustment_set_value(opacity, 1);
  g_autofree uint8_t *full = pixels_of(CAP_PLANE_CORONAL, &width, &height);
  ck_assert_int_gt(cap_ui_difference(usual, full, width, height), 400);
  gtk_adjustment_set_value(opacity, 0);
  g_autofree uint8_t *none = pixels_of(CAP_PLANE_CORONAL, &width, &height);
  ck_assert_int_eq(cap_ui_difference(off, none, width, height), 0);
}
END_TEST

START_TEST(the_chosen_capsule_is_the_sessions)
{
  give(1);
  explain(TRUE);
  GtkDropDown *choice =
      GTK_DROP_DOWN(cap_ui_find(explanation, GTK_TYPE_DROP_DOWN));
  int width, height;
  g_autofree uint8_t *nodule = pixels_of(CAP_PLANE_SAGITTAL, &width, &height);
  gtk_drop_down_set_selected(choice, 7);
  ck_assert_int_eq(cap_session_capsule(session), 7);
  g_autofree uint8_t *other = pixels_of(CAP_PLANE_SAGITTAL, &width, &height);
  ck_assert_int_gt(cap_ui_difference(nodule, other, width, height), 200);
  g_object_set(session, "capsule", 3, NULL);
  ck_assert_uint_eq(gtk_drop_down_get_selected(choice), 3);
}
END_TEST

/* Where the picture changes most, relative to where AT is shown. */
static void
find_hottest(CapPlane plane, CapPoint at, double *dx, double *dy)
{
  int width, height;
  g_object_set(cap_session_look(session), "heat-opacity", 0.0, NULL);
  g_autofree uint8_t *cold = pixels_of(plane, &width, &height);
  g_object_set(cap_session_look(session), "heat-opacity", 1.0, NULL);
  g_autofree uint8_t *hot = pixels_of(plane, &width, &height);
  double sum = 0, x_sum = 0, y_sum = 0;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      double change = 0;
      for (int c = 0; c < 3; c++)
        change +=
            abs(hot[4 * (y * width + x) + c] - cold[4 * (y * width + x) + c]);
      const double weight = change * change; /* the middle counts */
      sum += weight;
      x_sum += weight * (x + 0.5);
      y_sum += weight * (y + 0.5);
    }
  CapViewport port;
  double x, y;
  ck_assert(cap_pane_viewport(cap_views_pane(views, plane), &port));
  cap_viewport_to_screen(&port, at, &x, &y);
  ck_assert_double_gt(sum, 0);
  *dx = (x_sum / sum - x) / cap_viewport_zoom(&port);
  *dy = (y_sum / sum - y) / cap_viewport_zoom(&port);
}

/* An air volume whose axes are turned about x and z, with one finding. */
static CapPoint
show_oblique(void)
{
  CapVolume *v = cap_volume_new(90, 90, 60, NULL);
  const double a = 0.35, b = 0.5;
  v->axis[0] = (CapPoint){cos(b), sin(b), 0};
  v->axis[1] = (CapPoint){-sin(b) * cos(a), cos(b) * cos(a), sin(a)};
  v->axis[2] = (CapPoint){sin(b) * sin(a), -cos(b) * sin(a), cos(a)};
  v->spacing_mm[0] = v->spacing_mm[1] = 0.9;
  v->spacing_mm[2] = 1.5;
  v->usable = CAP_USABLE_VIEW;
  CapFindings *findings = cap_ui_findings(v, 1);
  CapFinding *f = findings->items->pdata[0];
  const CapPoint middle = cap_volume_to_patient(v, (CapPoint){45, 45, 30});
  f->center_mm = middle;
  g_clear_pointer(&f->mask, cap_mask_free);
  for (int i = 0; i < 3; i++)
    f->patch_axis[i] = v->axis[i];
  CapShared *shared = cap_shared_new(v, (GDestroyNotify)cap_volume_free);
  cap_session_set_volume(session, shared, TRUE);
  cap_shared_unref(shared);
  cap_session_set_findings(session, findings);
  cap_session_select_step(session, 1);
  return middle;
}

START_TEST(heat_lies_on_the_finding_in_an_oblique_series_too)
{
  const CapPoint at = show_oblique();
  explain(TRUE);
  for (int plane = 0; plane < 3; plane++) {
    double dx, dy;
    find_hottest((CapPlane)plane, at, &dx, &dy);
    ck_assert_msg(fabs(dx) < 1 && fabs(dy) < 1, "plane %d: %.2f, %.2f mm off",
                  plane, dx, dy);
  }
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("explanation");
  TCase *tests = tcase_create("explanation");
  tcase_add_checked_fixture(tests, show, NULL);
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, nothing_of_it_exists_until_it_is_asked_for);
  tcase_add_test(tests, what_no_network_has_judged_is_not_explained);
  tcase_add_test(tests, the_band_is_as_wide_as_readers_differ);
  tcase_add_test(tests, the_slider_changes_how_much_of_the_map_is_seen);
  tcase_add_test(tests, the_chosen_capsule_is_the_sessions);
  tcase_add_test(tests, heat_lies_on_the_finding_in_an_oblique_series_too);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
