/* The rules of the detection pipeline, with fakes in place of its steps: who is
 * looked at twice, where, which marks are one nodule, in which order. */
#include "models/detect_steps.h"

#include "core/error.h"
#include "core/irregularity.h"
#include "tests/support/findings.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

/* The voxel before the patch's centre. */
#define MIDDLE ((15 * CAP_PATCH + 15) * CAP_PATCH + 15)

/* What the fake network knows: bright balls are nodules. */
typedef struct {
  int looks[9];       /* patches judged, by number of flips */
  gboolean blind;     /* predicts no masks */
  gboolean speck;     /* predicts masks of one voxel */
  double probability; /* that it gives to anything bright */
} FakeNet;

static GArray *fake_candidates; /* what find_candidates returns */
static gboolean fake_lungs;
static int fake_edge; /* of what segment returns, pixels */

static CapMask *
find_lungs(const CapVolume *volume, const CapProgress *progress, GError **error)
{
  CapMask *mask =
      cap_mask_new(volume->columns, volume->rows, volume->slices, error);
  if (fake_lungs)
    memset(mask->voxels, CAP_SIDE_RIGHT, cap_volume_n_voxels(volume));
  return mask;
}

static GArray *
find_candidates(const CapVolume *volume, const CapMask *lungs,
                const CapCandidatesOptions *options,
                const CapProgress *progress, GError **error)
{
  if (!cap_progress_step(progress, "looking for candidates", 0, error))
    return NULL;
  return g_array_ref(fake_candidates);
}

/* Distance of a patch voxel from the patch's centre. */
static double
off_centre(int k)
{
  const double x = k % CAP_PATCH - 15.5, y = k / CAP_PATCH % CAP_PATCH - 15.5;
  const double z = k / (CAP_PATCH * CAP_PATCH) - 15.5;
  return sqrt(x * x + y * y + z * z);
}

/* A judgement by brightness: the mask is what is bright within 13 mm, and the
 * more is bright within 6 mm, the more probable the nodule. */
static gboolean
judge(gpointer data, const float *patches, int n, int flips, CapJudgement *out,
      GError **error)
{
  FakeNet *net = data;
  net->looks[flips] += n;
  for (int i = 0; i < n; i++, patches += CAP_PATCH_VOXELS) {
    CapJudgement *j = &out[i];
    memset(j, 0, sizeof *j);
    int bright = 0;
    for (int k = 0; k < CAP_PATCH_VOXELS; k++) {
      const gboolean is_bright = patches[k] > 0.6F;
      j->mask[k] = !net->blind && is_bright && off_centre(k) <= 13 &&
                   (!net->speck || k == MIDDLE);
      bright += is_bright && off_centre(k) <= 6;
    }
    j->nodule_probability =
        bright > 0 ? net->probability * (1 - exp(-bright / 300.0)) : 0.01;
    j->malignancy.n_levels = 5;
    j->malignancy.p[4] = j->malignancy.p[0] = 0.5;
    j->malignancy_probability = 0.37; /* calibrated: not p4 + p5 */
    cap_rating_finish(&j->malignancy);
    for (int a = 0; a < CAP_N_ATTRIBUTES; a++) {
      j->attributes[a].n_levels = cap_attribute_levels((CapAttributeKind)a);
      cap_rating_finish(&j->attributes[a]);
    }
    j->capsules[0].length = 0.9;
  }
  return TRUE;
}

/* A square of fake_edge pixels of 0.8 mm. */
static CapMask *
segment(const CapVolume *volume, CapPoint center_mm, double diameter_mm)
{
  CapMask *mask = cap_mask_new(fake_edge, fake_edge, 1, NULL);
  const CapPoint at = cap_volume_to_index(volume, center_mm);
  memset(mask->voxels, 1, (gsize)fake_edge * fake_edge);
  mask->first[0] = (int)lround(at.x) - fake_edge / 2;
  mask->first[1] = (int)lround(at.y) - fake_edge / 2;
  mask->first[2] = (int)lround(at.z);
  return mask;
}

static void
measure(const CapVolume *volume, const CapMask *lungs, CapFinding *finding)
{
  finding->volume_mm3 = finding->mask
                            ? (double)cap_mask_count(finding->mask) *
                                  volume->spacing_mm[0] *
                                  volume->spacing_mm[1] * volume->spacing_mm[2]
                            : 0;
}

static CapPoint
at_index(const CapVolume *volume, double c, double r, double s)
{
  return cap_volume_to_patient(volume, (CapPoint){c, r, s});
}

static void
add_candidate(CapPoint center_mm)
{
  const CapCandidate c = {.center_mm = center_mm, .diameter_mm = 8};
  g_array_append_val(fake_candidates, c);
}

static void
setup(void)
{
  fake_candidates = g_array_new(FALSE, FALSE, sizeof(CapCandidate));
  fake_lungs = TRUE;
  fake_edge = 3;
}

static void
teardown(void)
{
  g_array_unref(fake_candidates);
}

static CapFindings *
run(const CapVolume *volume, FakeNet *net, const CapDetectOptions *wish,
    const CapProgress *progress, GError **error)
{
  const CapDetectOptions plain = {.candidates = {300, 3, 30},
                                  .min_probability = 0.5,
                                  .flips = 8,
                                  .screen_probability = 0.1};
  const CapDetectSteps steps = {
      find_lungs, find_candidates, judge, segment, measure, net, 3};
  return cap_detect_with_steps(volume, &steps, wish ? wish : &plain, progress,
                               NULL, error);
}

START_TEST(findings_are_recentred_sorted_and_numbered)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  add_candidate(at_index(volume, 42, 25, 12)); /* the ball of radius 4 */
  add_candidate(at_index(volume, 17, 21, 9));  /* off the ball of radius 6 */
  add_candidate(at_index(volume, 55, 5, 17));  /* plain lung */
  FakeNet net = {.probability = 1};
  GError *error = NULL;
  g_autoptr(CapFindings) found = run(volume, &net, NULL, NULL, &error);
  cap_assert_no_error(error);
  ck_assert_int_eq(found->n_candidates, 3);
  ck_assert_int_eq((int)found->items->len, 2);
  const CapFinding *first = found->items->pdata[0];
  const CapFinding *second = found->items->pdata[1];
  ck_assert_int_eq(first->id, 1);
  ck_assert_int_eq(second->id, 2);
  ck_assert_double_gt(first->probability, second->probability);
  const CapPoint want = at_index(volume, 15, 20, 8);
  ck_assert_double_eq_tol(first->center_mm.x, want.x, 0.6);
  ck_assert_double_eq_tol(first->center_mm.y, want.y, 0.6);
  ck_assert_double_eq_tol(first->center_mm.z, want.z, 1.0);
  ck_assert_double_eq_tol(first->volume_mm3, 905, 250);
  ck_assert_double_eq(first->malignancy_probability, 0.37);
  ck_assert_double_eq(first->capsules[0].length, 0.9);
}
END_TEST

START_TEST(plain_candidates_get_one_unflipped_look)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  for (int i = 0; i < 7; i++)
    add_candidate(at_index(volume, 55, 5, 11 + i));
  add_candidate(at_index(volume, 15, 20, 8));
  FakeNet net = {.probability = 1};
  g_autoptr(CapFindings) found = run(volume, &net, NULL, NULL, NULL);
  ck_assert_int_eq(net.looks[1], 8);
  ck_assert_int_eq(net.looks[8], 1);
  ck_assert_int_eq((int)found->items->len, 1);
}
END_TEST

START_TEST(marks_on_one_nodule_are_one_finding)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  for (int dx = -5; dx <= 5; dx += 5) /* 4 mm apart, all inside the ball */
    add_candidate(at_index(volume, 15 + dx, 20, 8));
  FakeNet net = {.probability = 1, .blind = TRUE}; /* nobody is recentred */
  const CapDetectOptions options = {.candidates = {300, 3, 30},
                                    .min_probability = 0.2,
                                    .flips = 1,
                                    .screen_probability = 0.1};
  g_autoptr(CapFindings) apart = run(volume, &net, &options, NULL, NULL);
  ck_assert_int_eq((int)apart->items->len, 3); /* small masks */
  net.blind = FALSE;
  g_autoptr(CapFindings) found = run(volume, &net, &options, NULL, NULL);
  ck_assert_int_eq((int)found->items->len, 1);
}
END_TEST

START_TEST(an_empty_mask_falls_back_on_the_image)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  add_candidate(at_index(volume, 15, 20, 8));
  FakeNet net = {.probability = 1, .blind = TRUE};
  g_autoptr(CapFindings) found = run(volume, &net, NULL, NULL, NULL);
  ck_assert_int_eq((int)found->items->len, 1);
  const CapFinding *finding = found->items->pdata[0];
  ck_assert_int_eq((int)cap_mask_count(finding->mask), 9);
  ck_assert_int_eq((int)found->notes->len, 0);
}
END_TEST

/* Three pixels of 0.8 mm make 2.3 mm; two make 1.5 and less. */
START_TEST(what_is_too_small_to_measure_is_counted_not_listed)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  add_candidate(at_index(volume, 15, 20, 8));
  add_candidate(at_index(volume, 42, 25, 12));
  FakeNet net = {.probability = 1, .blind = TRUE};
  for (fake_edge = 1; fake_edge <= 2; fake_edge++) {
    g_autoptr(CapFindings) found = run(volume, &net, NULL, NULL, NULL);
    ck_assert_int_eq((int)found->items->len, 0);
    ck_assert_int_eq((int)found->notes->len, 1);
    ck_assert(g_str_has_prefix(found->notes->pdata[0],
                               "2 marks with a mean diameter below 2 mm"));
  }
}
END_TEST

/* 1 mm in the patch, at most a pixel in the volume. */
START_TEST(a_mask_of_a_voxel_falls_back_on_the_image)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  add_candidate(at_index(volume, 15, 20, 8));
  FakeNet net = {.probability = 1, .speck = TRUE};
  fake_edge = 5;
  g_autoptr(CapFindings) found = run(volume, &net, NULL, NULL, NULL);
  ck_assert_int_eq((int)found->items->len, 1);
  const CapFinding *finding = found->items->pdata[0];
  ck_assert_int_eq((int)cap_mask_count(finding->mask), 25);
}
END_TEST

START_TEST(masks_do_not_overlap)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  for (int r = 0; r < 50; r++) /* a bar that joins two balls' patches */
    for (int c = 0; c < 60; c++)
      for (int s = 7; s < 10; s++)
        if (r >= 18 && r <= 22)
          cap_volume_slice(volume, s)[r * volume->columns + c] = 40;
  add_candidate(at_index(volume, 15, 20, 8));
  add_candidate(at_index(volume, 45, 20, 8));
  FakeNet net = {.probability = 1};
  g_autoptr(CapFindings) found = run(volume, &net, NULL, NULL, NULL);
  gsize shared = 0;
  for (guint i = 0; i + 1 < found->items->len; i++) {
    const CapMask *a = ((CapFinding *)found->items->pdata[i])->mask;
    const CapMask *b = ((CapFinding *)found->items->pdata[i + 1])->mask;
    for (int s = 0; s < volume->slices; s++)
      for (int r = 0; r < volume->rows; r++)
        for (int c = 0; c < volume->columns; c++)
          shared += cap_mask_at(a, c, r, s) && cap_mask_at(b, c, r, s);
  }
  ck_assert_int_eq((int)found->items->len, 2);
  ck_assert_int_eq((int)shared, 0);
}
END_TEST

START_TEST(no_lung_is_said_not_failed)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  fake_lungs = FALSE;
  add_candidate(at_index(volume, 15, 20, 8));
  FakeNet net = {.probability = 1};
  GError *error = NULL;
  g_autoptr(CapFindings) found = run(volume, &net, NULL, NULL, &error);
  cap_assert_no_error(error);
  ck_assert_int_eq((int)found->items->len, 0);
  ck_assert_int_eq((int)found->notes->len, 1);
  ck_assert_ptr_nonnull(strstr(found->notes->pdata[0], "no lung"));
  ck_assert_int_eq(net.looks[1], 0);
  const char *why = cap_findings_not_evaluable(found);
  ck_assert_str_eq(why, found->notes->pdata[0]);
  ck_assert_int_eq(cap_findings_result(found, why), CAP_RESULT_NOT_EVALUABLE);
  /* a reader who has looked knows better */
  found->conclusion = CAP_CONCLUSION_NOTHING_FOUND;
  why = cap_findings_not_evaluable(found);
  ck_assert_int_eq(cap_findings_result(found, why), CAP_RESULT_NOTHING_FOUND);
}
END_TEST

START_TEST(an_unusable_volume_is_refused_with_its_reason)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  volume->usable = CAP_USABLE_VIEW;
  /* a worse irregularity is not the cause */
  g_ptr_array_add(
      volume->source->irregularities,
      cap_irregularity_new(14, CAP_SEVERITY_ERROR, NULL, "truncated", NULL));
  g_free(volume->source->unusable_text);
  volume->source->unusable_text =
      g_strdup("its images have no position (CASE-20)");
  FakeNet net = {.probability = 1};
  GError *error = NULL;
  ck_assert_ptr_null(run(volume, &net, NULL, NULL, &error));
  cap_assert_error(error, CAP_ERROR_DATA);
  ck_assert_str_eq(error->message,
                   "series 1.2.840.99.1 cannot be searched for nodules: its "
                   "images have no position (CASE-20)");
  g_clear_error(&error);
}
END_TEST

START_TEST(cancel_ends_it_with_nothing)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  add_candidate(at_index(volume, 15, 20, 8));
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  g_cancellable_cancel(cancellable);
  const CapProgress progress = {.cancellable = cancellable};
  FakeNet net = {.probability = 1};
  GError *error = NULL;
  ck_assert_ptr_null(run(volume, &net, NULL, &progress, &error));
  cap_assert_error(error, CAP_ERROR_CANCELLED);
  g_clear_error(&error);
}
END_TEST

START_TEST(settings_say_what_was_asked)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  FakeNet net = {.probability = 1};
  g_autoptr(CapFindings) found = run(volume, &net, NULL, NULL, NULL);
  ck_assert_str_eq(found->settings_json,
                   "{\"min_probability\":0.5,\"screen_probability\":0.1,"
                   "\"flips\":8,\"max_candidates\":300,\"min_mm\":3,"
                   "\"max_mm\":30,\"min_finding_mm\":2}");
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("detect");
  TCase *tests = tcase_create("detect");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, findings_are_recentred_sorted_and_numbered);
  tcase_add_test(tests, plain_candidates_get_one_unflipped_look);
  tcase_add_test(tests, marks_on_one_nodule_are_one_finding);
  tcase_add_test(tests, an_empty_mask_falls_back_on_the_image);
  tcase_add_test(tests, what_is_too_small_to_measure_is_counted_not_listed);
  tcase_add_test(tests, a_mask_of_a_voxel_falls_back_on_the_image);
  tcase_add_test(tests, masks_do_not_overlap);
  tcase_add_test(tests, no_lung_is_said_not_failed);
  tcase_add_test(tests, an_unusable_volume_is_refused_with_its_reason);
  tcase_add_test(tests, cancel_ends_it_with_nothing);
  tcase_add_test(tests, settings_say_what_was_asked);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
