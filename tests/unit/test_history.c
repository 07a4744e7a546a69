/* The history of a review: what the log says, in words. */
#include "core/error.h"
#include "io/review/history.h"
#include "io/review/review_commands.h"
#include "tests/support/findings.h"
#include "tests/support/suite.h"

static char *folder, *path;
static CapVolume *volume;

static void
set_up(void)
{
  folder = cap_test_folder();
  path = g_build_filename(folder, "case.review", NULL);
  volume = cap_test_volume();
}

static void
tear_down(void)
{
  g_clear_pointer(&volume, cap_volume_free);
  g_clear_pointer(&path, g_free);
  cap_test_remove(g_steal_pointer(&folder));
}

static const CapHistoryEntry *
entry(const GPtrArray *list, guint i, CapAct act, const char *reader)
{
  ck_assert_uint_lt(i, list->len);
  const CapHistoryEntry *e = list->pdata[i];
  ck_assert_int_eq(e->act, act);
  ck_assert_str_eq(e->reader, reader);
  ck_assert_int_eq(e->row, i + 1);
  ck_assert(g_str_has_suffix(e->at, "Z"));
  return e;
}

static void
changed(const CapHistoryEntry *e, guint i, const char *item, const char *before,
        const char *after)
{
  ck_assert_uint_lt(i, e->changes->len);
  const CapHistoryChange *change = e->changes->pdata[i];
  ck_assert_str_eq(change->item, item);
  ck_assert_str_eq(change->before, before);
  ck_assert_str_eq(change->after, after);
}

START_TEST(it_says_who_and_what_before_and_after)
{
  CapReview *review = cap_review_open(path, volume, NULL);
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 1);
  cap_review_set_reader(review, "Doe^Jane");
  ck_assert(cap_review_import(review, findings, NULL));
  ck_assert(cap_review_set_status(review, 1, CAP_STATUS_ACCEPTED, NULL));
  cap_review_set_reader(review, "Roe^Richard");
  ck_assert(cap_review_set_comment(review, 1, "older\nthan 2 years", NULL));
  CapMeasurement *m = cap_measurement_new(CAP_MEASURE_LENGTH);
  m->ends_mm[1].x = 12.34;
  cap_measurement_work_out(m, volume);
  ck_assert_int_eq(cap_review_add_measurement(review, m, NULL), 1);
  ck_assert(cap_review_undo(review, NULL));
  ck_assert(cap_review_conclude(review, CAP_CONCLUSION_NOT_EVALUABLE,
                                "breathing", NULL));
  cap_review_close(review);

  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) list = cap_history_read(path, &error);
  cap_assert_no_error(error);
  ck_assert_uint_eq(list->len, 6);
  entry(list, 0, CAP_ACT_IMPORTED, "Doe^Jane");
  changed(entry(list, 1, CAP_ACT_STATUS, "Doe^Jane"), 0, "finding 1",
          "unreviewed, solid, 12.0 mm, 905 mm³",
          "accepted, solid, 12.0 mm, 905 mm³");
  changed(entry(list, 2, CAP_ACT_COMMENTED, "Roe^Richard"), 0, "finding 1",
          "accepted, solid, 12.0 mm, 905 mm³",
          "accepted, solid, 12.0 mm, 905 mm³, “older than 2 years”");
  changed(entry(list, 3, CAP_ACT_MEASURED, "Roe^Richard"), 0, "measurement 1",
          "", "Length: 12.3 mm");
  const CapHistoryEntry *undone = entry(list, 4, CAP_ACT_UNDONE, "Roe^Richard");
  ck_assert_int_eq(undone->about, 4);
  changed(undone, 0, "measurement 1", "Length: 12.3 mm", "");
  changed(entry(list, 5, CAP_ACT_CONCLUDED, "Roe^Richard"), 0, "scan",
          "conclusion none", "conclusion not-evaluable, “breathing”");
}
END_TEST

START_TEST(what_is_no_review_has_none)
{
  g_autoptr(GError) error = NULL;
  ck_assert_ptr_null(cap_history_read("/nonexistent/review", &error));
  cap_assert_error(error, CAP_ERROR_NO_INPUT);
  g_clear_error(&error);
  ck_assert(g_file_set_contents(path, "no review", -1, NULL));
  ck_assert_ptr_null(cap_history_read(path, &error));
  cap_assert_error(error, CAP_ERROR_DATA);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("history");
  TCase *tests = tcase_create("history");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, it_says_who_and_what_before_and_after);
  tcase_add_test(tests, what_is_no_review_has_none);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
