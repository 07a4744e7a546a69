/* Pairs with an earlier scan are actions of a review. */
#include "core/error.h"
#include "io/review/review_alignment.h"
#include "io/review/review_commands.h"
#include "tests/support/findings.h"
#include "tests/support/suite.h"

/* Finding 1 was 12 in an earlier scan, or is new. */
static gboolean
set_prior(CapReview *review, CapAct act, CapPriorState state, GError **error)
{
  const CapFindings *now = cap_review_findings(review);
  g_autoptr(CapFindings) compared = cap_findings_copy_head(now);
  for (guint i = 0; i < now->items->len; i++)
    g_ptr_array_add(compared->items, cap_finding_copy(now->items->pdata[i]));
  CapFinding *first = compared->items->pdata[0];
  first->prior = (CapPrior){.state = state, .days = 109};
  if (state == CAP_PRIOR_MATCHED) {
    first->prior.id = 12;
    first->prior.volume_mm3 = 250;
    first->prior.log_sd = 0.1;
  }
  cap_prior_scan_free(compared->prior_scan);
  compared->prior_scan = cap_prior_scan_new("1.2", "1.3", "20260812", 109);
  g_ptr_array_set_size(compared->notes, 0);
  g_ptr_array_add(compared->notes, g_strdup("Compared."));
  return cap_review_set_priors(review, act, "pair 1=12; \"x\"", compared,
                               error) &&
         cap_review_touched(review)->len == 1; /* the others stay */
}

START_TEST(pairs_are_undone_and_redone)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 3);
  g_autoptr(GError) error = NULL;
  g_autoptr(CapReview) review = cap_review_open(NULL, volume, &error);
  cap_assert_no_error(error);
  ck_assert(cap_review_import(review, findings, &error));
  ck_assert(set_prior(review, CAP_ACT_COMPARED, CAP_PRIOR_MATCHED, &error));
  cap_assert_no_error(error);
  ck_assert_int_eq(cap_review_finding(review, 1)->prior.id, 12);
  ck_assert_int_eq(cap_review_findings(review)->prior_scan->days, 109);
  ck_assert(set_prior(review, CAP_ACT_PAIRED, CAP_PRIOR_NEW, &error));
  ck_assert_int_eq(cap_review_finding(review, 1)->prior.state, CAP_PRIOR_NEW);
  g_autoptr(GPtrArray) notes = cap_review_notes(review, CAP_ACT_PAIRED);
  ck_assert_uint_eq(notes->len, 1);
  ck_assert_str_eq(notes->pdata[0], "pair 1=12; \"x\"");
  CapAct act;
  ck_assert(cap_review_can_undo(review, &act));
  ck_assert_int_eq(act, CAP_ACT_PAIRED);
  ck_assert(cap_review_undo(review, &error));
  ck_assert_int_eq(cap_review_finding(review, 1)->prior.id, 12);
  ck_assert(cap_review_undo(review, &error));
  ck_assert_int_eq(cap_review_finding(review, 1)->prior.state, CAP_PRIOR_NONE);
  ck_assert_ptr_null(cap_review_findings(review)->prior_scan);
  ck_assert(cap_review_redo(review, &error));
  ck_assert_int_eq(cap_review_finding(review, 1)->prior.id, 12);
}
END_TEST

static CapReviewAlignment
some_alignment(void)
{
  CapReviewAlignment a = {.aligned = TRUE,
                          .step = CAP_ALIGN_RIGID,
                          .nudge_mm = {1.25, -1.0 / 3, 0},
                          .accepted = TRUE};
  for (int i = 0; i < CAP_N_ALIGNMENTS; i++) {
    a.steps[i] = (CapAlignment){.to_prior = cap_transform_identity(),
                                .overlap = 0.9 + 0.01 * i,
                                .border_mm = 3.5 - i,
                                .step = (CapAlignmentStep)i};
    a.steps[i].to_prior.m[1][2] = -0.1 * i / 3;
    a.steps[i].to_prior.t = (CapPoint){1000.0 / 7, -i, 0.5};
  }
  return a;
}

START_TEST(an_alignment_is_kept_with_both_scans)
{
  g_autofree char *folder = cap_test_folder();
  g_autofree char *path = g_build_filename(folder, "case.review", NULL);
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapVolume) prior = cap_test_volume();
  g_autoptr(GError) error = NULL;
  prior->voxels_hu[0] += 1; /* other images */
  const CapReviewAlignment kept = some_alignment();
  CapReviewAlignment found;
  CapReview *review = cap_review_open(path, volume, &error);
  ck_assert(!cap_review_kept_alignment(review, prior, &found));
  ck_assert(cap_review_keep_alignment(review, prior, &kept, &error));
  cap_review_close(review);
  review = cap_review_open(path, volume, &error);
  cap_assert_no_error(error);
  ck_assert(cap_review_kept_alignment(review, prior, &found));
  ck_assert(found.aligned && found.accepted);
  ck_assert_int_eq(found.step, CAP_ALIGN_RIGID);
  ck_assert_double_eq_tol(found.nudge_mm.y, kept.nudge_mm.y, 1e-11);
  for (int i = 0; i < CAP_N_ALIGNMENTS; i++) {
    const CapAlignment *a = &found.steps[i], *b = &kept.steps[i];
    ck_assert_int_eq(a->step, i);
    ck_assert_double_eq_tol(a->overlap, b->overlap, 1e-11);
    ck_assert_double_eq_tol(a->border_mm, b->border_mm, 1e-11);
    ck_assert_double_eq_tol(a->to_prior.m[1][2], b->to_prior.m[1][2], 1e-11);
    ck_assert_double_eq_tol(a->to_prior.t.x, b->to_prior.t.x, 1e-9);
    ck_assert_double_eq_tol(a->to_prior.m[2][2], 1, 1e-11);
  }
  /* Of images that differ in one voxel nothing is known; nor in the log. */
  prior->voxels_hu[0] += 1;
  ck_assert(!cap_review_kept_alignment(review, prior, &found));
  ck_assert(!cap_review_can_undo(review, NULL));
  prior->voxels_hu[0] -= 1;
  /* By hand alone, in its place. */
  const CapReviewAlignment by_hand = {.step = -1, .nudge_mm = {0, 0, 12}};
  ck_assert(cap_review_keep_alignment(review, prior, &by_hand, &error));
  ck_assert(cap_review_kept_alignment(review, prior, &found));
  ck_assert(!found.aligned && !found.accepted);
  ck_assert_int_eq(found.step, -1);
  ck_assert_double_eq(found.nudge_mm.z, 12);
  cap_review_close(review);
  cap_test_remove(g_steal_pointer(&folder));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("review_prior");
  TCase *tests = tcase_create("pairs");
  tcase_add_test(tests, pairs_are_undone_and_redone);
  tcase_add_test(tests, an_alignment_is_kept_with_both_scans);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
