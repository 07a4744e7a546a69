/* Cross-validation folds: the rule, the committed file, faulty files. */
#include "core/error.h"
#include "datasets/crops.h"
#include "datasets/folds.h"
#include "tests/support/suite.h"

#include <string.h>

enum { N_FOLDS = 5, SEED = 1, N_CLASSES = 4 };

/* The rule's classes, from their definition: highest nodule of three readers or
 * more. */
static int
class_of(const GPtrArray *nodules, const char *patient)
{
  int class = 0;
  for (guint i = 0; i < nodules->len; i++) {
    const CapNodule *n = nodules->pdata[i];
    if (!g_str_equal(n->patient, patient) || n->n_readers < 3)
      continue;
    const double median = n->malignancy_median;
    class = MAX(class, median > 3 ? 3 : median == 3 ? 2 : median < 3);
  }
  return class;
}

static void
assert_balanced(const CapFolds *folds, const GPtrArray *nodules)
{
  int counts[N_FOLDS][N_CLASSES] = {0}, sizes[N_FOLDS] = {0};
  for (int f = 0; f < N_FOLDS; f++) {
    g_auto(GStrv) patients = cap_folds_patients(folds, f + 1, FALSE);
    for (char **p = patients; *p != NULL; p++) {
      ck_assert_int_eq(cap_folds_find(folds, *p), f + 1);
      counts[f][class_of(nodules, *p)]++;
      sizes[f]++;
    }
  }
  for (int f = 1; f < N_FOLDS; f++) {
    ck_assert_int_le(ABS(sizes[f] - sizes[0]), 1);
    for (int c = 0; c < N_CLASSES; c++)
      ck_assert_int_le(ABS(counts[f][c] - counts[0][c]), 1);
  }
}

static GPtrArray *
made_up_nodules(void)
{
  static const char *const ratings[] = {"1 2 2", "3 3 3", "5 4 5", "5 5"};
  GPtrArray *nodules =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_nodule_free);
  for (int i = 0; i < 150; i++) {
    g_autofree char *patient = g_strdup_printf("P%03d", i * 7 % 83);
    CapNodule *n = cap_nodule_new("key", patient);
    n->n_readers = i * 5 % 4 + 1;
    ck_assert(cap_nodule_set_ratings(n, CAP_N_ATTRIBUTES, ratings[i % 4]));
    g_ptr_array_add(nodules, n);
  }
  return nodules;
}

START_TEST(the_rule_deals_every_class_evenly)
{
  g_autoptr(GPtrArray) nodules = made_up_nodules();
  g_autoptr(CapFolds) folds = cap_folds_make(nodules, N_FOLDS, 9);
  ck_assert_uint_eq(g_hash_table_size(folds->fold_of), 83);
  assert_balanced(folds, nodules);
  ck_assert_int_eq(cap_folds_find(folds, "nobody"), 0);

  /* what a patient's fold is does not depend on the order of the index */
  g_autoptr(GPtrArray) turned = g_ptr_array_new();
  for (guint i = nodules->len; i-- > 0;)
    g_ptr_array_add(turned, nodules->pdata[i]);
  g_autoptr(CapFolds) again = cap_folds_make(turned, N_FOLDS, 9);
  g_autofree char *a = cap_folds_table(folds), *b = cap_folds_table(again);
  ck_assert_str_eq(a, b);
  g_autoptr(CapFolds) other = cap_folds_make(nodules, N_FOLDS, 10);
  g_autofree char *c = cap_folds_table(other);
  ck_assert_str_ne(a, c);

  g_auto(GStrv) in = cap_folds_patients(folds, 2, FALSE);
  g_auto(GStrv) out = cap_folds_patients(folds, 2, TRUE);
  ck_assert_uint_eq(g_strv_length(in) + g_strv_length(out), 83);
  for (char **p = in; *p != NULL; p++)
    ck_assert(!g_strv_contains((const char *const *)out, *p));
}
END_TEST

START_TEST(the_committed_folds_hold_each_patient_once)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapFolds) folds = cap_folds_read(cap_folds_path(), &error);
  cap_assert_no_error(error);
  ck_assert_int_eq(folds->n_folds, N_FOLDS);
  ck_assert_uint_eq(g_hash_table_size(folds->fold_of), 697);
  g_autofree char *table = cap_folds_table(folds), *file = NULL;
  ck_assert(g_file_get_contents(cap_folds_path(), &file, NULL, NULL));
  ck_assert_str_eq(table, file);
}
END_TEST

START_TEST(the_committed_folds_are_what_the_rule_makes)
{
  g_autofree char *index = cap_test_data("lidc-crops/index.csv");
  if (index == NULL) {
    cap_test_skip("folds of the crops", "CAPSIGHT_DATA has no lidc-crops");
    return;
  }
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) nodules = cap_crops_read_labels(index, &error);
  cap_assert_no_error(error);
  g_autoptr(CapFolds) folds = cap_folds_make(nodules, N_FOLDS, SEED);
  assert_balanced(folds, nodules);
  g_autofree char *table = cap_folds_table(folds), *file = NULL;
  ck_assert(g_file_get_contents(cap_folds_path(), &file, NULL, NULL));
  ck_assert_str_eq(table, file);
}
END_TEST

START_TEST(faulty_files_are_named)
{
  const struct {
    const char *text, *part;
  } rows[] = {
      {"patient\nA\n", "fold"},
      {"fold\n1\n", "patient"},
      {"patient,fold\nA,1\nB,2\nA,2\n",
       "line 4: the patient A is listed twice"},
      {"patient,fold\nA,0\n", "a whole number from 1 to 20"},
      {"patient,fold\nA,1.5\n", "a whole number from 1 to 20"},
      {"patient,fold\nA,1\nB,3\n", "fold 2 has no patient"},
      {"patient,fold\nA,1\n", "fold 2 has no patient"},
  };
  char *folder = cap_test_folder();
  g_autofree char *path = g_build_filename(folder, "folds.csv", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;
    ck_assert(g_file_set_contents(path, rows[i].text, -1, NULL));
    ck_assert_ptr_null(cap_folds_read(path, &error));
    cap_assert_error(error, CAP_ERROR_DATA);
    ck_assert_msg(strstr(error->message, rows[i].part) != NULL, "%s",
                  error->message);
  }
  cap_test_remove(folder);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("folds");
  TCase *cases = tcase_create("folds");
  tcase_add_test(cases, the_rule_deals_every_class_evenly);
  tcase_add_test(cases, the_committed_folds_hold_each_patient_once);
  tcase_add_test(cases, the_committed_folds_are_what_the_rule_makes);
  tcase_add_test(cases, faulty_files_are_named);
  suite_add_tcase(suite, cases);
  return cap_suite_run(suite);
}
