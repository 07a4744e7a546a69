/* Pairing of nodules: nearest under the map, one to one, with the reader's
 * choices before everything; and whether two scans are of one patient. */
#include "core/image/patient.h"
#include "core/measure/pairing.h"
#include "tests/support/suite.h"

#include <string.h>

typedef struct {
  int id;
  double x, y, z, diameter;
} Spot;

static CapFindings *
findings(const Spot *spots, int n)
{
  const CapVolume nowhere = {.source = cap_source_new()};
  CapFindings *list = cap_findings_new(&nowhere);
  cap_source_free(nowhere.source);
  for (int i = 0; i < n; i++) {
    CapFinding *f = cap_finding_new();
    f->id = spots[i].id;
    f->center_mm = (CapPoint){spots[i].x, spots[i].y, spots[i].z};
    f->mean_diameter_mm = spots[i].diameter;
    g_ptr_array_add(list->items, f);
  }
  return list;
}

/* The prior's id that CURRENT was paired with; 0: none. */
static int
partner(const GArray *pairs, int current)
{
  for (guint i = 0; i < pairs->len; i++) {
    const CapPair *pair = &g_array_index(pairs, CapPair, i);
    if (pair->current != NULL && pair->current->id == current)
      return pair->prior != NULL ? pair->prior->id : 0;
  }
  ck_abort_msg("finding %d is not there", current);
  return -1;
}

static int
n_left(const GArray *pairs)
{
  int n = 0;
  for (guint i = 0; i < pairs->len; i++)
    n += g_array_index(pairs, CapPair, i).current == NULL;
  return n;
}

/* Everything has moved by (30, 0, -20). */
static const CapTransform moved = {.m = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
                                   .t = {30, 0, -20}};

START_TEST(nearest_under_the_map)
{
  const Spot now[] = {{1, 0, 0, 0, 8}, {2, 50, 0, 0, 5}, {3, 0, 90, 0, 6}};
  const Spot then[] = {
      {1, 80, 0, -22, 5}, {2, 33, 1, -20, 6}, {3, 200, 0, 0, 9}};
  g_autoptr(CapFindings) a = findings(now, 3), b = findings(then, 3);
  g_autoptr(GArray) pairs = cap_pair_findings(a, b, &moved, NULL);
  ck_assert_int_eq(partner(pairs, 1), 2);
  ck_assert_int_eq(partner(pairs, 2), 1);
  ck_assert_int_eq(partner(pairs, 3), 0); /* new */
  ck_assert_int_eq(n_left(pairs), 1);     /* no longer there */
  ck_assert_double_eq_tol(g_array_index(pairs, CapPair, 1).distance_mm, 2,
                          1e-9);
}
END_TEST

/* Two in a row: the nearest for the first would leave the second without. */
START_TEST(the_whole_counts_not_the_first)
{
  const Spot now[] = {{1, 0, 0, 0, 6}, {2, 10, 0, 0, 6}};
  const Spot then[] = {{1, 6, 0, 0, 6}, {2, -9, 0, 0, 6}};
  const CapTransform same = cap_transform_identity();
  g_autoptr(CapFindings) a = findings(now, 2), b = findings(then, 2);
  g_autoptr(GArray) pairs = cap_pair_findings(a, b, &same, NULL);
  ck_assert_int_eq(partner(pairs, 1), 2);
  ck_assert_int_eq(partner(pairs, 2), 1);
}
END_TEST

START_TEST(gates)
{
  const Spot now[] = {{1, 0, 0, 0, 6}, {2, 0, 90, 0, 4}, {3, 0, 180, 0, 6}};
  const Spot then[] = {
      {1, 15.1, 0, 0, 6}, {2, 0, 90, 0, 16.1}, {3, 14.9, 180, 0, 6}};
  const CapTransform same = cap_transform_identity();
  g_autoptr(CapFindings) a = findings(now, 3), b = findings(then, 3);
  g_autoptr(GArray) pairs = cap_pair_findings(a, b, &same, NULL);
  ck_assert_int_eq(partner(pairs, 1), 0); /* too far */
  ck_assert_int_eq(partner(pairs, 2), 0); /* too large */
  ck_assert_int_eq(partner(pairs, 3), 3);
  ((CapFinding *)b->items->pdata[2])->status = CAP_STATUS_REJECTED;
  g_autoptr(GArray) without = cap_pair_findings(a, b, &same, NULL);
  ck_assert_int_eq(partner(without, 3), 0);
}
END_TEST

START_TEST(the_reader_decides)
{
  const Spot now[] = {{1, 0, 0, 0, 6}, {2, 10, 0, 0, 6}, {3, 0, 50, 0, 6}};
  const Spot then[] = {{1, 0, 0, 0, 6}, {2, 100, 0, 0, 60}, {3, 0, 50, 0, 6}};
  const CapTransform same = cap_transform_identity();
  const CapPairChoice choice[] = {{2, 1}, {1, 2}, {3, 0}};
  g_autoptr(GArray) choices = g_array_new(FALSE, FALSE, sizeof(CapPairChoice));
  g_array_append_vals(choices, choice, 3);
  g_autoptr(CapFindings) a = findings(now, 3), b = findings(then, 3);
  g_autoptr(GArray) pairs = cap_pair_findings(a, b, &same, choices);
  ck_assert_int_eq(partner(pairs, 1), 2); /* through every gate */
  ck_assert_int_eq(partner(pairs, 2), 1);
  ck_assert_int_eq(partner(pairs, 3), 0);
  ck_assert(g_array_index(pairs, CapPair, 0).chosen);
}
END_TEST

START_TEST(nothing_to_pair)
{
  const Spot now[] = {{1, 0, 0, 0, 6}};
  const CapTransform same = cap_transform_identity();
  g_autoptr(CapFindings) a = findings(now, 1), none = findings(NULL, 0);
  g_autoptr(GArray) fresh = cap_pair_findings(a, none, &same, NULL);
  ck_assert_uint_eq(fresh->len, 1);
  g_autoptr(GArray) gone = cap_pair_findings(none, a, &same, NULL);
  ck_assert_int_eq(n_left(gone), 1);
  g_autoptr(GArray) nothing = cap_pair_findings(none, none, &same, NULL);
  ck_assert_uint_eq(nothing->len, 0);
}
END_TEST

static guint
differences(const char *const a[4], const char *const b[4])
{
  g_autoptr(CapSource) x = cap_source_new(), y = cap_source_new();
  char **const xs[] = {&x->patient_id, &x->patient_name, &x->patient_birth_date,
                       &x->patient_sex};
  char **const ys[] = {&y->patient_id, &y->patient_name, &y->patient_birth_date,
                       &y->patient_sex};
  for (int i = 0; i < 4; i++) {
    g_free(*xs[i]);
    g_free(*ys[i]);
    *xs[i] = g_strdup(a[i]);
    *ys[i] = g_strdup(b[i]);
  }
  g_autoptr(GPtrArray) list = cap_patient_differences(x, y);
  return list->len;
}

START_TEST(patients)
{
  const char *const mueller[] = {"7", "Müller^Änne", "19590101", "F"};
  const char *const shouted[] = {"7 ", "MÜLLER^ÄNNE^^", "19590101", "F"};
  const char *const nameless[] = {"7", "", "", ""};
  const char *const brother[] = {"8", "Müller^Udo", "19610101", "M"};
  ck_assert_uint_eq(differences(mueller, shouted), 0);
  ck_assert_uint_eq(differences(mueller, nameless), 0);
  ck_assert_uint_eq(differences(mueller, brother), 4);
  const char *const yamada[] = {"", "Yamada^Tarou", "", ""};
  const char *const written[] = {"", "YAMADA^TAROU=山田^太郎", "", ""};
  const char *const other[] = {"", "Yamada^Tarou=山田^多朗", "", ""};
  const char *const signs[] = {"", "=山田^太郎", "", ""};
  ck_assert_uint_eq(differences(yamada, written), 0);
  ck_assert_uint_eq(differences(written, other), 1);
  ck_assert_uint_eq(differences(yamada, signs), 1);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("pairing");
  TCase *tests = tcase_create("pairs");
  tcase_add_test(tests, nearest_under_the_map);
  tcase_add_test(tests, the_whole_counts_not_the_first);
  tcase_add_test(tests, gates);
  tcase_add_test(tests, the_reader_decides);
  tcase_add_test(tests, nothing_to_pair);
  tcase_add_test(tests, patients);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
