/* A reader's hand: see hand.h. */
#include "tests/support/hand.h"

#include "core/image/point.h"
#include "io/report/formats.h"
#include "io/report/words_measurements.h"
#include "tests/support/database.h"
#include "tests/support/ui.h"
#include "tests/support/ui_input.h"
#include "ui/label.h"
#include "ui/measure/measurement_marks.h"
#include "ui/measure/measuring.h"
#include "ui/work/job.h"

#include <string.h>

/* ---- the window ---- */

static gboolean
is_laid_out(gpointer hand)
{
  return gtk_widget_get_width(
             GTK_WIDGET(cap_hand_pane(hand, CAP_PLANE_SAGITTAL))) > 100;
}

static void
on_draft(CapHand *hand)
{
  hand->n_drafts++;
}

void
cap_hand_open(CapHand *hand)
{
  cap_ui_setup();
  *hand = (CapHand){.folder = cap_test_folder()};
  hand->path = g_build_filename(hand->folder, "case.review", NULL);
  hand->app =
      ADW_APPLICATION(adw_application_new(NULL, G_APPLICATION_NON_UNIQUE));
  ck_assert(g_application_register(G_APPLICATION(hand->app), NULL, NULL));
  hand->window = cap_window_new(hand->app);
  hand->session = cap_window_session(hand->window);
  cap_session_set_reader(hand->session, "Doe^Jane");
  CapShared *volume =
      cap_shared_new(cap_ui_volume(), (GDestroyNotify)cap_volume_free);
  cap_session_set_volume(hand->session, volume, TRUE);
  cap_shared_unref(volume);
  cap_session_set_review_path(hand->session, hand->path);
  cap_session_set_phase(hand->session, CAP_PHASE_READY);
  g_signal_connect_swapped(cap_session_ruler(hand->session), "draft-changed",
                           G_CALLBACK(on_draft), hand);
  cap_ui_take_keys(hand->window);
  cap_ui_wait(is_laid_out, hand, "the views are laid out");
  cap_ui_spin(200);
  hand->input = cap_xtest_open(0);
}

void
cap_hand_close(CapHand *hand)
{
  cap_xtest_close(&hand->input);
  gtk_window_destroy(GTK_WINDOW(hand->window));
  cap_job_end_all(); /* as the program does before it exits */
  g_clear_pointer(&hand->path, g_free);
  cap_test_remove(g_steal_pointer(&hand->folder));
}

CapPane *
cap_hand_pane(const CapHand *hand, CapPlane plane)
{
  return cap_views_pane(cap_window_views(hand->window), plane);
}

static CapPoint
patient_of(const CapHand *hand, CapPoint index)
{
  return cap_volume_to_patient(cap_session_volume(hand->session), index);
}

void
cap_hand_go_to(const CapHand *hand, CapPoint index)
{
  cap_session_set_position(hand->session, patient_of(hand, index), FALSE);
  cap_ui_spin(50);
}

/* ---- input ---- */

void
cap_hand_arrive(const CapHand *hand)
{
  gdk_display_sync(gtk_widget_get_display(GTK_WIDGET(hand->window)));
  cap_ui_spin(40);
}

typedef struct {
  const CapHand *hand;
  CapPlane plane;
  CapPoint at_mm;
  guint n_drafts; /* before */
} Move;

static gboolean
is_pointed_at(gpointer data)
{
  const Move *move = data;
  CapPoint at;
  return cap_session_pointer(move->hand->session, move->plane, &at) &&
         cap_point_distance(at, move->at_mm) < 1;
}

static gboolean
is_drawn(gpointer data)
{
  const Move *move = data;
  return move->hand->n_drafts > move->n_drafts;
}

void
cap_hand_point(CapHand *hand, CapPlane plane, CapPoint index)
{
  CapPane *pane = cap_hand_pane(hand, plane);
  CapViewport port;
  double in_x, in_y;
  int x, y;
  Move move = {hand, plane, patient_of(hand, index), hand->n_drafts};
  ck_assert(cap_pane_viewport(pane, &port));
  cap_viewport_to_screen(&port, move.at_mm, &in_x, &in_y);
  cap_ui_on_screen(&hand->input, GTK_WIDGET(pane), in_x, in_y, &x, &y);
  cap_xtest_point(&hand->input, x, y);
  if (hand->pressed)
    cap_ui_wait(is_drawn, &move, "the pointer draws");
  else
    cap_ui_wait(is_pointed_at, &move, "the pointer is there");
  cap_hand_arrive(hand);
}

void
cap_hand_button(CapHand *hand, gboolean down)
{
  cap_xtest_button(&hand->input, CAP_LEFT, down);
  hand->pressed = down;
  cap_hand_arrive(hand);
}

void
cap_hand_click(CapHand *hand, CapPlane plane, CapPoint index)
{
  cap_hand_point(hand, plane, index);
  cap_hand_button(hand, TRUE);
  cap_hand_button(hand, FALSE);
}

void
cap_hand_drag(CapHand *hand, CapPlane plane, CapPoint from, CapPoint to)
{
  cap_hand_point(hand, plane, from);
  cap_hand_button(hand, TRUE);
  cap_hand_point(hand, plane, cap_point_between(from, to, 0.4));
  cap_hand_point(hand, plane, to);
  cap_hand_button(hand, FALSE);
}

void
cap_hand_key(CapHand *hand, KeySym symbol, unsigned modifiers)
{
  cap_xtest_key(&hand->input, symbol, modifiers);
  cap_hand_arrive(hand);
}

void
cap_hand_pull(CapHand *hand, CapPoint from, CapPoint to)
{
  CapPane *pane = cap_hand_pane(hand, CAP_PLANE_AXIAL);
  const CapPoint ends[2] = {patient_of(hand, from), patient_of(hand, to)};
  CapViewport port;
  double in_x, in_y;
  int x[2], y[2];
  cap_hand_point(hand, CAP_PLANE_AXIAL, from);
  ck_assert(cap_pane_viewport(pane, &port));
  for (int i = 0; i < 2; i++) {
    cap_viewport_to_screen(&port, ends[i], &in_x, &in_y);
    cap_ui_on_screen(&hand->input, GTK_WIDGET(pane), in_x, in_y, &x[i], &y[i]);
  }
  cap_xtest_drag(&hand->input, CAP_LEFT, x[0], y[0], x[1] - x[0], y[1] - y[0]);
  cap_hand_arrive(hand);
}

static gboolean
is_shown_button(GtkWidget *widget, const char *label)
{
  return cap_ui_is_button(widget, label) && gtk_widget_get_mapped(widget);
}

void
cap_hand_press(CapHand *hand, const char *label)
{
  GtkWidget *button =
      cap_ui_find_match(GTK_WIDGET(hand->window), is_shown_button, label);
  ck_assert_msg(button != NULL, "no button “%s”", label);
  cap_ui_roll_to(&hand->input, button);
  cap_ui_click(&hand->input, button);
}

static gboolean
is_menu(GtkWidget *widget, const char *tooltip)
{
  return GTK_IS_MENU_BUTTON(widget) &&
         g_strcmp0(gtk_widget_get_tooltip_text(widget), tooltip) == 0;
}

GtkWidget *
cap_hand_open_menu(CapHand *hand, const char *tooltip)
{
  GtkWidget *menu =
      cap_ui_find_match(GTK_WIDGET(hand->window), is_menu, tooltip);
  ck_assert_msg(menu != NULL, "no menu “%s”", tooltip);
  cap_ui_roll_to(&hand->input, menu);
  cap_ui_click(&hand->input, menu);
  GtkWidget *popover = cap_ui_find(menu, GTK_TYPE_POPOVER);
  CAP_UI_WAIT(gtk_widget_get_mapped(popover));
  cap_ui_spin(100); /* the window manager has put it on the screen */
  return popover;
}

void
cap_hand_type(CapHand *hand, GtkWidget *entry, const char *text)
{
  int x, y; /* not on the buttons that it may have at its end */
  cap_ui_place_of(&hand->input, entry, 0.2, 0.5, &x, &y);
  cap_xtest_point(&hand->input, x, y);
  cap_xtest_click(&hand->input, CAP_LEFT);
  cap_hand_arrive(hand);
  cap_ui_retype(&hand->input, text);
  cap_hand_key(hand, XK_Return, 0);
}

/* ---- what is seen and done ---- */

uint8_t *
cap_hand_pixels(const CapHand *hand, CapPlane plane, int *width, int *height)
{
  return cap_ui_pixels(GTK_WIDGET(cap_hand_pane(hand, plane)), width, height);
}

void
cap_hand_give(CapHand *hand, int n)
{
  cap_session_set_findings(
      hand->session, cap_ui_findings(cap_session_volume(hand->session), n));
  cap_ui_spin(50);
}

const CapFinding *
cap_hand_selected(const CapHand *hand)
{
  CapFindingItem *item = cap_session_selected(hand->session);
  return item != NULL ? cap_finding_item_get(item) : NULL;
}

guint
cap_hand_n_listed(const CapHand *hand)
{
  return g_list_model_get_n_items(cap_session_visible_items(hand->session));
}

gboolean
cap_hand_answers(const CapHand *hand, const char *sql, const char *wanted)
{
  g_autofree char *answer = cap_test_ask(hand->path, sql);
  return g_strcmp0(answer, wanted) == 0;
}

/* ---- what was measured ---- */

const CapMeasurement *
cap_hand_measured(const CapHand *hand, int id)
{
  return cap_review_measurement(cap_session_review(hand->session), id);
}

double
cap_hand_number(const CapHand *hand, const char *key)
{
  g_autofree char *sql = g_strdup_printf(
      "SELECT json_extract(content, '$.%s') FROM measurement ORDER BY id DESC",
      key);
  g_autofree char *answer = cap_test_ask(hand->path, sql);
  ck_assert_msg(answer != NULL, "no %s", key);
  return g_ascii_strtod(answer, NULL);
}

void
cap_hand_check_words(const CapHand *hand, int id)
{
  const CapMeasurement *m = cap_hand_measured(hand, id);
  g_autofree char *words = cap_words_measurement(m);
  g_auto(GStrv) lines = cap_measurement_marks_label(m);
  g_autofree char *number = g_strdup_printf("M%d  ", id);
  ck_assert(g_str_has_prefix(lines[0], number));
  g_autofree char *label = g_strjoinv(", ", lines);
  g_autofree char *shown = cap_label_minus(words);
  ck_assert_str_eq(label + strlen(number), shown);
  ck_assert_msg(cap_ui_find_label(GTK_WIDGET(hand->window), shown) != NULL,
                "no “%s” listed", shown);
  const CapReportOptions options = cap_report_options_default();
  g_autofree char *html = g_build_filename(hand->folder, "report.html", NULL);
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(CapReport) report =
      cap_report_load(hand->path, NULL, &options, NULL, &error); /* the file */
  cap_assert_no_error(error);
  ck_assert(cap_report_write_html(report, html, &error));
  ck_assert(g_file_get_contents(html, &text, NULL, NULL));
  ck_assert_msg(strstr(text, words) != NULL, "the report has no “%s”", words);
}
