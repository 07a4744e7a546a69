/* What training draws: splits without leakage, samples that follow their key,
 * transplants, and the erased-nodule probe. All on small synthetic data. */
#include "core/error.h"
#include "core/stats/logistic.h"
#include "core/stats/rank.h"
#include "datasets/batch.h"
#include "datasets/probe.h"
#include "datasets/split.h"
#include "tests/support/nodules.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

START_TEST(splits_follow_the_patient)
{
  int validation = 0, folds[5] = {0};
  for (int i = 0; i < 2000; i++) {
    g_autofree char *patient = g_strdup_printf("LIDC-IDRI-%04d", i);
    validation += cap_split_is_validation(patient, 1, 0.2);
    const int fold = cap_split_fold(patient, 1, 5);
    ck_assert(fold >= 0 && fold < 5);
    folds[fold]++;
  }
  ck_assert_int_ge(validation, 340);
  ck_assert_int_le(validation, 460);
  for (int i = 0; i < 5; i++)
    ck_assert(folds[i] > 320 && folds[i] < 480);
}
END_TEST

START_TEST(no_patient_is_on_both_sides)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapPool) pool = cap_test_pool(24, TRUE, &error);
  cap_assert_no_error(error);
  g_autofree CapSample *s = g_new0(CapSample, 1);
  for (int i = 0; i < 400; i++) {
    ck_assert(cap_pool_train(pool, i % 3, i, s, NULL));
    const char *patient = s->nodule ? s->nodule->patient : s->group;
    if (!g_str_equal(patient, "HOST"))
      ck_assert(!cap_split_is_validation(patient, 1, 0.3));
  }
  ck_assert_int_gt(cap_pool_n_validation(pool), 20);
  for (int i = 0; i < cap_pool_n_validation(pool); i++) {
    ck_assert(cap_pool_validate(pool, i, s, NULL));
    ck_assert_int_eq(s->is_nodule, s->nodule != NULL);
    if (s->nodule)
      ck_assert(cap_split_is_validation(s->nodule->patient, 1, 0.3));
  }
}
END_TEST

START_TEST(batches_follow_their_key)
{
  g_autoptr(CapPool) pool = cap_test_pool(12, TRUE, NULL);
  g_autofree CapSample *alone = g_new0(CapSample, 1);
  g_autoptr(CapBatchSource) source = cap_batch_source_new(pool, 2, 21, 8, NULL);
  int n = 0, batches = 0;
  CapBatch *batch;
  while ((batch = cap_batch_source_next(source, NULL)) != NULL) {
    for (int i = 0; i < batch->n; i++, n++) {
      ck_assert(cap_pool_train(pool, 2, n, alone, NULL));
      ck_assert_mem_eq(alone->hu, batch->samples[i].hu, sizeof alone->hu);
      ck_assert_mem_eq(alone->mask, batch->samples[i].mask,
                       sizeof alone->mask);
    }
    batches++;
    cap_batch_free(batch);
  }
  ck_assert_int_eq(n, 21);
  ck_assert_int_eq(batches, 3);
  /* stopping early must not hang */
  g_autoptr(CapBatchSource) early = cap_batch_source_new(pool, 0, 1000, 8, NULL);
  cap_batch_free(cap_batch_source_next(early, NULL));
}
END_TEST

/* Patch and mask of a known ball, from every symmetry. */
START_TEST(cutting_keeps_image_and_mask_together)
{
  g_autoptr(CapExample) e = cap_test_example(0, 6);
  const CapPlace place = cap_place_whole(e->block, e->center);
  CapAugmentOptions options = cap_augment_options_default();
  options.noise_hu = options.offset_hu = 0;
  CapRandom random = cap_random_start(1, 1, 1);
  static float hu[CAP_PATCH * CAP_PATCH * CAP_PATCH];
  static float mask[CAP_PATCH * CAP_PATCH * CAP_PATCH];
  for (int k = 0; k < 50; k++) {
    const CapAugment a = cap_augment_draw(&options, &random);
    cap_augment_cut(&a, &place, hu);
    cap_augment_cut_mask(&a, &place, e->block->readers, e->center, FALSE, mask);
    double inside = 0, volume = 0;
    for (int i = 0; i < CAP_PATCH * CAP_PATCH * CAP_PATCH; i++) {
      volume += mask[i];
      if (mask[i] > 0.9)
        ck_assert_float_gt(hu[i], -300);
      inside += mask[i] * hu[i];
    }
    const double expected = 4.0 / 3 * G_PI * 216 / pow(a.scale, 3);
    ck_assert_double_eq_tol(volume / expected, 1, 0.2);
    ck_assert_double_gt(inside / volume, -200);
  }
}
END_TEST

START_TEST(transplants_carry_the_nodule_and_nothing_else)
{
  g_autoptr(CapHost) host = cap_test_host();
  g_autoptr(CapExample) e = cap_test_example(0, 5);
  const CapPlace own = cap_place_whole(e->block, e->center);
  CapTransplant t = {.host = host, .at = {60, 60, 30}, .shape = e,
                     .content = &own, .labelled = TRUE, .mirror = {1, -1, 1}};
  CapPoint center;
  g_autoptr(CapBlock) with = cap_transplant_make(&t, &center, NULL);
  t.content = NULL;
  t.labelled = FALSE;
  g_autoptr(CapBlock) without = cap_transplant_make(&t, &center, NULL);
  gsize changed_outside = 0, marked = 0, bright = 0;
  for (gsize i = 0; i < cap_block_n_voxels(with); i++) {
    ck_assert_int_eq(with->cut[i], without->cut[i]);
    ck_assert_int_eq(without->readers[i], 0);
    if (with->cut[i] == 0)
      changed_outside += with->hu[i] != without->hu[i];
    if (with->readers[i] > 200) {
      marked++;
      bright += with->hu[i] > -300;
    }
    if (with->cut[i] < 255)
      continue; /* both are on 8-HU steps inside, but for rounding */
    ck_assert_int_le(abs(with->hu[i] - cap_transplant_quantise(with->hu[i])),
                     2);
    ck_assert_int_le(
        abs(without->hu[i] - cap_transplant_quantise(without->hu[i])), 2);
  }
  ck_assert_uint_eq(changed_outside, 0);
  ck_assert_uint_gt(marked, 200);
  ck_assert_uint_gt(bright, marked * 9 / 10);
}
END_TEST

START_TEST(erased_nodules_leave_no_trace)
{
  g_autoptr(CapPool) pool = cap_test_pool(160, TRUE, NULL);
  const CapMaking makings[] = {CAP_MAKING_CROP, CAP_MAKING_TRANSPLANT};
  for (int i = 0; i < 2; i++) {
    CapProbe probe;
    g_autoptr(GError) error = NULL;
    ck_assert(cap_probe_erased(pool, makings[i], 1600, &probe, &error));
    cap_assert_no_error(error);
    ck_assert_msg(fabs(probe.auc - 0.5) < 0.06, "%s: AUC %.3f",
                  cap_making_name(makings[i]), probe.auc);
  }
  CapProbe probe;
  g_autoptr(GError) error = NULL;
  ck_assert(!cap_probe_erased(pool, CAP_MAKING_CUBE, 100, &probe, &error));
  cap_assert_error(error, CAP_ERROR_DATA);
}
END_TEST

START_TEST(an_empty_side_is_an_error)
{
  g_autoptr(GError) error = NULL;
  ck_assert_ptr_null(cap_test_pool(0, FALSE, &error));
  cap_assert_error(error, CAP_ERROR_DATA);
}
END_TEST

START_TEST(logistic_regression_finds_the_plane)
{
  enum { N = 600 };
  float x[N][3];
  guint8 y[N];
  double scores[N];
  CapRandom random = cap_random_start(9, 9, 9);
  for (int i = 0; i < N; i++) {
    for (int j = 0; j < 3; j++)
      x[i][j] = (float)(100 * j + 10 * cap_random_normal(&random));
    const double odds = 0.3 * x[i][0] - 0.2 * (x[i][1] - 100);
    y[i] = cap_random_uniform(&random) < 1 / (1 + exp(-odds));
  }
  g_autoptr(CapLogistic) m = cap_logistic_fit(&x[0][0], y, N, 3, 1e-4);
  ck_assert_double_eq_tol(m->weight[0] * m->scale[0], 0.3, 0.08);
  ck_assert_double_eq_tol(m->weight[1] * m->scale[1], -0.2, 0.06);
  for (int i = 0; i < N; i++)
    scores[i] = cap_logistic_score(m, x[i]);
  ck_assert_double_gt(cap_rank_auc(scores, y, N), 0.9);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("pool");
  TCase *tests = tcase_create("pool");
  tcase_set_timeout(tests, 240);
  tcase_add_test(tests, splits_follow_the_patient);
  tcase_add_test(tests, no_patient_is_on_both_sides);
  tcase_add_test(tests, batches_follow_their_key);
  tcase_add_test(tests, cutting_keeps_image_and_mask_together);
  tcase_add_test(tests, transplants_carry_the_nodule_and_nothing_else);
  tcase_add_test(tests, erased_nodules_leave_no_trace);
  tcase_add_test(tests, an_empty_side_is_an_error);
  tcase_add_test(tests, logistic_regression_finds_the_plane);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
