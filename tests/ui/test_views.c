/* The slice views: scrolling, linking, window, zoom, what readers of the screen
 * are told. Every check looks at the model or at pixels. */
#include "tests/support/ui.h"
#include "ui/view/annotation.h"
#include "ui/view/label_layout.h"
#include "ui/view/preset.h"
#include "ui/view/status_line.h"
#include "ui/view/views.h"

#include <math.h>
#include <string.h>

static CapSession *session;
static CapViews *views;

static void
show_views(void)
{
  cap_ui_setup();
  session = cap_ui_session();
  views = CAP_VIEWS(cap_views_new(session));
  cap_ui_show(GTK_WIDGET(views), 900, 600);
}

static uint8_t *
pixels_of(CapPlane plane, int *width, int *height)
{
  return cap_ui_pixels(GTK_WIDGET(cap_views_pane(views, plane)), width, height);
}

/* Pixels of PLANE that change between before and after ACT. */
static int
changed_by(CapPlane plane, void (*act)(void))
{
  int width, height;
  g_autofree uint8_t *before = pixels_of(plane, &width, &height);
  act();
  g_autofree uint8_t *after = pixels_of(plane, &width, &height);
  return cap_ui_difference(before, after, width, height);
}

static void
bone_window(void)
{
  cap_look_set_window(cap_session_look(session), cap_presets[2].window_hu,
                      cap_presets[2].level_hu);
}

static void
nothing(void)
{
}

START_TEST(a_preset_changes_the_pixels_of_every_plane)
{
  ck_assert_double_eq(cap_look_window(cap_session_look(session)), 1500);
  ck_assert_double_eq(cap_look_level(cap_session_look(session)), -600);
  for (int plane = 0; plane < 3; plane++) {
    cap_look_set_window(cap_session_look(session), 1500, -600);
    ck_assert_int_eq(changed_by((CapPlane)plane, nothing), 0);
    ck_assert_int_gt(changed_by((CapPlane)plane, bone_window), 1000);
  }
}
END_TEST

static void
scroll_axial(void)
{
  cap_session_scroll(session, CAP_PLANE_AXIAL, 3);
}

static void
mip_of_20_mm(void)
{
  g_object_set(cap_session_look(session), "slab", CAP_SLAB_MAX,
               "slab-thickness", 20.0, NULL);
}

static void
step_slab(void)
{
  cap_look_step_slab(cap_session_look(session), 1);
}

START_TEST(a_slab_shows_on_every_plane_and_in_words)
{
  CapStatusLine *line = CAP_STATUS_LINE(cap_status_line_new(session, views));
  g_object_ref_sink(line);
  g_autofree char *before = cap_status_line_text(line);
  ck_assert_msg(strstr(before, "Single slice") != NULL, "%s", before);
  /* 12 mm below, in front of and to the right of the ball: beside it. */
  const CapPoint ball = {-15, -5, -60};
  for (int plane = 0; plane < 3; plane++) {
    g_object_set(cap_session_look(session), "slab", CAP_SLAB_OFF, NULL);
    CapPoint at = ball;
    at.z -= plane == CAP_PLANE_AXIAL ? 12 : 0;
    at.y -= plane == CAP_PLANE_CORONAL ? 12 : 0;
    at.x -= plane == CAP_PLANE_SAGITTAL ? 12 : 0;
    cap_session_set_position(session, at, FALSE);
    cap_session_set_pointer(session, (CapPlane)plane, &at);
    int hu;
    ck_assert(cap_session_hu(session, &hu));
    ck_assert_int_eq(hu, -850);
    ck_assert_int_gt(changed_by((CapPlane)plane, mip_of_20_mm), 300);
    ck_assert(cap_session_hu(session, &hu)); /* the ball is 8 mm in radius */
    ck_assert_int_eq(hu, 100);
    g_object_set(cap_session_look(session), "slab-thickness", 3.0, NULL);
    ck_assert(cap_session_hu(session, &hu));
    ck_assert_int_eq(hu, -850);
  }
  mip_of_20_mm();
  g_autofree char *mip = cap_status_line_text(line);
  ck_assert_msg(strstr(mip, "MIP 20.0 mm") != NULL, "%s", mip);
  step_slab();
  cap_look_cycle_slab(cap_session_look(session));
  g_autofree char *thicker = cap_status_line_text(line);
  ck_assert_msg(strstr(thicker, "Average 25.0 mm") != NULL, "%s", thicker);
  g_object_unref(line);
}
END_TEST

START_TEST(thickness_steps_up_and_down_within_limits)
{
  CapLook *look = cap_session_look(session);
  g_object_set(look, "slab-thickness", 7.0, NULL);
  cap_look_step_slab(look, 1);
  ck_assert_double_eq(cap_look_slab(look).thickness_mm, 8);
  cap_look_step_slab(look, -1);
  ck_assert_double_eq(cap_look_slab(look).thickness_mm, 6);
  for (int by = -1; by <= 1; by += 2) {
    for (int i = 0; i < 30; i++)
      cap_look_step_slab(look, by);
    ck_assert_double_eq(cap_look_slab(look).thickness_mm,
                        by < 0 ? CAP_LOOK_SLAB_MIN_MM : CAP_LOOK_SLAB_MAX_MM);
  }
  const CapSlabKind kinds[] = {CAP_SLAB_MAX, CAP_SLAB_MEAN, CAP_SLAB_MIN,
                               CAP_SLAB_OFF};
  for (int i = 0; i < 4; i++) {
    cap_look_cycle_slab(look);
    ck_assert_int_eq(cap_look_slab(look).kind, kinds[i]);
  }
}
END_TEST

START_TEST(scrolling_moves_one_plane_and_the_lines_of_the_others)
{
  const CapVolume *v = cap_session_volume(session);
  const CapPoint before = cap_session_position(session);
  const int moved = changed_by(CAP_PLANE_CORONAL, scroll_axial);
  ck_assert_int_gt(moved, 100);   /* the horizontal line */
  ck_assert_int_lt(moved, 20000); /* not the whole image */
  const CapPoint after = cap_session_position(session);
  ck_assert_double_eq_tol(after.z - before.z, 6, 1e-9);
  ck_assert_double_eq_tol(after.x, before.x, 1e-9);
  cap_session_scroll(session, CAP_PLANE_AXIAL, 1000);
  ck_assert_int_eq(
      cap_slice_index(v, CAP_PLANE_AXIAL, cap_session_position(session)),
      v->slices - 1);
}
END_TEST

START_TEST(the_cross_hair_is_one_point_of_the_patient)
{
  const CapPoint at = {-15, -5, -60};
  cap_session_set_position(session, at, FALSE);
  for (int plane = 0; plane < 3; plane++) {
    CapViewport port;
    ck_assert(cap_pane_viewport(cap_views_pane(views, (CapPlane)plane), &port));
    ck_assert_double_le(fabs(cap_slice_distance(port.volume, &port.view, at)),
                        1.0);
    double x, y;
    cap_viewport_to_screen(&port, at, &x, &y);
    const CapPoint back = cap_viewport_to_patient(&port, x, y);
    const double off =
        fabs(back.x - at.x) + fabs(back.y - at.y) + fabs(back.z - at.z);
    ck_assert_double_le(off, 1.0); /* the plane is the nearest one */
  }
}
END_TEST

/* The place that the status line tells is that of the three planes. */
static void
check_place(CapStatusLine *line)
{
  CapPoint at[3];
  for (int plane = 0; plane < 3; plane++) {
    CapViewport port;
    ck_assert(cap_pane_viewport(cap_views_pane(views, (CapPlane)plane), &port));
    at[plane] = port.view.center_mm;
  }
  const CapPoint crossing = {at[CAP_PLANE_SAGITTAL].x, at[CAP_PLANE_CORONAL].y,
                             at[CAP_PLANE_AXIAL].z};
  g_autofree char *place =
      cap_annotation_place(cap_session_volume(session), crossing);
  g_autofree char *text = cap_status_line_text(line);
  ck_assert_msg(g_str_has_prefix(text, place), "%s; not at %s", text, place);
}

START_TEST(all_texts_tell_the_same_place)
{
  CapStatusLine *line = CAP_STATUS_LINE(cap_status_line_new(session, views));
  g_object_ref_sink(line);
  check_place(line);
  const CapPoint start = cap_volume_to_index(cap_session_volume(session),
                                             cap_session_position(session));
  ck_assert_double_eq_tol(start.x, 39, 1e-9);
  ck_assert_double_eq_tol(start.y, 34, 1e-9);
  /* As the centre of a finding, between voxels; it is kept. */
  const CapPoint between = {-15.4, -5.3, -60.7};
  cap_session_set_position(session, between, TRUE);
  check_place(line);
  ck_assert_double_eq_tol(cap_session_position(session).z, -60.7, 1e-9);
  cap_session_scroll(session, CAP_PLANE_CORONAL, 3);
  check_place(line);
  g_object_unref(line);
}
END_TEST

START_TEST(zoom_keeps_the_point_under_the_pointer)
{
  CapPane *pane = cap_views_pane(views, CAP_PLANE_SAGITTAL);
  CapViewport port;
  cap_pane_viewport(pane, &port);
  const double zoom = cap_viewport_zoom(&port);
  const CapPoint before = cap_viewport_to_patient(&port, 40, 70);
  cap_pane_zoom(pane, 2.5, 40, 70);
  cap_pane_viewport(pane, &port);
  const CapPoint after = cap_viewport_to_patient(&port, 40, 70);
  ck_assert_double_eq_tol(cap_viewport_zoom(&port), 2.5 * zoom, 1e-9);
  ck_assert_double_eq_tol(after.y, before.y, 1e-6);
  ck_assert_double_eq_tol(after.z, before.z, 1e-6);
  ck_assert(!cap_pane_is_fitted(pane));
  cap_session_scroll(session, CAP_PLANE_SAGITTAL, 2);
  CapViewport later;
  cap_pane_viewport(pane, &later);
  ck_assert_double_eq(later.view.mm_per_pixel, port.view.mm_per_pixel);
  cap_pane_fit(pane);
  cap_pane_viewport(pane, &port);
  ck_assert_double_eq_tol(cap_viewport_zoom(&port), zoom, 1e-9);
}
END_TEST

START_TEST(panning_follows_the_pointer)
{
  CapPane *pane = cap_views_pane(views, CAP_PLANE_AXIAL);
  CapViewport port;
  cap_pane_viewport(pane, &port);
  const CapPoint grabbed = cap_viewport_to_patient(&port, 100, 100);
  cap_pane_pan(pane, 30, -12);
  cap_pane_viewport(pane, &port);
  double x, y;
  cap_viewport_to_screen(&port, grabbed, &x, &y);
  ck_assert_double_eq_tol(x, 130, 1e-6);
  ck_assert_double_eq_tol(y, 88, 1e-6);
}
END_TEST

START_TEST(hu_is_read_under_the_pointer)
{
  CapStatusLine *line = CAP_STATUS_LINE(cap_status_line_new(session, views));
  g_object_ref_sink(line);
  const CapVolume *v = cap_session_volume(session);
  const CapPoint ball = cap_volume_to_patient(v, (CapPoint){25, 30, 20});
  cap_session_set_pointer(session, CAP_PLANE_AXIAL, &ball);
  g_autofree char *inside = cap_status_line_text(line);
  ck_assert_msg(strstr(inside, "100 HU") != NULL, "%s", inside);
  ck_assert_msg(strstr(inside, "R 15.0  A 5.0  F 60.0 mm") != NULL, "%s",
                inside);
  const CapPoint outside = {1000, 0, 0};
  cap_session_set_pointer(session, CAP_PLANE_AXIAL, &outside);
  g_autofree char *nowhere = cap_status_line_text(line);
  ck_assert_msg(strstr(nowhere, "– HU") != NULL, "%s", nowhere);
  g_object_unref(line);
}
END_TEST

static void
hide_marks(void)
{
  g_object_set(session, "marks-hidden", TRUE, NULL);
}

START_TEST(hiding_marks_leaves_the_image_alone)
{
  int width, height;
  hide_marks();
  g_autofree uint8_t *shown = pixels_of(CAP_PLANE_AXIAL, &width, &height);
  CapViewport port;
  cap_pane_viewport(cap_views_pane(views, CAP_PLANE_AXIAL), &port);
  g_autofree uint8_t *pure = g_malloc((gsize)port.width * port.height * 4);
  cap_slice_render(port.volume, &port.view, port.width, port.height, pure);
  /* GTK downloads BGRA; grey is the same either way. */
  ck_assert_int_eq(cap_ui_difference(shown, pure, width, height), 0);
  g_object_set(session, "marks-hidden", FALSE, NULL);
  ck_assert_int_gt(changed_by(CAP_PLANE_AXIAL, hide_marks), 500);
}
END_TEST

START_TEST(views_say_what_they_are)
{
  GtkAccessible *axial = GTK_ACCESSIBLE(cap_views_pane(views, CAP_PLANE_AXIAL));
  gtk_test_accessible_assert_role(axial, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property(axial, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      "Axial view");
  cap_session_scroll(session, CAP_PLANE_AXIAL, -1000);
  gtk_test_accessible_assert_property(
      axial, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Slice 1 of 40");
  gtk_test_accessible_assert_role(GTK_ACCESSIBLE(views),
                                  GTK_ACCESSIBLE_ROLE_GROUP);
}
END_TEST

/* Width and height of a pane in LAYOUT, 0 x 0 when it is not shown. */
static void
check_room(CapLayout layout, CapPlane plane, int width, int height)
{
  GtkWidget *pane = GTK_WIDGET(cap_views_pane(views, plane));
  cap_ui_spin(20);
  const gboolean shown = gtk_widget_get_child_visible(pane);
  ck_assert_msg(shown == (width > 0), "%s, plane %d", cap_layout_name(layout),
                plane);
  if (!shown)
    return;
  ck_assert_int_eq(gtk_widget_get_width(pane), width);
  ck_assert_int_eq(gtk_widget_get_height(pane), height);
}

START_TEST(layouts_share_the_room)
{
  static const int rooms[CAP_N_LAYOUTS][3][2] = {
      [CAP_LAYOUT_LARGE] = {{575, 600}, {323, 299}, {323, 299}},
      [CAP_LAYOUT_THREE] = {{299, 600}, {298, 600}, {299, 600}},
      [CAP_LAYOUT_FOUR] = {{449, 299}, {449, 299}, {449, 299}},
      [CAP_LAYOUT_AXIAL] = {{900, 600}},
      [CAP_LAYOUT_CORONAL] = {{0}, {900, 600}},
      [CAP_LAYOUT_SAGITTAL] = {{0}, {0}, {900, 600}},
      /* There is nothing to compare with. */
      [CAP_LAYOUT_COMPARE] = {{575, 600}, {323, 299}, {323, 299}},
      [CAP_LAYOUT_COMPARE_ALL] = {{575, 600}, {323, 299}, {323, 299}},
  };
  for (int layout = 0; layout < CAP_N_LAYOUTS; layout++) {
    cap_views_set_layout(views, (CapLayout)layout);
    for (int plane = 0; plane < 3; plane++)
      check_room((CapLayout)layout, (CapPlane)plane, rooms[layout][plane][0],
                 rooms[layout][plane][1]);
    CapLayout parsed;
    ck_assert(cap_layout_parse(cap_layout_name((CapLayout)layout), &parsed));
    ck_assert_int_eq(parsed, layout);
    ck_assert(
        gtk_widget_get_child_visible(GTK_WIDGET(cap_views_active(views))));
  }
}
END_TEST

START_TEST(one_view_has_all_the_room_and_gives_it_back)
{
  GtkWidget *sagittal = GTK_WIDGET(cap_views_pane(views, CAP_PLANE_SAGITTAL));
  gtk_widget_grab_focus(sagittal);
  cap_views_toggle_maximised(views);
  check_room(CAP_LAYOUT_LARGE, CAP_PLANE_SAGITTAL, 900, 600);
  check_room(CAP_LAYOUT_LARGE, CAP_PLANE_AXIAL, 0, 0);
  ck_assert_ptr_eq(cap_views_active(views), sagittal);
  cap_views_toggle_maximised(views);
  check_room(CAP_LAYOUT_LARGE, CAP_PLANE_SAGITTAL, 323, 299);
  check_room(CAP_LAYOUT_LARGE, CAP_PLANE_AXIAL, 575, 600);
}
END_TEST

static void
select_third(void)
{
  g_autoptr(CapFindingItem) item =
      g_list_model_get_item(cap_session_all_items(session), 2);
  cap_session_select(session, item, FALSE);
}

START_TEST(the_overview_shows_all_findings_and_goes_there)
{
  cap_views_set_layout(views, CAP_LAYOUT_FOUR);
  cap_ui_spin(50);
  GtkWidget *overview = gtk_widget_get_last_child(GTK_WIDGET(views));
  ck_assert(gtk_widget_get_child_visible(overview));
  int width, height;
  g_autofree uint8_t *bare = cap_ui_pixels(overview, &width, &height);
  cap_session_set_findings(session,
                           cap_ui_findings(cap_session_volume(session), 5));
  g_autofree uint8_t *marked = cap_ui_pixels(overview, &width, &height);
  ck_assert_int_gt(cap_ui_difference(bare, marked, width, height), 200);
  select_third();
  g_autofree uint8_t *chosen = cap_ui_pixels(overview, &width, &height);
  ck_assert_int_gt(cap_ui_difference(marked, chosen, width, height), 20);
  hide_marks();
  g_autofree uint8_t *pure = cap_ui_pixels(overview, &width, &height);
  /* The box on the patient's left is denser than air through the whole depth.
   */
  const int y = height / 2;
  ck_assert_int_gt(pure[4 * (y * width + width / 2 + 100)],
                   pure[4 * (y * width + width / 2 - 100)] + 100);
}
END_TEST

/* Zoom, place and window of every pane. */
typedef struct {
  CapSliceView view[3];
  CapPoint position;
} Look;

static Look
look_now(void)
{
  Look look = {.position = cap_session_position(session)};
  for (int plane = 0; plane < 3; plane++) {
    CapViewport port;
    ck_assert(cap_pane_viewport(cap_views_pane(views, (CapPlane)plane), &port));
    look.view[plane] = port.view;
  }
  return look;
}

static void
same_series_again(void)
{
  g_autoptr(CapShared) volume =
      cap_shared_new(cap_ui_volume(), (GDestroyNotify)cap_volume_free);
  cap_session_set_volume(session, NULL, FALSE);
  cap_session_set_volume(session, volume, TRUE);
}

static void
through_the_layouts(void)
{
  for (int layout = CAP_N_LAYOUTS - 1; layout >= 0; layout--) {
    cap_views_set_layout(views, (CapLayout)layout);
    cap_ui_spin(20);
  }
}

static void
maximise_twice(void)
{
  for (int i = 0; i < 2; i++) {
    cap_views_toggle_maximised(views);
    cap_ui_spin(20);
  }
}

static void
through_the_slabs(void)
{
  CapLook *look = cap_session_look(session);
  for (int i = 0; i < CAP_N_SLAB_KINDS; i++)
    cap_look_cycle_slab(look);
}

static void
new_findings(void)
{
  cap_session_set_findings(session,
                           cap_ui_findings(cap_session_volume(session), 5));
  select_third();
}

START_TEST(nothing_resets_by_surprise)
{
  static void (*const acts[])(void) = {through_the_layouts, maximise_twice,
                                       through_the_slabs, new_findings,
                                       same_series_again};
  cap_session_set_position(session, (CapPoint){-12, 3, -70}, FALSE);
  cap_look_set_window(cap_session_look(session), 333, 44);
  for (int plane = 0; plane < 3; plane++)
    cap_pane_zoom(cap_views_pane(views, (CapPlane)plane), 1.7, 50, 60 + plane);
  const Look before = look_now();
  for (guint i = 0; i < G_N_ELEMENTS(acts); i++) {
    acts[i]();
    const Look after = look_now();
    ck_assert_msg(
        memcmp(&before.position, &after.position, sizeof before.position) == 0,
        "act %u moved the cross-hair", i);
    for (int plane = 0; plane < 3; plane++)
      ck_assert_msg(memcmp(&before.view[plane], &after.view[plane],
                           sizeof before.view[plane]) == 0,
                    "act %u changed plane %d", i, plane);
  }
}
END_TEST

START_TEST(another_frame_of_reference_is_seen_whole)
{
  cap_pane_zoom(cap_views_pane(views, CAP_PLANE_AXIAL), 1.7, 50, 60);
  cap_session_set_position(session, (CapPoint){-12, 3, -70}, FALSE);
  CapVolume *other = cap_ui_volume();
  g_free(other->source->frame_of_reference_uid);
  other->source->frame_of_reference_uid = g_strdup("9");
  g_autoptr(CapShared) volume =
      cap_shared_new(other, (GDestroyNotify)cap_volume_free);
  cap_session_set_volume(session, NULL, FALSE);
  cap_session_set_volume(session, volume, TRUE);
  ck_assert(cap_pane_is_fitted(cap_views_pane(views, CAP_PLANE_AXIAL)));
  ck_assert_double_eq_tol(cap_session_position(session).x, -1, 1e-9);
}
END_TEST

START_TEST(one_slice_is_a_volume_too)
{
  g_autoptr(CapShared) volume = cap_shared_new(cap_volume_new(64, 48, 1, NULL),
                                               (GDestroyNotify)cap_volume_free);
  cap_session_set_volume(session, volume, TRUE);
  cap_session_scroll(session, CAP_PLANE_AXIAL, 5);
  cap_session_scroll(session, CAP_PLANE_CORONAL, -500);
  for (int plane = 0; plane < 3; plane++)
    ck_assert_int_eq(changed_by((CapPlane)plane, nothing), 0);
  ck_assert_double_eq(cap_session_position(session).z, 0);
}
END_TEST

START_TEST(a_crowd_of_labels_does_not_overlap)
{
  g_autoptr(CapLabelLayout) layout = cap_label_layout_new(500, 400);
  const CapBox line = {200, 180, 80, 40};
  CapBox placed[10];
  cap_label_layout_avoid(layout, line);
  for (int i = 0; i < 10; i++) {
    placed[i] = cap_label_layout_place(layout, line, 90, 18);
    ck_assert_double_gt(cap_box_gap(placed[i], line), 1);
    ck_assert_double_ge(placed[i].x, 0);
    ck_assert_double_ge(placed[i].y, 0);
    ck_assert_double_le(placed[i].x + 90, 500);
    ck_assert_double_le(placed[i].y + 18, 400);
    for (int k = 0; k < i; k++)
      ck_assert_msg(placed[i].x >= placed[k].x + 90 ||
                        placed[k].x >= placed[i].x + 90 ||
                        placed[i].y >= placed[k].y + 18 ||
                        placed[k].y >= placed[i].y + 18,
                    "labels %d and %d overlap", i, k);
  }
}
END_TEST

static gboolean
takes(CapLabelLayout *layout, double x, double y)
{
  return cap_label_layout_take(layout, (CapBox){x, y, 4, 4});
}

START_TEST(labels_keep_off_the_letters)
{
  CapPane *pane = cap_views_pane(views, CAP_PLANE_AXIAL);
  CapViewport port;
  ck_assert(cap_pane_viewport(pane, &port));
  const double width = cap_viewport_screen_width(&port);
  const double height = cap_viewport_screen_height(&port);
  const double edges[][2] = {{10, height / 2},
                             {width - 14, height / 2},
                             {width / 2, 12},
                             {width / 2, height - 16}};
  CapTextCache *texts = cap_text_cache_new(GTK_WIDGET(pane));
  g_autoptr(CapLabelLayout) layout = cap_label_layout_new(width, height);
  cap_annotation_keep_letters(&port, texts, layout);
  for (guint i = 0; i < G_N_ELEMENTS(edges); i++)
    ck_assert(!takes(layout, edges[i][0], edges[i][1]));
  ck_assert(takes(layout, width / 4, 12));
  ck_assert(takes(layout, 10, height / 4));
  cap_text_cache_free(texts);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("views");
  TCase *tests = tcase_create("views");
  tcase_add_checked_fixture(tests, show_views, NULL);
  tcase_set_timeout(tests, 30);
  tcase_add_test(tests, a_preset_changes_the_pixels_of_every_plane);
  tcase_add_test(tests, a_slab_shows_on_every_plane_and_in_words);
  tcase_add_test(tests, thickness_steps_up_and_down_within_limits);
  tcase_add_test(tests, scrolling_moves_one_plane_and_the_lines_of_the_others);
  tcase_add_test(tests, the_cross_hair_is_one_point_of_the_patient);
  tcase_add_test(tests, all_texts_tell_the_same_place);
  tcase_add_test(tests, zoom_keeps_the_point_under_the_pointer);
  tcase_add_test(tests, panning_follows_the_pointer);
  tcase_add_test(tests, hu_is_read_under_the_pointer);
  tcase_add_test(tests, hiding_marks_leaves_the_image_alone);
  tcase_add_test(tests, views_say_what_they_are);
  tcase_add_test(tests, layouts_share_the_room);
  tcase_add_test(tests, one_view_has_all_the_room_and_gives_it_back);
  tcase_add_test(tests, the_overview_shows_all_findings_and_goes_there);
  tcase_add_test(tests, nothing_resets_by_surprise);
  tcase_add_test(tests, another_frame_of_reference_is_seen_whole);
  tcase_add_test(tests, one_slice_is_a_volume_too);
  tcase_add_test(tests, a_crowd_of_labels_does_not_overlap);
  tcase_add_test(tests, labels_keep_off_the_letters);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
