/* Reviews: every action is saved, undone and redone, comes back after
 * reopening, and nothing acknowledged is lost when the process is killed. */
#include "core/error.h"
#include "io/findings/findings_json.h"
#include "io/review/identity.h"
#include "io/review/review_commands.h"
#include "tests/support/database.h"
#include "tests/support/findings.h"
#include "tests/support/suite.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char *folder, *path;
static CapVolume *volume;

static void
set_up(void)
{
  /* Memory syncs at once; a killed process takes nothing from either. */
  if (g_access("/dev/shm", W_OK) == 0)
    g_setenv("TMPDIR", "/dev/shm", TRUE);
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

static CapReview *
open_review(void)
{
  g_autoptr(GError) error = NULL;
  CapReview *review = cap_review_open(path, volume, &error);
  cap_assert_no_error(error);
  return review;
}

static CapReview *
begin(int n)
{
  g_autoptr(GError) error = NULL;
  CapReview *review = open_review();
  g_autoptr(CapFindings) findings = cap_test_findings(volume, n);
  cap_review_set_reader(review, "Doe^Jane");
  cap_review_import(review, findings, &error);
  cap_assert_no_error(error);
  return review;
}

/* All of the state as one text. */
static char *
state_of(CapReview *review)
{
  const CapFindings *findings = cap_review_findings(review);
  g_autofree char *json =
      findings ? cap_findings_json_text(findings) : g_strdup("nothing");
  GString *text = g_string_new(json);
  for (guint i = 0; findings != NULL && i < findings->items->len; i++) {
    const CapFinding *finding = findings->items->pdata[i];
    const CapMask *mask = finding->mask;
    g_autofree char *sum =
        mask ? g_compute_checksum_for_data(G_CHECKSUM_SHA256, mask->voxels,
                                           (gsize)mask->columns * mask->rows *
                                               mask->slices)
             : g_strdup("no mask");
    g_string_append_printf(text, "%d %s %d\n", finding->id, sum,
                           mask ? mask->first[0] : 0);
  }
  const GPtrArray *images = cap_review_key_images(review);
  for (guint i = 0; i < images->len; i++) {
    g_autofree char *image = cap_review_image_text(images->pdata[i]);
    g_string_append(text, image);
  }
  return g_string_free(text, FALSE);
}

static void
check_reopened(CapReview *review)
{
  g_autofree char *here = state_of(review);
  g_autoptr(GError) error = NULL;
  g_autoptr(CapReview) other = cap_review_read(path, volume, &error);
  cap_assert_no_error(error);
  g_autofree char *there = state_of(other);
  ck_assert_str_eq(here, there);
}

/* ---- the commands ---- */

static CapFinding *
copy(CapReview *review, int id)
{
  return cap_finding_copy(cap_review_finding(review, id));
}

static gboolean
accept(CapReview *review, GError **error)
{
  return cap_review_set_status(review, 1, CAP_STATUS_ACCEPTED, error);
}

static gboolean
comment(CapReview *review, GError **error)
{
  return cap_review_set_comment(review, 2, "سابق, \"neu\"\n2 mm", error);
}

static gboolean
add(CapReview *review, GError **error)
{
  CapFinding *finding = copy(review, 1);
  finding->by_reader = TRUE;
  finding->mask->first[0] += 3;
  return cap_review_add(review, finding, error) > 3;
}

static gboolean delete (CapReview *review, GError **error)
{
  return cap_review_delete(review, 2, error);
}

static gboolean
move(CapReview *review, GError **error)
{
  CapFinding *finding = copy(review, 1);
  finding->center_mm.x += 1.25;
  finding->mask->first[0]++;
  return cap_review_change(review, CAP_ACT_MOVED, finding, error);
}

static gboolean
resize(CapReview *review, GError **error)
{
  CapFinding *finding = copy(review, 3);
  finding->mean_diameter_mm = 9.87654321;
  return cap_review_change(review, CAP_ACT_RESIZED, finding, error);
}

static gboolean
redraw(CapReview *review, GError **error)
{
  CapFinding *finding = copy(review, 1);
  memset(finding->mask->voxels, 1, 40);
  return cap_review_change(review, CAP_ACT_REDRAWN, finding, error);
}

static gboolean
split(CapReview *review, GError **error)
{
  g_autoptr(GPtrArray) parts =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_finding_free);
  for (int i = 0; i < 2; i++) {
    CapFinding *part = copy(review, 1);
    part->mask->voxels[i] = 1;
    g_ptr_array_add(parts, part);
  }
  return cap_review_split(review, 1, parts, error);
}

static gboolean
merge(CapReview *review, GError **error)
{
  return cap_review_merge(review, copy(review, 1), 3, error);
}

static gboolean
conclude(CapReview *review, GError **error)
{
  return cap_review_conclude(review, CAP_CONCLUSION_NOT_EVALUABLE, "breathing",
                             error);
}

static gboolean
key_image(CapReview *review, GError **error)
{
  CapReviewImage *image = cap_review_image_new();
  image->plane = CAP_PLANE_CORONAL;
  image->position_mm = (CapPoint){1.5, -2.25, 100.125};
  image->window_hu = 1500;
  image->slab = (CapSlab){CAP_SLAB_MAX, 7.5};
  image->field =
      (CapImageField){CAP_FIELD_PART, {10.5, -2.25, 90.0625}, 120.25, 80.5};
  return cap_review_add_key_image(review, image, error) > 0;
}

static gboolean
measure(CapReview *review, GError **error)
{
  CapMeasurement *m = cap_measurement_new(CAP_MEASURE_AXES);
  const CapPoint ends[] = {{1, 2, 3}, {9.12364, 2, 3}, {4, 0, 3}, {4, 5, 3}};
  memcpy(m->ends_mm, ends, sizeof ends);
  cap_measurement_work_out(m, volume);
  return cap_review_add_measurement(review, m, error) == 1;
}

static gboolean
drag_measurement(CapReview *review, GError **error)
{
  CapMeasurement *m = cap_measurement_copy(cap_review_measurement(review, 1));
  m->ends_mm[0].x -= 1.5;
  cap_measurement_work_out(m, volume);
  return cap_review_move_measurement(review, m, error);
}

static gboolean
name_measurement(CapReview *review, GError **error)
{
  return cap_review_name_measurement(review, 1, "Узел \"x\"", error);
}

static gboolean
delete_measurement(CapReview *review, GError **error)
{
  return cap_review_delete_measurement(review, 1, error);
}

static gboolean
detect(CapReview *review, GError **error)
{
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 3);
  ((CapFinding *)findings->items->pdata[1])->probability = 0.75;
  return cap_review_detected(review, findings, error);
}

static const struct {
  const char *name;
  gboolean (*act)(CapReview *review, GError **error);
  CapAct what;
} commands[] = {
    {"accept", accept, CAP_ACT_STATUS},
    {"comment", comment, CAP_ACT_COMMENTED},
    {"add", add, CAP_ACT_ADDED},
    {"move", move, CAP_ACT_MOVED},
    {"resize", resize, CAP_ACT_RESIZED},
    {"redraw", redraw, CAP_ACT_REDRAWN},
    {"split", split, CAP_ACT_SPLIT},
    {"merge", merge, CAP_ACT_MERGED},
    {"conclude", conclude, CAP_ACT_CONCLUDED},
    {"key image", key_image, CAP_ACT_KEY_IMAGE},
    {"measure", measure, CAP_ACT_MEASURED},
    {"drag measurement", drag_measurement, CAP_ACT_MEASUREMENT_MOVED},
    {"name measurement", name_measurement, CAP_ACT_MEASUREMENT_NAMED},
    {"delete", delete, CAP_ACT_DELETED},
    {"detect", detect, CAP_ACT_DETECTED}, /* measurements stay */
    {"delete measurement", delete_measurement, CAP_ACT_MEASUREMENT_DELETED},
};

START_TEST(every_command_is_undone_and_redone_also_after_reopening)
{
  g_autoptr(GError) error = NULL;
  CapReview *review = begin(3);
  ck_assert(!cap_review_can_undo(review, NULL));
  char *states[G_N_ELEMENTS(commands) + 1];
  states[0] = state_of(review);
  for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
    ck_assert_msg(commands[i].act(review, &error), "%s", commands[i].name);
    cap_assert_no_error(error);
    states[i + 1] = state_of(review);
    ck_assert_msg(!g_str_equal(states[i], states[i + 1]), "%s changes nothing",
                  commands[i].name);
    check_reopened(review);
  }
  for (int round = 0; round < 2; round++) {
    for (guint i = G_N_ELEMENTS(commands); i-- > 0;) {
      CapAct act;
      ck_assert(cap_review_can_undo(review, &act));
      ck_assert_int_eq(act, commands[i].what);
      if (i % 3 == 0) { /* the history is in the file, not in the program */
        cap_review_close(review);
        review = open_review();
      }
      ck_assert(cap_review_undo(review, &error));
      g_autofree char *now = state_of(review);
      ck_assert_str_eq(now, states[i]);
      check_reopened(review);
    }
    ck_assert(!cap_review_undo(review, &error));
    cap_assert_no_error(error);
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
      ck_assert(cap_review_redo(review, &error));
      g_autofree char *now = state_of(review);
      ck_assert_str_eq(now, states[i + 1]);
    }
    ck_assert(!cap_review_redo(review, &error));
  }
  for (guint i = 0; i < G_N_ELEMENTS(states); i++)
    g_free(states[i]);
  cap_review_close(review);
}
END_TEST

START_TEST(a_new_action_ends_what_could_be_redone)
{
  g_autoptr(CapReview) review = begin(3);
  accept(review, NULL);
  comment(review, NULL);
  cap_review_undo(review, NULL);
  ck_assert(cap_review_can_redo(review, NULL));
  move(review, NULL);
  ck_assert(!cap_review_can_redo(review, NULL));
  check_reopened(review);
  cap_review_undo(review, NULL);
  cap_review_undo(review, NULL);
  ck_assert(!cap_review_can_undo(review, NULL));
  ck_assert_int_eq(cap_review_finding(review, 1)->status,
                   CAP_STATUS_UNREVIEWED);
}
END_TEST

START_TEST(detection_leaves_what_a_reader_has_touched)
{
  g_autoptr(CapReview) review = begin(3);
  cap_review_set_status(review, 1, CAP_STATUS_REJECTED, NULL);
  conclude(review, NULL);
  ck_assert(detect(review, NULL));
  const CapFindings *now = cap_review_findings(review);
  ck_assert_uint_eq(now->items->len, 3); /* 1 stays; 2 and 3 are found again */
  ck_assert_int_eq(((CapFinding *)now->items->pdata[0])->id, 1);
  ck_assert_int_eq(cap_review_finding(review, 1)->status, CAP_STATUS_REJECTED);
  ck_assert_double_eq(cap_review_finding(review, 2)->probability, 0.75);
  ck_assert_ptr_nonnull(cap_review_finding(review, 3));
  ck_assert_int_eq(now->conclusion, CAP_CONCLUSION_NOT_EVALUABLE);
}
END_TEST

START_TEST(numbers_are_those_of_findings_json)
{
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 2);
  CapFinding *first = findings->items->pdata[0];
  first->mean_diameter_mm = 8.04999999; /* 8.0 here, 8.1 read from the file */
  first->volume_mm3 = 123.456789;
  g_autofree char *text = cap_findings_json_text(findings);
  g_autoptr(CapFindings) read =
      cap_findings_json_parse(text, strlen(text), "text", NULL);
  g_autoptr(CapReview) review = open_review();
  ck_assert(cap_review_import(review, findings, NULL));
  for (int i = 0; i < 2; i++) {
    const CapFinding *a = read->items->pdata[i];
    const CapFinding *b = cap_review_finding(review, i + 1);
    ck_assert_double_eq(a->mean_diameter_mm, b->mean_diameter_mm);
    ck_assert_double_eq(a->volume_mm3, b->volume_mm3);
    ck_assert_double_eq(a->center_mm.z, b->center_mm.z);
    ck_assert_mem_eq(a->capsules, b->capsules, sizeof a->capsules);
    ck_assert_mem_eq(&a->malignancy, &b->malignancy, sizeof a->malignancy);
  }
  g_autofree char *again = cap_findings_json_text(cap_review_findings(review));
  ck_assert_str_eq(text, again);
}
END_TEST

/* ---- the file ---- */

START_TEST(the_log_says_who_did_what_and_when)
{
  g_autoptr(CapReview) review = begin(3);
  accept(review, NULL);
  cap_review_set_reader(review, "Roe^Richard");
  cap_review_undo(review, NULL);
  cap_review_log(review, CAP_ACT_LOOKED, "all slices", NULL);
  g_autofree char *log = cap_test_ask(
      path, "SELECT group_concat(reader || ' ' || kind || ' ' || note, '|') "
            "FROM action");
  ck_assert_str_eq(log, "Doe^Jane imported |Doe^Jane status |"
                        "Roe^Richard undone |Roe^Richard looked all slices");
  g_autofree char *odd = cap_test_ask(
      path, "SELECT count(*) FROM action WHERE abs(julianday('now') - "
            "julianday(at)) > 0.1 OR at NOT LIKE '%Z'");
  ck_assert_str_eq(odd, "0");
  g_autofree char *status =
      cap_test_ask(path, "SELECT status FROM finding WHERE id = 1");
  ck_assert_str_eq(status, "unreviewed");
  g_autofree char *change = cap_test_ask(
      path, "SELECT json_extract(b.content, '$.status') || ' ' || "
            "json_extract(a.content, '$.status') FROM change c JOIN version b "
            "ON b.id = c.before JOIN version a ON a.id = c.after "
            "WHERE c.action = 2");
  ck_assert_str_eq(change, "unreviewed accepted");
  ck_assert_str_eq(cap_review_last_reader(review), "Roe^Richard");
  ck_assert_int_eq(cap_review_count(review, CAP_ACT_LOOKED), 1);
  /* A status is no reason to keep the mask once more. */
  g_autofree char *masks = cap_test_ask(path, "SELECT count(*) FROM mask");
  ck_assert_str_eq(masks, "3");
  GStatBuf info;
  ck_assert_int_eq(g_stat(path, &info), 0);
  ck_assert_int_eq(info.st_mode & 0077, 0);
}
END_TEST

START_TEST(measurements_are_kept_as_they_are_shown)
{
  g_autoptr(CapReview) review = begin(1);
  ck_assert(measure(review, NULL) && name_measurement(review, NULL));
  const CapMeasurement *m = cap_review_measurement(review, 1);
  ck_assert_double_eq(m->long_mm, 8.1236);
  ck_assert_double_eq(m->short_mm, 5);
  ck_assert_double_eq(m->mean_diameter_mm, 6.5618); /* of what is kept */
  ck_assert_str_eq(m->name, "Узел \"x\"");
  const GArray *touched = cap_review_touched_measurements(review);
  ck_assert_uint_eq(touched->len, 1);
  ck_assert_int_eq(g_array_index(touched, int, 0), 1);
  ck_assert_uint_eq(cap_review_touched(review)->len, 0);
  g_autofree char *row = cap_test_ask(
      path, "SELECT id || ' ' || kind || ' ' || name || ' ' || "
            "json_extract(content, '$.long_axis_mm') FROM measurement");
  ck_assert_str_eq(row, "1 axes Узел \"x\" 8.1236");
  ck_assert(delete_measurement(review, NULL));
  ck_assert_int_eq(cap_review_next_measurement(review), 2);
  g_autoptr(GError) error = NULL;
  ck_assert(!name_measurement(review, &error));
  cap_assert_error(error, CAP_ERROR_INTERNAL);
}
END_TEST

START_TEST(a_review_of_the_first_version_gets_what_it_lacks)
{
  cap_review_close(begin(2));
  g_free(cap_test_ask(path, "DROP VIEW measurement"));
  g_free(cap_test_ask(path, "PRAGMA user_version = 1"));
  cap_review_close(cap_review_read(path, volume, NULL)); /* leaves it alone */
  g_autofree char *before = cap_test_ask(path, "PRAGMA user_version");
  ck_assert_str_eq(before, "1");
  g_autoptr(CapReview) review = open_review();
  g_autofree char *after = cap_test_ask(path, "PRAGMA user_version");
  ck_assert_str_eq(after, "2");
  ck_assert(measure(review, NULL));
  g_autofree char *n = cap_test_ask(path, "SELECT count(*) FROM measurement");
  ck_assert_str_eq(n, "1");
  check_reopened(review);
}
END_TEST

static void
refused(const CapVolume *as, int code, const char *part)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapReview) review = cap_review_open(path, as, &error);
  ck_assert_ptr_null(review);
  cap_assert_error(error, code);
  ck_assert_msg(strstr(error->message, part) != NULL, "%s", error->message);
}

START_TEST(images_of_another_kind_are_refused)
{
  cap_review_close(begin(1));
  g_autoptr(CapVolume) other = cap_test_volume();
  other->voxels_hu[0]++;
  refused(other, CAP_ERROR_DATA, "other images of this series");
  other->voxels_hu[0]--;
  other->origin_mm.z += 2;
  refused(other, CAP_ERROR_DATA, "other images of this series");
  other->origin_mm.z -= 2;
  other->valid[3] = 0;
  refused(other, CAP_ERROR_DATA, "60 x 50 x 20");
  other->valid[3] = 1;
  g_free(other->source->series_uid);
  other->source->series_uid = g_strdup("1.2.3");
  refused(other, CAP_ERROR_DATA, "another series (1.2.840.99.1)");
  g_autoptr(GError) error = NULL;
  g_autoptr(CapReview) review = cap_review_read(path, other, &error);
  cap_assert_error(error, CAP_ERROR_DATA);
}
END_TEST

START_TEST(files_that_are_no_review_of_ours_are_left_alone)
{
  cap_review_close(begin(1));
  g_free(cap_test_ask(path, "PRAGMA user_version = 3"));
  refused(volume, CAP_ERROR_UNSUPPORTED, "later version of Capsight");
  g_free(cap_test_ask(path, "PRAGMA user_version = 2"));
  cap_review_close(open_review());
  g_free(cap_test_ask(path, "PRAGMA application_id = 7"));
  refused(volume, CAP_ERROR_DATA, "another program");
  ck_assert(g_file_set_contents(path, "no database, but long enough to be one",
                                -1, NULL));
  refused(volume, CAP_ERROR_DATA, "is not a review");
  g_autofree char *text = NULL;
  ck_assert(g_file_get_contents(path, &text, NULL, NULL));
  ck_assert_str_eq(text, "no database, but long enough to be one");
  g_unlink(path);
  g_autoptr(GError) error = NULL;
  ck_assert_ptr_null(cap_review_read(path, NULL, &error));
  cap_assert_error(error, CAP_ERROR_NO_INPUT);
}
END_TEST

START_TEST(what_does_not_fit_together_is_refused)
{
  static const char *const wounds[] = {
      "UPDATE change SET before = NULL WHERE action = 2",
      "DELETE FROM version WHERE id = (SELECT max(id) FROM version)",
      "UPDATE version SET content = 'x' WHERE id = (SELECT max(id) FROM "
      "version)",
      "UPDATE mask SET columns = 100000000",
      "UPDATE mask SET columns = columns + 1",
      "UPDATE mask SET voxels = x'00'",
      "UPDATE action SET kind = 'eaten'",
      "UPDATE action SET about = 1 WHERE id = 3",
      "DELETE FROM action WHERE id = 2",
      "UPDATE change SET entity = 'patient'",
      "UPDATE change SET item = -4 WHERE action = 2",
      "DELETE FROM change WHERE entity = 'scan'",
  };
  g_autoptr(CapReview) review = begin(1);
  accept(review, NULL);
  cap_review_undo(review, NULL);
  accept(review, NULL);
  g_clear_pointer(&review, cap_review_close);
  g_autofree char *whole = NULL;
  gsize length;
  ck_assert(g_file_get_contents(path, &whole, &length, NULL));
  for (guint i = 0; i < G_N_ELEMENTS(wounds); i++) {
    ck_assert(g_file_set_contents(path, whole, (gssize)length, NULL));
    g_free(cap_test_ask(path, wounds[i]));
    g_autoptr(GError) error = NULL;
    g_autoptr(CapReview) hurt = cap_review_read(path, NULL, &error);
    ck_assert_msg(hurt == NULL, "%s", wounds[i]);
    cap_assert_error(error, CAP_ERROR_DATA);
  }
  for (gsize at = 4096; at < length; at += 4096) { /* cut off */
    ck_assert(g_file_set_contents(path, whole, (gssize)at, NULL));
    g_autoptr(GError) error = NULL;
    g_autoptr(CapReview) hurt = cap_review_read(path, NULL, &error);
    ck_assert_ptr_null(hurt);
    ck_assert_ptr_nonnull(error);
  }
}
END_TEST

START_TEST(two_windows_do_not_overwrite_each_other)
{
  g_autoptr(CapReview) one = begin(3);
  g_autoptr(CapReview) two = open_review();
  ck_assert(accept(one, NULL));
  g_autofree char *before = state_of(two);
  g_autoptr(GError) error = NULL;
  ck_assert(!comment(two, &error));
  cap_assert_error(error, CAP_ERROR_DATA);
  ck_assert_ptr_nonnull(strstr(error->message, "another window"));
  g_autofree char *after = state_of(two);
  ck_assert_str_eq(before, after);
  ck_assert(comment(one, NULL));
  check_reopened(one);
}
END_TEST

START_TEST(the_place_of_a_review_holds_nothing_received)
{
  g_setenv("XDG_DATA_HOME", folder, TRUE);
  g_free(volume->source->series_uid);
  volume->source->series_uid = g_strdup("../../x");
  int others = -1;
  g_autoptr(GError) error = NULL;
  g_autofree char *place = cap_review_path(volume, &others, &error);
  cap_assert_no_error(error);
  ck_assert_int_eq(others, 0);
  g_autofree char *name = g_path_get_basename(place);
  ck_assert_uint_eq(strspn(name, "0123456789abcdef-"), 65);
  ck_assert_str_eq(name + 65, ".review");
  cap_review_close(cap_review_open(place, volume, &error));
  cap_assert_no_error(error);
  volume->voxels_hu[0]++; /* other images: another review, and it says so */
  g_autofree char *next = cap_review_path(volume, &others, &error);
  ck_assert_str_ne(next, place);
  ck_assert_int_eq(others, 1);
}
END_TEST

/* ---- kill -9 ---- */

/* Comments finding 1 with 1, 2, 3, … or names measurement 1 so, and splits and
 * undoes now and then; tells each number through FD once the review says that
 * it is saved. */
static void
write_for_ever(int fd, int from)
{
  CapReview *review = cap_review_open(path, volume, NULL);
  for (int i = from; review != NULL; i++) {
    g_autofree char *text = g_strdup_printf("%d", i);
    if (i % 5 == 0 && (!split(review, NULL) || !cap_review_undo(review, NULL)))
      _exit(3);
    if (!(i % 2 ? cap_review_set_comment(review, 1, text, NULL)
                : cap_review_name_measurement(review, 1, text, NULL)) ||
        write(fd, &i, sizeof i) != sizeof i)
      _exit(3);
  }
  _exit(4);
}

/* Kills a writer after about N actions. Returns the last acknowledged one. */
static int
kill_writer(int n, int from)
{
  int ends[2], last = from - 1, status;
  ck_assert_int_eq(pipe(ends), 0);
  const pid_t pid = fork();
  ck_assert_int_ge(pid, 0);
  if (pid == 0)
    write_for_ever(ends[1], from);
  close(ends[1]);
  for (int i = 0; i < n; i++)
    ck_assert_int_eq(read(ends[0], &last, sizeof last), sizeof last);
  g_usleep((gulong)(n * 7919 % 1500)); /* anywhere in the next one */
  kill(pid, SIGKILL);
  ck_assert_int_eq(waitpid(pid, &status, 0), pid);
  ck_assert(WIFSIGNALED(status));
  while (read(ends[0], &last, sizeof last) == sizeof last)
    ;
  close(ends[0]);
  return last;
}

START_TEST(a_killed_writer_loses_nothing_and_leaves_nothing_half_done)
{
  CapReview *begun = begin(3);
  ck_assert(measure(begun, NULL));
  cap_review_close(begun);
  int from = 1;
  for (int round = 0; round < 40; round++) {
    const int last = kill_writer(1 + round % 7, from);
    g_autoptr(CapReview) review = open_review();
    const int found = MAX(atoi(cap_review_finding(review, 1)->comment),
                          atoi(cap_review_measurement(review, 1)->name));
    ck_assert_msg(found == last || found == last + 1,
                  "%d was acknowledged, %d is there", last, found);
    /* Whole or not at all: the split has both parts, or is undone. */
    CapAct act;
    const guint n = cap_review_findings(review)->items->len;
    ck_assert(cap_review_can_undo(review, &act));
    ck_assert_uint_eq(n, act == CAP_ACT_SPLIT ? 4 : 3);
    check_reopened(review);
    if (n == 4)
      ck_assert(cap_review_undo(review, NULL));
    from = found + 1;
  }
  g_autoptr(CapReview) review = open_review();
  while (cap_review_undo(review, NULL))
    ;
  ck_assert_str_eq(cap_review_finding(review, 1)->comment, "");
  ck_assert_ptr_null(cap_review_measurement(review, 1));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("review");
  TCase *tests = tcase_create("review");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests,
                 every_command_is_undone_and_redone_also_after_reopening);
  tcase_add_test(tests, a_new_action_ends_what_could_be_redone);
  tcase_add_test(tests, detection_leaves_what_a_reader_has_touched);
  tcase_add_test(tests, numbers_are_those_of_findings_json);
  tcase_add_test(tests, the_log_says_who_did_what_and_when);
  tcase_add_test(tests, measurements_are_kept_as_they_are_shown);
  tcase_add_test(tests, a_review_of_the_first_version_gets_what_it_lacks);
  tcase_add_test(tests, images_of_another_kind_are_refused);
  tcase_add_test(tests, files_that_are_no_review_of_ours_are_left_alone);
  tcase_add_test(tests, what_does_not_fit_together_is_refused);
  tcase_add_test(tests, two_windows_do_not_overwrite_each_other);
  tcase_add_test(tests, the_place_of_a_review_holds_nothing_received);
  tcase_add_test(tests,
                 a_killed_writer_loses_nothing_and_leaves_nothing_half_done);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
