/* Evaluations: what cases add up to against figures worked out by hand, which
 * cases may be added, and by what an input is known. */
#include "core/error.h"
#include "datasets/points.h"
#include "io/json.h"
#include "models/evaluate/jobs.h"
#include "models/evaluate/results.h"
#include "models/evaluate/tables.h"
#include "tests/support/suite.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <utime.h>

static CapEvalCase *
new_case(const char *uid, const char *patient, const char *weights)
{
  CapEvalCase *eval = cap_eval_case_new(uid, patient);
  char **const fields[] = {&eval->weights_sha256, &eval->settings,
                           &eval->input_hash};
  const char *const texts[] = {weights, "{}", uid};
  for (int i = 0; i < 3; i++) {
    g_free(*fields[i]);
    *fields[i] = g_strdup(texts[i]);
  }
  return eval;
}

static CapEvalTruth *
add_truth(CapEvalCase *eval, double x_mm, double diameter_mm, double texture)
{
  CapEvalTruth *t = cap_eval_truth_new();
  t->center_mm.x = x_mm;
  t->diameter_mm = diameter_mm;
  t->attribute_means[CAP_TEXTURE] = texture;
  t->n_readers = 4;
  t->hit_by = -1;
  g_ptr_array_add(eval->truths, t);
  return t;
}

static CapEvalMark *
add_mark(CapEvalCase *eval, double x_mm, double probability)
{
  CapEvalMark *m = cap_eval_mark_new();
  m->center_mm.x = x_mm;
  m->probability = probability;
  g_ptr_array_add(eval->marks, m);
  return m;
}

/* A nodule that is found, with its volume, mask and rating. */
static void
pair(CapEvalTruth *t, CapEvalMark *m, const double volumes[2],
     const double ratings[2], double dice)
{
  t->volume_mm3 = volumes[0];
  m->volume_mm3 = volumes[1];
  t->malignancy_mean = t->malignancy_median = ratings[0];
  m->malignancy_expected = ratings[1];
  t->dice = dice;
}

static void
save(const char *folder, CapEvalCase *eval)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *cases = g_build_filename(folder, "cases", NULL);
  ck_assert_int_eq(g_mkdir_with_parents(cases, 0777), 0);
  cap_eval_case_match(eval);
  g_autofree char *path = cap_eval_case_path(cases, eval->series_uid);
  cap_eval_case_save(eval, path, &error);
  cap_assert_no_error(error);
  cap_eval_case_free(eval);
}

/* One found and one missed nodule, a false mark, one that does not count. */
static void
save_first(const char *folder)
{
  CapEvalCase *eval = new_case("1.1", "P1", "w");
  CapEvalTruth *t = add_truth(eval, 0, 10, 5);
  add_truth(eval, 50, 5, 1);
  add_truth(eval, 100, 8, 5)->excluded = TRUE;
  CapEvalMark *m = add_mark(eval, 1, 0.9);
  m->malignancy_probability = 0.8;
  m->diameter_mm = 11;
  pair(t, m, (double[]){500, 600}, (double[]){4.5, 4}, 0.8);
  add_mark(eval, 200, 0.7)->picture = g_strdup("cGljdHVyZQ==");
  add_mark(eval, 101, 0.6);
  save(folder, eval);
}

/* printf '1.2.7\n1.2.3\n' | sha256sum */
#define IMAGES                                                                 \
  "6cd8b1b3d756126ef5a69e9c3949bc9d8a79198c2e77bb223fe216a1ea63519c"

/* One nodule that a mark of little confidence finds, and a false mark. */
static void
save_second(const char *folder, const char *weights)
{
  CapEvalCase *eval = new_case("1.2", "P2", weights);
  CapEvalTruth *t = add_truth(eval, 0, 20, 3);
  CapEvalMark *m = add_mark(eval, 1, 0.3);
  m->malignancy_probability = 0.2;
  m->diameter_mm = 19;
  pair(t, m, (double[]){4000, 3600}, (double[]){1.5, 2}, 0.6);
  add_mark(eval, 300, 0.2);
  g_ptr_array_add(eval->sop_uids, g_strdup("1.2.7"));
  g_ptr_array_add(eval->sop_uids, g_strdup("1.2.3"));
  save(folder, eval);
}

static void
save_failed(const char *folder)
{
  CapEvalCase *eval = new_case("1.3", "P3", "w");
  eval->error_code = CAP_ERROR_NO_INPUT;
  g_free(eval->error_text);
  eval->error_text = g_strdup("gone, as it were");
  save(folder, eval);
}

static CapEvalResults *
add_up(const char *a, const char *b, GError **error)
{
  g_autoptr(GPtrArray) folders = g_ptr_array_new();
  g_ptr_array_add(folders, (char *)a);
  if (b != NULL)
    g_ptr_array_add(folders, (char *)b);
  return cap_eval_results_add_up(folders, 20, 1, error);
}

static void
check_stratum(const CapEvalStratum *s, int nodules, int found, int at_half)
{
  ck_assert_int_eq(s->nodules, nodules);
  ck_assert_int_eq(s->found, found);
  ck_assert_int_eq(s->found_at_half, at_half);
}

static void
check_detection(const CapEvalResults *r)
{
  ck_assert_int_eq(r->froc->n_scans, 2);
  ck_assert_int_eq(r->froc->n_nodules, 3);
  ck_assert_int_eq(r->froc->tp, 2);
  ck_assert_int_eq(r->froc->fn, 1);
  ck_assert_int_eq(r->froc->fp, 2);
  ck_assert_int_eq(r->tp_half, 1);
  ck_assert_int_eq(r->fp_half, 1);
  /* 1/3 up to half a false mark a scan, 2/3 from there: (2/3 + 10/3) / 7 */
  ck_assert_double_eq_tol(r->sensitivity[1], 1 / 3.0, 1e-12);
  ck_assert_double_eq_tol(r->sensitivity[2], 2 / 3.0, 1e-12);
  ck_assert_double_eq_tol(r->cpm, 4 / 7.0, 1e-12);
  check_stratum(&r->sizes[0], 1, 0, 0);
  check_stratum(&r->sizes[1], 0, 0, 0);
  check_stratum(&r->sizes[2], 1, 1, 1);
  check_stratum(&r->sizes[3], 1, 1, 0);
  check_stratum(&r->textures[0], 1, 0, 0);
  check_stratum(&r->textures[1], 1, 1, 0);
  check_stratum(&r->textures[2], 1, 1, 1);
  check_stratum(&r->textures[3], 0, 0, 0);
  ck_assert_int_eq(r->misses->len, 1);
  ck_assert_double_eq(((CapEvalExample *)r->misses->pdata[0])->weight, 5);
  ck_assert_int_eq(r->false_marks->len, 1);
  ck_assert_double_eq(((CapEvalExample *)r->false_marks->pdata[0])->weight,
                      0.7);
}

static void
check_found(const CapEvalResults *r)
{
  ck_assert_int_eq(r->label->len, 2);
  ck_assert_double_eq(r->auc.auc, 1);          /* 0.8 above 0.2 */
  ck_assert_double_eq(r->auc_diameter.auc, 0); /* 11 mm below 19 mm */
  ck_assert_double_eq(r->auc_gain.auc, 1);
  ck_assert_double_eq(r->table.accuracy, 1);
  ck_assert_double_eq_tol(r->calibration.brier, 0.04, 1e-12);
  ck_assert_double_eq_tol(r->volume.agreement.bias, -150, 1e-9);
  ck_assert_double_eq_tol(r->volume.agreement.mean_absolute_error, 250, 1e-9);
  ck_assert_double_eq_tol(r->rating.agreement.bias, 0, 1e-12);
  ck_assert_double_eq_tol(r->rating.agreement.mean_absolute_error, 0.5, 1e-12);
  ck_assert_int_eq(r->n_dice, 2);
  ck_assert_double_eq_tol(r->dice_mean, 0.7, 1e-12);
  ck_assert_double_eq_tol(r->dice_min, 0.6, 1e-12);
}

/* At 0.5: one hit, one false mark, three nodules: F1 = 2 / (2 + 3). Of the two
 * ratings 0.8 is right and 0.2 is, too: the corners of the second are those of
 * calling everything malignant. */
static void
check_json(const CapEvalResults *r)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = cap_eval_results_json(r);
  g_autoptr(JsonNode) node = cap_json_parse(text, strlen(text), "-", &error);
  cap_assert_no_error(error);
  JsonObject *root = json_node_get_object(node);
  JsonObject *half = json_object_get_object_member(
      json_object_get_object_member(root, "detection"), "at_half");
  ck_assert_double_eq_tol(json_object_get_double_member(half, "f1"), 0.4, 1e-9);
  ck_assert_double_eq_tol(json_object_get_double_member(half, "precision"), 0.5,
                          1e-9);
  JsonArray *curve = json_object_get_array_member(
      json_object_get_object_member(root, "malignancy"), "precision_recall");
  const double corners[2][3] = {{0.8, 1, 1}, {0.2, 1, 0.5}};
  ck_assert_uint_eq(json_array_get_length(curve), 2);
  for (guint i = 0; i < 2; i++)
    for (guint j = 0; j < 3; j++)
      ck_assert_double_eq_tol(json_array_get_double_element(
                                  json_array_get_array_element(curve, i), j),
                              corners[i][j], 1e-9);
}

static const char *
cell_below(const GPtrArray *tables, const char *column)
{
  for (guint i = 0; i < tables->len; i++) {
    const CapEvalTable *t = tables->pdata[i];
    for (int j = 0; j < t->n_columns; j++)
      if (g_str_equal(t->cells->pdata[j], column))
        return t->cells->pdata[t->n_columns + j];
  }
  return "no such column";
}

/* The probabilities 0.8 and 0.2 are 0.2 off in a bin each. */
static void
check_tables(const CapEvalResults *r)
{
  g_autoptr(GPtrArray) tables = cap_eval_tables_new(r);
  ck_assert_str_eq(cell_below(tables, "precision (PPV)"), "1.0000");
  ck_assert_str_eq(cell_below(tables, "expected calibration error (10 bins)"),
                   "0.2000");
  ck_assert_str_eq(cell_below(tables, "average precision"), "1.0000");
}

START_TEST(three_cases_by_hand)
{
  g_autoptr(GError) error = NULL;
  char *folder = cap_test_folder();
  save_first(folder);
  save_second(folder, "w");
  save_failed(folder);
  g_autoptr(CapEvalResults) r = add_up(folder, NULL, &error);
  cap_assert_no_error(error);
  check_detection(r);
  check_found(r);
  ck_assert_int_eq(r->n_cases, 3);
  ck_assert_int_eq(r->n_failed, 1);
  ck_assert_ptr_nonnull(strstr(r->failures->pdata[0], "1.3: [CAP-"));
  ck_assert_ptr_nonnull(strstr(r->csv->str, "1.3,P3,CAP-"));
  ck_assert_ptr_nonnull(strstr(r->csv->str, "\"gone, as it were\""));
  /* images of one scan only: its row has their digest, the run one of it */
  ck_assert_ptr_nonnull(strstr(r->csv->str, ",0,\n"));
  ck_assert_ptr_nonnull(strstr(r->csv->str, ",2," IMAGES "\n"));
  ck_assert_int_eq(r->n_images, 2);
  g_autofree char *all =
      g_compute_checksum_for_string(G_CHECKSUM_SHA256, IMAGES, -1);
  ck_assert_str_eq(r->images_sha256, all);
  check_json(r);
  check_tables(r);
  cap_test_remove(folder);
}
END_TEST

START_TEST(shards_add_up_in_any_order)
{
  g_autoptr(GError) error = NULL;
  char *a = cap_test_folder(), *b = cap_test_folder();
  save_first(a);
  save_second(b, "w");
  g_autoptr(CapEvalResults) ab = add_up(a, b, &error);
  cap_assert_no_error(error);
  g_autoptr(CapEvalResults) ba = add_up(b, a, &error);
  cap_assert_no_error(error);
  g_autofree char *x = cap_eval_results_json(ab);
  g_autofree char *y = cap_eval_results_json(ba);
  ck_assert_str_eq(x, y);
  ck_assert_str_eq(ab->csv->str, ba->csv->str);
  save_second(b, "other");
  ck_assert_ptr_null(add_up(a, b, &error));
  cap_assert_error(error, CAP_ERROR_DATA);
  g_clear_error(&error);
  /* the same series twice: once is enough, two results are none */
  save_second(a, "other");
  save_second(b, "w");
  ck_assert_ptr_null(add_up(a, b, &error));
  cap_assert_error(error, CAP_ERROR_DATA);
  cap_test_remove(a);
  cap_test_remove(b);
}
END_TEST

/* Every cut of a case file is told from the whole. */
START_TEST(a_case_cut_short)
{
  g_autoptr(GError) error = NULL;
  char *folder = cap_test_folder();
  save_first(folder);
  g_autofree char *path = g_build_filename(folder, "cases", "1.1.json", NULL);
  g_autofree char *text = NULL;
  gsize length = 0;
  ck_assert(g_file_get_contents(path, &text, &length, NULL));
  for (gsize n = 0; n + 2 < length; n += 37) {
    ck_assert(g_file_set_contents(path, text, (gssize)n, NULL));
    ck_assert_ptr_null(cap_eval_case_load(path, &error));
    cap_assert_error(error, CAP_ERROR_DATA);
    g_clear_error(&error);
  }
  cap_test_remove(folder);
}
END_TEST

static void
put(const char *folder, const char *name, const char *text, time_t time)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  ck_assert(g_file_set_contents(path, text, -1, NULL));
  ck_assert_int_eq(g_utime(path, &(struct utimbuf){time, time}), 0);
}

START_TEST(an_input_is_its_contents)
{
  char *here = cap_test_folder(), *there = cap_test_folder();
  const CapEvalJobs jobs = {.kind = CAP_EVAL_LIDC};
  const CapEvalJob a = {.images = here, .scan = -1};
  const CapEvalJob b = {.images = there, .scan = -1};
  put(here, "one", "abc", 1000);
  put(here, "two", "defg", 1000);
  put(there, "two", "defg", 2000);
  put(there, "one", "abc", 3000);
  g_autofree char *first = cap_eval_job_hash(&jobs, &a);
  g_autofree char *copy = cap_eval_job_hash(&jobs, &b);
  ck_assert_str_eq(first, copy);
  put(here, "one", "abd", 1000); /* same name, size and time */
  g_autofree char *other = cap_eval_job_hash(&jobs, &a);
  ck_assert_str_ne(first, other);
  put(here, "one", "abcd", 1000); /* a byte from one file to the next */
  put(here, "two", "efg", 1000);
  g_autofree char *moved = cap_eval_job_hash(&jobs, &a);
  ck_assert_str_ne(first, moved);
  g_autofree char *xml = g_build_filename(there, "read.xml", NULL);
  const CapEvalJob read = {.images = there, .annotations = xml, .scan = -1};
  put(there, "read.xml", "<a/>", 1000);
  g_autofree char *with = cap_eval_job_hash(&jobs, &read);
  put(there, "read.xml", "<b/>", 1000);
  g_autofree char *changed = cap_eval_job_hash(&jobs, &read);
  ck_assert_str_ne(with, first);
  ck_assert_str_ne(with, changed);
  cap_test_remove(here);
  cap_test_remove(there);
}
END_TEST

/* A row's hash; the mask's voxels are a file beside it. */
static char *
hash_row(const char *folder, const char *patient, int n_readers,
         const char *voxels)
{
  const CapEvalJobs jobs = {.kind = CAP_EVAL_INDEX};
  g_autoptr(CapNodule) nodule = cap_nodule_new("a", patient);
  g_autofree char *mask = g_build_filename(folder, "mask.mhd", NULL);
  g_autoptr(GPtrArray) points = g_ptr_array_new();
  CapIndexPoint point = {.mask_path = mask, .nodule = nodule};
  const CapEvalJob job = {.points = points, .scan = -1};
  g_ptr_array_add(points, &point);
  nodule->n_readers = n_readers;
  put(folder, "mask.mhd",
      "ObjectType = Image\nNDims = 3\nDimSize = 2 2 1\nElementType = "
      "MET_UCHAR\nElementSpacing = 1 1 1\nElementDataFile = mask.raw\n",
      1000);
  put(folder, "mask.raw", voxels, 1000);
  return cap_eval_job_hash(&jobs, &job);
}

START_TEST(a_row_is_all_that_it_says)
{
  char *here = cap_test_folder();
  g_autofree char *first = hash_row(here, "P", 3, "abcd");
  g_autofree char *again = hash_row(here, "P", 3, "abcd");
  g_autofree char *patient = hash_row(here, "Q", 3, "abcd");
  g_autofree char *readers = hash_row(here, "P", 4, "abcd");
  g_autofree char *voxels = hash_row(here, "P", 3, "abce");
  ck_assert_str_eq(first, again);
  ck_assert_str_ne(first, patient);
  ck_assert_str_ne(first, readers);
  ck_assert_str_ne(first, voxels);
  cap_test_remove(here);
}
END_TEST

/* Bytes that this process has read so far (proc(5)); 0 when nobody says. */
static guint64
bytes_read(void)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents("/proc/self/io", &text, NULL, NULL))
    return 0;
  const char *line = strstr(text, "rchar: ");
  return line ? g_ascii_strtoull(line + strlen("rchar: "), NULL, 10) : 0;
}

#define LARGE 1048576

/* Two series in one folder, then three points on one mask of the same size. */
START_TEST(what_is_shared_is_read_once)
{
  if (bytes_read() == 0) {
    cap_test_skip("what is shared", "/proc/self/io does not count");
    return;
  }
  char *here = cap_test_folder();
  g_autofree char *text = g_strnfill(LARGE, 'v');
  put(here, "slice", text, 1000);
  g_autoptr(CapEvalJobs) jobs = cap_eval_jobs_new(CAP_EVAL_LIDC);
  cap_eval_jobs_add(jobs, "1.1", "P", here);
  cap_eval_jobs_add(jobs, "1.2", "P", here);
  cap_eval_jobs_sort(jobs);
  guint64 before = bytes_read();
  g_autofree char *first = cap_eval_job_hash(jobs, jobs->jobs->pdata[0]);
  g_autofree char *second = cap_eval_job_hash(jobs, jobs->jobs->pdata[1]);
  ck_assert_str_eq(first, second);
  ck_assert_uint_ge(bytes_read() - before, LARGE);
  ck_assert_uint_lt(bytes_read() - before, LARGE + LARGE / 2);
  g_autofree char *mask = g_build_filename(here, "slice", NULL);
  CapIndexPoint points[3] = {{.label = 1}, {.label = 2}, {.label = 3}};
  g_autoptr(GPtrArray) rows = g_ptr_array_new();
  for (int i = 0; i < 3; i++) {
    points[i].mask_path = mask;
    g_ptr_array_add(rows, &points[i]);
  }
  const CapEvalJob job = {.points = rows, .scan = -1};
  before = bytes_read();
  g_autofree char *third = cap_eval_job_hash(jobs, &job);
  ck_assert_uint_ge(bytes_read() - before, LARGE);
  ck_assert_uint_lt(bytes_read() - before, LARGE + LARGE / 2);
  ck_assert_str_ne(third, first);
  cap_test_remove(here);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("evaluate");
  TCase *tc = tcase_create("all");
  tcase_add_test(tc, three_cases_by_hand);
  tcase_add_test(tc, shards_add_up_in_any_order);
  tcase_add_test(tc, a_case_cut_short);
  tcase_add_test(tc, an_input_is_its_contents);
  tcase_add_test(tc, a_row_is_all_that_it_says);
  tcase_add_test(tc, what_is_shared_is_read_once);
  suite_add_tcase(suite, tc);
  return cap_suite_run(suite);
}
