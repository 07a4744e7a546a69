/* The history of a review: what the log says, in words. */
#include "core/error.h"
#include "core/image/unit.h"
#include "io/csv.h"
#include "io/review/history_words.h"
#include "io/review/review_commands.h"
#include "tests/support/findings.h"
#include "tests/support/suite.h"

#include <string.h>

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
  g_autofree char *what = cap_history_item(change);
  ck_assert_str_eq(what, item);
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
  changed(entry(list, 1, CAP_ACT_STATUS, "Doe^Jane"), 0, "Finding 1",
          "unreviewed, solid, 12.0 mm, 905 mm³",
          "accepted, solid, 12.0 mm, 905 mm³");
  changed(entry(list, 2, CAP_ACT_COMMENTED, "Roe^Richard"), 0, "Finding 1",
          "accepted, solid, 12.0 mm, 905 mm³",
          "accepted, solid, 12.0 mm, 905 mm³, “older than 2 years”");
  changed(entry(list, 3, CAP_ACT_MEASURED, "Roe^Richard"), 0, "Measurement 1",
          "", "Length: 12.3 mm");
  const CapHistoryEntry *undone = entry(list, 4, CAP_ACT_UNDONE, "Roe^Richard");
  ck_assert_int_eq(undone->about, 4);
  changed(undone, 0, "Measurement 1", "Length: 12.3 mm", "");
  changed(entry(list, 5, CAP_ACT_CONCLUDED, "Roe^Richard"), 0, "Scan",
          "no conclusion", "not evaluable, “breathing”");
}
END_TEST

/* What the row ROW (from 1) of LIST is in words. */
static char *
title(const GPtrArray *list, guint row)
{
  return cap_history_title(list->pdata[row - 1]);
}

START_TEST(it_says_what_is_undone_as_the_log_grows)
{
  g_autoptr(CapReview) review = cap_review_open(path, volume, NULL);
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 1);
  g_autoptr(GPtrArray) list = cap_history_new();
  g_autoptr(GError) error = NULL;
  ck_assert(cap_review_import(review, findings, NULL));
  ck_assert(cap_review_set_status(review, 1, CAP_STATUS_REJECTED, NULL));
  ck_assert(cap_review_undo(review, NULL));
  ck_assert(cap_history_extend(list, review, &error));
  ck_assert_uint_eq(list->len, 3);
  const CapHistoryEntry *status = list->pdata[1];
  ck_assert(status->undone);
  g_autofree char *undone = title(list, 3);
  ck_assert_str_eq(undone, "Undone: Status changed (entry 2)");
  g_autofree char *text = cap_history_text(list);
  ck_assert_ptr_nonnull(strstr(text, "  Status changed  [undone]\n"));
  ck_assert_ptr_nonnull(
      strstr(text, "\n    Finding 1: unreviewed, solid, 12.0 mm, 905 mm³ → "
                   "rejected, solid, 12.0 mm, 905 mm³\n"));
  ck_assert(cap_review_redo(review, NULL));
  ck_assert(cap_history_extend(list, review, &error));
  ck_assert_uint_eq(list->len, 4);
  ck_assert(!status->undone);
  g_autofree char *redone = title(list, 4);
  ck_assert_str_eq(redone, "Done again: Status changed (entry 2)");
  ck_assert(cap_history_extend(list, review, &error)); /* nothing new */
  ck_assert_uint_eq(list->len, 4);
}
END_TEST

static char *
words(const GPtrArray *list, guint row, gboolean before)
{
  const CapHistoryEntry *e = list->pdata[row - 1];
  ck_assert_uint_eq(e->changes->len, 1);
  const CapHistoryChange *change = e->changes->pdata[0];
  return before ? change->before : change->after;
}

START_TEST(what_differs_is_in_the_words)
{
  g_autoptr(CapReview) review = cap_review_open(path, volume, NULL);
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 1);
  ck_assert(cap_review_import(review, findings, NULL));
  CapFinding *moved = cap_finding_copy(cap_review_finding(review, 1));
  moved->center_mm.x += 2;
  ck_assert(cap_review_change(review, CAP_ACT_MOVED, moved, NULL));
  CapFinding *judged = cap_finding_copy(cap_review_finding(review, 1));
  judged->probability = 0.25;
  ck_assert(cap_review_change(review, CAP_ACT_JUDGED, judged, NULL));
  CapPatientContext context = {0};
  ck_assert(cap_context_parse(&context, "age=67,smoking=former", NULL));
  ck_assert(cap_review_set_context(review, &context, NULL));
  CapFinding *own = cap_finding_copy(cap_review_finding(review, 1));
  own->overrides[CAP_LUNGRADS] =
      cap_override_new("4B", "growing", "Doe^Jane", NULL);
  own->unknown = CAP_UNKNOWN_MM;
  ck_assert(cap_review_change(review, CAP_ACT_OVERRIDDEN, own, NULL));
  g_autoptr(GPtrArray) list = cap_history_new();
  ck_assert(cap_history_extend(list, review, NULL));
  ck_assert_ptr_nonnull(strstr(words(list, 2, TRUE), ", at "));
  ck_assert_ptr_nonnull(strstr(words(list, 2, FALSE), ", at "));
  ck_assert_str_ne(words(list, 2, TRUE), words(list, 2, FALSE));
  ck_assert_ptr_nonnull(strstr(words(list, 3, FALSE), ", probability 0.25"));
  ck_assert_str_eq(words(list, 4, TRUE),
                   "no conclusion, Age: unknown, Smoking: unknown");
  ck_assert_str_eq(words(list, 4, FALSE),
                   "no conclusion, Age: 67, Smoking: former");
  ck_assert_ptr_nonnull(
      strstr(words(list, 5, TRUE), ", Lung-RADS v2022 by its rules"));
  ck_assert_ptr_nonnull(strstr(words(list, 5, TRUE), ", 12.0 mm, 905 mm³"));
  ck_assert_ptr_nonnull(strstr(words(list, 5, FALSE), ", 12.0 px, 905 px³"));
  ck_assert_ptr_nonnull(strstr(
      words(list, 5, FALSE), ", Lung-RADS v2022: 4B by the reader, “growing”"));
  const CapHistoryEntry *e = list->pdata[1];
  const CapHistoryChange *change = e->changes->pdata[0];
  ck_assert(change->has_place);
  ck_assert_double_eq_tol(change->at_mm.x,
                          cap_review_finding(review, 1)->center_mm.x, 1e-9);
}
END_TEST

START_TEST(a_table_has_a_row_for_each_change)
{
  g_autoptr(CapReview) review = cap_review_open(path, volume, NULL);
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 2);
  cap_review_set_reader(review, "Doe, Jane");
  ck_assert(cap_review_import(review, findings, NULL));
  ck_assert(cap_review_log(review, CAP_ACT_FIRST_READING, "", NULL));
  g_autoptr(GPtrArray) list = cap_history_new();
  ck_assert(cap_history_extend(list, review, NULL));
  g_autofree char *text = cap_history_csv(list);
  g_autoptr(GError) error = NULL;
  g_autoptr(CapCsv) csv = cap_csv_parse(text, strlen(text), "history", &error);
  cap_assert_no_error(error);
  ck_assert_int_eq(cap_csv_n_rows(csv), 4); /* scan, two findings, the note */
  const int reader = cap_csv_find(csv, "reader"),
            item = cap_csv_find(csv, "item");
  ck_assert_str_eq(cap_csv_text(csv, 0, reader), "Doe, Jane");
  ck_assert_str_eq(cap_csv_text(csv, 3, item), "");
  ck_assert_str_eq(cap_csv_text(csv, 3, cap_csv_find(csv, "action")),
                   "First reading begun");
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
  tcase_add_test(tests, it_says_what_is_undone_as_the_log_grows);
  tcase_add_test(tests, what_differs_is_in_the_words);
  tcase_add_test(tests, a_table_has_a_row_for_each_change);
  tcase_add_test(tests, what_is_no_review_has_none);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
