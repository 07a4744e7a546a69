/* An earlier scan in the viewer's window: alarms, stepping, aligning, pairs and
 * growth, with real input by XTEST. */
#include "core/measure/prior.h"
#include "io/ct_write.h"
#include "tests/support/database.h"
#include "tests/support/prior_case.h"
#include "tests/support/ui.h"
#include "tests/support/ui_input.h"
#include "ui/application.h"
#include "ui/prior/prior_dialog.h"
#include "ui/window.h"

#include <gdk/x11/gdkx.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

static char *folder; /* of the case */
static CapTransform truth;
static AdwApplication *app;
static CapWindow *window;
static CapSession *session, *prior_session;
static CapPriorPairs *pairs;
static CapPriorStudy *prior;
static CapPriorAlignment *alignment;
static CapXtest x;

/* ---- waiting ---- */

static gboolean
tick(gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

/* Until CONDITION; the machine may be busy. */
#define WAIT(condition)                                                        \
  do {                                                                         \
    const gint64 end_ = g_get_monotonic_time() + 120 * G_TIME_SPAN_SECOND;     \
    const guint ticker_ = g_timeout_add(20, tick, NULL);                       \
    while (!(condition) && g_get_monotonic_time() < end_)                      \
      g_main_context_iteration(NULL, TRUE);                                    \
    g_source_remove(ticker_);                                                  \
    ck_assert_msg((condition), "did not happen: %s", #condition);              \
  } while (0)

static gboolean
is_ready(CapSession *which)
{
  return cap_session_phase(which) == CAP_PHASE_READY;
}

/* ---- input ---- */

/* No window manager gives the focus. */
static void
focus(GtkWindow *which)
{
  GdkSurface *surface = gtk_native_get_surface(GTK_NATIVE(which));
  XSetInputFocus(x.display, gdk_x11_surface_get_xid(surface), RevertToParent,
                 CurrentTime);
  XSync(x.display, False);
  WAIT(gtk_window_is_active(which));
}

static gboolean
says(const char *text)
{
  return cap_ui_find_match(GTK_WIDGET(window), cap_ui_is_visible_label, text) !=
         NULL;
}

/* The window of that type beside the main one, or NULL. */
static GtkWindow *
dialog(GType type)
{
  GListModel *list = gtk_window_get_toplevels();
  for (guint i = 0; i < g_list_model_get_n_items(list); i++) {
    g_autoptr(GtkWindow) at = g_list_model_get_item(list, i);
    if (at != GTK_WINDOW(window) && G_TYPE_CHECK_INSTANCE_TYPE(at, type))
      return at;
  }
  return NULL;
}

static GtkWidget *
pane_of(gboolean of_prior, CapPlane plane)
{
  CapViews *views = cap_window_views(window);
  return GTK_WIDGET(of_prior ? cap_views_prior_pane(views, plane)
                             : cap_views_pane(views, plane));
}

/* ---- the case ---- */

/* A box of lung in soft tissue. */
static CapVolume *
box(void)
{
  CapVolume *v = cap_volume_new(90, 90, 100, NULL);
  v->spacing_mm[2] = 1.5;
  v->usable = CAP_USABLE_VIEW | CAP_USABLE_MEASURE | CAP_USABLE_DETECT;
  gsize i = 0;
  for (int s = 0; s < v->slices; s++)
    for (int r = 0; r < v->rows; r++)
      for (int c = 0; c < v->columns; c++, i++)
        v->voxels_hu[i] =
            c < 5 || c > 84 || r < 5 || r > 84 ? 40 : -850 + (7 * c + s) % 30;
  return v;
}

static char *
path_of(const char *name)
{
  return g_build_filename(folder, name, NULL);
}

static void
open_current(const char *name)
{
  g_autofree char *path = path_of(name);
  g_autofree char *findings = path_of("now"); /* of several studies, theirs */
  cap_window_open_path(window, path, *name == '\0' ? findings : NULL);
  WAIT(is_ready(session));
}

static void
open_prior(const char *name)
{
  g_autofree char *path = path_of(name);
  cap_prior_study_open(prior, path, NULL);
  WAIT(is_ready(prior_session));
  cap_ui_spin(50);
}

static void
set_true_map(void)
{
  const CapPriorMap map = {.kind = CAP_PRIOR_MAP_AFFINE, .base = truth};
  cap_prior_study_set_map(prior, &map);
}

static void
set_up(void)
{
  g_autofree char *mine =
      g_strdup_printf("%s/data-%d", g_get_home_dir(), (int)getpid());
  g_setenv("XDG_DATA_HOME", mine, TRUE); /* no test sees another's reviews */
  x = cap_xtest_open(20000);
  ck_assert_ptr_nonnull(x.display);
  app = cap_application_new();
  ck_assert(g_application_register(G_APPLICATION(app), NULL, NULL));
  window = cap_window_new(app);
  session = cap_window_session(window);
  pairs = cap_window_prior_pairs(window);
  prior = cap_prior_pairs_prior(pairs);
  alignment = cap_prior_pairs_alignment(pairs);
  prior_session = cap_prior_study_session(prior);
  cap_prior_alignment_set_automatic(alignment, FALSE);
  gtk_window_set_default_size(GTK_WINDOW(window), 1400, 800);
  gtk_window_present(GTK_WINDOW(window));
  WAIT(gtk_widget_get_mapped(GTK_WIDGET(window)));
  focus(GTK_WINDOW(window));
}

static void
tear_down(void)
{
  gtk_window_destroy(GTK_WINDOW(window));
  cap_ui_spin(50);
  cap_xtest_close(&x);
}

/* ---- choosing, alarms ---- */

START_TEST(the_same_patients_series_is_offered_first)
{
  open_current("");
  ck_assert_str_eq(cap_session_source(session)->study_date, "20261129");
  cap_xtest_key(&x, XK_p, GDK_CONTROL_MASK);
  WAIT(dialog(ADW_TYPE_WINDOW) != NULL);
  GtkWindow *chooser = dialog(ADW_TYPE_WINDOW);
  WAIT(gtk_widget_get_mapped(GTK_WIDGET(chooser)));
  GtkWidget *row = cap_ui_find(GTK_WIDGET(chooser), ADW_TYPE_ACTION_ROW);
  ck_assert_ptr_nonnull(row);
  ck_assert_str_eq(adw_preferences_row_get_title(ADW_PREFERENCES_ROW(row)),
                   "2026-08-12, 109 days earlier");
  GtkWidget *second = gtk_widget_get_next_sibling(row);
  ck_assert_str_eq(adw_preferences_row_get_title(ADW_PREFERENCES_ROW(second)),
                   "2026-07-01, 151 days earlier");
  ck_assert_ptr_nonnull(
      cap_ui_find_match(second, cap_ui_is_visible_label, "other patient"));
  ck_assert_ptr_null(
      cap_ui_find_match(row, cap_ui_is_visible_label, "other patient"));
  focus(chooser);
  cap_xtest_key(&x, XK_Return, 0); /* the first row has the focus */
  WAIT(is_ready(prior_session));
  ck_assert_str_eq(cap_session_source(prior_session)->study_date, "20260812");
  ck_assert(cap_prior_study_is_shown(prior));
  ck_assert_int_eq(cap_views_layout(cap_window_views(window)),
                   CAP_LAYOUT_COMPARE);
  ck_assert(says("Current – 2026-11-29"));
  ck_assert(says("Prior – 2026-08-12, 109 days earlier"));
  /* Its findings lie beside its images. */
  ck_assert_ptr_nonnull(cap_session_findings(prior_session));
}
END_TEST

START_TEST(another_patients_images_raise_the_alarm)
{
  open_current("now");
  open_prior("other");
  WAIT(dialog(ADW_TYPE_MESSAGE_DIALOG) != NULL);
  ck_assert(!cap_prior_study_is_shown(prior));
  ck_assert_ptr_null(pane_of(TRUE, CAP_PLANE_AXIAL));
  GtkWindow *alarm = dialog(ADW_TYPE_MESSAGE_DIALOG);
  WAIT(gtk_widget_get_mapped(GTK_WIDGET(alarm)));
  ck_assert(gtk_window_get_modal(alarm));
  focus(alarm);
  cap_xtest_key(&x, XK_Escape, 0);
  WAIT(!cap_prior_study_is_open(prior));
  WAIT(dialog(ADW_TYPE_MESSAGE_DIALOG) == NULL);
  focus(GTK_WINDOW(window));

  open_prior("other");
  WAIT(dialog(ADW_TYPE_MESSAGE_DIALOG) != NULL);
  alarm = dialog(ADW_TYPE_MESSAGE_DIALOG);
  WAIT(gtk_widget_get_mapped(GTK_WIDGET(alarm)));
  focus(alarm);
  cap_ui_click(&x, cap_ui_find_match(GTK_WIDGET(alarm), cap_ui_is_button,
                                     "Compare all the same"));
  WAIT(cap_prior_study_is_shown(prior));
  cap_ui_spin(100);
  ck_assert(says("may be the images of another patient"));
  ck_assert(says("Patient ID is P-1 here and P-2 there."));
  ck_assert(says("OTHER PATIENT – 2026-07-01"));
  cap_prior_study_close(prior);
  cap_ui_spin(50);
  ck_assert(!says("may be the images of another patient"));
}
END_TEST

START_TEST(a_later_scan_raises_the_alarm)
{
  open_current("then");
  open_prior("now");
  WAIT(dialog(ADW_TYPE_MESSAGE_DIALOG) != NULL);
  ck_assert(!cap_prior_study_is_other_patient(prior));
  ck_assert_uint_eq(cap_prior_study_alarms(prior)->len, 1);
  ck_assert_ptr_nonnull(strstr(cap_prior_study_alarms(prior)->pdata[0],
                               "109 days after the present scan"));
  g_autofree char *when = cap_prior_study_when(prior);
  ck_assert_str_eq(when, "2026-11-29, 109 days LATER");
}
END_TEST

START_TEST(closing_gives_back_what_it_took)
{
  open_current("now");
  g_action_group_change_action_state(G_ACTION_GROUP(window), "layout",
                                     g_variant_new_string("three"));
  open_prior("then");
  gpointer pane = pane_of(TRUE, CAP_PLANE_AXIAL);
  g_object_add_weak_pointer(pane, &pane);
  cap_xtest_key(&x, XK_w, GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  WAIT(!cap_prior_study_is_open(prior));
  WAIT(pane == NULL);
  ck_assert_ptr_null(cap_session_volume(prior_session));
  ck_assert_ptr_null(cap_session_findings(prior_session));
  ck_assert_int_eq(cap_views_layout(cap_window_views(window)),
                   CAP_LAYOUT_THREE);
}
END_TEST

/* ---- in step ---- */

static int
slice_of(CapSession *which, CapPlane plane)
{
  return cap_slice_index(cap_session_volume(which), plane,
                         cap_session_position(which));
}

START_TEST(both_scans_step_together)
{
  open_current("now");
  open_prior("then");
  /* Before anything is aligned: middle on middle. */
  ck_assert_int_eq(cap_prior_study_map(prior)->kind, CAP_PRIOR_MAP_MIDDLES);
  cap_ui_wheel(&x, pane_of(FALSE, CAP_PLANE_AXIAL), CAP_WHEEL_DOWN);
  ck_assert_int_le(abs(slice_of(session, CAP_PLANE_AXIAL) -
                       slice_of(prior_session, CAP_PLANE_AXIAL)),
                   2);
  /* By the truth, the same voxels are shown: the grids differ in place only. */
  set_true_map();
  for (int k = 0; k < 4; k++) {
    const int before = slice_of(session, CAP_PLANE_AXIAL);
    cap_ui_wheel(&x, pane_of(FALSE, CAP_PLANE_AXIAL), CAP_WHEEL_DOWN);
    ck_assert_int_ne(slice_of(session, CAP_PLANE_AXIAL), before);
    for (int plane = 0; plane < 3; plane++)
      ck_assert_int_le(abs(slice_of(session, (CapPlane)plane) -
                           slice_of(prior_session, (CapPlane)plane)),
                       1);
  }
  /* The earlier scan leads, too. */
  const int at = slice_of(prior_session, CAP_PLANE_AXIAL);
  cap_ui_wheel(&x, pane_of(TRUE, CAP_PLANE_AXIAL), CAP_WHEEL_UP);
  ck_assert_int_eq(slice_of(prior_session, CAP_PLANE_AXIAL), at + 1);
  ck_assert_int_eq(slice_of(session, CAP_PLANE_AXIAL), at + 1);
  /* Each on its own, and together again. */
  focus(GTK_WINDOW(window));
  cap_xtest_key(&x, XK_y, 0);
  WAIT(!cap_prior_study_in_step(prior));
  cap_ui_wheel(&x, pane_of(TRUE, CAP_PLANE_AXIAL), CAP_WHEEL_UP);
  ck_assert_int_eq(slice_of(prior_session, CAP_PLANE_AXIAL), at + 2);
  ck_assert_int_eq(slice_of(session, CAP_PLANE_AXIAL), at + 1);
  ck_assert(says("not in step"));
  cap_xtest_key(&x, XK_y, 0);
  WAIT(cap_prior_study_in_step(prior));
  ck_assert_int_eq(slice_of(prior_session, CAP_PLANE_AXIAL), at + 1);
}
END_TEST

START_TEST(views_share_window_zoom_and_place)
{
  open_current("now");
  open_prior("then");
  set_true_map();
  CapViewport here, there;
  GtkWidget *pane = pane_of(FALSE, CAP_PLANE_AXIAL);
  GtkWidget *beside = pane_of(TRUE, CAP_PLANE_AXIAL);
  cap_pane_zoom(CAP_PANE(beside), 2, 100, 100);
  cap_pane_pan(CAP_PANE(pane), 30, -10);
  cap_look_set_window(cap_session_look(session), 400, 40);
  ck_assert(cap_pane_viewport(CAP_PANE(pane), &here));
  ck_assert(cap_pane_viewport(CAP_PANE(beside), &there));
  ck_assert_double_eq(here.view.mm_per_pixel, there.view.mm_per_pixel);
  ck_assert_double_eq(there.view.window_hu, 400);
  /* What lies in the middle of the one lies in the middle of the other. */
  const CapPoint middle = cap_transform_apply(&truth, here.view.center_mm);
  double at_x, at_y;
  cap_viewport_to_screen(&there, middle, &at_x, &at_y);
  ck_assert_double_eq_tol(at_x, cap_viewport_screen_width(&there) / 2, 1);
  ck_assert_double_eq_tol(at_y, cap_viewport_screen_height(&there) / 2, 1);
}
END_TEST

/* Under the true map both scans have the same voxels at the same place, but for
 * the nodules: laid over, the one is hardly another. */
START_TEST(the_scan_laid_over_is_the_same)
{
  open_current("now");
  open_prior("then");
  set_true_map();
  g_object_set(cap_session_look(session), "crosshair", FALSE, NULL);
  GtkWidget *pane = pane_of(FALSE, CAP_PLANE_AXIAL);
  int width, height;
  g_autofree uint8_t *alone = cap_ui_pixels(pane, &width, &height);
  focus(GTK_WINDOW(window));
  cap_xtest_key(&x, XK_o, 0);
  cap_xtest_key(&x, XK_o, 0);
  WAIT(cap_prior_study_overlay(prior) == CAP_PRIOR_OVERLAY_CHECKER);
  g_autofree uint8_t *true_squares = cap_ui_pixels(pane, &width, &height);
  CapPriorMap off = *cap_prior_study_map(prior);
  off.nudge_mm.x = 15;
  cap_prior_study_set_map(prior, &off);
  g_autofree uint8_t *wrong_squares = cap_ui_pixels(pane, &width, &height);
  int far_true = 0, far_wrong = 0;
  for (int i = 0; i < width * height * 4; i++) {
    far_true += abs(true_squares[i] - alone[i]) > 40;
    far_wrong += abs(wrong_squares[i] - alone[i]) > 40;
  }
  printf("# values that differ: %d of %d where it lies right, %d moved by 15 "
         "mm\n",
         far_true, width * height * 4, far_wrong);
  ck_assert_int_lt(far_true, width * height * 4 / 100);
  ck_assert_int_gt(far_wrong, 10 * far_true + 1000);
}
END_TEST

START_TEST(dragging_lays_the_scan_otherwise)
{
  open_current("now");
  open_prior("then");
  set_true_map();
  GtkWidget *beside = pane_of(TRUE, CAP_PLANE_AXIAL);
  CapViewport port;
  int at_x, at_y;
  ck_assert(cap_pane_viewport(CAP_PANE(beside), &port));
  cap_ui_place_of(&x, beside, 0.5, 0.5, &at_x, &at_y);
  focus(GTK_WINDOW(window));
  cap_xtest_key_state(&x, XK_Control_L, TRUE);
  cap_xtest_drag(&x, CAP_LEFT, at_x, at_y, 40, 0);
  cap_xtest_key_state(&x, XK_Control_L, FALSE);
  cap_ui_spin(100);
  const CapPoint nudge = cap_prior_study_map(prior)->nudge_mm;
  const double mm = sqrt(nudge.x * nudge.x + nudge.y * nudge.y);
  ck_assert_double_eq_tol(mm, 40 / cap_viewport_zoom(&port), 1);
  ck_assert_double_lt(nudge.x, 0); /* its image goes right: what is shown lay
                                      further left */
  ck_assert(says("by hand"));
  g_action_group_activate_action(G_ACTION_GROUP(window), "reset-prior", NULL);
  /* The truth was never measured: back to the guess. */
  ck_assert_double_eq(cap_prior_study_map(prior)->nudge_mm.x, 0);
}
END_TEST

/* ---- registration ---- */

/* A block of water. (Written before tests are forked off, as writing has
 * threads that a fork loses.) */
static void
write_block(void)
{
  g_autofree char *path = path_of("block");
  g_autoptr(CapVolume) block = cap_volume_new(40, 40, 40, NULL);
  for (gsize i = 0; i < cap_volume_n_voxels(block); i++)
    block->voxels_hu[i] = 0;
  g_free(block->source->series_uid);
  block->source->series_uid = g_strdup("1.2.826.0.1.3680043.10.77.9");
  g_free(block->source->patient_id);
  block->source->patient_id = g_strdup("P-3");
  g_free(block->source->modality);
  block->source->modality = g_strdup("CT");
  g_assert_true(cap_ct_write_series(block, path, NULL, NULL));
}

START_TEST(a_scan_without_lungs_says_so)
{
  open_current("now");
  open_prior("block");
  cap_prior_study_confirm(prior);
  g_action_group_activate_action(G_ACTION_GROUP(window), "align-prior", NULL);
  ck_assert_int_eq(cap_prior_alignment_state(alignment), CAP_PRIOR_ALIGNING);
  WAIT(cap_prior_alignment_state(alignment) != CAP_PRIOR_ALIGNING);
  ck_assert_int_eq(cap_prior_alignment_state(alignment),
                   CAP_PRIOR_ALIGNMENT_FAILED);
  cap_ui_spin(50);
  ck_assert(says("the earlier scan shows no lung"));
  ck_assert(cap_prior_alignment_can_start(alignment));
}
END_TEST

START_TEST(registration_is_stopped_and_runs)
{
  open_current("now");
  open_prior("then");
  cap_prior_alignment_start(alignment);
  WAIT(*cap_prior_alignment_stage(alignment) != '\0');
  g_action_group_activate_action(G_ACTION_GROUP(window), "stop-prior", NULL);
  ck_assert_int_eq(cap_prior_alignment_state(alignment), CAP_PRIOR_UNALIGNED);
  ck_assert(cap_prior_study_is_shown(prior)); /* it only is not aligned */

  cap_prior_alignment_start(alignment);
  WAIT(cap_prior_alignment_state(alignment) == CAP_PRIOR_ALIGNED);
  ck_assert(cap_prior_alignment_is_accepted(alignment));
  const CapFindings *now = cap_session_findings(session);
  for (int k = 0; k < CAP_PRIOR_CASE_N; k++) {
    const CapFinding *f = now->items->pdata[k];
    const CapPoint a = cap_transform_apply(&truth, f->center_mm);
    const CapPoint b =
        cap_prior_map_to_prior(cap_prior_study_map(prior), f->center_mm);
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
  ck_assert(says("overlap 0.9"));
}
END_TEST

/* ---- pairs and growth ---- */

static CapFindingItem *
item_of(int id)
{
  GListModel *items = cap_session_all_items(session);
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
  return cap_test_ask(cap_review_file_name(cap_session_review(session)), sql);
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
  open_current("now");
  open_prior("then");
  set_true_map();
  g_action_group_activate_action(G_ACTION_GROUP(window), "accept-prior", NULL);
  cap_ui_spin(50);
}

START_TEST(pairs_are_made_and_are_those_of_compare)
{
  pair_by_truth();
  int matched, fresh, gone;
  cap_prior_pairs_count(pairs, &matched, &fresh, &gone);
  ck_assert_int_eq(matched, CAP_PRIOR_CASE_N - 1);
  ck_assert_int_eq(fresh, 1);
  ck_assert_int_eq(gone, 1);
  ck_assert(says("3 paired, 1 new, 1 gone"));
  /* What capsight compare does with the same two scans and the same map. */
  g_autoptr(CapFindings) compared =
      cap_findings_copy_head(cap_session_findings(session));
  const CapFindings *now = cap_session_findings(session);
  for (guint i = 0; i < now->items->len; i++) {
    CapFinding *f = cap_finding_copy(now->items->pdata[i]);
    f->prior = (CapPrior){0};
    g_ptr_array_add(compared->items, f);
  }
  const CapAlignment by = {.to_prior = truth};
  const CapComparison comparison = {
      .current_volume = cap_session_volume(session),
      .prior_volume = cap_session_volume(prior_session),
      .prior = cap_session_findings(prior_session),
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

START_TEST(the_reader_pairs_otherwise)
{
  pair_by_truth();
  cap_session_select(session, item_of(2), TRUE);
  cap_ui_spin(100);
  ck_assert(says("2026-08-12, finding 12"));
  ck_assert(says("doubling time"));
  ck_assert(says("It has grown"));
  g_autofree char *before = ask(RATIO_OF_2);

  /* Row 2 of the choice and on are the earlier findings, 11 first. */
  GtkWidget *row = cap_ui_find_match(GTK_WIDGET(window),
                                     cap_ui_is_visible_label, "Pair with");
  GtkWidget *choice = gtk_widget_get_next_sibling(row);
  ck_assert(GTK_IS_DROP_DOWN(choice));
  gtk_drop_down_set_selected(GTK_DROP_DOWN(choice), 2);
  WAIT(cap_finding_item_get(item_of(2))->prior.id == 11);
  ck_assert(cap_prior_pairs_is_chosen(pairs, 2));
  assert_answer(PRIOR_OF_2, "11");
  g_autofree char *after = ask(RATIO_OF_2);
  ck_assert_str_ne(before, after);
  assert_answer("SELECT kind FROM action ORDER BY id DESC LIMIT 1", "paired");
  cap_ui_spin(50);
  ck_assert(says("2026-08-12, finding 11"));
  /* The one that had 11 has to do without. */
  ck_assert_int_ne(cap_finding_item_get(item_of(1))->prior.id, 11);

  /* Pairing again leaves the reader's pair alone. */
  ck_assert(cap_prior_pairs_make(pairs));
  assert_answer(PRIOR_OF_2, "11");
  ck_assert(cap_session_undo(session));

  focus(GTK_WINDOW(window));
  cap_xtest_key(&x, XK_z, GDK_CONTROL_MASK);
  WAIT(cap_finding_item_get(item_of(2))->prior.id == 12);
  ck_assert(!cap_prior_pairs_is_chosen(pairs, 2));
  assert_answer(PRIOR_OF_2, "12");
  g_autofree char *undone = ask(RATIO_OF_2);
  ck_assert_str_eq(undone, before);

  ck_assert(cap_prior_pairs_choose(pairs, 2, 0));
  assert_answer(PRIOR_OF_2, "new");
  cap_ui_spin(50);
  ck_assert(says("Not there on the scan of 2026-08-12."));
  ck_assert(cap_prior_pairs_release(pairs, 2));
  assert_answer(PRIOR_OF_2, "12");
}
END_TEST

START_TEST(pairs_outlive_the_window)
{
  pair_by_truth();
  ck_assert(cap_prior_pairs_choose(pairs, 2, 11));
  open_current("now"); /* closes the earlier scan, reads the review again */
  ck_assert(!cap_prior_study_is_open(prior));
  cap_session_select(session, item_of(2), TRUE);
  cap_ui_spin(50);
  ck_assert(says("2026-08-12, finding 11"));
  ck_assert_ptr_null(cap_ui_find_match(GTK_WIDGET(window),
                                       cap_ui_is_visible_label, "Pair with"));
  open_prior("then"); /* the reader's pair is still his */
  set_true_map();
  ck_assert(cap_prior_pairs_is_chosen(pairs, 2));
  ck_assert(!cap_prior_pairs_is_chosen(pairs, 1));
  ck_assert(cap_prior_pairs_make(pairs));
  assert_answer(PRIOR_OF_2, "11");
}
END_TEST

START_TEST(an_unsearched_scan_has_no_pairs)
{
  open_current("now");
  open_prior("other");
  cap_prior_study_confirm(prior);
  ck_assert(cap_prior_pairs_lacks_search(pairs));
  ck_assert(!cap_prior_pairs_make(pairs));
  ck_assert_ptr_nonnull(
      strstr(cap_prior_pairs_obstacle(pairs), "Nobody has looked"));
  cap_session_select(session, item_of(2), TRUE);
  cap_ui_spin(50);
  ck_assert(says("Nobody has looked for nodules in the earlier scan"));
  ck_assert(says("No pairs"));
}
END_TEST

int
main(void)
{
  CapPriorCase c;
  folder = g_dir_make_tmp("capsight-test-XXXXXX", NULL);
  cap_prior_case_make(&c, box());
  cap_prior_case_write(&c, folder);
  truth = c.to_prior;
  cap_prior_case_clear(&c);
  write_block();
  Suite *suite = suite_create("priors");
  TCase *const cases[] = {tcase_create("opening"), tcase_create("stepping"),
                          tcase_create("aligning"), tcase_create("pairs")};
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    tcase_set_timeout(cases[i], 240);
    tcase_add_checked_fixture(cases[i], set_up, tear_down);
    suite_add_tcase(suite, cases[i]);
  }
  tcase_add_test(cases[0], the_same_patients_series_is_offered_first);
  tcase_add_test(cases[0], another_patients_images_raise_the_alarm);
  tcase_add_test(cases[0], a_later_scan_raises_the_alarm);
  tcase_add_test(cases[0], closing_gives_back_what_it_took);
  tcase_add_test(cases[1], both_scans_step_together);
  tcase_add_test(cases[1], views_share_window_zoom_and_place);
  tcase_add_test(cases[1], the_scan_laid_over_is_the_same);
  tcase_add_test(cases[1], dragging_lays_the_scan_otherwise);
  tcase_add_test(cases[2], a_scan_without_lungs_says_so);
  tcase_add_test(cases[2], registration_is_stopped_and_runs);
  tcase_add_test(cases[3], pairs_are_made_and_are_those_of_compare);
  tcase_add_test(cases[3], the_reader_pairs_otherwise);
  tcase_add_test(cases[3], pairs_outlive_the_window);
  tcase_add_test(cases[3], an_unsearched_scan_has_no_pairs);
  const int failed = cap_suite_run(suite);
  cap_test_remove(folder);
  return failed;
}
