/* Guidelines and the network by keys and clicks alone: what is said of the
 * patient changes the rule, a category with a reason is the reader's, buttons
 * copy; detection runs, stops and is thresholded. Argument: capsight. */
#include "core/guidelines/context.h"
#include "io/report/words_guidelines.h"
#include "tests/support/hand.h"
#include "tests/support/ui.h"
#include "tests/support/ui_input.h"
#include "ui/findings/guideline_section.h"
#include "ui/session/session_guidelines.h"

#include <string.h>

static const char *capsight;
static CapHand hand;

static void
set_up(void)
{
  cap_hand_open(&hand);
  hand.input.pause_us = 10000;
  const char *weights = g_getenv("CAPSIGHT_TEST_WEIGHTS");
  cap_judging_set_weights(cap_window_judging(hand.window), weights);
  cap_detection_set_weights(cap_window_detection(hand.window), weights);
}

static void
tear_down(void)
{
  cap_hand_close(&hand);
}

/* ---- guidelines ---- */

static CapGuidelineSection *
section(void)
{
  return CAP_GUIDELINE_SECTION(
      cap_ui_find(GTK_WIDGET(hand.window), CAP_TYPE_GUIDELINE_SECTION));
}

static gboolean
says(CapGuideline guideline, const char *part)
{
  return strstr(cap_guideline_section_verdict(section(), guideline), part) !=
         NULL;
}

static void
take_first(void)
{
  cap_hand_give(&hand, 2);
  cap_hand_key(&hand, XK_space, 0);
  CAP_UI_WAIT(cap_hand_selected(&hand) != NULL);
}

static void
close_menu(GtkWidget *popover)
{
  cap_hand_key(&hand, XK_Escape, 0);
  CAP_UI_WAIT(!gtk_widget_get_mapped(popover));
}

/* The choice of KEY in POPOVER. */
static GtkWidget *
choice_of(GtkWidget *popover, const char *key)
{
  g_autoptr(GPtrArray) all = cap_ui_find_all(popover, GTK_TYPE_DROP_DOWN);
  const char *const *keys = cap_context_keys();
  guint n = 0;
  for (int i = 0; !g_str_equal(keys[i], key); i++)
    n += cap_context_words(keys[i]) != NULL;
  ck_assert_uint_lt(n, all->len);
  return all->pdata[n];
}

START_TEST(what_is_said_of_the_patient_changes_the_rule)
{
  take_first();
  ck_assert(says(CAP_BROCK, "none: age"));
  GtkWidget *popover =
      cap_hand_open_menu(&hand, "What guidelines ask about the patient");
  cap_hand_type(&hand, cap_ui_find(popover, GTK_TYPE_SPIN_BUTTON), "67");
  cap_ui_choose(&hand.input, choice_of(popover, "sex"), CAP_SEX_FEMALE);
  cap_ui_choose(&hand.input, choice_of(popover, "setting"),
                CAP_SETTING_SCREENING);
  close_menu(popover);
  CAP_UI_WAIT(says(CAP_BROCK, " %"));
  CAP_UI_WAIT(says(CAP_FLEISCHNER, "none: for nodules"));
  CAP_UI_WAIT(says(CAP_LUNGRADS, "4"));
  CAP_HAND_EXPECT(&hand, "SELECT kind FROM action ORDER BY id DESC", "context");
  CAP_HAND_EXPECT(&hand,
                  "SELECT content LIKE '%67%screening%' FROM version WHERE "
                  "entity = 'scan' ORDER BY id DESC",
                  "1");
  popover = cap_hand_open_menu(&hand, "What guidelines ask about the patient");
  cap_ui_choose(&hand.input, choice_of(popover, "setting"),
                CAP_SETTING_INCIDENTAL);
  close_menu(popover);
  CAP_UI_WAIT(says(CAP_LUNGRADS, "none: for screening"));
}
END_TEST

START_TEST(a_category_with_a_reason_is_the_readers)
{
  take_first();
  g_autofree char *tooltip = g_strdup_printf("Your own category in place of %s",
                                             cap_guideline_title(CAP_LUNGRADS));
  GtkWidget *popover = cap_hand_open_menu(&hand, tooltip);
  cap_ui_choose(&hand.input, cap_ui_find(popover, GTK_TYPE_DROP_DOWN), 6);
  cap_hand_type(&hand, cap_ui_find(popover, GTK_TYPE_ENTRY), "pleural tag");
  CAP_UI_WAIT(!gtk_widget_get_mapped(popover));
  CAP_UI_WAIT(says(CAP_LUNGRADS, "4X, "));
  CAP_HAND_EXPECT(&hand, "SELECT kind FROM action ORDER BY id DESC",
                  "overridden");
  CAP_HAND_EXPECT(&hand,
                  "SELECT content LIKE '%\"4X\"%pleural tag%' FROM finding "
                  "WHERE id = 1",
                  "1");
  cap_hand_key(&hand, XK_z, GDK_CONTROL_MASK);
  CAP_UI_WAIT(!says(CAP_LUNGRADS, "4X, "));
}
END_TEST

START_TEST(buttons_copy_what_is_shown)
{
  take_first();
  CapFindings *now = cap_session_now(hand.session);
  g_autofree char *wanted =
      cap_words_finding_paragraph(now, cap_hand_selected(&hand));
  const CapPending pending = cap_guideline_pending(now, "");
  g_autofree char *exam = cap_words_exam_paragraph(now, "", &pending);
  cap_session_now_free(now);
  cap_hand_press(&hand, "Copy finding");
  g_autofree char *copied = cap_ui_clipboard(GTK_WIDGET(hand.window));
  ck_assert_str_eq(copied, wanted);
  for (int i = 0; i < CAP_N_GUIDELINES; i++) {
    const char *verdict =
        cap_guideline_section_verdict(section(), (CapGuideline)i);
    ck_assert_msg(strstr(copied, verdict) != NULL, "no “%s” in %s", verdict,
                  copied);
  }
  cap_hand_press(&hand, "Copy examination");
  g_autofree char *all = cap_ui_clipboard(GTK_WIDGET(hand.window));
  ck_assert_str_eq(all, exam);
}
END_TEST

/* ---- the network ---- */

START_TEST(n_is_judged_by_the_network)
{
  cap_hand_click(&hand, CAP_PLANE_AXIAL, (CapPoint){26, 31, 19});
  cap_hand_key(&hand, XK_n, 0);
  CAP_UI_WAIT(cap_hand_n_listed(&hand) == 1);
  CAP_UI_WAIT(cap_hand_selected(&hand) != NULL &&
              !cap_hand_selected(&hand)->unjudged);
  g_autofree char *text =
      g_strdup_printf("%.4f", cap_hand_selected(&hand)->probability);
  ck_assert_double_gt(cap_hand_selected(&hand)->probability, 0);
  CAP_HAND_EXPECT(&hand, "SELECT printf('%.4f', probability) FROM finding",
                  text);
}
END_TEST

/* The button or bar of running work is on the screen. */
static gboolean
works(void)
{
  return cap_session_detecting(hand.session) &&
         cap_ui_find_match(GTK_WIDGET(hand.window), cap_ui_is_visible_label,
                           " %") != NULL;
}

static GtkRange *
threshold(void)
{
  return GTK_RANGE(cap_ui_find(GTK_WIDGET(hand.window), GTK_TYPE_SCALE));
}

/* From the left end over FRACTION of the line. */
static void
drag_threshold(double fraction)
{
  GdkRectangle line;
  int x, y, start, end;
  gtk_range_get_range_rect(threshold(), &line);
  gtk_range_get_slider_range(threshold(), &start, &end);
  cap_ui_on_screen(&hand.input, GTK_WIDGET(threshold()), (start + end) / 2.0,
                   line.y + line.height / 2.0, &x, &y);
  cap_xtest_drag(&hand.input, CAP_LEFT, x, y, (int)(fraction * line.width), 0);
  cap_hand_arrive(&hand);
}

static char *
contents(void)
{
  GString *text = g_string_new(NULL);
  const CapFindings *findings = cap_session_findings(hand.session);
  for (guint i = 0; findings != NULL && i < findings->items->len; i++) {
    const CapFinding *f = findings->items->pdata[i];
    g_string_append_printf(text, "%d %.9f %.9f\n", f->id, f->probability,
                           f->volume_mm3);
  }
  return g_string_free(text, FALSE);
}

static guint
n_above(double limit)
{
  guint n = 0;
  const CapFindings *findings = cap_session_findings(hand.session);
  for (guint i = 0; i < findings->items->len; i++)
    n += ((const CapFinding *)findings->items->pdata[i])->probability >= limit;
  return n;
}

static void
open_phantom(void)
{
  g_autofree char *folder = g_build_filename(hand.folder, "phantom", NULL);
  const char *arguments[] = {
      capsight,   "phantom", "--quiet",   "--progress", "none", "--size", "128",
      "--slices", "40",      "--nodules", "2",          "-o",   folder,   NULL};
  int status = -1;
  ck_assert(g_spawn_sync(NULL, (char **)arguments, NULL, 0, NULL, NULL, NULL,
                         NULL, &status, NULL));
  ck_assert_int_eq(status, 0);
  cap_window_open_path(hand.window, folder, NULL);
  CAP_UI_WAIT(cap_session_phase(hand.session) == CAP_PHASE_READY);
}

START_TEST(detection_stops_and_runs_to_its_end)
{
  open_phantom();
  cap_hand_key(&hand, XK_d, GDK_CONTROL_MASK);
  CAP_UI_WAIT(works());
  cap_hand_press(&hand, "Stop");
  CAP_UI_WAIT(!cap_session_detecting(hand.session));
  ck_assert_ptr_null(cap_session_findings(hand.session));
  cap_hand_key(&hand, XK_d, GDK_CONTROL_MASK);
  CAP_UI_WAIT(works());
  CAP_UI_WAIT(!cap_session_detecting(hand.session));
  ck_assert_str_eq(cap_session_detection_failure(hand.session), "");
  ck_assert_uint_gt(cap_hand_n_listed(&hand), 1);
  g_autofree char *found = contents();
  const guint all = cap_hand_n_listed(&hand);
  cap_hand_key(&hand, XK_d, GDK_CONTROL_MASK);
  CAP_UI_WAIT(works());
  cap_hand_key(&hand, XK_Escape, 0);
  CAP_UI_WAIT(!cap_session_detecting(hand.session));
  g_autofree char *kept = contents();
  ck_assert_str_eq(kept, found);
  drag_threshold(0.9);
  const double limit = gtk_range_get_value(threshold());
  ck_assert_double_gt(limit, 0.6);
  CAP_UI_WAIT(cap_hand_n_listed(&hand) == n_above(limit));
  ck_assert_uint_lt(cap_hand_n_listed(&hand), all);
}
END_TEST

int
main(int argc, char **argv)
{
  capsight = argc > 1 ? argv[1] : "capsight";
  Suite *suite = suite_create("advising");
  TCase *tests = tcase_create("advising");
  tcase_set_timeout(tests, 250);
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, what_is_said_of_the_patient_changes_the_rule);
  tcase_add_test(tests, a_category_with_a_reason_is_the_readers);
  tcase_add_test(tests, buttons_copy_what_is_shown);
  tcase_add_test(tests, n_is_judged_by_the_network);
  tcase_add_test(tests, detection_stops_and_runs_to_its_end);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
