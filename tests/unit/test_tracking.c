/* What reports follow a finding by outlives what a review does to it. */
#include "io/findings/tracking_uid.h"
#include "io/review/review_commands.h"
#include "tests/support/findings.h"
#include "tests/support/suite.h"

/* A finding that is moved, redrawn and undone has one tracking UID through all
 * of it, and its mask is no longer detection's alone. */
START_TEST(a_changed_finding_keeps_its_tracking_uid)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) found = cap_test_findings(volume, 3);
  g_autoptr(CapReview) review = cap_review_open(NULL, volume, &error);
  ck_assert(cap_review_import(review, found, &error));
  const CapFindings *findings = cap_review_findings(review);
  const CapFinding *first = findings->items->pdata[0];
  const int id = first->id;
  g_autofree char *before = cap_tracking_uid(findings->series_uid, first);
  ck_assert_str_eq(first->tracking_uid, "");
  static const CapAct acts[] = {CAP_ACT_MOVED, CAP_ACT_REDRAWN, CAP_ACT_MOVED};
  for (guint i = 0; i < G_N_ELEMENTS(acts); i++) {
    CapFinding *changed = cap_finding_copy(cap_review_finding(review, id));
    changed->center_mm.x += 1.5;
    ck_assert(cap_review_change(review, acts[i], changed, &error));
    const CapFinding *now = cap_review_finding(review, id);
    g_autofree char *after = cap_tracking_uid(findings->series_uid, now);
    ck_assert_str_eq(before, after);
    ck_assert_int_eq(now->mask_maker, CAP_MASK_SEMIAUTOMATIC);
  }
  for (guint i = 0; i < G_N_ELEMENTS(acts); i++)
    ck_assert(cap_review_undo(review, &error));
  ck_assert_int_eq(cap_review_finding(review, id)->mask_maker,
                   CAP_MASK_AUTOMATIC);
}
END_TEST

/* A measurement has one from the beginning, and one of an older review, which
 * has none, keeps the one that reports have told of it. */
START_TEST(a_changed_measurement_keeps_its_tracking_uid)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) found = cap_findings_new_unsearched(volume);
  cap_test_measure(found, volume);
  CapMeasurement *first = cap_measurement_copy(found->measurements->pdata[0]);
  g_autoptr(CapReview) review = cap_review_open(NULL, volume, &error);
  ck_assert(cap_review_import(review, found, &error));
  const int id = cap_review_add_measurement(review, first, &error);
  const int old = ((CapMeasurement *)found->measurements->pdata[1])->id;
  const int ids[] = {id, old};
  for (guint i = 0; i < G_N_ELEMENTS(ids); i++) {
    const CapMeasurement *now = cap_review_measurement(review, ids[i]);
    ck_assert_int_eq(*now->tracking_uid != '\0', i == 0);
    g_autoptr(CapMeasurement) told = cap_measurement_copy(now);
    cap_measurement_track(volume->source->series_uid, told);
    CapMeasurement *moved = cap_measurement_copy(now);
    moved->ends_mm[0].x += 3;
    ck_assert(cap_review_move_measurement(review, moved, &error));
    ck_assert(cap_review_name_measurement(review, ids[i], "node", &error));
    ck_assert_str_eq(cap_review_measurement(review, ids[i])->tracking_uid,
                     told->tracking_uid);
  }
}
END_TEST

/* A length along row ROW of VOLUME that follows UID, as a report has it. */
static void
add_read(CapFindings *findings, const CapVolume *volume, int id, int row,
         const char *uid)
{
  CapMeasurement *m = cap_measurement_new(CAP_MEASURE_LENGTH);
  m->id = id;
  m->ends_mm[0] = cap_volume_to_patient(volume, (CapPoint){5, row, 8});
  m->ends_mm[1] = cap_volume_to_patient(volume, (CapPoint){15, row, 8});
  g_free(m->tracking_uid);
  m->tracking_uid = g_strdup(uid);
  cap_measurement_work_out(m, volume);
  g_ptr_array_add(findings->measurements, m);
}

START_TEST(measurements_of_a_report_come_once)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) own = cap_findings_new_unsearched(volume);
  g_autoptr(CapFindings) read = cap_test_findings(volume, 2);
  g_autoptr(CapReview) review = cap_review_open(NULL, volume, &error);
  add_read(own, volume, 1, 40, "1.2.3.9");
  ck_assert(cap_review_import(review, own, &error));
  add_read(read, volume, 1, 10, "1.2.3.1");
  add_read(read, volume, 4, 20, "1.2.3.4");
  add_read(read, volume, 2, 30, "");
  ck_assert(cap_review_detected(review, read, &error));
  ck_assert_uint_eq(cap_review_findings(review)->measurements->len, 4);
  static const int ids[] = {2, 4, 5};
  for (guint i = 0; i < G_N_ELEMENTS(ids); i++)
    ck_assert(cap_measurement_lies_like(cap_review_measurement(review, ids[i]),
                                        read->measurements->pdata[i]));
  /* One is moved: it is the same, and so is what lies where it lay. */
  CapMeasurement *moved =
      cap_measurement_copy(cap_review_measurement(review, 4));
  moved->ends_mm[0].x += 2;
  ck_assert(cap_review_move_measurement(review, moved, &error));
  ck_assert(cap_review_detected(review, read, &error));
  ck_assert_uint_eq(cap_review_findings(review)->measurements->len, 4);
  for (int i = 0; i < 3; i++)
    ck_assert(cap_review_undo(review, &error));
  ck_assert_uint_eq(cap_review_findings(review)->measurements->len, 1);
}
END_TEST

START_TEST(what_is_found_again_keeps_its_number)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) first = cap_test_findings(volume, 3);
  g_autoptr(CapFindings) again = cap_test_findings(volume, 3);
  g_autoptr(CapReview) review = cap_review_open(NULL, volume, &error);
  ck_assert(cap_review_import(review, first, &error));
  g_autofree char *uid =
      cap_tracking_uid(first->series_uid, first->items->pdata[2]);
  CapFinding *elsewhere = again->items->pdata[1];
  CapFinding *near = again->items->pdata[2];
  g_clear_pointer(&elsewhere->mask, cap_mask_free);
  elsewhere->center_mm.x += 200;
  g_clear_pointer(&near->mask, cap_mask_free);
  near->center_mm.x += 3;
  for (int round = 0; round < 2; round++) {
    ck_assert(cap_review_detected(review, again, &error));
    const CapFindings *now = cap_review_findings(review);
    static const int ids[] = {1, 3, 4}; /* 2 has gone, 4 is new */
    ck_assert_uint_eq(now->items->len, G_N_ELEMENTS(ids));
    for (guint i = 0; i < G_N_ELEMENTS(ids); i++)
      ck_assert_int_eq(((CapFinding *)now->items->pdata[i])->id, ids[i]);
    const CapFinding *third = cap_review_finding(review, 3);
    ck_assert_double_eq(third->center_mm.x, near->center_mm.x);
    g_autofree char *same = cap_tracking_uid(first->series_uid, third);
    ck_assert_str_eq(same, uid);
  }
  for (int i = 0; i < 2; i++)
    ck_assert(cap_review_undo(review, &error));
  ck_assert_ptr_nonnull(cap_review_finding(review, 2));
  ck_assert_ptr_null(cap_review_finding(review, 4));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("tracking");
  TCase *tests = tcase_create("review");
  tcase_add_test(tests, a_changed_finding_keeps_its_tracking_uid);
  tcase_add_test(tests, a_changed_measurement_keeps_its_tracking_uid);
  tcase_add_test(tests, measurements_of_a_report_come_once);
  tcase_add_test(tests, what_is_found_again_keeps_its_number);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
