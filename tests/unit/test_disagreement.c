/* Readers' disagreement: the table is what the ratings of LIDC-IDRI give. */
#include "core/measure/disagreement.h"
#include "io/csv.h"
#include "tests/support/suite.h"

#include <math.h>

enum { LEAST_RATINGS = 3, LEAST_NODULES = 30 };

typedef struct {
  double squares;
  int degrees, nodules;
} Pool;

static void
add(Pool *pool, double squares, int n)
{
  pool->squares += squares;
  pool->degrees += n - 1;
  pool->nodules++;
}

/* Adds the ratings in TEXT to the pool of all, [0], and of their level. */
static void
add_ratings(Pool *pools, const char *text)
{
  double values[16], sum = 0, squares = 0;
  int n = 0;
  char *end;
  for (; n < 16; text = end) {
    values[n] = g_ascii_strtod(text, &end);
    if (end == text)
      break;
    sum += values[n++];
  }
  if (n < LEAST_RATINGS)
    return;
  for (int i = 0; i < n; i++)
    squares += (values[i] - sum / n) * (values[i] - sum / n);
  add(&pools[0], squares, n);
  add(&pools[(int)floor(sum / n + 0.5)], squares, n);
}

START_TEST(the_table_is_what_the_ratings_give)
{
  g_autofree char *path = cap_test_data("lidc-crops/index.csv");
  if (path == NULL) {
    cap_test_skip("the_table_is_what_the_ratings_give", "no lidc-crops");
    return;
  }
  g_autoptr(GError) error = NULL;
  g_autoptr(CapCsv) csv = cap_csv_read(path, &error);
  cap_assert_no_error(error);
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++) {
    const CapAttributeKind kind = (CapAttributeKind)a;
    const int column = cap_csv_find(csv, cap_attribute_name(kind));
    Pool pools[CAP_MAX_LEVELS + 1] = {0};
    ck_assert_int_ge(column, 0);
    for (int row = 0; row < cap_csv_n_rows(csv); row++)
      add_ratings(pools, cap_csv_text(csv, row, column));
    ck_assert_int_eq(pools[0].nodules, 1057);
    for (int level = 1; level <= cap_attribute_levels(kind); level++) {
      const Pool *pool =
          &pools[pools[level].nodules >= LEAST_NODULES ? level : 0];
      ck_assert_double_eq_tol(cap_disagreement_sd(kind, level),
                              sqrt(pool->squares / pool->degrees), 0.0051);
    }
  }
}
END_TEST

START_TEST(levels_are_rounded_and_clamped)
{
  ck_assert_double_eq(cap_disagreement_sd(CAP_SPICULATION, 2.6),
                      cap_disagreement_sd(CAP_SPICULATION, 3));
  ck_assert_double_eq(cap_disagreement_sd(CAP_SPICULATION, 0),
                      cap_disagreement_sd(CAP_SPICULATION, 1));
  ck_assert_double_eq(cap_disagreement_sd(CAP_INTERNAL_STRUCTURE, 9),
                      cap_disagreement_sd(CAP_INTERNAL_STRUCTURE, 4));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("disagreement");
  TCase *tests = tcase_create("disagreement");
  tcase_add_test(tests, the_table_is_what_the_ratings_give);
  tcase_add_test(tests, levels_are_rounded_and_clamped);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
