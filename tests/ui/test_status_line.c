/* The line below the images: what it says in which room, in which units, and
 * the irregularities that it opens. */
#include "core/image/unit.h"
#include "core/irregularity.h"
#include "tests/support/ui.h"
#include "ui/view/status_line.h"
#include "ui/view/window_button.h"

#include <string.h>

static CapSession *session;

static void
set_up(void)
{
  cap_ui_setup();
  session = cap_ui_session();
}

/* How many words LINE of so many pixels shows: whole, one after the other, and
 * the button of irregularities last. */
static int
n_shown_at(GtkWidget *line, int width)
{
  int least, n = 0;
  float right = 0;
  gtk_widget_measure(line, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL,
                     NULL);
  ck_assert_int_le(least, width);
  gtk_widget_size_allocate(line, &(GtkAllocation){0, 0, width, 30}, -1);
  for (GtkWidget *child = gtk_widget_get_first_child(line); child != NULL;
       child = gtk_widget_get_next_sibling(child)) {
    if (!gtk_widget_get_visible(child) || !gtk_widget_get_child_visible(child))
      continue;
    graphene_rect_t at;
    ck_assert(gtk_widget_compute_bounds(child, line, &at));
    ck_assert_float_ge(at.origin.x, right);
    right = at.origin.x + at.size.width;
    ck_assert_float_le(right, (float)width);
    ck_assert(
        !GTK_IS_LABEL(child) ||
        !pango_layout_is_ellipsized(gtk_label_get_layout(GTK_LABEL(child))));
    n += GTK_IS_LABEL(child);
  }
  ck_assert_float_gt(right, (float)width - 40);
  return n;
}

START_TEST(a_narrow_status_line_says_less)
{
  GPtrArray *all = cap_session_volume(session)->source->irregularities;
  g_ptr_array_add(all, cap_irregularity_new(1, CAP_SEVERITY_WARNING, NULL,
                                            "it is so", NULL));
  GtkWidget *views = cap_views_new(session);
  cap_ui_show(views, 900, 600);
  GtkWidget *line = cap_status_line_new(session, CAP_VIEWS(views));
  g_object_ref_sink(line);
  ck_assert_int_eq(n_shown_at(line, 1600), 6);
  ck_assert_int_eq(n_shown_at(line, 900), 4);
  ck_assert_int_eq(n_shown_at(line, 600), 2);
  ck_assert_int_eq(n_shown_at(line, 1600), 6);
  g_object_unref(line);
}
END_TEST

/* LINE tells the zoom of that view, as its corner does. */
static void
check_zoom(GtkWidget *line, CapViews *views, CapPlane plane)
{
  CapViewport port;
  cap_ui_spin(50);
  ck_assert(cap_pane_viewport(cap_views_pane(views, plane), &port));
  g_autofree char *zoom =
      g_strdup_printf("Zoom %.1f px/mm", cap_viewport_zoom(&port));
  g_autofree char *text = cap_status_line_text(CAP_STATUS_LINE(line));
  ck_assert_msg(strstr(text, zoom) != NULL, "%s; not %s", text, zoom);
}

START_TEST(the_zoom_is_that_of_the_view_that_is_read)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  CapViews *views = CAP_VIEWS(cap_views_new(session));
  GtkWidget *line = cap_status_line_new(session, views);
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(views));
  gtk_box_append(GTK_BOX(box), line);
  GtkWindow *window = cap_ui_show(box, 1500, 800);
  check_zoom(line, views, CAP_PLANE_AXIAL);
  CapPane *coronal = cap_views_pane(views, CAP_PLANE_CORONAL);
  cap_pane_zoom(coronal, 2, 9, 9); /* nobody reads it */
  check_zoom(line, views, CAP_PLANE_AXIAL);
  const CapPoint at = cap_session_position(session);
  cap_session_set_pointer(session, CAP_PLANE_CORONAL, &at);
  check_zoom(line, views, CAP_PLANE_CORONAL);
  cap_pane_zoom(coronal, 1.7, 9, 9); /* by keys: the pointer rests */
  check_zoom(line, views, CAP_PLANE_CORONAL);
  cap_session_set_pointer(session, CAP_PLANE_CORONAL, NULL);
  check_zoom(line, views, CAP_PLANE_AXIAL);
  gtk_widget_grab_focus(GTK_WIDGET(cap_views_pane(views, CAP_PLANE_SAGITTAL)));
  gtk_window_set_default_size(window, 900, 500); /* they are fitted */
  check_zoom(line, views, CAP_PLANE_SAGITTAL);
  cap_views_set_layout(views, CAP_LAYOUT_AXIAL);
  check_zoom(line, views, CAP_PLANE_AXIAL);
  cap_ui_shoot("zoom-read");
}
END_TEST

START_TEST(irregularities_open_with_nothing_selected)
{
  GPtrArray *all = cap_session_volume(session)->source->irregularities;
  for (int i = 1; i <= 2; i++)
    g_ptr_array_add(all, cap_irregularity_new(i, CAP_SEVERITY_WARNING, NULL,
                                              "it is so", NULL));
  CapStatusLine *line = CAP_STATUS_LINE(cap_status_line_new(session, NULL));
  cap_ui_show(GTK_WIDGET(line), 900, 40);
  cap_status_line_show_cases(line);
  cap_ui_spin(300);
  GtkWidget *popover = cap_ui_find(GTK_WIDGET(line), GTK_TYPE_POPOVER);
  ck_assert(gtk_widget_get_mapped(popover));
  int n_labels = 0;
  g_autoptr(GPtrArray) labels = cap_ui_find_all(popover, GTK_TYPE_LABEL);
  for (guint i = 0; i < labels->len; i++) {
    n_labels += gtk_label_get_selectable(labels->pdata[i]);
    ck_assert(!gtk_label_get_selection_bounds(labels->pdata[i], NULL, NULL));
  }
  ck_assert_int_eq(n_labels, 2);
}
END_TEST

/* Numbered from the head, as scanners do. */
START_TEST(a_slice_has_the_number_of_its_image)
{
  const CapVolume *volume = cap_session_volume(session);
  GtkWidget *line = g_object_ref_sink(cap_status_line_new(session, NULL));
  g_autofree char *none = cap_status_line_text(CAP_STATUS_LINE(line));
  ck_assert_ptr_null(strstr(none, "image"));
  volume->source->image_numbers = g_new(int, volume->slices);
  for (int s = 0; s < volume->slices; s++)
    volume->source->image_numbers[s] = volume->slices - s;
  volume->source->image_numbers[4] = G_MININT;
  const struct {
    int slice;
    const char *text;
  } steps[] = {{0, "Slice 1/40 · image 40 · "},
               {4, "Slice 5/40 · Single slice · W"},
               {39, "Slice 40/40 · image 1 · "}};
  for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
    const CapPoint at =
        cap_volume_to_patient(volume, (CapPoint){9, 9, steps[i].slice});
    cap_session_set_position(session, at, FALSE);
    g_autofree char *text = cap_status_line_text(CAP_STATUS_LINE(line));
    ck_assert_msg(strstr(text, steps[i].text) != NULL, "%s", text);
  }
  g_object_unref(line);
}
END_TEST

START_TEST(a_slice_that_is_not_there_is_missing)
{
  GtkWidget *line = g_object_ref_sink(cap_status_line_new(session, NULL));
  cap_session_volume(session)->valid[3] = 0;
  g_signal_emit_by_name(session, "volume-changed");
  g_autofree char *text = cap_status_line_text(CAP_STATUS_LINE(line));
  ck_assert_msg(strstr(text, "1 of 40 slices missing") != NULL, "%s", text);
  g_object_unref(line);
}
END_TEST

/* MR has millimetres, but no HU. */
START_TEST(values_that_are_no_hu_have_no_unit)
{
  cap_session_volume(session)->source->unknown = CAP_UNKNOWN_HU;
  GtkWidget *line = g_object_ref_sink(cap_status_line_new(session, NULL));
  GtkWidget *button = g_object_ref_sink(cap_window_button_new(session));
  g_autofree char *text = cap_status_line_text(CAP_STATUS_LINE(line));
  ck_assert_msg(strstr(text, " mm · −850 · Slice") != NULL, "%s", text);
  ck_assert_ptr_null(cap_ui_find_label(button, "HU"));
  cap_session_volume(session)->source->unknown = 0;
  g_signal_emit_by_name(session, "volume-changed");
  ck_assert_ptr_nonnull(cap_ui_find_label(button, "HU"));
  g_object_unref(button);
  g_object_unref(line);
}
END_TEST

/* As many as the banner says, with what only informs beside them. */
START_TEST(irregularities_are_counted_apart_from_notes)
{
  CapStatusLine *line = CAP_STATUS_LINE(cap_status_line_new(session, NULL));
  g_object_ref_sink(line);
  GtkMenuButton *cases =
      GTK_MENU_BUTTON(cap_ui_find(GTK_WIDGET(line), GTK_TYPE_MENU_BUTTON));
  ck_assert(!gtk_widget_get_visible(GTK_WIDGET(cases)));
  const struct {
    CapSeverity severity;
    const char *label;
  } steps[] = {{CAP_SEVERITY_INFO, "1 note"},
               {CAP_SEVERITY_WARNING, "⚠ 1 irregularity, 1 note"},
               {CAP_SEVERITY_INFO, "⚠ 1 irregularity, 2 notes"},
               {CAP_SEVERITY_ERROR, "⚠ 2 irregularities, 2 notes"}};
  GPtrArray *all = cap_session_volume(session)->source->irregularities;
  for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
    g_ptr_array_add(all, cap_irregularity_new((int)i + 1, steps[i].severity,
                                              NULL, "it is so", NULL));
    g_object_notify(G_OBJECT(session), "phase");
    ck_assert_str_eq(gtk_menu_button_get_label(cases), steps[i].label);
    int least; /* a line of words, not a word a line */
    gtk_widget_measure(cap_ui_find_label(GTK_WIDGET(cases), "it is so"),
                       GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL,
                       NULL);
    ck_assert_int_gt(least, 250);
    ck_assert(gtk_widget_get_visible(GTK_WIDGET(cases)));
    ck_assert_int_eq(gtk_widget_has_css_class(GTK_WIDGET(cases), "grave"),
                     i > 0);
  }
  g_object_unref(line);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("status_line");
  TCase *tests = tcase_create("status_line");
  tcase_set_timeout(tests, 60);
  tcase_add_checked_fixture(tests, set_up, NULL);
  tcase_add_test(tests, a_narrow_status_line_says_less);
  tcase_add_test(tests, the_zoom_is_that_of_the_view_that_is_read);
  tcase_add_test(tests, irregularities_open_with_nothing_selected);
  tcase_add_test(tests, a_slice_has_the_number_of_its_image);
  tcase_add_test(tests, a_slice_that_is_not_there_is_missing);
  tcase_add_test(tests, values_that_are_no_hu_have_no_unit);
  tcase_add_test(tests, irregularities_are_counted_apart_from_notes);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
