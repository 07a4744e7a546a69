/* Findings in the viewer: stepping, centring, marks, statuses, heat map, panel,
 * glyphs, and what stands there when there are none. */
#include "tests/support/ui.h"
#include "ui/explain/glyph.h"
#include "ui/findings/finding_panel.h"
#include "ui/findings/finding_row.h"
#include "ui/findings/findings_list.h"
#include "ui/measure/measuring.h"
#include "ui/session/session_guidelines.h"
#include "ui/view/marks.h"
#include "ui/view/views.h"
#include "ui/window_bars.h"

#include <math.h>

static CapSession *session;
static CapViews *views;
static CapFindingsList *list;

static void
show_findings(void)
{
  cap_ui_setup();
  session = cap_ui_session();
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
  views = CAP_VIEWS(cap_views_new(session));
  list = CAP_FINDINGS_LIST(cap_findings_list_new(session));
  gtk_widget_set_size_request(GTK_WIDGET(list), 300, -1);
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(views));
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(list));
  cap_ui_show(box, 1200, 600);
}

static void
give(int n)
{
  cap_session_set_findings(session,
                           cap_ui_findings(cap_session_volume(session), n));
}

static void
show_status(int status)
{
  const CapFindingFilter filter = {.status = status, .side = -1};
  cap_session_set_filter(session, &filter);
}

static const CapFinding *
selected(void)
{
  CapFindingItem *item = cap_session_selected(session);
  return item != NULL ? cap_finding_item_get(item) : NULL;
}

static int
changed_by(CapPlane plane, void (*act)(void))
{
  GtkWidget *pane = GTK_WIDGET(cap_views_pane(views, plane));
  int width, height;
  g_autofree uint8_t *before = cap_ui_pixels(pane, &width, &height);
  act();
  g_autofree uint8_t *after = cap_ui_pixels(pane, &width, &height);
  return cap_ui_difference(before, after, width, height);
}

START_TEST(stepping_selects_and_centres_every_view)
{
  give(5);
  ck_assert_ptr_null(selected());
  for (int i = 1; i <= 5; i++) {
    ck_assert(cap_session_select_step(session, 1));
    ck_assert_int_eq(selected()->id, i);
    ck_assert_uint_eq(cap_findings_list_selected(list), i - 1);
    for (int plane = 0; plane < 3; plane++) {
      CapViewport port;
      ck_assert(
          cap_pane_viewport(cap_views_pane(views, (CapPlane)plane), &port));
      double x, y;
      cap_viewport_to_screen(&port, selected()->center_mm, &x, &y);
      ck_assert_double_eq_tol(x, cap_viewport_screen_width(&port) / 2, 1);
      ck_assert_double_eq_tol(y, cap_viewport_screen_height(&port) / 2, 1);
    }
  }
  ck_assert(!cap_session_select_step(session, 1));
  ck_assert(cap_session_select_step(session, -1));
  ck_assert_int_eq(selected()->id, 4);
}
END_TEST

START_TEST(a_row_that_is_selected_moves_the_views)
{
  give(4);
  g_autoptr(CapFindingItem) third =
      g_list_model_get_item(cap_session_visible_items(session), 2);
  g_object_set(session, "selected", third, NULL);
  ck_assert_uint_eq(cap_findings_list_selected(list), 2);
  const CapPoint at = cap_session_position(session);
  const CapPoint center = cap_finding_item_get(third)->center_mm;
  ck_assert_double_eq_tol(at.x, center.x, 1e-9);
  ck_assert_double_eq_tol(at.z, center.z, 1e-9);
}
END_TEST

START_TEST(sorting_and_filtering_change_the_order_of_steps)
{
  give(6);
  cap_session_set_sort(session, CAP_SORT_SIZE);
  cap_session_select_step(session, 1);
  double last = INFINITY;
  do {
    ck_assert_double_le(selected()->mean_diameter_mm, last);
    last = selected()->mean_diameter_mm;
  } while (cap_session_select_step(session, 1));
  cap_session_set_sort(session, CAP_SORT_HEAD_TO_FEET);
  g_autoptr(CapFindingItem) top =
      g_list_model_get_item(cap_session_visible_items(session), 0);
  g_autoptr(CapFindingItem) next =
      g_list_model_get_item(cap_session_visible_items(session), 1);
  ck_assert_double_ge(cap_finding_item_get(top)->center_mm.z,
                      cap_finding_item_get(next)->center_mm.z);
  show_status(CAP_STATUS_ACCEPTED);
  ck_assert_str_eq(cap_findings_list_page(list), "filtered");
  show_status(-1);
  ck_assert_str_eq(cap_findings_list_page(list), "list");
}
END_TEST

static void
accept(void)
{
  cap_session_set_status(session, CAP_STATUS_ACCEPTED);
}

START_TEST(a_status_changes_the_mark_and_survives_a_filter)
{
  give(3);
  cap_session_select_step(session, 1);
  ck_assert_int_gt(changed_by(CAP_PLANE_AXIAL, accept), 50);
  ck_assert_int_eq(selected()->status, CAP_STATUS_ACCEPTED);
  show_status(CAP_STATUS_UNREVIEWED);
  ck_assert_int_eq(selected()->id, 1); /* still the one being looked at */
  ck_assert_uint_eq(
      g_list_model_get_n_items(cap_session_visible_items(session)), 2);
  ck_assert(cap_session_select_step(session, 1));
  ck_assert_int_eq(selected()->status, CAP_STATUS_UNREVIEWED);
}
END_TEST

static void
explain(void)
{
  g_object_set(session, "explain", TRUE, NULL);
}

static void
other_capsule(void)
{
  g_object_set(session, "capsule", 7, NULL);
}

START_TEST(explaining_paints_the_heat_of_the_chosen_capsule)
{
  give(2);
  ck_assert(!cap_session_explain(session));
  explain();
  cap_session_select_step(session, 1);
  g_object_set(session, "explain", FALSE, NULL);
  for (int plane = 0; plane < 3; plane++) {
    ck_assert_int_gt(changed_by((CapPlane)plane, explain), 400);
    ck_assert_int_gt(changed_by((CapPlane)plane, other_capsule), 200);
    g_object_set(session, "explain", FALSE, "capsule", 0, NULL);
  }
}
END_TEST

static void
step_off_plane(void)
{
  cap_session_scroll(session, CAP_PLANE_AXIAL, 6); /* 12 mm; ball ends at 8 */
}

START_TEST(a_mark_is_picked_in_its_plane_only)
{
  give(1);
  CapPane *axial = cap_views_pane(views, CAP_PLANE_AXIAL);
  cap_session_select_step(session, 1);
  CapViewport port;
  cap_pane_viewport(axial, &port);
  const double x = cap_viewport_screen_width(&port) / 2;
  const double y = cap_viewport_screen_height(&port) / 2;
  ck_assert_ptr_nonnull(cap_pane_pick(axial, x, y));
  ck_assert_ptr_null(cap_pane_pick(axial, 4, 4));
  step_off_plane();
  ck_assert_ptr_null(cap_pane_pick(axial, x, y));
}
END_TEST

static gboolean doubted;

static gboolean
overlap(CapBox a, CapBox b)
{
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height &&
         b.y < a.y + a.height;
}

/* The labels of PLANE, whose boxes do not overlap. Caller unrefs. */
static GArray *
labels_of(CapPlane plane)
{
  CapPane *pane = cap_views_pane(views, plane);
  CapViewport port;
  ck_assert(cap_pane_viewport(pane, &port));
  CapTextCache *texts = cap_text_cache_new(GTK_WIDGET(pane));
  CapMarks *marks = cap_marks_new(session);
  g_autoptr(CapLabelLayout) layout = cap_label_layout_new(
      cap_viewport_screen_width(&port), cap_viewport_screen_height(&port));
  g_autoptr(GtkSnapshot) snapshot = gtk_snapshot_new();
  cap_marks_snapshot(marks, snapshot, &port, texts, layout);
  const GArray *labels = cap_label_layout_labels(layout);
  for (guint i = 0; i < labels->len; i++)
    for (guint k = 0; k < i; k++)
      ck_assert_msg(!overlap(g_array_index(labels, CapBox, i),
                             g_array_index(labels, CapBox, k)),
                    "labels %u and %u of plane %d overlap", k, i, plane);
  cap_marks_free(marks);
  cap_text_cache_free(texts);
  return g_array_copy((GArray *)labels);
}

/* Findings of one place have their labels beside one another. */
START_TEST(labels_of_neighbours_do_not_overlap)
{
  give(24);
  for (int plane = 0; plane < 3; plane++) {
    g_autoptr(GArray) crowd = labels_of((CapPlane)plane);
    ck_assert_uint_gt(crowd->len, 2);
  }
  give(3);
  for (guint i = 0; i < 3; i++) {
    g_autoptr(CapFindingItem) item =
        g_list_model_get_item(cap_session_all_items(session), i);
    CapFinding *f = (CapFinding *)cap_finding_item_get(item);
    f->center_mm = cap_session_crosshair(session);
    g_clear_pointer(&f->mask, cap_mask_free);
  }
  for (int plane = 0; plane < 3; plane++) {
    g_autoptr(GArray) three = labels_of((CapPlane)plane);
    ck_assert_uint_eq(three->len, 3);
  }
}
END_TEST

/* The ring's arc is the probability: count of coloured pixels on it. */
static int
ring_pixels(double probability)
{
  CapFinding *f = cap_finding_new();
  f->probability = probability;
  f->doubts[CAP_DOUBT_KERNEL].raised = doubted;
  g_autoptr(CapFindingItem) item = cap_finding_item_new(f);
  cairo_surface_t *surface =
      cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 80, 80);
  cairo_t *cr = cairo_create(surface);
  cairo_translate(cr, 40, 40);
  cap_marks_draw_ring(cr, item, 30);
  cairo_destroy(cr);
  cairo_surface_flush(surface);
  const uint8_t *data = cairo_image_surface_get_data(surface);
  int n = 0;
  for (int i = 0; i < 80 * 80; i++)
    n += data[4 * i + 3] > 200; /* opaque: the arc, not its faint track */
  cairo_surface_destroy(surface);
  return n;
}

START_TEST(the_arc_grows_with_the_probability)
{
  const int quarter = ring_pixels(0.25), whole = ring_pixels(1.0);
  const int most = ring_pixels(0.75);
  ck_assert_int_gt(quarter, 20);
  ck_assert_double_eq_tol(most / (double)quarter, 3, 0.3);
  ck_assert_double_eq_tol(whole / (double)quarter, 4, 0.3);
  /* An undecided one is dashed. */
  ck_assert_int_lt(ring_pixels(0.5), 0.75 * 2 * quarter);
  doubted = TRUE;
  ck_assert_int_lt(ring_pixels(1.0), 0.75 * whole);
  doubted = FALSE;
}
END_TEST

static cairo_surface_t *
glyph_picture(const CapCapsule *capsule)
{
  cairo_surface_t *surface =
      cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 100, 100);
  cairo_t *cr = cairo_create(surface);
  cap_glyph_draw(cr, 100, capsule, -1, FALSE);
  cairo_destroy(cr);
  cairo_surface_flush(surface);
  return surface;
}

static guint32
pixel(cairo_surface_t *surface, double x, double y)
{
  const guint8 *data = cairo_image_surface_get_data(surface);
  return ((const guint32 *)(data + (int)y * cairo_image_surface_get_stride(
                                                surface)))[(int)x] >>
         24;
}

/* A reader's own finding has no probability before it is judged. */
START_TEST(what_nobody_judged_has_no_probability)
{
  CapFindings *one = cap_ui_findings(cap_session_volume(session), 1);
  CapFinding *finding = one->items->pdata[0];
  for (int i = 0; i < 2; i++) {
    finding->unjudged = i == 1;
    g_autoptr(CapFindingItem) item =
        cap_finding_item_new(cap_finding_copy(finding));
    g_autofree char *text = cap_finding_item_describe(item);
    ck_assert_int_eq(strstr(text, "nodule probability –,") != NULL, i == 1);
  }
  cap_findings_free(one);
}
END_TEST

START_TEST(rows_tell_malignancy_and_category)
{
  CapFindings *findings = cap_ui_findings(cap_session_volume(session), 2);
  CapFinding *first = findings->items->pdata[0];
  first->malignancy_probability = 0.62;
  cap_session_set_findings(session, findings);
  cap_ui_spin(50);
  CapFindings *now = cap_session_now(session);
  g_autoptr(CapAdvice) advice =
      cap_guideline_judge(CAP_LUNGRADS, now, now->items->pdata[0]);
  const char *category = advice->category->word;
  cap_session_now_free(now);
  GtkWidget *row = cap_ui_find(GTK_WIDGET(list), CAP_TYPE_FINDING_ROW);
  ck_assert_ptr_nonnull(cap_ui_find_label(row, "malignancy 0.62"));
  ck_assert_ptr_nonnull(
      cap_ui_find_match(row, cap_ui_is_visible_label, category));
  g_autofree char *end =
      g_strdup_printf(", malignancy 0.62, Lung-RADS %s", category);
  cap_session_select_step(session, 1);
  g_autofree char *said =
      cap_finding_item_describe(cap_session_selected(session));
  ck_assert_msg(g_str_has_suffix(said, end), "%s", said);
  cap_session_set_status(session, CAP_STATUS_REJECTED);
  ck_assert_str_eq(cap_finding_item_category(cap_session_selected(session)),
                   "");
}
END_TEST

START_TEST(a_doubt_is_told_and_dashes_the_ring)
{
  CapFindings *findings = cap_ui_findings(cap_session_volume(session), 2);
  CapFinding *first = findings->items->pdata[0];
  first->doubts[CAP_DOUBT_THICK_SLICES] =
      (CapDoubt){.raised = TRUE, .value = 5, .limit = 3};
  cap_session_set_findings(session, findings);
  GtkWidget *panel = g_object_ref_sink(cap_finding_panel_new(session));
  cap_session_select_step(session, 1);
  GtkWidget *warning = cap_ui_find_label(panel, "Do not trust");
  ck_assert_ptr_nonnull(warning);
  ck_assert(gtk_widget_get_visible(warning));
  ck_assert_ptr_nonnull(cap_ui_find_label(
      panel, "• Thick slices: 5.0 mm, where the network was trained on at "
             "most 3.0 mm."));
  ck_assert(cap_finding_item_is_doubtful(cap_session_selected(session)));
  cap_session_select_step(session, 1);
  ck_assert(!cap_finding_item_is_doubtful(cap_session_selected(session)));
  ck_assert(!gtk_widget_get_visible(warning));
  g_object_unref(panel);
}
END_TEST

START_TEST(sixteen_spokes_point_outward_or_inward)
{
  CapCapsule capsule = {.length = 0};
  const double rim = 47, circle = rim * 0.52, unit = rim * 0.36 / 1.6;
  for (int i = 0; i < CAP_POSE_DIM; i++)
    capsule.pose[i] = (float)(i % 2 ? -CAP_GLYPH_SPREAD : CAP_GLYPH_SPREAD);
  cairo_surface_t *surface = glyph_picture(&capsule);
  for (int i = 0; i < CAP_POSE_DIM; i++) {
    const double angle = 2 * G_PI * i / CAP_POSE_DIM - G_PI / 2;
    const double out = circle + 0.7 * unit, in = circle - 0.7 * unit;
    const guint32 outside =
        pixel(surface, 50 + out * cos(angle), 50 + out * sin(angle));
    const guint32 inside =
        pixel(surface, 50 + in * cos(angle), 50 + in * sin(angle));
    ck_assert_msg(i % 2 ? inside > 100 && outside < 100
                        : outside > 100 && inside < 100,
                  "spoke %d: outside %u, inside %u", i, outside, inside);
  }
  cairo_surface_destroy(surface);
}
END_TEST

START_TEST(a_glyph_says_what_it_is)
{
  GtkWidget *glyph = g_object_ref_sink(cap_glyph_new("Spiculation"));
  CapCapsule capsule = {.length = 0.83};
  cap_glyph_set_capsule(CAP_GLYPH(glyph), &capsule);
  gtk_test_accessible_assert_role(GTK_ACCESSIBLE(glyph),
                                  GTK_ACCESSIBLE_ROLE_BUTTON);
  gtk_test_accessible_assert_property(GTK_ACCESSIBLE(glyph),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      "Spiculation capsule");
  gtk_test_accessible_assert_property(GTK_ACCESSIBLE(glyph),
                                      GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                      "Capsule length 0.83");
  g_object_unref(glyph);
}
END_TEST

START_TEST(no_findings_are_a_result_and_say_so)
{
  ck_assert_str_eq(cap_findings_list_page(list), "result");
  give(0);
  ck_assert_str_eq(cap_findings_list_page(list), "result");
  ck_assert(!cap_session_select_step(session, 1));
  cap_session_set_findings(session, NULL);
  ck_assert_str_eq(cap_findings_list_page(list), "result");
}
END_TEST

START_TEST(three_hundred_findings_are_stepped_through)
{
  give(300);
  int n = 0;
  while (cap_session_select_step(session, 1))
    n++;
  ck_assert_int_eq(n, 300);
  cap_ui_spin(20);
  int width, height;
  g_autofree uint8_t *pixels = cap_ui_pixels(
      GTK_WIDGET(cap_views_pane(views, CAP_PLANE_AXIAL)), &width, &height);
  ck_assert_ptr_nonnull(pixels);
}
END_TEST

START_TEST(the_panel_follows_the_selection)
{
  GtkWidget *panel = g_object_ref_sink(cap_finding_panel_new(session));
  ck_assert(!gtk_widget_get_visible(panel));
  give(2);
  cap_session_select_step(session, 1);
  ck_assert(gtk_widget_get_visible(panel));
  ck_assert_ptr_nonnull(
      cap_ui_find_label(panel, "Finding 1  ·  Right lower lobe"));
  ck_assert_ptr_nonnull(
      cap_ui_find_label(panel, "16.4 × 15.6 mm, mean 16.0 mm"));
  ck_assert_ptr_nonnull(
      cap_ui_find_label(panel, "Size alone (16.0 mm) would give"));
  cap_session_select_step(session, 1);
  ck_assert_ptr_nonnull(cap_ui_find_label(panel, "Finding 2"));
  cap_session_set_findings(session, NULL);
  ck_assert(!gtk_widget_get_visible(panel));
  g_object_unref(panel);
}
END_TEST

/* Far from the origin, on slices with three digits, in a narrow panel. */
START_TEST(where_a_finding_lies_is_told_whole)
{
  CapSource *source = cap_session_volume(session)->source;
  const int n = cap_session_volume(session)->slices;
  source->image_numbers = g_new(int, n);
  for (int s = 0; s < n; s++)
    source->image_numbers[s] = 123456;
  GtkWidget *panel = cap_finding_panel_new(session);
  give(1);
  cap_session_select_step(session, 1);
  cap_ui_show(panel, 300, 700);
  cap_ui_spin(200);
  GtkLabel *place =
      GTK_LABEL(cap_ui_find_label(panel, "slice 21, image 123456"));
  ck_assert(!pango_layout_is_ellipsized(gtk_label_get_layout(place)));
  ck_assert_int_eq(pango_layout_get_line_count(gtk_label_get_layout(place)), 2);
}
END_TEST

/* Nothing selected, nothing measured: no empty half below the list. */
START_TEST(the_list_has_the_room_that_nothing_else_needs)
{
  g_autoptr(CapPriorPairs) pairs = cap_prior_pairs_new(session);
  GtkWidget *panel;
  GtkWidget *bar =
      g_object_ref_sink(cap_findings_bar_new(session, pairs, &panel));
  GtkWidget *below = gtk_paned_get_end_child(GTK_PANED(bar));
  ck_assert(!gtk_widget_get_visible(below));
  give(1);
  ck_assert(!gtk_widget_get_visible(below));
  cap_session_select_step(session, 1);
  ck_assert(gtk_widget_get_visible(below));
  cap_session_set_findings(session, NULL);
  ck_assert(!gtk_widget_get_visible(below));
  CapMeasurement *length = cap_measurement_new(CAP_MEASURE_LENGTH);
  length->ends_mm[1].x = 10;
  ck_assert(cap_measuring_add(session, length));
  ck_assert(gtk_widget_get_visible(below));
  ck_assert(cap_measuring_delete(session, 1));
  ck_assert(!gtk_widget_get_visible(below));
  g_object_unref(bar);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("findings");
  TCase *tests = tcase_create("findings");
  tcase_add_checked_fixture(tests, show_findings, NULL);
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, stepping_selects_and_centres_every_view);
  tcase_add_test(tests, a_row_that_is_selected_moves_the_views);
  tcase_add_test(tests, sorting_and_filtering_change_the_order_of_steps);
  tcase_add_test(tests, a_status_changes_the_mark_and_survives_a_filter);
  tcase_add_test(tests, explaining_paints_the_heat_of_the_chosen_capsule);
  tcase_add_test(tests, a_mark_is_picked_in_its_plane_only);
  tcase_add_test(tests, labels_of_neighbours_do_not_overlap);
  tcase_add_test(tests, the_arc_grows_with_the_probability);
  tcase_add_test(tests, what_nobody_judged_has_no_probability);
  tcase_add_test(tests, rows_tell_malignancy_and_category);
  tcase_add_test(tests, a_doubt_is_told_and_dashes_the_ring);
  tcase_add_test(tests, sixteen_spokes_point_outward_or_inward);
  tcase_add_test(tests, a_glyph_says_what_it_is);
  tcase_add_test(tests, no_findings_are_a_result_and_say_so);
  tcase_add_test(tests, three_hundred_findings_are_stepped_through);
  tcase_add_test(tests, the_panel_follows_the_selection);
  tcase_add_test(tests, where_a_finding_lies_is_told_whole);
  tcase_add_test(tests, the_list_has_the_room_that_nothing_else_needs);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
