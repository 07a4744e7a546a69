/* Reviewing in the viewer: what is done reaches the file at once and comes back
 * with the series; undo, comments, first reading, conclusions, editing. */
#include "core/image/mask_edit.h"
#include "io/review/identity.h"
#include "io/review/review_commands.h"
#include "tests/support/database.h"
#include "tests/support/ui.h"
#include "ui/edit/edit.h"
#include "ui/findings/conclusion_bar.h"
#include "ui/findings/finding_panel.h"
#include "ui/findings/findings_list.h"
#include "ui/preferences/reader.h"
#include "ui/report/report_dialog.h"
#include "ui/study/opener.h"
#include "ui/view/views.h"
#include "ui/work/judging.h"

#include <string.h>

static CapSession *session;
static CapViews *views;
static CapFindingsList *list;
static GtkWidget *panel;
static char *folder, *path;

static void
set_up(void)
{
  cap_ui_setup();
  folder = cap_test_folder();
  path = g_build_filename(folder, "case.review", NULL);
  session = cap_ui_session();
  cap_session_set_reader(session, "Doe^Jane");
  cap_session_set_review_path(session, path);
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
  views = CAP_VIEWS(cap_views_new(session));
  list = CAP_FINDINGS_LIST(cap_findings_list_new(session));
  panel = cap_finding_panel_new(session);
  gtk_widget_set_size_request(GTK_WIDGET(list), 300, -1);
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(views));
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(list));
  gtk_box_append(GTK_BOX(box), panel);
  cap_ui_show(box, 1400, 600);
}

static void
tear_down(void)
{
  g_clear_pointer(&path, g_free);
  cap_test_remove(g_steal_pointer(&folder));
}

static void
give(int n)
{
  cap_session_set_findings(session,
                           cap_ui_findings(cap_session_volume(session), n));
}

static const CapFinding *
selected(void)
{
  CapFindingItem *item = cap_session_selected(session);
  return item != NULL ? cap_finding_item_get(item) : NULL;
}

static guint
n_shown(void)
{
  return g_list_model_get_n_items(cap_session_visible_items(session));
}

/* ---- saving ---- */

START_TEST(a_status_is_in_the_file_at_once_and_undone_there)
{
  give(3);
  cap_session_select_step(session, 1);
  cap_session_set_status(session, CAP_STATUS_ACCEPTED);
  cap_assert_answer(path, "SELECT status FROM finding WHERE id = 1",
                    "accepted");
  cap_assert_answer(path,
                    "SELECT reader || ' ' || kind FROM action ORDER BY id DESC",
                    "Doe^Jane status");
  cap_session_select_step(session, 1);
  ck_assert(cap_session_undo(session));
  cap_assert_answer(path, "SELECT status FROM finding WHERE id = 1",
                    "unreviewed");
  ck_assert_int_eq(selected()->id, 1); /* what came back is shown */
  ck_assert_int_eq(selected()->status, CAP_STATUS_UNREVIEWED);
  ck_assert(cap_session_redo(session));
  cap_assert_answer(path, "SELECT status FROM finding WHERE id = 1",
                    "accepted");
  ck_assert(!cap_session_redo(session));
}
END_TEST

static gboolean
has_comment(gpointer text)
{
  g_autofree char *answer =
      cap_test_ask(path, "SELECT comment FROM finding WHERE id = 1");
  return g_strcmp0(answer, text) == 0;
}

START_TEST(a_comment_is_saved_when_typing_pauses_or_another_is_chosen)
{
  give(2);
  cap_session_select_step(session, 1);
  GtkWidget *view = cap_ui_find(panel, GTK_TYPE_TEXT_VIEW);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(view));
  gtk_text_buffer_set_text(buffer, "شوهد سابقا", -1);
  cap_ui_wait(has_comment, "شوهد سابقا", "the comment is saved");
  gtk_text_buffer_insert_at_cursor(buffer, " 2 mm", -1);
  cap_session_select_step(session, 1);
  ck_assert(has_comment("شوهد سابقا 2 mm"));
  GtkTextIter start, end;
  gtk_text_buffer_get_bounds(buffer, &start, &end);
  ck_assert_int_eq(gtk_text_iter_get_offset(&end), 0); /* that of finding 2 */
  cap_session_undo(session);
  ck_assert(has_comment("شوهد سابقا"));
  gtk_text_buffer_get_bounds(buffer, &start, &end);
  g_autofree char *shown =
      gtk_text_buffer_get_text(buffer, &start, &end, FALSE);
  ck_assert_str_eq(shown, "شوهد سابقا");
}
END_TEST

START_TEST(a_review_comes_back_with_its_series)
{
  give(3);
  cap_session_select_step(session, 1);
  cap_session_set_status(session, CAP_STATUS_REJECTED);
  g_autoptr(GError) error = NULL;
  CapReview *again = cap_review_open(path, cap_session_volume(session), &error);
  cap_assert_no_error(error);
  cap_session_set_review(session, again);
  ck_assert_uint_eq(n_shown(), 3);
  cap_session_select_step(session, 1);
  ck_assert_int_eq(selected()->status, CAP_STATUS_REJECTED);
  ck_assert(cap_session_undo(session));
  ck_assert_int_eq(selected()->status, CAP_STATUS_UNREVIEWED);
}
END_TEST

START_TEST(detecting_again_keeps_what_was_reviewed)
{
  give(3);
  cap_session_select_step(session, 1);
  cap_session_set_status(session, CAP_STATUS_ACCEPTED);
  give(3);
  ck_assert_uint_eq(n_shown(), 3);
  ck_assert_int_eq(selected()->id, 1);
  ck_assert_int_eq(selected()->status, CAP_STATUS_ACCEPTED);
  cap_assert_answer(
      path, "SELECT count(*) FROM finding WHERE status = 'accepted'", "1");
}
END_TEST

START_TEST(where_nothing_can_be_kept_the_work_goes_on)
{
  cap_session_set_review_path(session, "/proc/none/case.review");
  give(2);
  ck_assert_uint_eq(n_shown(), 2);
  cap_session_select_step(session, 1);
  cap_session_set_status(session, CAP_STATUS_ACCEPTED);
  ck_assert_int_eq(selected()->status, CAP_STATUS_ACCEPTED);
  ck_assert(cap_session_undo(session));
}
END_TEST

START_TEST(the_readers_name_is_kept)
{
  ck_assert(cap_reader_set_name("Ибн-Сина"));
  g_autofree char *name = cap_reader_name();
  ck_assert_str_eq(name, "Ибн-Сина");
  ck_assert(cap_reader_set_name(""));
  g_autofree char *account = cap_reader_name();
  ck_assert_str_ne(account, "");
}
END_TEST

/* ---- the list ---- */

START_TEST(the_list_is_filtered_by_every_number_and_sorted_by_site_and_status)
{
  give(6);
  const struct {
    CapFindingFilter filter;
    const char *sql;
  } rows[] = {
      {{-1, -1, 0.85, 0, 0}, "probability >= 0.85"},
      {{-1, -1, 0, 8, 0}, "mean_diameter_mm >= 8"},
      {{-1, -1, 0, 0, 0.4},
       "json_extract(content, '$.malignancy.probability') >= 0.4"},
      {{-1, CAP_SIDE_LEFT, 0, 0, 0},
       "json_extract(content, '$.site.side') = 'left'"},
      {{-1, -1, 0, 0, 0}, "1"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    cap_session_set_filter(session, &rows[i].filter);
    g_autofree char *sql =
        g_strconcat("SELECT count(*) FROM finding WHERE ", rows[i].sql, NULL);
    g_autofree char *shown = g_strdup_printf("%u", n_shown());
    cap_assert_answer(path, sql, shown);
  }
  cap_session_select_step(session, 1);
  cap_session_set_status(session, CAP_STATUS_UNCERTAIN);
  cap_session_set_sort(session, CAP_SORT_STATUS);
  g_autoptr(CapFindingItem) last =
      g_list_model_get_item(cap_session_visible_items(session), 5);
  ck_assert_int_eq(cap_finding_item_get(last)->id, 1);
  cap_session_set_sort(session, CAP_SORT_SITE);
  for (guint i = 0; i < 6; i++) {
    g_autoptr(CapFindingItem) item =
        g_list_model_get_item(cap_session_visible_items(session), i);
    ck_assert_int_eq(cap_finding_item_get(item)->side,
                     i < 3 ? CAP_SIDE_RIGHT : CAP_SIDE_LEFT);
  }
}
END_TEST

/* ---- first reading and conclusion ---- */

START_TEST(a_first_reader_sees_marks_after_every_slice_was_shown)
{
  cap_session_set_first_reading(session, TRUE);
  give(3);
  ck_assert_uint_eq(n_shown(), 0);
  ck_assert_str_eq(cap_findings_list_page(list), "blind");
  const CapVolume *volume = cap_session_volume(session);
  const int n = cap_slice_count(volume, CAP_PLANE_AXIAL);
  for (int i = 0; i < n; i++) {
    ck_assert_uint_eq(n_shown(), 0);
    cap_session_set_position(session,
                             cap_slice_at_index(volume, CAP_PLANE_AXIAL, i,
                                                cap_session_position(session)),
                             FALSE);
  }
  ck_assert_uint_eq(n_shown(), 3);
  ck_assert_str_eq(cap_findings_list_page(list), "list");
  cap_assert_answer(path, "SELECT note FROM action WHERE kind = 'looked'",
                    "every slice: 40 of 40 slices shown");
  /* Once looked, always looked. */
  CapReview *again = cap_review_open(path, volume, NULL);
  cap_session_set_review(session, again);
  ck_assert_uint_eq(n_shown(), 3);
}
END_TEST

START_TEST(a_first_reader_may_say_so_and_sees_his_own_marks)
{
  cap_session_set_first_reading(session, TRUE);
  give(3);
  g_autoptr(CapFindings) more = cap_ui_findings(cap_session_volume(session), 1);
  ck_assert(cap_edit_add(session, cap_finding_copy(more->items->pdata[0])));
  ck_assert_uint_eq(n_shown(), 1);
  ck_assert(selected()->by_reader);
  cap_session_say_looked(session);
  ck_assert_uint_eq(n_shown(), 4);
  cap_assert_answer(
      path,
      "SELECT note LIKE 'the reader says so: % of 40 slices shown' "
      "FROM action WHERE kind = 'looked'",
      "1");
}
END_TEST

static void
conclude(CapConclusion conclusion, const char *reason)
{
  g_autoptr(GError) error = NULL;
  ck_assert(cap_session_acted(session,
                              cap_review_conclude(cap_session_review(session),
                                                  conclusion, reason, &error),
                              error));
}

/* List and report form say TITLE, both say WHY, and nothing of OTHER. */
static void
assert_result(const char *title, const char *why, const char *other)
{
  GtkWindow *dialog = cap_report_dialog_new(NULL, session);
  gtk_window_present(dialog);
  cap_ui_spin(300);
  g_autofree char *shown = cap_ui_text(GTK_WIDGET(list));
  g_autofree char *form = cap_ui_text(GTK_WIDGET(dialog));
  gtk_window_destroy(dialog);
  g_autofree char *line = g_strconcat(title, "\n", NULL);
  ck_assert_msg(strstr(shown, line) != NULL, "no %s in %s", title, shown);
  ck_assert_msg(strstr(shown, why) != NULL, "no %s in %s", why, shown);
  ck_assert_msg(strstr(form, why) != NULL, "no %s in %s", why, form);
  ck_assert_msg(strstr(shown, other) == NULL, "%s in %s", other, shown);
  ck_assert_msg(strstr(form, other) == NULL, "%s in %s", other, form);
}

START_TEST(nothing_found_and_not_evaluable_are_results)
{
  ck_assert_str_eq(cap_findings_list_page(list), "result");
  ck_assert(cap_session_begin_review(session));
  assert_result("Not searched yet", "", "none; the reports");
  conclude(CAP_CONCLUSION_NOT_EVALUABLE, "breathing & <motion>");
  GtkWidget *bar = cap_ui_find(GTK_WIDGET(list), CAP_TYPE_CONCLUSION_BAR);
  GtkWidget *label = cap_ui_find(bar, GTK_TYPE_LABEL);
  ck_assert_str_eq(gtk_label_get_text(GTK_LABEL(label)),
                   "Not evaluable: breathing & <motion>");
  assert_result("Could not be evaluated", "reathing & <motion>",
                "There are no");
  cap_assert_answer(path,
                    "SELECT json_extract(content, '$.conclusion.result') FROM "
                    "version WHERE entity = 'scan' ORDER BY id DESC",
                    "not-evaluable");
  ck_assert(cap_session_undo(session));
  ck_assert_str_eq(gtk_label_get_text(GTK_LABEL(label)), "Conclusion");
  GtkWidget *nothing = cap_ui_find(bar, GTK_TYPE_BUTTON);
  ck_assert_str_eq(gtk_button_get_label(GTK_BUTTON(nothing)), "Nothing found…");
  ck_assert(!gtk_widget_has_css_class(nothing, "flat")); /* no statement */
}
END_TEST

START_TEST(the_form_says_that_unreviewed_findings_are_written)
{
  give(3);
  assert_result("Findings  3", "", "There are no");
  GtkWindow *dialog = cap_report_dialog_new(NULL, session);
  gtk_window_present(dialog);
  cap_ui_spin(300);
  g_autofree char *form = cap_ui_text(GTK_WIDGET(dialog));
  gtk_window_destroy(dialog);
  ck_assert_msg(strstr(form, "3 not reviewed. As long as none is reviewed, "
                             "“Reviewed” writes all of them") != NULL,
                "%s", form);
}
END_TEST

/* What detection could not search is no result without findings, and what the
 * reader concludes goes before it. */
START_TEST(what_no_lung_was_found_in_is_not_evaluable)
{
  CapFindings *found = cap_ui_findings(cap_session_volume(session), 0);
  found->n_candidates = 0;
  g_ptr_array_add(found->notes, g_strdup("no lung was found in this series, so "
                                         "nothing was searched"));
  cap_session_set_findings(session, found);
  assert_result("Could not be evaluated",
                "o lung was found in this series, so nothing was searched",
                "candidates were looked at");
  assert_result("Could not be evaluated", "o lung was found", "There are none");
  conclude(CAP_CONCLUSION_NOTHING_FOUND, "");
  assert_result("Nothing found", "", "no lung");
  ck_assert(cap_session_undo(session));
  conclude(CAP_CONCLUSION_NOT_EVALUABLE, "motion artefacts");
  assert_result("Could not be evaluated", "otion artefacts", "no lung");
}
END_TEST

/* ---- editing ---- */

static int
changed_by(void (*act)(void))
{
  GtkWidget *pane = GTK_WIDGET(cap_views_pane(views, CAP_PLANE_AXIAL));
  int width, height;
  g_autofree uint8_t *before = cap_ui_pixels(pane, &width, &height);
  act();
  g_autofree uint8_t *after = cap_ui_pixels(pane, &width, &height);
  return cap_ui_difference(before, after, width, height);
}

static void
brush(void)
{
  const CapPoint at = selected()->center_mm;
  const CapMaskStroke stroke = {.plane = CAP_PLANE_AXIAL,
                                .from_mm = at,
                                .to_mm = {at.x + 14, at.y, at.z},
                                .radius_mm = 2};
  g_autoptr(GArray) strokes = g_array_new(FALSE, FALSE, sizeof stroke);
  g_array_append_val(strokes, stroke);
  ck_assert(cap_edit_brush(session, strokes));
}

static void
undo(void)
{
  ck_assert(cap_session_undo(session));
}

START_TEST(a_brush_stroke_moves_the_outline_and_the_numbers)
{
  give(2);
  cap_session_select_step(session, 1);
  const double volume = selected()->volume_mm3;
  const double axis = selected()->long_axis_mm;
  ck_assert_int_gt(changed_by(brush), 50);
  ck_assert_double_gt(selected()->volume_mm3, volume - 2000);
  ck_assert_double_gt(selected()->long_axis_mm, axis + 2);
  ck_assert(selected()->unjudged);
  g_autofree char *mm = g_strdup_printf("%.4f", selected()->long_axis_mm);
  cap_assert_answer(path,
                    "SELECT printf('%.4f', json_extract(content, "
                    "'$.long_axis_mm')) FROM finding WHERE id = 1",
                    mm);
  ck_assert_int_gt(changed_by(undo), 50);
  ck_assert_double_eq(selected()->volume_mm3, volume);
}
END_TEST

START_TEST(a_stroke_beside_all_findings_begins_one)
{
  const CapPoint at = cap_session_position(session);
  const CapMaskStroke stroke = {
      .plane = CAP_PLANE_CORONAL, .from_mm = at, .to_mm = at, .radius_mm = 5};
  g_autoptr(GArray) strokes = g_array_new(FALSE, FALSE, sizeof stroke);
  g_array_append_val(strokes, stroke);
  ck_assert(cap_edit_brush(session, strokes));
  ck_assert(selected()->by_reader && selected()->unjudged);
  ck_assert_int_eq(selected()->status, CAP_STATUS_ACCEPTED);
  cap_assert_answer(path, "SELECT count(*) FROM finding", "1");
  ck_assert(cap_session_undo(session));
  cap_assert_answer(path, "SELECT count(*) FROM finding", "0");
}
END_TEST

START_TEST(every_edit_is_one_action_and_undone_as_one)
{
  give(4);
  cap_session_select_step(session, 1);
  const CapPoint at = selected()->center_mm;
  const CapPoint line[2] = {{at.x + 1, at.y - 30, at.z},
                            {at.x + 1, at.y + 30, at.z}};
  g_autoptr(CapFindingItem) other =
      g_list_model_get_item(cap_session_visible_items(session), 2);
  g_autofree char *start =
      cap_test_ask(path, "SELECT group_concat(content) FROM finding");
  int n = 0;
  ck_assert(cap_edit_move(session, (CapPoint){3, 0, 0}) && ++n);
  ck_assert_double_eq_tol(selected()->center_mm.x, at.x + 3, 0.1);
  ck_assert(cap_edit_scale(session, 1.2) && ++n);
  ck_assert(cap_edit_copy_slice(session, CAP_PLANE_AXIAL, 1) && ++n);
  ck_assert(cap_edit_cut(session, CAP_PLANE_AXIAL, line) && ++n);
  ck_assert_uint_eq(n_shown(), 5);
  ck_assert(cap_edit_merge(session, other) && ++n);
  ck_assert_uint_eq(n_shown(), 4);
  ck_assert(cap_edit_split_parts(session) && ++n);
  ck_assert_uint_eq(n_shown(), 5);
  ck_assert(cap_edit_delete(session) && ++n);
  ck_assert_uint_eq(n_shown(), 4);
  ck_assert_ptr_null(selected());
  while (cap_session_undo(session))
    n--;
  ck_assert_int_eq(n, 0);
  cap_assert_answer(path, "SELECT group_concat(content) FROM finding", start);
}
END_TEST

static gboolean
is_added(gpointer unused)
{
  return n_shown() == 1;
}

static gboolean
is_judged(gpointer unused)
{
  return selected() != NULL && !selected()->unjudged;
}

/* Without weights the image alone decides; with them the network does. */
static void
add_the_ball(const char *weights)
{
  CapJudging *judging = cap_judging_new(session);
  cap_judging_set_weights(judging, weights);
  const CapPoint ball = cap_volume_to_patient(cap_session_volume(session),
                                              (CapPoint){26, 31, 20});
  cap_judging_add(judging, ball);
  cap_ui_wait(is_added, NULL, "the finding is added");
  ck_assert(selected()->by_reader);
  ck_assert_double_eq_tol(selected()->mean_diameter_mm, 16, 2);
  ck_assert_int_eq(selected()->status, CAP_STATUS_ACCEPTED);
  cap_ui_spin(300);
  cap_assert_answer(path, "SELECT kind FROM action WHERE kind = 'added'",
                    "added");
  cap_judging_free(judging);
}

START_TEST(a_click_adds_what_the_image_shows)
{
  add_the_ball("/nonexistent/weights");
  ck_assert(selected()->unjudged);
}
END_TEST

/* A first reader's mark is added where a hidden one is, and stays. */
START_TEST(a_mark_over_a_hidden_finding_is_the_readers)
{
  cap_session_set_first_reading(session, TRUE);
  give(3);
  add_the_ball("/nonexistent/weights");
  const int own = selected()->id;
  cap_session_say_looked(session);
  ck_assert_uint_eq(n_shown(), 4);
  ck_assert_int_eq(selected()->id, own);
  ck_assert(selected()->by_reader);
}
END_TEST

/* Where a little of the outline was erased the image still shows the same. */
START_TEST(what_is_drawn_alike_is_there_already)
{
  const char *weights = "/nonexistent/weights";
  add_the_ball(weights);
  const int id = selected()->id;
  const CapPoint at = cap_volume_to_patient(cap_session_volume(session),
                                            (CapPoint){29, 30, 20});
  const CapMaskStroke stroke = {.plane = CAP_PLANE_AXIAL,
                                .from_mm = at,
                                .to_mm = at,
                                .radius_mm = 1,
                                .erase = TRUE};
  g_autoptr(GArray) strokes = g_array_new(FALSE, FALSE, sizeof stroke);
  g_array_append_val(strokes, stroke);
  ck_assert(cap_edit_brush(session, strokes));
  ck_assert_int_eq(cap_mask_at(selected()->mask, 29, 30, 20), 0);
  cap_session_select(session, NULL, FALSE);
  CapJudging *judging = cap_judging_new(session);
  cap_judging_set_weights(judging, weights);
  cap_judging_add(judging, at);
  ck_assert_ptr_null(selected()); /* nobody has looked yet */
  CAP_UI_WAIT(selected() != NULL);
  ck_assert_int_eq(selected()->id, id);
  ck_assert_uint_eq(n_shown(), 1);
  cap_assert_answer(path, "SELECT count(*) FROM action WHERE kind = 'added'",
                    "1");
  cap_judging_free(judging);
}
END_TEST

START_TEST(a_click_and_a_change_are_judged_as_detection_judges)
{
  const char *weights = g_getenv("CAPSIGHT_TEST_WEIGHTS");
  if (weights == NULL) {
    cap_test_skip("a_click_and_a_change_are_judged", "no weights");
    return;
  }
  add_the_ball(weights);
  cap_ui_wait(is_judged, NULL, "the added finding is judged");
  CapJudging *judging = cap_judging_new(session);
  cap_judging_set_weights(judging, weights);
  const double before = selected()->probability;
  ck_assert(cap_edit_move(session, (CapPoint){9, 0, 0}));
  ck_assert(selected()->unjudged);
  cap_ui_wait(is_judged, NULL, "the moved finding is judged");
  ck_assert_double_ne(selected()->probability, before);
  ck_assert(cap_session_undo(session)); /* of the move: one step */
  ck_assert_double_eq(selected()->probability, before);
  cap_judging_free(judging);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("reviewing");
  TCase *tests = tcase_create("reviewing");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, a_status_is_in_the_file_at_once_and_undone_there);
  tcase_add_test(tests,
                 a_comment_is_saved_when_typing_pauses_or_another_is_chosen);
  tcase_add_test(tests, a_review_comes_back_with_its_series);
  tcase_add_test(tests, detecting_again_keeps_what_was_reviewed);
  tcase_add_test(tests, where_nothing_can_be_kept_the_work_goes_on);
  tcase_add_test(tests, the_readers_name_is_kept);
  tcase_add_test(
      tests,
      the_list_is_filtered_by_every_number_and_sorted_by_site_and_status);
  tcase_add_test(tests, a_first_reader_sees_marks_after_every_slice_was_shown);
  tcase_add_test(tests, a_first_reader_may_say_so_and_sees_his_own_marks);
  tcase_add_test(tests, nothing_found_and_not_evaluable_are_results);
  tcase_add_test(tests, the_form_says_that_unreviewed_findings_are_written);
  tcase_add_test(tests, what_no_lung_was_found_in_is_not_evaluable);
  tcase_add_test(tests, a_brush_stroke_moves_the_outline_and_the_numbers);
  tcase_add_test(tests, a_stroke_beside_all_findings_begins_one);
  tcase_add_test(tests, every_edit_is_one_action_and_undone_as_one);
  tcase_add_test(tests, a_click_adds_what_the_image_shows);
  tcase_add_test(tests, a_mark_over_a_hidden_finding_is_the_readers);
  tcase_add_test(tests, what_is_drawn_alike_is_there_already);
  tcase_add_test(tests, a_click_and_a_change_are_judged_as_detection_judges);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
