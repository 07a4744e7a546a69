/* The explanation of a finding: off until it is asked for; heat map with its
 * capsule and opacity, attributes, capsules, sweeps, similar nodules. */
#include "tests/support/ui.h"
#include "tests/support/ui_input.h"
#include "ui/explain/attribute_strip.h"
#include "ui/explain/capsule_grid.h"
#include "ui/explain/capsule_words.h"
#include "ui/explain/explanation.h"
#include "ui/explain/glyph.h"
#include "ui/explain/similar_view.h"
#include "ui/explain/sweep_view.h"
#include "ui/findings/rating_chart.h"
#include "ui/session/session_weights.h"
#include "ui/window.h"

#include <math.h>
#include <string.h>

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

/* ---- in the window, with real input ---- */

static CapWindow *window;
static CapXtest input;

/* The window on the small chest, whose slices are SLICE_MM apart. */
static void
show_window(double slice_mm)
{
  const char *weights = g_getenv("CAPSIGHT_TEST_WEIGHTS");
  cap_ui_setup();
  window = g_object_new(CAP_TYPE_WINDOW, NULL);
  session = cap_window_session(window);
  cap_session_set_weights(session, weights);
  cap_judging_set_weights(cap_window_judging(window), weights);
  CapVolume *volume = cap_ui_volume();
  volume->spacing_mm[2] = slice_mm;
  CapShared *shared = cap_shared_new(volume, (GDestroyNotify)cap_volume_free);
  cap_session_set_volume(session, shared, TRUE);
  cap_session_set_phase(session, CAP_PHASE_READY);
  cap_shared_unref(shared);
  gtk_window_set_default_size(GTK_WINDOW(window), 1500, 950);
  cap_ui_take_keys(window);
  cap_ui_spin(300);
  input = cap_xtest_open(20000);
  ck_assert_ptr_nonnull(input.display);
}

/* A key that goes to WIDGET. */
static void
press(GtkWidget *widget, KeySym key)
{
  gtk_widget_grab_focus(widget);
  cap_ui_spin(20);
  cap_xtest_key(&input, key, 0);
  cap_ui_spin(60);
}

static GtkWidget *
in_window(GType type)
{
  GtkWidget *found = cap_ui_find(GTK_WIDGET(window), type);
  ck_assert_ptr_nonnull(found);
  return found;
}

/* Pixels of the sweep's pictures that are not black, in column COLUMN. */
static int
lit_pixels(const uint8_t *pixels, int width, int height, int column)
{
  int n = 0;
  for (int y = 0; y < height; y++)
    for (int x = column * width / 3; x < (column + 1) * width / 3; x++)
      n += pixels[4 * (y * width + x)] > 20;
  return n;
}

static GtkWidget *
sweep_area(void)
{
  return cap_ui_find(in_window(CAP_TYPE_SWEEP_VIEW), GTK_TYPE_DRAWING_AREA);
}

static gboolean
is_drawn(gpointer unused)
{
  int width, height;
  if (gtk_widget_get_width(sweep_area()) == 0)
    return FALSE; /* not laid out yet */
  g_autofree uint8_t *pixels = cap_ui_pixels(sweep_area(), &width, &height);
  return lit_pixels(pixels, width, height, 0) > 100;
}

static uint8_t *
sweep_pixels(int *width, int *height)
{
  return cap_ui_pixels(sweep_area(), width, height);
}

/* What differs between A and B in one of the three columns. */
static int
differs_in(const uint8_t *a, const uint8_t *b, int width, int height,
           int column)
{
  int n = 0;
  for (int y = 0; y < height; y++)
    for (int x = column * width / 3 + 2; x < (column + 1) * width / 3 - 2; x++)
      n += memcmp(a + 4 * (y * width + x), b + 4 * (y * width + x), 3) != 0;
  return n;
}

/* Three rows of pictures, their heads and a legend stay in their own height. */
START_TEST(pictures_fit_into_a_wide_panel)
{
  show_window(2);
  give(1);
  g_object_set(session, "explain", TRUE, NULL);
  cap_ui_wait(is_drawn, NULL, "the capsule is drawn");
  gtk_widget_set_size_request(in_window(CAP_TYPE_SWEEP_VIEW), 500, -1);
  cap_ui_spin(100);
  ck_assert_int_ge(gtk_widget_get_width(in_window(CAP_TYPE_SWEEP_VIEW)), 500);
  ck_assert_int_ge(gtk_widget_get_width(sweep_area()), 300);
  ck_assert_int_lt(gtk_widget_get_width(sweep_area()) + 50,
                   gtk_widget_get_height(sweep_area()));
}
END_TEST

static int width, height;
static uint8_t *still;

static gboolean
moved(gpointer unused)
{
  g_autofree uint8_t *now = sweep_pixels(&width, &height);
  return differs_in(still, now, width, height, 1) > 200;
}

static gboolean
returned(gpointer unused)
{
  g_autofree uint8_t *now = sweep_pixels(&width, &height);
  return cap_ui_difference(still, now, width, height) == 0;
}

START_TEST(keys_explain_and_sweep)
{
  show_window(2);
  give(1);
  GtkWidget *pane =
      GTK_WIDGET(cap_views_pane(cap_window_views(window), CAP_PLANE_AXIAL));
  press(pane, XK_e);
  ck_assert(cap_session_explain(session));
  cap_ui_wait(is_drawn, NULL, "the capsule is drawn");
  still = sweep_pixels(&width, &height);
  GtkWidget *glyph = in_window(CAP_TYPE_GLYPH);
  press(glyph, XK_Down);
  ck_assert_int_eq(cap_glyph_spoke(CAP_GLYPH(glyph)), 0);
  ck_assert_ptr_nonnull(cap_ui_find_label(GTK_WIDGET(window), "+0.00 of its"));
  for (int i = 0; i < 6; i++)
    press(glyph, XK_Right);
  ck_assert_ptr_nonnull(cap_ui_find_label(GTK_WIDGET(window), "+1.50 of its"));
  for (int i = 0; i < 8; i++)
    press(glyph, XK_Left);
  ck_assert_ptr_nonnull(cap_ui_find_label(GTK_WIDGET(window), "−0.50 of its"));
  const char *told = gtk_widget_get_tooltip_text(glyph);
  ck_assert_msg(strstr(told, "component 1 is") && !strstr(told, " -"), "%s",
                told);
  cap_ui_wait(moved, NULL, "the rebuilt nodule changes");
  g_autofree uint8_t *now = sweep_pixels(&width, &height);
  ck_assert_int_eq(differs_in(still, now, width, height, 0), 0);
  ck_assert_int_gt(differs_in(still, now, width, height, 2), 50);
  press(glyph, XK_Home);
  cap_ui_wait(returned, NULL, "the rebuilt nodule is as before");
  press(pane, XK_e);
  ck_assert(!cap_session_explain(session));
  ck_assert(!gtk_widget_is_visible(glyph));
  g_free(still);
  cap_xtest_close(&input);
}
END_TEST

/* The glyph of capsule K. */
static GtkWidget *
glyph_of(int k)
{
  GtkWidget *grid =
      gtk_widget_get_first_child(in_window(CAP_TYPE_CAPSULE_GRID));
  GtkWidget *cell = gtk_grid_get_child_at(GTK_GRID(grid), k % 4, k / 4);
  return gtk_widget_get_first_child(cell);
}

static const char *
words_of(CapAttributeKind kind)
{
  return cap_attribute_strip_words(
      CAP_ATTRIBUTE_STRIP(in_window(CAP_TYPE_ATTRIBUTE_STRIP)), kind);
}

START_TEST(an_attributes_capsule_moves_its_rating)
{
  show_window(2);
  give(1);
  explain(TRUE);
  cap_ui_wait(is_drawn, NULL, "the capsule is drawn");
  still = sweep_pixels(&width, &height);
  GtkWidget *glyph = glyph_of(2 + CAP_SPICULATION);
  g_autofree char *before = g_strdup(words_of(CAP_SPICULATION));
  g_autofree char *margin = g_strdup(words_of(CAP_MARGIN));
  press(glyph, XK_Down);
  ck_assert_str_eq(words_of(CAP_SPICULATION), before);
  ck_assert_ptr_nonnull(cap_ui_find_label(
      GTK_WIDGET(window), "Spiculation: component 1 moved by +0.00 of its"));
  for (int i = 0; i < 12; i++)
    press(glyph, XK_Right);
  ck_assert_ptr_nonnull(strstr(words_of(CAP_SPICULATION), " → "));
  GtkWidget *moved = cap_ui_find_match(
      GTK_WIDGET(window), cap_ui_is_visible_label, words_of(CAP_SPICULATION));
  ck_assert_int_eq(gtk_label_get_ellipsize(GTK_LABEL(moved)),
                   PANGO_ELLIPSIZE_NONE);
  ck_assert_str_eq(words_of(CAP_MARGIN), margin);
  ck_assert_ptr_nonnull(cap_ui_find_label(GTK_WIDGET(window),
                                          "does not feed the reconstruction."));
  ck_assert_ptr_nonnull(cap_ui_find_label(
      GTK_WIDGET(window), "Spiculation: component 1 moved by +3.00 of its"));
  g_autofree uint8_t *now = sweep_pixels(&width, &height);
  ck_assert_int_eq(cap_ui_difference(still, now, width, height), 0);
  press(glyph, XK_Home);
  ck_assert_str_eq(words_of(CAP_SPICULATION), before);
  press(glyph_of(1), XK_Down);
  ck_assert_ptr_nonnull(cap_ui_find_label(
      GTK_WIDGET(window), "feeds neither the reconstruction nor a rating"));
  g_free(still);
  cap_xtest_close(&input);
}
END_TEST

/* Solid or absent is not the non-central that lies between. */
START_TEST(classes_are_told_by_the_likeliest)
{
  CapAttributeStrip *strip =
      CAP_ATTRIBUTE_STRIP(g_object_ref_sink(cap_attribute_strip_new()));
  g_autoptr(CapFindings) findings =
      cap_ui_findings(cap_session_volume(session), 1);
  CapFinding *f = findings->items->pdata[0];
  CapRating *rating = &f->attributes[CAP_CALCIFICATION];
  *rating = (CapRating){.n_levels = 6, .p = {0, 0, 0.61, 0, 0, 0.39}};
  cap_rating_finish(rating);
  cap_attribute_strip_set(strip, f);
  ck_assert_str_eq(cap_attribute_strip_words(strip, CAP_CALCIFICATION),
                   "solid 61 %");
  CapRating moved = {.n_levels = 6, .p = {0, 0, 0.3, 0, 0, 0.7}};
  cap_rating_finish(&moved);
  cap_attribute_strip_move(strip, CAP_CALCIFICATION, rating, &moved);
  ck_assert_str_eq(cap_attribute_strip_words(strip, CAP_CALCIFICATION),
                   "solid 61 % → absent 70 %");
  g_object_unref(strip);
}
END_TEST

START_TEST(the_slider_takes_keys)
{
  show_window(2);
  give(1);
  g_object_set(session, "explain", TRUE, NULL);
  GtkWidget *pane =
      GTK_WIDGET(cap_views_pane(cap_window_views(window), CAP_PLANE_CORONAL));
  GtkWidget *slider =
      cap_ui_find(in_window(CAP_TYPE_EXPLANATION), GTK_TYPE_SCALE);
  g_autofree uint8_t *before = cap_ui_pixels(pane, &width, &height);
  for (int i = 0; i < 4; i++)
    press(slider, XK_Right);
  ck_assert_double_eq_tol(cap_look_heat_opacity(cap_session_look(session)), 0.8,
                          1e-6);
  g_autofree uint8_t *after = cap_ui_pixels(pane, &width, &height);
  ck_assert_int_gt(cap_ui_difference(before, after, width, height), 200);
  cap_xtest_close(&input);
}
END_TEST

static gboolean
is_doubted(gpointer unused)
{
  CapFindingItem *item = cap_session_selected(session);
  return item != NULL && cap_finding_is_doubted(cap_finding_item_get(item));
}

START_TEST(thick_slices_are_told_when_a_finding_is_judged)
{
  show_window(5);
  CapFindings *findings = cap_ui_findings(cap_session_volume(session), 1);
  CapFinding *finding = findings->items->pdata[0];
  finding->unjudged = TRUE;
  cap_session_set_findings(session, findings);
  cap_session_select_step(session, 1);
  cap_ui_wait(is_doubted, NULL, "the finding is judged and doubted");
  GtkWidget *warning =
      cap_ui_find_label(GTK_WIDGET(window), "Thick slices: 5.0 mm");
  ck_assert_ptr_nonnull(warning);
  ck_assert(gtk_widget_get_visible(warning));
  cap_xtest_close(&input);
}
END_TEST

/* ---- without a decoder, without reference nodules ---- */

static gboolean
says(gpointer part)
{
  GtkWidget *label = cap_ui_find_label(explanation, part);
  return label != NULL && gtk_widget_is_visible(label);
}

START_TEST(what_cannot_be_drawn_is_said)
{
  cap_session_set_weights(session, "/nonexistent/weights.safetensors");
  give(1);
  explain(TRUE);
  cap_ui_wait(says, (char *)"/nonexistent/weights.safetensors", "the reason");
  GtkWidget *area = cap_ui_find(cap_ui_find(explanation, CAP_TYPE_SWEEP_VIEW),
                                GTK_TYPE_DRAWING_AREA);
  ck_assert(!gtk_widget_is_visible(area));
  cap_session_set_weights(session, g_getenv("CAPSIGHT_TEST_WEIGHTS"));
  g_object_set(session, "explain", FALSE, NULL);
  explain(TRUE); /* other weights have been chosen since */
  for (int i = 0; i < 600 && !gtk_widget_is_visible(area); i++)
    cap_ui_spin(100);
  ck_assert(gtk_widget_is_visible(area));
}
END_TEST

START_TEST(findings_of_other_weights_are_not_drawn)
{
  cap_session_set_weights(session, g_getenv("CAPSIGHT_TEST_WEIGHTS"));
  CapFindings *findings = cap_ui_findings(cap_session_volume(session), 1);
  g_free(findings->weights_sha256);
  findings->weights_sha256 = g_strnfill(64, 'a');
  cap_session_set_findings(session, findings);
  cap_session_select_step(session, 1);
  explain(TRUE);
  cap_ui_wait(says, (char *)"judged with other weights", "the reason");
}
END_TEST

static gboolean
has_three(gpointer unused)
{
  GtkWidget *similar = cap_ui_find(explanation, CAP_TYPE_SIMILAR_VIEW);
  GtkWidget *label = cap_ui_find_label(similar, "Malignancy");
  return label != NULL && gtk_widget_is_visible(label);
}

/* No line of LABEL, as it is drawn, begins with what stands between parts. */
static void
check_lines(GtkWidget *label)
{
  PangoLayout *layout = gtk_label_get_layout(GTK_LABEL(label));
  const char *text = pango_layout_get_text(layout);
  for (int i = 0; i < pango_layout_get_line_count(layout); i++) {
    const PangoLayoutLine *line = pango_layout_get_line_readonly(layout, i);
    ck_assert_msg(!g_str_has_prefix(text + line->start_index, "·"),
                  "line %d of %s", i + 1, text);
  }
}

/* Poses that no network made are like nothing that it was trained on. */
START_TEST(similar_nodules_come_with_ratings_and_a_warning_when_far)
{
  cap_session_set_weights(session, g_getenv("CAPSIGHT_TEST_WEIGHTS"));
  give(1);
  explain(TRUE);
  cap_ui_wait(has_three, NULL, "three nodules are shown");
  ck_assert(says((char *)"Subtlety "));
  ck_assert(says((char *)"distance "));
  GtkWidget *similar = cap_ui_find(explanation, CAP_TYPE_SIMILAR_VIEW);
  g_autoptr(GPtrArray) labels = cap_ui_find_all(similar, GTK_TYPE_LABEL);
  for (guint i = 0; i < labels->len; i++)
    check_lines(labels->pdata[i]);
  ck_assert(says((char *)"Unlike what was trained on"));
}
END_TEST

START_TEST(only_what_a_study_supports_is_put_in_words)
{
  CapReference r = {.n = 0};
  r.effects[CAP_SWEEP_DIAMETER][3] = (CapReferenceEffect){0.9f, 0.85f, 0.94f};
  r.effects[CAP_SWEEP_HU][3] = (CapReferenceEffect){-0.8f, -0.9f, -0.7f};
  r.effects[CAP_SWEEP_ELONGATION][3] =
      (CapReferenceEffect){0.55f, 0.45f, 0.65f};
  g_autofree char *some = cap_sweep_view_effect(&r, 3);
  g_autofree char *none = cap_sweep_view_effect(&r, 4);
  ck_assert_str_eq(some,
                   "More of it: larger (correlation 0.90, 0.85 to 0.94).\n"
                   "More of it: less dense (correlation -0.80, -0.90 to "
                   "-0.70).");
  ck_assert_str_eq(none, "");
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
  tcase_add_test(tests, classes_are_told_by_the_likeliest);
  tcase_add_test(tests, what_no_network_has_judged_is_not_explained);
  tcase_add_test(tests, the_band_is_as_wide_as_readers_differ);
  tcase_add_test(tests, the_slider_changes_how_much_of_the_map_is_seen);
  tcase_add_test(tests, the_chosen_capsule_is_the_sessions);
  tcase_add_test(tests, heat_lies_on_the_finding_in_an_oblique_series_too);
  tcase_add_test(tests, what_cannot_be_drawn_is_said);
  tcase_add_test(tests, findings_of_other_weights_are_not_drawn);
  tcase_add_test(tests,
                 similar_nodules_come_with_ratings_and_a_warning_when_far);
  tcase_add_test(tests, only_what_a_study_supports_is_put_in_words);
  suite_add_tcase(suite, tests);
  TCase *whole = tcase_create("window");
  tcase_set_timeout(whole, 120);
  tcase_add_test(whole, keys_explain_and_sweep);
  tcase_add_test(whole, pictures_fit_into_a_wide_panel);
  tcase_add_test(whole, an_attributes_capsule_moves_its_rating);
  tcase_add_test(whole, the_slider_takes_keys);
  tcase_add_test(whole, thick_slices_are_told_when_a_finding_is_judged);
  suite_add_tcase(suite, whole);
  return cap_suite_run(suite);
}
