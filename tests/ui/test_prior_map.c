/* The map to an earlier scan is kept in the review of the present one: opened
 * again, the pair lies as the reader left it, without registration. */
#include "tests/support/prior_case.h"
#include "tests/support/ui.h"
#include "ui/prior/prior_pairs.h"
#include "ui/study/opener.h"

#include <string.h>

static char *folder; /* of the case */
static CapSession *session, *prior_session;
static CapOpener *opener;
static CapPriorPairs *pairs;
static CapPriorStudy *prior;
static CapPriorAlignment *alignment;

static void
set_up(void)
{
  cap_ui_setup();
  g_setenv("XDG_DATA_HOME", folder, TRUE);
  session = cap_session_new();
  opener = cap_opener_new(session);
  pairs = cap_prior_pairs_new(session);
  prior = cap_prior_pairs_prior(pairs);
  alignment = cap_prior_pairs_alignment(pairs);
  prior_session = cap_prior_study_session(prior);
  cap_prior_alignment_set_automatic(alignment, FALSE);
}

static void
tear_down(void)
{
  cap_opener_free(opener);
  g_object_unref(pairs);
  g_object_unref(session);
}

static void
open_current(const char *name)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  cap_opener_open(opener, (const char *const[]){path, NULL}, NULL);
  CAP_UI_WAIT(cap_session_phase(session) == CAP_PHASE_READY);
}

/* In spite of what speaks against it. */
static void
open_prior(const char *name)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  cap_prior_study_open(prior, path, NULL);
  cap_prior_study_confirm(prior);
  CAP_UI_WAIT(cap_session_phase(prior_session) == CAP_PHASE_READY);
  cap_ui_spin(50);
}

static guint n_aligning; /* how often registration was seen at work */

static void
on_alignment(void)
{
  n_aligning += cap_prior_alignment_state(alignment) == CAP_PRIOR_ALIGNING;
}

static void
is_map(const CapPriorMap *was, double tolerance)
{
  const CapPriorMap *map = cap_prior_study_map(prior);
  ck_assert_int_eq(map->kind, was->kind);
  ck_assert_double_eq_tol(map->base.m[0][1], was->base.m[0][1], tolerance);
  ck_assert_double_eq_tol(map->base.t.z, was->base.t.z, tolerance);
  ck_assert_double_eq_tol(map->nudge_mm.x, was->nudge_mm.x, tolerance);
}

START_TEST(the_map_is_kept_with_both_scans)
{
  open_current("now");
  open_prior("then");
  cap_prior_alignment_start(alignment);
  CAP_UI_WAIT(cap_prior_alignment_state(alignment) == CAP_PRIOR_ALIGNED);
  const CapPriorMap first = *cap_prior_study_map(prior);
  CapPriorMap moved = first;
  moved.nudge_mm.x = 5.5;
  cap_prior_study_set_map(prior, &moved);
  cap_prior_study_close(prior);
  cap_ui_spin(50);
  /* Opened again it lies as it was left, without registration. */
  g_signal_connect(alignment, "changed", G_CALLBACK(on_alignment), NULL);
  n_aligning = 0;
  open_prior("then");
  CAP_UI_WAIT(cap_prior_alignment_state(alignment) == CAP_PRIOR_ALIGNED);
  is_map(&moved, 1e-9);
  ck_assert(!cap_prior_alignment_is_accepted(alignment));
  g_autofree char *text = cap_prior_alignment_describe(alignment);
  ck_assert_ptr_nonnull(strstr(text, "moved by 5.5 mm by hand"));
  cap_prior_alignment_accept(alignment);
  cap_prior_study_close(prior);
  open_prior("then");
  CAP_UI_WAIT(cap_prior_alignment_is_accepted(alignment));
  is_map(&moved, 1e-9);
  ck_assert_uint_eq(n_aligning, 0);
  /* Of other images nothing is kept. */
  open_prior("other");
  cap_ui_spin(100);
  ck_assert_int_eq(cap_prior_alignment_state(alignment), CAP_PRIOR_UNALIGNED);
  /* Registration anew takes its place. */
  open_prior("then");
  CAP_UI_WAIT(cap_prior_alignment_state(alignment) == CAP_PRIOR_ALIGNED);
  cap_prior_alignment_start(alignment);
  CAP_UI_WAIT(cap_prior_alignment_state(alignment) == CAP_PRIOR_ALIGNED);
  is_map(&first, 1e-9);
  const CapPriorMap second = *cap_prior_study_map(prior);
  cap_prior_study_close(prior);
  open_prior("then");
  CAP_UI_WAIT(cap_prior_alignment_state(alignment) == CAP_PRIOR_ALIGNED);
  is_map(&second, 1e-9);
}
END_TEST

int
main(void)
{
  CapPriorCase c;
  CapVolume *box = cap_volume_new(90, 90, 100, NULL); /* of lung in tissue */
  box->spacing_mm[2] = 1.5;
  box->usable = CAP_USABLE_VIEW | CAP_USABLE_MEASURE | CAP_USABLE_DETECT;
  for (int i = 0; i < 90 * 90 * 100; i++) {
    const int column = i % 90, row = i / 90 % 90;
    box->voxels_hu[i] = column < 5 || column > 84 || row < 5 || row > 84
                            ? 40
                            : -850 + (7 * column + i / 8100) % 30;
  }
  folder = g_dir_make_tmp("capsight-test-XXXXXX", NULL);
  cap_prior_case_make(&c, box);
  cap_prior_case_write(&c, folder);
  cap_prior_case_clear(&c);
  Suite *suite = suite_create("prior_map");
  TCase *tests = tcase_create("kept");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_set_timeout(tests, 240);
  tcase_add_test(tests, the_map_is_kept_with_both_scans);
  suite_add_tcase(suite, tests);
  const int failed = cap_suite_run(suite);
  cap_test_remove(folder);
  return failed;
}
