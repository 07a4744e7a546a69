/* Findings of two scans in the viewer's window: alignment, pairs and growth,
 * with real input by XTEST. */
#include "core/measure/prior.h"
#include "tests/support/database.h"
#include "tests/support/prior_window.h"
#include "tests/support/ui_input.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static CapPriorWindow w;

static void
set_up(void)
{
  cap_prior_window_open(&w);
}

static void
tear_down(void)
{
  cap_prior_window_close(&w);
}

/* ---- registration ---- */

START_TEST(a_scan_without_lungs_says_so)
{
  cap_prior_window_open_current(&w, "now");
  cap_prior_window_open_prior(&w, "block");
  cap_prior_study_confirm(w.prior);
  g_action_group_activate_action(G_ACTION_GROUP(w.window), "align-prior", NULL);
  ck_assert_int_eq(cap_prior_alignment_state(w.alignment), CAP_PRIOR_ALIGNING);
  CAP_UI_WAIT(cap_prior_alignment_state(w.alignment) != CAP_PRIOR_ALIGNING);
  ck_assert_int_eq(cap_prior_alignment_state(w.alignment),
                   CAP_PRIOR_ALIGNMENT_FAILED);
  cap_ui_spin(50);
  ck_assert(cap_prior_window_says(&w, "The earlier scan shows no lung"));
  ck_assert(cap_prior_alignment_can_start(w.alignment));
}
END_TEST

START_TEST(registration_is_stopped_and_runs)
{
  cap_prior_window_open_current(&w, "now");
  cap_prior_window_open_prior(&w, "then");
  cap_prior_alignment_start(w.alignment);
  CAP_UI_WAIT(*cap_prior_alignment_stage(w.alignment) != '\0');
  g_action_group_activate_action(G_ACTION_GROUP(w.window), "stop-prior", NULL);
  ck_assert_int_eq(cap_prior_alignment_state(w.alignment), CAP_PRIOR_UNALIGNED);
  ck_assert(cap_prior_study_is_shown(w.prior)); /* it only is not aligned */

  cap_prior_alignment_start(w.alignment);
  CAP_UI_WAIT(cap_prior_alignment_state(w.alignment) == CAP_PRIOR_ALIGNED);
  ck_assert(cap_prior_alignment_is_accepted(w.alignment));
  const CapFindings *now = cap_session_findings(w.session);
  for (int k = 0; k < CAP_PRIOR_CASE_N; k++) {
    const CapFinding *f = now->items->pdata[k];
    const CapPoint a = cap_transform_apply(&w.truth, f->center_mm);
    const CapPoint b =
        cap_prior_map_to_prior(cap_prior_study_map(w.prior), f->center_mm);
    const double mm = hypot(hypot(a.x - b.x, a.y - b.y), a.z - b.z);
    printf("# nodule %d: %.2f mm from the truth\n", f->id, mm);
    ck_assert_double_lt(mm, 4);
    /* Paired by itself, as the alignment is good. */
    if (k < CAP_PRIOR_CASE_N - 1)
      ck_assert_int_eq(f->prior.id, 11 + k);
    else
      ck_assert_int_eq(f->prior.state, CAP_PRIOR_NEW);
  }
  cap_ui_spin(50);
  ck_assert(cap_prior_window_says(&w, "overlap 0.9"));
}
END_TEST

/* ---- pairs and growth ---- */

static CapFindingItem *
item_of(int id)
{
  GListModel *items = cap_session_all_items(w.session);
  for (guint i = 0; i < g_list_model_get_n_items(items); i++) {
    g_autoptr(CapFindingItem) item = g_list_model_get_item(items, i);
    if (cap_finding_item_get(item)->id == id)
      return item;
  }
  return NULL;
}

/* From the review's file; g_free. */
static char *
ask(const char *sql)
{
  return cap_test_ask(cap_review_file_name(cap_session_review(w.session)), sql);
}

#define PRIOR_OF_2                                                             \
  "SELECT coalesce(json_extract(content, '$.prior.id'), "                      \
  "json_extract(content, '$.prior.state')) FROM finding WHERE id = 2"
#define RATIO_OF_2                                                             \
  "SELECT json_extract(content, '$.prior.growth.volume_ratio') FROM finding "  \
  "WHERE id = 2"

static void
assert_answer(const char *sql, const char *expected)
{
  g_autofree char *answer = ask(sql);
  ck_assert_str_eq(answer, expected);
}

static void
pair_by_truth(void)
{
  cap_prior_window_open_current(&w, "now");
  cap_prior_window_open_prior(&w, "then");
  cap_prior_window_set_true_map(&w);
  g_action_group_activate_action(G_ACTION_GROUP(w.window), "accept-prior",
                                 NULL);
  cap_ui_spin(50);
}

START_TEST(pairs_are_made_and_are_those_of_compare)
{
  pair_by_truth();
  int matched, fresh, gone;
  cap_prior_pairs_count(w.pairs, &matched, &fresh, &gone);
  ck_assert_int_eq(matched, CAP_PRIOR_CASE_N - 1);
  ck_assert_int_eq(fresh, 1);
  ck_assert_int_eq(gone, 1);
  ck_assert(cap_prior_window_says(&w, "3 paired, 1 new, 1 gone"));
  /* What capsight compare does with the same two scans and the same map. */
  g_autoptr(CapFindings) compared =
      cap_findings_copy_head(cap_session_findings(w.session));
  const CapFindings *now = cap_session_findings(w.session);
  for (guint i = 0; i < now->items->len; i++) {
    CapFinding *f = cap_finding_copy(now->items->pdata[i]);
    f->prior = (CapPrior){0};
    g_ptr_array_add(compared->items, f);
  }
  const CapAlignment by = {.to_prior = w.truth};
  const CapComparison comparison = {
      .current_volume = cap_session_volume(w.session),
      .prior_volume = cap_session_volume(w.prior_session),
      .prior = cap_session_findings(w.prior_session),
      .alignment = &by};
  g_array_unref(cap_prior_compare(compared, &comparison));
  for (guint i = 0; i < now->items->len; i++) {
    const CapFinding *a = now->items->pdata[i], *b = compared->items->pdata[i];
    CapGrowth g, h;
    ck_assert_int_eq(a->prior.state, b->prior.state);
    if (a->prior.state != CAP_PRIOR_MATCHED)
      continue;
    ck_assert_int_eq(a->prior.id, b->prior.id);
    ck_assert(cap_prior_growth(a, &g) && cap_prior_growth(b, &h));
    ck_assert_double_eq(g.ratio, h.ratio);
    ck_assert(g.doubling_days == h.doubling_days);
    ck_assert(g.doubling_low == h.doubling_low);
    ck_assert(g.doubling_high == h.doubling_high);
  }
  ck_assert_str_eq(now->prior_scan->date, "20260812");
  ck_assert_int_eq(now->context.exam, CAP_EXAM_FOLLOW_UP);
  assert_answer(PRIOR_OF_2, "12");
  assert_answer("SELECT kind FROM action ORDER BY id DESC LIMIT 1", "compared");
}
END_TEST

/* What the list tells of finding 2. */
static const char *
told(void)
{
  return cap_finding_item_growth(item_of(2));
}

START_TEST(growth_is_since_the_scan_that_is_shown)
{
  pair_by_truth();
  ck_assert_ptr_nonnull(strstr(told(), "%"));
  ck_assert_ptr_null(strstr(told(), "since"));
  g_autofree char *dated = g_strconcat(told(), " since 2026-08-12", NULL);
  cap_xtest_key(&w.input, XK_w, GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  CAP_UI_WAIT(!cap_prior_study_is_open(w.prior));
  ck_assert_str_eq(told(), dated);
  ck_assert(cap_prior_window_says(&w, dated));
  cap_ui_shoot("growth_dated");
  cap_prior_window_open_prior(&w, "other");
  CAP_UI_WAIT(cap_ui_dialog(w.window, ADW_TYPE_MESSAGE_DIALOG) != NULL);
  GtkWindow *alarm = cap_ui_dialog(w.window, ADW_TYPE_MESSAGE_DIALOG);
  CAP_UI_WAIT(gtk_widget_get_mapped(GTK_WIDGET(alarm)));
  cap_ui_take_keys(alarm);
  cap_ui_click(&w.input, cap_ui_find_match(GTK_WIDGET(alarm), cap_ui_is_button,
                                           "Compare all the same"));
  CAP_UI_WAIT(cap_prior_study_is_shown(w.prior));
  cap_ui_spin(100);
  ck_assert_str_eq(told(), "");
  cap_ui_shoot("growth_other");
  GtkWidget *title = cap_ui_find_match(
      GTK_WIDGET(w.window), cap_ui_is_visible_label, "OTHER PATIENT");
  ck_assert_ptr_nonnull(title);
  ck_assert(
      gtk_widget_has_css_class(gtk_widget_get_parent(title), "other-patient"));
  GdkRGBA words;
  gtk_style_context_get_color(gtk_widget_get_style_context(title), &words);
  ck_assert_double_eq_tol(words.blue, 1, 0.01); /* white on red */
}
END_TEST

START_TEST(the_reader_pairs_otherwise)
{
  pair_by_truth();
  cap_session_select(w.session, item_of(2), TRUE);
  cap_ui_spin(100);
  ck_assert(cap_prior_window_says(&w, "2026-08-12, finding 12"));
  ck_assert(cap_prior_window_says(&w, "doubling time"));
  ck_assert(cap_prior_window_says(&w, "It has grown"));
  g_autofree char *before = ask(RATIO_OF_2);

  /* Row 2 of the choice and on are the earlier findings, 11 first. */
  GtkWidget *row = cap_ui_find_match(GTK_WIDGET(w.window),
                                     cap_ui_is_visible_label, "Pair with");
  GtkWidget *choice = gtk_widget_get_next_sibling(row);
  ck_assert(GTK_IS_DROP_DOWN(choice));
  cap_ui_choose(&w.input, choice, 2);
  CAP_UI_WAIT(cap_finding_item_get(item_of(2))->prior.id == 11);
  ck_assert(cap_prior_pairs_is_chosen(w.pairs, 2));
  assert_answer(PRIOR_OF_2, "11");
  g_autofree char *after = ask(RATIO_OF_2);
  ck_assert_str_ne(before, after);
  assert_answer("SELECT kind FROM action ORDER BY id DESC LIMIT 1", "paired");
  cap_ui_spin(50);
  ck_assert(cap_prior_window_says(&w, "2026-08-12, finding 11"));
  /* The one that had 11 has to do without. */
  ck_assert_int_ne(cap_finding_item_get(item_of(1))->prior.id, 11);

  /* Pairing again leaves the reader's pair alone. */
  ck_assert(cap_prior_pairs_make(w.pairs));
  assert_answer(PRIOR_OF_2, "11");
  ck_assert(cap_session_undo(w.session));

  cap_ui_take_keys(w.window);
  cap_xtest_key(&w.input, XK_z, GDK_CONTROL_MASK);
  CAP_UI_WAIT(cap_finding_item_get(item_of(2))->prior.id == 12);
  ck_assert(!cap_prior_pairs_is_chosen(w.pairs, 2));
  assert_answer(PRIOR_OF_2, "12");
  g_autofree char *undone = ask(RATIO_OF_2);
  ck_assert_str_eq(undone, before);

  cap_ui_choose(&w.input, choice, 1);
  CAP_UI_WAIT(cap_prior_window_says(&w, "Not there on the scan of 2026-08-12"));
  assert_answer(PRIOR_OF_2, "new");
  cap_ui_take_keys(w.window);
  cap_ui_choose(&w.input, choice, 0);
  CAP_UI_WAIT(!cap_prior_pairs_is_chosen(w.pairs, 2));
  assert_answer(PRIOR_OF_2, "12");
}
END_TEST

START_TEST(pairs_outlive_the_window)
{
  pair_by_truth();
  ck_assert(cap_prior_pairs_choose(w.pairs, 2, 11));
  cap_prior_window_open_current(
      &w, "now"); /* closes the earlier scan, reads the review again */
  ck_assert(!cap_prior_study_is_open(w.prior));
  cap_session_select(w.session, item_of(2), TRUE);
  cap_ui_spin(50);
  ck_assert(cap_prior_window_says(&w, "2026-08-12, finding 11"));
  ck_assert_ptr_null(cap_ui_find_match(GTK_WIDGET(w.window),
                                       cap_ui_is_visible_label, "Pair with"));
  cap_prior_window_open_prior(&w, "then"); /* the reader's pair is still his */
  cap_prior_window_set_true_map(&w);
  ck_assert(cap_prior_pairs_is_chosen(w.pairs, 2));
  ck_assert(!cap_prior_pairs_is_chosen(w.pairs, 1));
  ck_assert(cap_prior_pairs_make(w.pairs));
  assert_answer(PRIOR_OF_2, "11");
}
END_TEST

START_TEST(an_unsearched_scan_has_no_pairs)
{
  cap_prior_window_open_current(&w, "now");
  cap_prior_window_open_prior(&w, "other");
  cap_prior_study_confirm(w.prior);
  ck_assert(cap_prior_pairs_lacks_search(w.pairs));
  ck_assert(!cap_prior_pairs_make(w.pairs));
  ck_assert_ptr_nonnull(
      strstr(cap_prior_pairs_obstacle(w.pairs), "Nobody has looked"));
  cap_session_select(w.session, item_of(2), TRUE);
  cap_ui_spin(50);
  ck_assert(cap_prior_window_says(
      &w, "Nobody has looked for nodules in the earlier scan"));
  ck_assert(cap_prior_window_says(&w, "No pairs"));
  /* A scan without a lung shows that nothing is new as little. */
  CapSession *prior = cap_prior_study_session(w.prior);
  CapFindings *found = cap_findings_new(cap_session_volume(prior));
  g_ptr_array_add(found->notes, g_strdup("no lung was found"));
  cap_session_set_findings(prior, found);
  ck_assert(cap_prior_pairs_lacks_search(w.pairs));
  ck_assert(!cap_prior_pairs_make(w.pairs));
  ck_assert_ptr_nonnull(
      strstr(cap_prior_pairs_obstacle(w.pairs), "could not be evaluated"));
}
END_TEST

int
main(void)
{
  cap_prior_window_make_case(&w);
  Suite *suite = suite_create("prior_pairs");
  TCase *aligning = tcase_create("aligning");
  TCase *pairs = tcase_create("pairs");
  tcase_set_timeout(aligning, 240);
  tcase_add_checked_fixture(aligning, set_up, tear_down);
  tcase_add_test(aligning, a_scan_without_lungs_says_so);
  tcase_add_test(aligning, registration_is_stopped_and_runs);
  suite_add_tcase(suite, aligning);
  tcase_set_timeout(pairs, 240);
  tcase_add_checked_fixture(pairs, set_up, tear_down);
  tcase_add_test(pairs, pairs_are_made_and_are_those_of_compare);
  tcase_add_test(pairs, growth_is_since_the_scan_that_is_shown);
  tcase_add_test(pairs, the_reader_pairs_otherwise);
  tcase_add_test(pairs, pairs_outlive_the_window);
  tcase_add_test(pairs, an_unsearched_scan_has_no_pairs);
  suite_add_tcase(suite, pairs);
  const int failed = cap_suite_run(suite);
  cap_prior_window_remove_case(&w);
  return failed;
}
